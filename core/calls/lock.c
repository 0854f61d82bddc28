// SPDX-License-Identifier: GPL-2.0
/*
 * The locks that one call has to itself: mutexes and spinlocks. Those that calls share
 * are in rwlock.c.
 */
#include <linux/delay.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>
#include <linux/timekeeping.h>

#include "calls/hold.h"

/* Microseconds between two tries, at first and at last. */
#define TRY_PAUSE 100
#define TRY_PAUSE_MAX 10000

static struct mutex *chard_mutex(const struct chard_lock *lock)
{
	return (struct mutex *)lock->lock;
}

static spinlock_t *chard_spinlock(struct chard_lock *lock)
{
	return (spinlock_t *)lock->lock;
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
 * chard_lock_destroy() - end a lock of either kind, which no call holds
 * @lock: the lock
 */
void chard_lock_destroy(struct chard_lock *lock)
{
	if (lock->hold.kind == CHARD_HOLD_MUTEX)
		mutex_destroy(chard_mutex(lock));
}
EXPORT_SYMBOL_GPL(chard_lock_destroy);

/**
 * chard_lock_busy() - whether a lock that no call can take any more is still in use
 * @lock: the lock, of any kind
 *
 * By a call whose guard was forgotten, or by C that gives it back on behalf of one.
 */
int chard_lock_busy(const struct chard_lock *lock)
{
	__u32 kind = READ_ONCE(lock->hold.kind);

	if ((kind == CHARD_HOLD_MUTEX || kind == CHARD_HOLD_MUTEX_LATE) &&
	    mutex_is_locked(chard_mutex(lock)))
		return 1;
	/* It is pinned before it is unlocked. */
	smp_rmb();
	return atomic_read_acquire((const atomic_t *)&lock->pins) != 0;
}
EXPORT_SYMBOL_GPL(chard_lock_busy);

/*
 * chard_hold_refuse() - chard_hold_error() for a call that holds something
 *
 * preempt_count() has 8 bits for the spinlocks of a task; see also CHARD_HOLDS.
 *
 * Return: 0, -EDEADLK where the call has this very lock, -ENOLCK where it has as many as
 * it may.
 */
int chard_hold_refuse(const struct chard_call *call, const struct chard_hold *hold)
{
	const struct chard_hold *at;
	unsigned int count = 0;

	for (at = call->held; at; at = at->next) {
		if (at == hold)
			return chard_call_deadlock(call, "the call holds this lock already");
		count++;
	}
	return count < CHARD_HOLDS ? 0 : -ENOLCK;
}

/*
 * A lock is wanted by a call that must not wait. As a rule another call has it for a moment. But
 * that call may be stalled for ever, by memory that a process is to bring. Where @call is BRIEF,
 * others wait behind it: the kernel polls with locks of epoll's held, one of which all processes
 * share. It may poll thousands of files so, one behind the other: after a wait in vain the
 * driver's brief calls do not wait for some time.
 */
static int chard_lock_briefly(const struct chard_call *call, struct chard_lock *lock,
			      bool (*try)(struct chard_lock *lock))
{
	u64 now, until, *again;
	bool often;

	if (!(call->may & CHARD_CALL_BRIEF))
		return -EAGAIN;
	/* Not so a suspend, which nobody repeats for thousands of files. */
	often = !(call->may & CHARD_MAY_WAIT);
	again = &chard_call_driver(call)->live->brief_again;
	now = ktime_get_ns();
	if (often && now < READ_ONCE(*again))
		return -EAGAIN;
	until = now + CHARD_BRIEF_MS * NSEC_PER_MSEC;
	for (; now < until && !fatal_signal_pending(current); now = ktime_get_ns()) {
		usleep_range(TRY_PAUSE, 2 * TRY_PAUSE);
		if (try(lock))
			return 0;
	}
	if (often && now >= until)
		WRITE_ONCE(*again, now + CHARD_BRIEF_AGAIN_MS * NSEC_PER_MSEC);
	return -EAGAIN;
}

/* Why a call that waits for a lock gives up, or 0. */
static int chard_lock_error(const struct chard_call *call)
{
	if (call->may & CHARD_CALL_WORKER
		    ? signal_pending(current)
		    : call->may & CHARD_CALL_KILLABLE && fatal_signal_pending(current))
		return -EINTR;
	return call->may & CHARD_CALL_AWAITED && chard_call_error(call) == -ENODEV ? -ENODEV : 0;
}

/* Waits for a lock, for a call whose wait for it ends otherwise than those of the kernel do. */
static int chard_lock_by_tries(struct chard_call *call, struct chard_lock *lock,
			       bool (*try)(struct chard_lock *lock))
{
	unsigned long pause = TRY_PAUSE;

	for (;;) {
		int ret = chard_lock_error(call);

		if (ret || try(lock))
			return ret;
		usleep_range(pause, 2 * pause);
		if (pause < TRY_PAUSE_MAX)
			pause *= 2;
	}
}

static int chard_lock_wait(struct chard_call *call, struct chard_lock *lock,
			   const struct chard_lock_way *way)
{
	if (call->may & (CHARD_CALL_AWAITED | CHARD_CALL_WORKER))
		return chard_lock_by_tries(call, lock, way->try);
	if (call->may & CHARD_CALL_KILLABLE)
		return way->killable(lock) ? -EINTR : 0;
	way->get(lock);
	return 0;
}

/*
 * chard_lock_otherwise() - take a lock that sleeps, where chard_lock_plainly() is false; may sleep
 * @call: the call, which may sleep
 * @lock: the lock
 * @way: how
 *
 * Another call may keep it for as long as user space likes, so the end of a binding does not wait
 * for a call that waits here. One that has the lock when the device is being suspended gives it
 * back until the resume: the suspend may want it.
 *
 * Return: 0; -EAGAIN where the call must not wait, or only for a moment; -EINTR where it was
 * killed or cancelled; -ENODEV where the device goes, whose end waits for the call.
 */
int chard_lock_otherwise(struct chard_call *call, struct chard_lock *lock,
			 const struct chard_lock_way *way)
{
	bool counted;
	int ret;

	for (;;) {
		if (way->try(lock))
			return 0;
		if (!(call->may & CHARD_MAY_WAIT) || call->may & CHARD_CALL_BRIEF)
			return chard_lock_briefly(call, lock, way->try);
		counted = chard_bound_leave(call);
		ret = chard_lock_wait(call, lock, way);
		if (ret) {
			chard_bound_return(call, counted);
			return ret;
		}
		if (chard_bound_return_with_lock(call, counted))
			return 0;
		way->put(lock);
		chard_bound_return(call, counted);
	}
}

static bool chard_mutex_try(struct chard_lock *lock)
{
	return mutex_trylock(chard_mutex(lock));
}

static int chard_mutex_killable(struct chard_lock *lock)
{
	return mutex_lock_killable(chard_mutex(lock));
}

static void chard_mutex_get(struct chard_lock *lock)
{
	mutex_lock(chard_mutex(lock));
}

static void chard_mutex_put(struct chard_lock *lock)
{
	mutex_unlock(chard_mutex(lock));
}

static const struct chard_lock_way chard_mutex_way = {
	.try = chard_mutex_try,
	.killable = chard_mutex_killable,
	.get = chard_mutex_get,
	.put = chard_mutex_put,
};

/**
 * chard_lock_acquire() - take a mutex on behalf of a call; may sleep
 * @call: the call
 * @lock: the lock
 *
 * Return: 0, -EDEADLK when this very call holds it already, or must not sleep; -ENOLCK
 * when the call holds as many as it may; when another has the lock -EAGAIN where the call
 * must not wait, -EINTR where it was killed or cancelled, and -ENODEV where the device goes,
 * whose end waits for the call.
 */
int chard_lock_acquire(struct chard_call *call, struct chard_lock *lock)
{
	int ret = chard_call_may(call, CHARD_MAY_SLEEP) ?: chard_hold_error(call, &lock->hold);

	if (ret)
		return ret;
	if (chard_lock_plainly(call))
		ret = mutex_lock_killable(chard_mutex(lock)) ? -EINTR : 0;
	else
		ret = chard_lock_otherwise(call, lock, &chard_mutex_way);
	if (likely(!ret))
		chard_hold_link(call, &lock->hold);
	return ret;
}
EXPORT_SYMBOL_GPL(chard_lock_acquire);

/**
 * chard_lock_try() - take a mutex if it is free
 * @call: the call; may sleep, though it does not do so here
 * @lock: the lock
 *
 * Return: 0, -EAGAIN, or -EDEADLK and -ENOLCK as chard_lock_acquire().
 */
int chard_lock_try(struct chard_call *call, struct chard_lock *lock)
{
	int ret = chard_call_may(call, CHARD_MAY_SLEEP) ?: chard_hold_error(call, &lock->hold);

	if (ret)
		return ret;
	if (!chard_mutex_try(lock))
		return -EAGAIN;
	chard_hold_link(call, &lock->hold);
	return 0;
}
EXPORT_SYMBOL_GPL(chard_lock_try);

/**
 * chard_lock_release() - give a mutex back; in any order
 * @call: the call that took it
 * @lock: the lock
 *
 * While the call holds what it can not sleep with, the mutex stays locked, and so its
 * memory stays. A waiter for a mutex takes a lock within it with interrupts on,
 * where an interrupt may come and spin for what this call holds; and this call would
 * spin for the lock within.
 */
void chard_lock_release(struct chard_call *call, struct chard_lock *lock)
{
	if (unlikely(call->atomic)) {
		WRITE_ONCE(lock->hold.kind, CHARD_HOLD_MUTEX_LATE);
		return;
	}
	chard_hold_unlink(call, &lock->hold);
	mutex_unlock(chard_mutex(lock));
}
EXPORT_SYMBOL_GPL(chard_lock_release);

/* chard_hold_late() - the call may be able to sleep again: now for its mutexes */
void chard_hold_late(struct chard_call *call)
{
	struct chard_hold *hold = call->held;

	if (call->atomic)
		return;
	while (hold) {
		struct chard_lock *lock = container_of(hold, struct chard_lock, hold);

		hold = hold->next;
		if (lock->hold.kind != CHARD_HOLD_MUTEX_LATE)
			continue;
		WRITE_ONCE(lock->hold.kind, CHARD_HOLD_MUTEX);
		/* Its guard is gone, and keeps it alive no longer: see chard_lock_end(). */
		chard_lock_pin(lock);
		chard_lock_release(call, lock);
		chard_lock_unpin(lock);
	}
}

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

static void chard_spin_taken(struct chard_call *call, struct chard_lock *lock, unsigned long flags)
{
	lock->hold.flags = flags;
	chard_lock_pin(lock);
	chard_hold_link(call, &lock->hold);
}

/**
 * chard_spin_acquire() - take a spinlock on behalf of a call; any context
 * @call: the call; interrupts are off until it has given back all it took
 * @lock: the lock
 *
 * Return: 0, -EDEADLK when this very call holds it already, -ENOLCK when it holds as many
 * as it may.
 */
int chard_spin_acquire(struct chard_call *call, struct chard_lock *lock)
{
	unsigned long flags;
	int ret = chard_hold_error(call, &lock->hold);

	if (ret)
		return ret;
	spin_lock_irqsave(chard_spinlock(lock), flags);
	CHARD_CALL_HAS(chard_spinlock(lock));
	chard_spin_taken(call, lock, flags);
	return 0;
}
EXPORT_SYMBOL_GPL(chard_spin_acquire);

/**
 * chard_spin_try() - take a spinlock if it is free; any context
 * @call: as for chard_spin_acquire()
 * @lock: the lock
 *
 * Return: 0, -EAGAIN, or -EDEADLK and -ENOLCK as chard_spin_acquire().
 */
int chard_spin_try(struct chard_call *call, struct chard_lock *lock)
{
	unsigned long flags;
	int ret = chard_hold_error(call, &lock->hold);

	if (ret)
		return ret;
	if (!spin_trylock_irqsave(chard_spinlock(lock), flags))
		return -EAGAIN;
	CHARD_CALL_HAS(chard_spinlock(lock));
	chard_spin_taken(call, lock, flags);
	return 0;
}
EXPORT_SYMBOL_GPL(chard_spin_try);

/**
 * chard_spin_release() - give a spinlock back; in any order
 * @call: the call that took it
 * @lock: the lock
 */
void chard_spin_release(struct chard_call *call, struct chard_lock *lock)
{
	unsigned long flags = chard_hold_irqs(call, &lock->hold);

	chard_hold_unlink(call, &lock->hold);
	CHARD_CALL_GIVES(chard_spinlock(lock));
	spin_unlock_irqrestore(chard_spinlock(lock), flags);
	chard_lock_unpin(lock);
	chard_hold_late_if_any(call);
}
EXPORT_SYMBOL_GPL(chard_spin_release);
