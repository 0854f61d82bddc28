// SPDX-License-Identifier: GPL-2.0
/*
 * Objects of a device: what its handler makes and the kernel then knows of, from
 * interrupts, other tasks or user space that polls.
 *
 * The handler has a handle. Rust's rules do not tell the core when the kernel is
 * done with the object: a handle may be dropped while somebody polls or the
 * callback runs, may be forgotten, or live on in the state of another device. So
 * an object belongs to two parties, its handle and its device, and is freed with
 * the later one; with the handle at once, where nobody else can know of it.
 */
#include <linux/list.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "core.h"

/* Guards all lists of objects, and who holds them: they come and go rarely. */
DEFINE_SPINLOCK(chard_objects_lock);

static void chard_object_free(struct chard_object *object)
{
	if (object->type->free)
		object->type->free(object);
	this_cpu_dec(object->driver->live->counts->boxes);
	kfree(object);
}

/*
 * chard_object_new() - an object for a call's device, zeroed; sleeps where that is possible
 *
 * Nobody knows of it until chard_object_add().
 *
 * Return: the object, whose first member is a struct chard_object, or NULL.
 */
void *chard_object_new(struct chard_call *call, size_t size, const struct chard_object_type *type)
{
	struct chard_device *device = chard_call_device(call);
	struct chard_object *object =
		kzalloc(size, chard_may_sleep() ? GFP_KERNEL_ACCOUNT : GFP_ATOMIC);

	if (!object)
		return NULL;
	object->device = device;
	object->driver = chard_call_driver(call);
	object->type = type;
	object->held = true;
	this_cpu_inc(chard_call_driver(call)->live->counts->boxes);
	return object;
}

/*
 * chard_object_add() - a new object is fit for use: make it one of its device's
 *
 * From here on it may be woken. Any context.
 */
struct chard_object *chard_object_add(struct chard_object *object)
{
	unsigned long flags;

	spin_lock_irqsave(&chard_objects_lock, flags);
	list_add(&object->entry, &object->device->objects);
	spin_unlock_irqrestore(&chard_objects_lock, flags);
	return object;
}

/* Whether the caller is to free it; under chard_objects_lock. */
static bool chard_object_over(struct chard_object *object)
{
	if (object->held)
		return false;
	if (!object->device)
		return true;
	if (object->device->ending || !object->type->idle || !object->type->idle(object))
		return false;
	list_del(&object->entry);
	return true;
}

/*
 * chard_object_settle() - something that kept it from being idle has ended; any context
 * @object: the object
 * @busy: what says that to its idle(); from here on whoever drops the handle frees it,
 *	  so it is cleared under the lock
 */
void chard_object_settle(struct chard_object *object, bool *busy)
{
	unsigned long flags;
	bool over;

	spin_lock_irqsave(&chard_objects_lock, flags);
	*busy = false;
	over = chard_object_over(object);
	spin_unlock_irqrestore(&chard_objects_lock, flags);
	if (over)
		chard_object_free(object);
}

/**
 * chard_object_drop() - a handle ends; any context
 * @object: what it was of; belongs to its device alone from then on
 *
 * What is going on goes on: it does not know of the handle.
 */
void chard_object_drop(struct chard_object *object)
{
	unsigned long flags;
	bool over;

	spin_lock_irqsave(&chard_objects_lock, flags);
	object->held = false;
	over = chard_object_over(object);
	spin_unlock_irqrestore(&chard_objects_lock, flags);
	if (over)
		chard_object_free(object);
}
EXPORT_SYMBOL_GPL(chard_object_drop);

/* chard_objects_wake() - the device's flags have changed: who sleeps is to look; any context */
void chard_objects_wake(struct chard_device *device)
{
	struct chard_object *object;
	unsigned long flags;

	spin_lock_irqsave(&chard_objects_lock, flags);
	list_for_each_entry(object, &device->objects, entry) {
		if (object->type->wake)
			object->type->wake(object);
	}
	spin_unlock_irqrestore(&chard_objects_lock, flags);
}

/*
 * chard_objects_stop() - end all that a device has set going; may sleep
 *
 * The device is gone, so nothing more is let in; but a callback that came in
 * before may set going what was stopped already. When each was stopped once, no
 * such callback runs any more: the second time is the last.
 */
void chard_objects_stop(struct chard_device *device)
{
	struct chard_object *object;
	int times;

	/* From here on nobody else takes an object off the list. */
	spin_lock_irq(&chard_objects_lock);
	device->ending = true;
	spin_unlock_irq(&chard_objects_lock);

	for (times = 0; times < 2; times++) {
		list_for_each_entry(object, &device->objects, entry) {
			if (object->type->stop)
				object->type->stop(object);
		}
	}
}

/* chard_objects_end() - the device goes, and its objects with it; nothing of it runs */
void chard_objects_end(struct chard_device *device)
{
	struct chard_object *object, *next;
	LIST_HEAD(dropped);

	spin_lock_irq(&chard_objects_lock);
	list_for_each_entry_safe(object, next, &device->objects, entry) {
		object->device = NULL;
		if (object->held)
			list_del(&object->entry);
		else
			list_move(&object->entry, &dropped);
	}
	spin_unlock_irq(&chard_objects_lock);
	list_for_each_entry_safe(object, next, &dropped, entry)
		chard_object_free(object);
}
