// SPDX-License-Identifier: GPL-2.0
/*
 * What timers (timer.c), work (work.c) and threads (thread.c) have in common, which a handler sets
 * going.
 *
 * Each comes back to the handler by its own entry, as a call of the device: refused when
 * the device does not answer any more, ended with -EIO by a panic; then a timer is not
 * armed again.
 *
 * What is started before the device is whole and registered, or while it is being reset,
 * starts when that is done (chard_background_begin()). A timer that expires in a suspend is due
 * when that is over. A handle that is dropped cancels; what runs then ends as ever, and is freed
 * behind that. The device stops all that is left before the handler's state ends.
 */
#include <linux/wait_bit.h>

#include "background/background.h"

static const struct chard_background_type *
chard_background_type_of(const struct chard_background *background)
{
	return container_of(background->object.type, struct chard_background_type, object);
}

/*
 * chard_background_new() - something that comes back by @entry, not started; sleeps where
 *			    that is possible
 *
 * A handler of another type than its driver's may lack the entry.
 *
 * Return: the new one, whose first member is a struct chard_background, or NULL.
 */
void *chard_background_new(struct chard_call *call, chard_callback_t entry, unsigned long token,
			   size_t size, const struct chard_background_type *type)
{
	struct chard_background *background;

	if (!entry) {
		if (chard_may_log(chard_call_driver(call)))
			pr_err("chard_%s: the driver has no such entry: build all from one tree\n",
			       chard_call_driver(call)->name);
		return NULL;
	}
	background = chard_object_new(call, size, &type->object);
	if (!background)
		return NULL;
	background->token = token;
	spin_lock_init(&background->lock);
	return background;
}

/* chard_background_get() - it is armed, queued or runs once more; under its lock */
void chard_background_get(struct chard_background *background)
{
	refcount_inc(&background->object.refs);
	background->active++;
}

/*
 * chard_background_put_locked() - the reverse; under its lock, in an RCU section
 *
 * The reference goes under the lock as well: when the device finds that it is idle, nothing
 * is left to be done to it. The memory stays for the section.
 */
void chard_background_put_locked(struct chard_background *background)
{
	if (!--background->active)
		wake_up_var(&background->active);
	chard_object_put(&background->object);
}

/* chard_background_put() - the same, without the lock; any context */
void chard_background_put(struct chard_background *background)
{
	unsigned long flags;

	rcu_read_lock();
	spin_lock_irqsave(&background->lock, flags);
	chard_background_put_locked(background);
	spin_unlock_irqrestore(&background->lock, flags);
	rcu_read_unlock();
}

static bool chard_background_idle(struct chard_background *background)
{
	bool idle;

	spin_lock_irq(&background->lock);
	idle = !background->active;
	spin_unlock_irq(&background->lock);
	return idle;
}

/* chard_background_enter() - call the handler's entry for a timer, work or thread */
long chard_background_enter(struct chard_background *background, chard_callback_t entry)
{
	return entry(background->object.device, &background->object, background->token);
}

/* chard_background_wake() - calls that wait until it is idle are to look; any context */
void chard_background_wake(struct chard_object *object)
{
	wake_up_var(&chard_background_of(object)->active);
}

/* Under its lock; the caller has a reference, so this is not the last. */
static void chard_background_cancel_locked(struct chard_background *background)
{
	background->due = false;
	background->cancelled = true;
	if (chard_background_type_of(background)->cancel(background))
		chard_background_put_locked(background);
}

/**
 * chard_background_start() - start a timer, work or a thread
 * @call: a call of its device
 * @object: which
 * @after: in so many nanoseconds; for work rounded up to jiffies; a thread starts at once
 * @again: not 0: whatever it has been doing, it starts anew. Else what is queued stays so,
 *	   a timer that is armed starts anew, and a thread that runs refuses.
 *
 * Any context for a timer and work, which run once more if they run just now. A thread may
 * sleep, and with @again waits for its end.
 *
 * Return: 0; -EXDEV for that of another device; -ENODEV or -EIO when the device does not
 * answer any more; of a thread also -EBUSY where it runs, -EDEADLK, -ENOMEM, and -EINTR
 * where the caller was killed.
 */
int chard_background_start(struct chard_call *call, struct chard_object *object, __u64 after,
			   int again)
{
	struct chard_background *background = chard_background_of(object);
	const struct chard_background_type *type = chard_background_type_of(background);
	struct chard_device *device = chard_call_device(call);
	unsigned long flags;
	int ret;

	if (READ_ONCE(object->device) != device)
		return -EXDEV;
	ret = type->sleeps ? chard_call_may(call, CHARD_MAY_SLEEP) : 0;
	ret = ret ?: chard_call_error(call);
	if (!ret && type->sleeps && again)
		ret = chard_background_cancel_sync(call, object);
	if (!ret && type->prepare)
		ret = type->prepare(background, again);
	if (ret)
		return ret;
	spin_lock_irqsave(&background->lock, flags);
	background->cancelled = false;
	if (READ_ONCE(device->ending)) {
		chard_background_cancel_locked(background);
		ret = -ENODEV;
	} else if (READ_ONCE(device->begun)) {
		/* As of a timer that has expired in a suspend. */
		background->due = false;
		type->start(background, after, again);
	} else {
		background->due = true;
		background->again = again;
		background->after = after;
	}
	spin_unlock_irqrestore(&background->lock, flags);
	return ret;
}
EXPORT_SYMBOL_GPL(chard_background_start);

