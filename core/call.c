// SPDX-License-Identifier: GPL-2.0
/*
 * What a call holds: locks and its place in a queue, linked to its record.
 *
 * The node lies in the lock, which outlives the call, and only the holder
 * touches it: it is linked after locking and unlinked before unlocking.
 */
#define pr_fmt(fmt) "chard: " fmt

#include <linux/mutex.h>
#include <linux/spinlock.h>

#include "core.h"

static struct mutex *chard_mutex(struct chard_lock *lock)
{
	return (struct mutex *)lock->lock;
}

static spinlock_t *chard_spinlock(struct chard_lock *lock)
{
	return (spinlock_t *)lock->lock;
}

static atomic_t *chard_forced(struct chard_lock *lock)
{
	return (atomic_t *)&lock->forced;
}

static void chard_lock_begin(struct chard_lock *lock, __u32 kind)
{
	lock->hold.next = NULL;
	lock->hold.kind = kind;
	lock->holder = NULL;
	lock->flags = 0;
	lock->poisoned = 0;
	lock->forced = 0;
}

static void chard_link(struct chard_call *call, struct chard_lock *lock)
{
	lock->hold.next = call->held;
	call->held = &lock->hold;
	WRITE_ONCE(lock->holder, call);
}

static void chard_unlink(struct chard_call *call, struct chard_lock *lock)
{
	struct chard_hold **at = &call->held;

	while (*at != &lock->hold)
		at = &(*at)->next;
	*at = lock->hold.next;
	/* Who sees no holder sees whether it was forced. */
	smp_store_release(&lock->holder, NULL);
}

/**
 * chard_lock_init() - make a mutex
 * @lock: where; must not move from then on
 * @name: the class's name for lockdep; static
 * @class: the class; static, one for each place that makes locks
 */
void chard_lock_init(struct chard_lock *lock, const char *name, struct chard_class *class)
{
	__mutex_init(chard_mutex(lock), name, (struct lock_class_key *)class->key);
	chard_lock_begin(lock, CHARD_HOLD_MUTEX);
}
EXPORT_SYMBOL_GPL(chard_lock_init);

/**
 * chard_lock_destroy() - end a lock of either kind that nobody holds
 * @lock: the lock
 */
void chard_lock_destroy(struct chard_lock *lock)
{
	if (lock->hold.kind == CHARD_HOLD_MUTEX)
		mutex_destroy(chard_mutex(lock));
}
EXPORT_SYMBOL_GPL(chard_lock_destroy);

/*
 * chard_sleep_error() - why a call can not sleep: -EDEADLK with a spinlock, else 0
 *
 * What it holds is looked at only if there is something.
 */
int chard_sleep_error(const struct chard_call *call)
{
	const struct chard_hold *hold;

	for (hold = call->held; unlikely(hold); hold = hold->next) {
		if (hold->kind == CHARD_HOLD_SPIN)
			return -EDEADLK;
	}
	return 0;
}

/**
 * chard_lock_acquire() - take a mutex on behalf of a call; may sleep
 * @call: the call
 * @lock: the lock
 *
 * Return: 0, -EDEADLK when this very call holds it already, or holds a spinlock
 * and so can not sleep, -EAGAIN when it must not sleep and another has the lock.
 */
int chard_lock_acquire(struct chard_call *call, struct chard_lock *lock)
{
	int error = chard_sleep_error(call);

	/* Others may change it meanwhile, but never to or from this call. */
	if (unlikely(error || READ_ONCE(lock->holder) == call))
		return -EDEADLK;
	if (unlikely(call->nowait)) {
		if (!mutex_trylock(chard_mutex(lock)))
			return -EAGAIN;
	} else {
		mutex_lock(chard_mutex(lock));
	}
	chard_link(call, lock);
	return 0;
}
EXPORT_SYMBOL_GPL(chard_lock_acquire);

/**
 * chard_lock_release() - give a mutex back; in any order
 * @call: the call that took it
 * @lock: the lock
 */
void chard_lock_release(struct chard_call *call, struct chard_lock *lock)
{
	chard_unlink(call, lock);
	mutex_unlock(chard_mutex(lock));
}
EXPORT_SYMBOL_GPL(chard_lock_release);

/**
 * chard_spin_init() - make a spinlock
 * @lock: where; must not move from then on
 * @name: the class's name for lockdep; static
 * @class: the class; static, one for each place that makes locks
 */
void chard_spin_init(struct chard_lock *lock, const char *name, struct chard_class *class)
{
	chard_spinlock_init(chard_spinlock(lock), name, (struct lock_class_key *)class->key);
	chard_lock_begin(lock, CHARD_HOLD_SPIN);
}
EXPORT_SYMBOL_GPL(chard_spin_init);

/**
 * chard_spin_acquire() - take a spinlock on behalf of a call; any context
 * @call: the call; interrupts are off until it has given back all it took
 * @lock: the lock
 *
 * Return: 0, -EDEADLK when this very call holds it already.
 */
int chard_spin_acquire(struct chard_call *call, struct chard_lock *lock)
{
	unsigned long flags;

	if (unlikely(READ_ONCE(lock->holder) == call))
		return -EDEADLK;
	spin_lock_irqsave(chard_spinlock(lock), flags);
	lock->flags = flags;
	chard_link(call, lock);
	return 0;
}
EXPORT_SYMBOL_GPL(chard_spin_acquire);

/**
 * chard_spin_release() - give a spinlock back; in any order
 * @call: the call that took it
 * @lock: the lock
 *
 * The state of interrupts that it brings back is that before the first one: in
 * another order than that of taking them, what this one has kept goes to the one
 * taken after it.
 */
void chard_spin_release(struct chard_call *call, struct chard_lock *lock)
{
	unsigned long flags = lock->flags;
	struct chard_hold *hold;
	struct chard_lock *later = NULL;

	for (hold = call->held; hold != &lock->hold; hold = hold->next) {
		if (hold->kind == CHARD_HOLD_SPIN)
			later = container_of(hold, struct chard_lock, hold);
	}
	if (later)
		swap(flags, later->flags);
	chard_unlink(call, lock);
	spin_unlock_irqrestore(chard_spinlock(lock), flags);
}
EXPORT_SYMBOL_GPL(chard_spin_release);

static void chard_hold_release(struct chard_call *call, struct chard_lock *lock)
{
	if (call->panicking) {
		lock->poisoned |= CHARD_POISON_PANICKED;
	} else {
		pr_err("%s: a call ended while it held a lock, which is released and poisoned\n",
		       call->driver->name);
		lock->poisoned |= CHARD_POISON_FORGOTTEN;
	}
	atomic_inc(chard_forced(lock));
	if (lock->hold.kind == CHARD_HOLD_SPIN)
		chard_spin_release(call, lock);
	else
		chard_lock_release(call, lock);
	/*
	 * Whoever finds the lock free may drop it, while mutex_unlock()
	 * still uses it: no guard keeps it alive here. This is the last
	 * that is done to it.
	 */
	atomic_dec_return_release(chard_forced(lock));
}

/**
 * chard_call_release() - take from a call what its handler has not given back
 * @call: the call; its handler does not run any more
 *
 * A guard that was forgotten (mem::forget) comes here, and what a call held
 * that panicked. What a lock guards may be half changed, so the lock is
 * poisoned.
 */
void chard_call_release(struct chard_call *call)
{
	while (call->held) {
		if (call->held->kind == CHARD_HOLD_WAIT)
			chard_wait_end(call);
		else
			chard_hold_release(call, container_of(call->held, struct chard_lock, hold));
	}
}
EXPORT_SYMBOL_GPL(chard_call_release);
