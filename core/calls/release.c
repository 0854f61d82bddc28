// SPDX-License-Identifier: GPL-2.0
/* The end of a call: what it still holds is released. */
#define pr_fmt(fmt) "chard: " fmt

#include "calls/hold.h"

static void chard_lock_end(struct chard_call *call, struct chard_lock *lock)
{
	if (call->panicking) {
		lock->poisoned |= CHARD_POISON_PANICKED;
	} else {
		if (chard_may_log(chard_call_driver(call)))
			pr_err("%s: a call ended while it held a lock, which is released and poisoned\n",
			       chard_call_driver(call)->name);
		lock->poisoned |= CHARD_POISON_FORGOTTEN;
	}
	chard_lock_pin(lock);
	switch (lock->hold.kind) {
	case CHARD_HOLD_MUTEX:
		chard_lock_release(call, lock);
		break;
	case CHARD_HOLD_SPIN:
		chard_spin_release(call, lock);
		break;
	case CHARD_HOLD_RWSEM:
		chard_rwsem_release(call, lock);
		break;
	case CHARD_HOLD_RWLOCK:
		chard_rwlock_release(call, lock);
		break;
	}
	/*
	 * A call that finds the lock free may drop it, while mutex_unlock()
	 * still uses it: no guard keeps it alive here. This is the last
	 * that is done to it.
	 */
	chard_lock_unpin(lock);
}

/*
 * No poison: a call that shares a value sees it by & alone, and what changes behind that
 * is atomic, or has a lock, and with that a poisoning, of its own.
 */
static void chard_slot_end(struct chard_call *call, struct chard_slot *slot)
{
	if (!call->panicking && chard_may_log(chard_call_driver(call)))
		pr_err("%s: a call ended while it shared a lock or read by RCU, which is ended\n",
		       chard_call_driver(call)->name);
	switch (slot->hold.kind) {
	case CHARD_HOLD_RWSEM_SHARED:
		chard_rwsem_unshare(call, slot->lock);
		break;
	case CHARD_HOLD_RWLOCK_SHARED:
		chard_rwlock_unshare(call, slot->lock);
		break;
	case CHARD_HOLD_RCU:
		chard_rcu_end(call);
		break;
	}
}

/**
 * chard_call_release() - take from a call what its handler has not given back
 * @call: the call; its handler does not run any more
 * @ret: what that has returned
 *
 * A guard that was forgotten (mem::forget) comes here, and what a call held
 * that panicked. What a lock guards that the call had to itself may be half
 * changed, so that lock is poisoned.
 *
 * Return: @ret.
 */
long chard_call_release(struct chard_call *call, long ret)
{
	struct chard_hold *hold;

	while ((hold = call->held)) {
		if (hold->kind == CHARD_HOLD_WAIT)
			chard_wait_end(call);
		else if (hold->kind & CHARD_HOLD_SLOT)
			chard_slot_end(call, container_of(hold, struct chard_slot, hold));
		else
			chard_lock_end(call, container_of(hold, struct chard_lock, hold));
	}
	return ret;
}
EXPORT_SYMBOL_GPL(chard_call_release);
