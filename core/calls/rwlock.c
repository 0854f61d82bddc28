// SPDX-License-Identifier: GPL-2.0
/*
 * Locks that many calls share, or one has to itself.
 *
 * A call that has the lock to itself uses the node in the lock, as with a mutex. Each call
 * that shares the lock uses a node in a slot of its own record. The lock knows how many
 * these are, and not which: while there are any it is pinned, and its memory stays.
 */
#include <linux/rwsem.h>
#include <linux/spinlock.h>

#include "calls/hold.h"

static struct rw_semaphore *chard_rwsem(struct chard_lock *lock)
{
	return (struct rw_semaphore *)lock->lock;
}

static rwlock_t *chard_rwlock(struct chard_lock *lock)
{
	return (rwlock_t *)lock->lock;
}

/* Why a call can not take a lock, in either way, or 0. */
static int chard_shared_error(struct chard_call *call, struct chard_lock *lock)
{
	if (unlikely(chard_slot_of(call, lock)))
		return chard_call_deadlock(call, "the call holds this lock already");
	return chard_hold_error(call, &lock->hold);
}

static void chard_slot_link(struct chard_call *call, struct chard_slot *slot,
			    struct chard_lock *lock, __u32 kind)
{
	chard_lock_pin(lock);
	slot->lock = lock;
	slot->hold.kind = kind;
	chard_hold_link(call, &slot->hold);
}

/**
 * chard_rwsem_init() - make a lock of readers and writers that sleep for it
 * @lock: where; must not move from then on
 * @name: the class's name for lockdep; static
 * @class: the class; static, one for each place that makes locks
 */
void chard_rwsem_init(struct chard_lock *lock, const char *name, struct chard_class *class)
{
	__init_rwsem(chard_rwsem(lock), name, (struct lock_class_key *)class->key);
	chard_lock_begin(lock, CHARD_HOLD_RWSEM);
}
EXPORT_SYMBOL_GPL(chard_rwsem_init);

static bool chard_rwsem_try(struct chard_lock *lock)
{
	return down_write_trylock(chard_rwsem(lock));
}

static int chard_rwsem_killable(struct chard_lock *lock)
{
	return down_write_killable(chard_rwsem(lock));
}

static void chard_rwsem_get(struct chard_lock *lock)
{
	down_write(chard_rwsem(lock));
}

static void chard_rwsem_put(struct chard_lock *lock)
{
	up_write(chard_rwsem(lock));
}

static const struct chard_lock_way chard_rwsem_way = {
	.try = chard_rwsem_try,
	.killable = chard_rwsem_killable,
	.get = chard_rwsem_get,
	.put = chard_rwsem_put,
};

static bool chard_rwsem_try_share(struct chard_lock *lock)
{
	return down_read_trylock(chard_rwsem(lock));
}

static int chard_rwsem_share_killable(struct chard_lock *lock)
{
	return down_read_killable(chard_rwsem(lock));
}

static void chard_rwsem_get_share(struct chard_lock *lock)
{
	down_read(chard_rwsem(lock));
}

static void chard_rwsem_put_share(struct chard_lock *lock)
{
	up_read(chard_rwsem(lock));
}

static const struct chard_lock_way chard_rwsem_share_way = {
	.try = chard_rwsem_try_share,
	.killable = chard_rwsem_share_killable,
	.get = chard_rwsem_get_share,
	.put = chard_rwsem_put_share,
};

/**
 * chard_rwsem_acquire() - have the lock to oneself; may sleep
 * @call: the call
 * @lock: the lock
 *
 * Return: 0, -EDEADLK when this very call has it already, in either way, or must not
 * sleep; when another has it -EAGAIN and -EINTR as chard_lock_acquire().
 */
int chard_rwsem_acquire(struct chard_call *call, struct chard_lock *lock)
{
	int ret = chard_call_may(call, CHARD_MAY_SLEEP) ?: chard_shared_error(call, lock);

	if (ret)
		return ret;
	if (chard_lock_plainly(call))
		ret = down_write_killable(chard_rwsem(lock)) ? -EINTR : 0;
	else
		ret = chard_lock_otherwise(call, lock, &chard_rwsem_way);
	if (ret)
		return ret;
	chard_lock_pin(lock);
	chard_hold_link(call, &lock->hold);
	return 0;
}
EXPORT_SYMBOL_GPL(chard_rwsem_acquire);

/**
 * chard_rwsem_release() - the reverse of chard_rwsem_acquire(); in any order
 * @call: the call that took it
 * @lock: the lock
 */
void chard_rwsem_release(struct chard_call *call, struct chard_lock *lock)
{
	chard_hold_unlink(call, &lock->hold);
	up_write(chard_rwsem(lock));
	chard_lock_unpin(lock);
}
EXPORT_SYMBOL_GPL(chard_rwsem_release);

/**
 * chard_rwsem_share() - share the lock with other readers; may sleep
 * @call: the call
 * @lock: the lock
 *
 * Return: as chard_rwsem_acquire(), or -ENOLCK when the call shares so many
 * already.
 */
