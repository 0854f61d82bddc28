/* SPDX-License-Identifier: GPL-2.0 */
/* RCU for core/calls/rcu.c in a process: rcu.c of the stand-in. */
void rcu_read_lock(void);
void rcu_read_unlock(void);
void synchronize_rcu(void);
#define PREEMPT_OFFSET 1
#define preempt_count_add(offset) ((void)(offset))
#define preempt_count_sub(offset) ((void)(offset))
