// SPDX-License-Identifier: GPL-2.0
/*
 * Objects of a device: queues, timers, work, threads, arrays of pages, and commands that
 * are answered later. Its handler makes them, and the kernel knows them, too, from
 * interrupts, other tasks and user space that polls.
 *
 * An object is counted. One reference is its handle's, which is a value of the handler's:
 * it may be dropped at any time, forgotten, or live on in the state of another device.
 * Everything else that the kernel knows the object by has a reference of its own: a timer
 * that is armed, work that is queued, a thread, a file that watches a queue, a command
 * that is being issued. What was handed the object's address so needs nothing but that.
 *
 * The device lists its objects, without a reference, in order to stop them before its
 * state ends.
 */
#include <linux/list.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "core.h"

/* Guards the lists of all devices, and the last reference to each object. */
DEFINE_SPINLOCK(chard_objects_lock);

/*
 * chard_object_new() - an object for a call's device, zeroed; sleeps where that is possible
 *
 * It is published by chard_object_add(). The reference is the handle's.
 *
 * Return: the object, whose first member is a struct chard_object, or NULL.
 */
void *chard_object_new(struct chard_call *call, size_t size, const struct chard_object_type *type)
{
	struct chard_object *object = kzalloc(size, chard_gfp());

	if (!object)
		return NULL;
	refcount_set(&object->refs, 1);
	object->device = chard_call_device(call);
	object->driver = chard_call_driver(call);
	object->type = type;
	this_cpu_inc(object->driver->live->counts->boxes);
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
	list_add_rcu(&object->entry, &object->device->objects);
	spin_unlock_irqrestore(&chard_objects_lock, flags);
	/* What comes next looks at the device's flags; see chard_objects_wake(). */
	smp_mb();
	return object;
}

/*
 * chard_object_put() - give a reference back; any context
 *
 * With the last one the object is off its device's list, and counted, before any other task
 * has the lock: a device that finds its list empty has no object left.
 */
void chard_object_put(struct chard_object *object)
{
	unsigned long flags;

	if (!refcount_dec_and_lock_irqsave(&object->refs, &chard_objects_lock, &flags))
		return;
	/* Sparse does not see that the lock is taken here. */
	__acquire(&chard_objects_lock);
	if (object->device)
		list_del_rcu(&object->entry);
	this_cpu_dec(object->driver->live->counts->boxes);
	spin_unlock_irqrestore(&chard_objects_lock, flags);
	if (object->type->free)
		object->type->free(object);
	/* A timer's last reference may go while the kernel still leaves its callback. */
	kfree_rcu(object, rcu);
}

/**
 * chard_object_drop() - a handle ends; any context
 * @object: the object of the handle; what it has set going is cancelled
 */
void chard_object_drop(struct chard_object *object)
{
	if (object->type->cancel)
		object->type->cancel(object);
	chard_object_put(object);
}
EXPORT_SYMBOL_GPL(chard_object_drop);

/*
 * chard_objects_wake() - the device's flags have changed: sleepers are to look; any context
 *
 * A handler may have any number of objects, so this takes no lock: RCU keeps them. A new one
 * is found here, or the call that made it sees the flags.
 */
void chard_objects_wake(struct chard_device *device)
{
	struct chard_object *object;

	/* Behind the flags; see chard_object_add(). */
	smp_mb();
	rcu_read_lock();
	list_for_each_entry_rcu(object, &device->objects, entry) {
		if (object->type->wake)
			object->type->wake(object);
	}
	rcu_read_unlock();
}

/*
 * chard_objects_each() - do something with each object of a device; may sleep
 *
 * Objects may come and go meanwhile. One that comes may be left out; the one at hand is
 * held, and so stays in the list.
 */
void chard_objects_each(struct chard_device *device, void (*act)(struct chard_object *object))
{
	struct chard_object *object, *before = NULL;

	spin_lock_irq(&chard_objects_lock);
	list_for_each_entry(object, &device->objects, entry) {
		/* None is at 0: the last reference goes under the lock, and the entry with it. */
		refcount_inc(&object->refs);
		spin_unlock_irq(&chard_objects_lock);
		if (before)
			chard_object_put(before);
		act(object);
		before = object;
		spin_lock_irq(&chard_objects_lock);
	}
	spin_unlock_irq(&chard_objects_lock);
	if (before)
		chard_object_put(before);
}

static void chard_object_stop(struct chard_object *object)
{
	if (object->type->stop)
		object->type->stop(object);
}

/* chard_objects_stop() - end all that a device has set going, for good; may sleep */
void chard_objects_stop(struct chard_device *device)
{
	/* A callback that still runs may start what was stopped already, or is new: refused. */
	WRITE_ONCE(device->ending, true);
	chard_objects_each(device, chard_object_stop);
}

/* chard_objects_end() - the device goes; what is left of its objects are handles elsewhere */
void chard_objects_end(struct chard_device *device)
{
	struct chard_object *object, *next;

	spin_lock_irq(&chard_objects_lock);
	list_for_each_entry_safe(object, next, &device->objects, entry) {
		WRITE_ONCE(object->device, NULL);
		list_del_rcu(&object->entry);
	}
	spin_unlock_irq(&chard_objects_lock);
}
