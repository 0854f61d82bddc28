// SPDX-License-Identifier: GPL-2.0
/*
 * RCU sections of calls, and waiting for their end.
 *
 * A section is a hold of its call, in a slot of the record. Which of its sections
 * a call ends is all one to RCU: they are alike, and nest.
 */
#include <linux/rcupdate.h>

#include "calls/hold.h"

/**
 * chard_rcu_begin() - begin an RCU section of a call; any context
 * @call: the call; it can not sleep until the section ends
 *
 * Return: 0, -ENOLCK when the call has so many already.
 */
int chard_rcu_begin(struct chard_call *call)
{
	struct chard_slot *slot = chard_slot_free(call);

	if (unlikely(!slot))
		return -ENOLCK;
	rcu_read_lock();
	CHARD_CALL_HAS(RCU);
	/* Without a count of preemption nothing would tell chard_gfp() of the section. */
	if (!IS_ENABLED(CONFIG_PREEMPT_COUNT))
		preempt_count_add(PREEMPT_OFFSET);
	slot->lock = NULL;
	slot->hold.kind = CHARD_HOLD_RCU;
	chard_hold_link(call, &slot->hold);
	return 0;
}
EXPORT_SYMBOL_GPL(chard_rcu_begin);

/**
 * chard_rcu_end() - the reverse of chard_rcu_begin(); in any order
 * @call: the call, which has a section
 */
void chard_rcu_end(struct chard_call *call)
{
	chard_hold_unlink(call, &chard_slot_of(call, NULL)->hold);
	if (!IS_ENABLED(CONFIG_PREEMPT_COUNT))
		preempt_count_sub(PREEMPT_OFFSET);
	CHARD_CALL_GIVES(RCU);
	rcu_read_unlock();
	chard_hold_late_if_any(call);
}
EXPORT_SYMBOL_GPL(chard_rcu_end);

/**
 * chard_rcu_wait_error() - whether a call may sleep until the sections of others end
 * @call: the call
 *
 * Return: 0, or what chard_call_may() gives for a wait: -EDEADLK for a call that has a
 * section itself.
 */
int chard_rcu_wait_error(const struct chard_call *call)
{
	return chard_call_may(call, CHARD_MAY_SLEEP | CHARD_MAY_WAIT);
}
EXPORT_SYMBOL_GPL(chard_rcu_wait_error);

/** chard_rcu_wait() - wait until all sections that have begun are over; sleeps */
void chard_rcu_wait(void)
{
	synchronize_rcu();
}
EXPORT_SYMBOL_GPL(chard_rcu_wait);