/**
 * chard_background_cancel() - let a timer, work or a thread not start; any context
 * @object: which; if it runs just now that goes on, is the last time, and learns of it by
 *	    chard_call_error()
 */
void chard_background_cancel(struct chard_object *object)
{
	struct chard_background *background = chard_background_of(object);
	struct chard_device *device;
	unsigned long flags;
	bool waits;

	spin_lock_irqsave(&background->lock, flags);
	chard_background_cancel_locked(background);
	waits = background->active && chard_background_type_of(background)->waits;
	spin_unlock_irqrestore(&background->lock, flags);
	if (!waits)
		return;
	/* What sleeps in a queue or at the gate is to look. Its device may end just now. */
	rcu_read_lock();
	device = READ_ONCE(object->device);
	if (device) {
		chard_objects_wake(device);
		chard_gate_wake(device);
	}
	rcu_read_unlock();
}
EXPORT_SYMBOL_GPL(chard_background_cancel);

/**
 * chard_background_cancel_sync() - the same, and wait until it does not run any more
 * @call: a call of its device, but not its own
 * @object: which
 *
 * May sleep. The call must not hold a lock that what runs wants.
 *
 * Return: 0, -EDEADLK where the call can not wait, or is what it would wait for, -EXDEV;
 * -EINTR where the caller was killed or cancelled meanwhile, -ENODEV, -EIO or -ECANCELED where a
 * call should end that no signal ends, or that the end of the device waits for: then it is
 * cancelled, and may still run.
 */
int chard_background_cancel_sync(struct chard_call *call, struct chard_object *object)
{
	struct chard_background *background = chard_background_of(object);
	int ret = chard_call_may(call, CHARD_MAY_SLEEP | CHARD_MAY_WAIT);
	bool ends, counted;
	int error = 0;

	if (ret)
		return ret;
	if (READ_ONCE(object->device) != chard_call_device(call))
		return -EXDEV;
	if (!call->file && call->object == object)
		return chard_call_deadlock(call, "it would wait for its own end");
	chard_background_cancel(object);
	/*
	 * A wait ends with the device where no signal ends it, as two may wait for each other, and
	 * where the end of the device waits for this call.
	 */
	ends = !(call->may & CHARD_CALL_KILLABLE) || call->may & CHARD_CALL_AWAITED;
	/* What runs may wait for a lock for as long as user space likes. */
	counted = !ends && chard_bound_leave(call);
	ret = ___wait_var_event(&background->active,
				chard_background_idle(background) ||
					(ends && (error = chard_call_error(call))),
				chard_call_state(call), 0, 0, schedule());
	chard_bound_return(call, counted);
	return ret ? -EINTR : error;
}
EXPORT_SYMBOL_GPL(chard_background_cancel_sync);

/*
 * chard_background_stop() - the device ends: so does this, and does not start any more
 *
 * May sleep. The device's @ending is set, which a start sees under the lock.
 */
void chard_background_stop(struct chard_object *object)
{
	struct chard_background *background = chard_background_of(object);

	chard_background_cancel(object);
	wait_var_event(&background->active, chard_background_idle(background));
}

static bool chard_object_is_background(const struct chard_object *object)
{
	return object->type->stop == chard_background_stop;
}

static void chard_background_begin_one(struct chard_object *object)
{
	struct chard_background *background = chard_background_of(object);
	unsigned long flags;

	if (!chard_object_is_background(object))
		return;
	spin_lock_irqsave(&background->lock, flags);
	if (background->due)
		chard_background_type_of(background)
			->start(background, background->after, background->again);
	background->due = false;
	spin_unlock_irqrestore(&background->lock, flags);
}

/*
 * chard_background_begin() - the device is whole: start what was to start with it; may sleep
 *
 * What is started from here on sees @begun, or is still found to be due.
 */
void chard_background_begin(struct chard_device *device)
{
	WRITE_ONCE(device->begun, true);
	chard_objects_each(device, chard_background_begin_one);
}

/* chard_background_resume() - the device is awake: start what was due meanwhile; may sleep */
void chard_background_resume(struct chard_device *device)
{
	/* What a reset is to start is due until that is done. */
	if (READ_ONCE(device->begun))
		chard_objects_each(device, chard_background_begin_one);
}

static void chard_background_discard_one(struct chard_object *object)
{
	if (chard_object_is_background(object) && READ_ONCE(chard_background_of(object)->due))
		chard_background_cancel(object);
}

/* chard_background_discard() - it was not reset: forget what was to start then; may sleep */
void chard_background_discard(struct chard_device *device)
{
	chard_objects_each(device, chard_background_discard_one);
	WRITE_ONCE(device->begun, true);
}