int chard_rwsem_share(struct chard_call *call, struct chard_lock *lock)
{
	int ret = chard_call_may(call, CHARD_MAY_SLEEP) ?: chard_shared_error(call, lock);
	struct chard_slot *slot;

	if (ret)
		return ret;
	slot = chard_slot_free(call);
	if (unlikely(!slot))
		return -ENOLCK;
	if (chard_lock_plainly(call))
		ret = down_read_killable(chard_rwsem(lock)) ? -EINTR : 0;
	else
		ret = chard_lock_otherwise(call, lock, &chard_rwsem_share_way);
	if (ret)
		return ret;
	chard_slot_link(call, slot, lock, CHARD_HOLD_RWSEM_SHARED);
	return 0;
}
EXPORT_SYMBOL_GPL(chard_rwsem_share);

/**
 * chard_rwsem_unshare() - the reverse of chard_rwsem_share(); in any order
 * @call: the call that shares it
 * @lock: the lock
 */
void chard_rwsem_unshare(struct chard_call *call, struct chard_lock *lock)
{
	chard_hold_unlink(call, &chard_slot_of(call, lock)->hold);
	up_read(chard_rwsem(lock));
	chard_lock_unpin(lock);
}
EXPORT_SYMBOL_GPL(chard_rwsem_unshare);

/**
 * chard_rwlock_init() - make a lock of readers and writers that spin for it
 * @lock: where; must not move from then on
 * @name: the class's name for lockdep; static
 * @class: the class; static, one for each place that makes locks
 */
void chard_rwlock_init(struct chard_lock *lock, const char *name, struct chard_class *class)
{
	chard_rwlock_init_class(chard_rwlock(lock), name, (struct lock_class_key *)class->key);
	chard_lock_begin(lock, CHARD_HOLD_RWLOCK);
}
EXPORT_SYMBOL_GPL(chard_rwlock_init);

/**
 * chard_rwlock_acquire() - have the lock to oneself; any context
 * @call: the call; interrupts are off until it has given back all it took
 * @lock: the lock
 *
 * Return: 0, -EDEADLK when this very call has it already, in either way.
 */
int chard_rwlock_acquire(struct chard_call *call, struct chard_lock *lock)
{
	int ret = chard_shared_error(call, lock);
	unsigned long flags;

	if (ret)
		return ret;
	write_lock_irqsave(chard_rwlock(lock), flags);
	CHARD_CALL_HAS(chard_rwlock(lock));
	lock->hold.flags = flags;
	chard_lock_pin(lock);
	chard_hold_link(call, &lock->hold);
	return 0;
}
EXPORT_SYMBOL_GPL(chard_rwlock_acquire);

/**
 * chard_rwlock_release() - the reverse of chard_rwlock_acquire(); in any order
 * @call: the call that took it
 * @lock: the lock
 */
void chard_rwlock_release(struct chard_call *call, struct chard_lock *lock)
{
	unsigned long flags = chard_hold_irqs(call, &lock->hold);

	chard_hold_unlink(call, &lock->hold);
	CHARD_CALL_GIVES(chard_rwlock(lock));
	write_unlock_irqrestore(chard_rwlock(lock), flags);
	chard_lock_unpin(lock);
	chard_hold_late_if_any(call);
}
EXPORT_SYMBOL_GPL(chard_rwlock_release);

/**
 * chard_rwlock_share() - share the lock with other readers; any context
 * @call: the call; interrupts are off until it has given back all it took
 * @lock: the lock
 *
 * Return: as chard_rwlock_acquire(), or -ENOLCK when the call shares so many
 * already.
 */
int chard_rwlock_share(struct chard_call *call, struct chard_lock *lock)
{
	int ret = chard_shared_error(call, lock);
	struct chard_slot *slot;
	unsigned long flags;

	if (ret)
		return ret;
	slot = chard_slot_free(call);
	if (unlikely(!slot))
		return -ENOLCK;
	read_lock_irqsave(chard_rwlock(lock), flags);
	CHARD_CALL_HAS(chard_rwlock(lock));
	slot->hold.flags = flags;
	chard_slot_link(call, slot, lock, CHARD_HOLD_RWLOCK_SHARED);
	return 0;
}
EXPORT_SYMBOL_GPL(chard_rwlock_share);

/**
 * chard_rwlock_unshare() - the reverse of chard_rwlock_share(); in any order
 * @call: the call that shares it
 * @lock: the lock
 */
void chard_rwlock_unshare(struct chard_call *call, struct chard_lock *lock)
{
	struct chard_slot *slot = chard_slot_of(call, lock);
	unsigned long flags = chard_hold_irqs(call, &slot->hold);

	chard_hold_unlink(call, &slot->hold);
	CHARD_CALL_GIVES(chard_rwlock(lock));
	read_unlock_irqrestore(chard_rwlock(lock), flags);
	chard_lock_unpin(lock);
	chard_hold_late_if_any(call);
}
EXPORT_SYMBOL_GPL(chard_rwlock_unshare);
