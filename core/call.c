// SPDX-License-Identifier: GPL-2.0
/*
 * What a call holds: locks, linked to its record.
 *
 * The node lies in the lock, which outlives the call, and only the holder
 * touches it: it is linked after locking and unlinked before unlocking.
 */
#define pr_fmt(fmt) "chard: " fmt

#include <linux/mutex.h>

#include "core.h"

static struct mutex *chard_mutex(struct chard_lock *lock)
{
	return (struct mutex *)lock->mutex;
}

static atomic_t *chard_forced(struct chard_lock *lock)
{
	return (atomic_t *)&lock->forced;
}

/**
 * chard_lock_init() - make a lock
 * @lock: where; must not move from then on
 * @name: the class's name for lockdep; static
 * @class: the class; static, one for each place that makes locks
 */
void chard_lock_init(struct chard_lock *lock, const char *name, struct chard_class *class)
{
	__mutex_init(chard_mutex(lock), name, (struct lock_class_key *)class->key);
	lock->next = NULL;
	lock->holder = NULL;
	lock->poisoned = 0;
	lock->forced = 0;
}
EXPORT_SYMBOL_GPL(chard_lock_init);

/**
 * chard_lock_destroy() - end a lock that nobody holds
 * @lock: the lock
 */
void chard_lock_destroy(struct chard_lock *lock)
{
	mutex_destroy(chard_mutex(lock));
}
EXPORT_SYMBOL_GPL(chard_lock_destroy);

/**
 * chard_lock_acquire() - take a lock on behalf of a call; may sleep
 * @call: the call
 * @lock: the lock
 *
 * Return: 0, -EDEADLK when this very call holds it already.
 */
int chard_lock_acquire(struct chard_call *call, struct chard_lock *lock)
{
	/* Others may change it meanwhile, but never to or from this call. */
	if (unlikely(READ_ONCE(lock->holder) == call))
		return -EDEADLK;
	mutex_lock(chard_mutex(lock));
	lock->next = call->held;
	call->held = lock;
	WRITE_ONCE(lock->holder, call);
	return 0;
}
EXPORT_SYMBOL_GPL(chard_lock_acquire);

/**
 * chard_lock_release() - give a lock back; in any order
 * @call: the call that took it
 * @lock: the lock
 */
void chard_lock_release(struct chard_call *call, struct chard_lock *lock)
{
	struct chard_lock **at = &call->held;

	while (*at != lock)
		at = &(*at)->next;
	*at = lock->next;
	/* Who sees no holder sees whether it was forced. */
	smp_store_release(&lock->holder, NULL);
	mutex_unlock(chard_mutex(lock));
}
EXPORT_SYMBOL_GPL(chard_lock_release);

/**
 * chard_call_release() - take from a call what its handler has not given back
 * @call: the call; its handler does not run any more
 *
 * A guard that was forgotten (mem::forget) comes here, and what a call held
 * that panicked. What the lock guards may be half changed, so the lock is
 * poisoned.
 */
void chard_call_release(struct chard_call *call)
{
	while (call->held) {
		struct chard_lock *lock = call->held;

		if (call->panicking) {
			lock->poisoned |= CHARD_POISON_PANICKED;
		} else {
			pr_err("%s: a call ended while it held a lock, which is released and poisoned\n",
			       call->driver->name);
			lock->poisoned |= CHARD_POISON_FORGOTTEN;
		}
		atomic_inc(chard_forced(lock));
		chard_lock_release(call, lock);
		/*
		 * Whoever finds the lock free may drop it, while mutex_unlock()
		 * still uses it: no guard keeps it alive here. This is the last
		 * that is done to it.
		 */
		atomic_dec_return_release(chard_forced(lock));
	}
}
EXPORT_SYMBOL_GPL(chard_call_release);
