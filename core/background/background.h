/* SPDX-License-Identifier: GPL-2.0 */
/* What timers, work and threads have in common: background.c. */
#ifndef CHARD_BACKGROUND_H
#define CHARD_BACKGROUND_H

#include <linux/ktime.h>
#include <linux/spinlock.h>

#include "core.h"

/**
 * struct chard_background - something that a handler sets going
 * @object: makes it one of its device's
 * @token: what the handler knows it by
 * @lock: guards what follows, and the kind's own members
 * @due: it was started before its device has begun, and starts with it
 * @again: of @due: as the handler has asked to start it
 * @after: of @due: in so many nanoseconds
 * @cancelled: since it was started last
 * @active: how often it is armed, queued or running; each has a reference to @object
 */
struct chard_background {
	struct chard_object object;
	unsigned long token;
	/* see above */
	spinlock_t lock;
	bool due;
	bool again;
	u64 after;
	bool cancelled;
	unsigned int active;
};

/**
 * struct chard_background_type - a kind of these
 * @object: as for any object
 * @sleeps: a start of it may sleep
 * @waits: it may wait in a queue while it runs
 * @prepare: do of a start what sleeps; @cancel undoes it. NULL for nothing. Without the lock.
 * @start: start it; under the lock
 * @cancel: let it not start; under the lock. True where one of @active has ended with that.
 */
struct chard_background_type {
	struct chard_object_type object;
	bool sleeps;
	bool waits;
	int (*prepare)(struct chard_background *background, bool again);
	void (*start)(struct chard_background *background, u64 after, bool again);
	bool (*cancel)(struct chard_background *background);
};

static inline struct chard_background *chard_background_of(struct chard_object *object)
{
	return container_of(object, struct chard_background, object);
}

/* chard_call_is_cancelled() - whether the timer, work or thread of a call was cancelled */
static inline bool chard_call_is_cancelled(const struct chard_call *call)
{
	return !call->file && call->object &&
	       READ_ONCE(chard_background_of(call->object)->cancelled);
}

/* The nanoseconds that a ktime_t holds. */
static inline ktime_t chard_ktime(u64 ns)
{
	return min_t(u64, ns, KTIME_MAX);
}

void *chard_background_new(struct chard_call *call, chard_callback_t entry, unsigned long token,
			   size_t size, const struct chard_background_type *type);
void chard_background_get(struct chard_background *background);
void chard_background_put(struct chard_background *background);
void chard_background_put_locked(struct chard_background *background);
long chard_background_enter(struct chard_background *background, chard_callback_t entry);
void chard_background_wake(struct chard_object *object);
void chard_background_stop(struct chard_object *object);

#endif
