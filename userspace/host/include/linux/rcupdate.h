/* SPDX-License-Identifier: GPL-2.0 */
/* RCU for core/calls/rcu.c in a process: rcu.c of the stand-in. */
void rcu_read_lock(void);
void rcu_read_unlock(void);
void synchronize_rcu(void);
#define preempt_count_inc() ((void)0)
#define preempt_count_dec() ((void)0)
