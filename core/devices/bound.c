// SPDX-License-Identifier: GPL-2.0
/*
 * Devices that are bound: a driver's own C makes them when the kernel gives it something, a
 * piece of hardware as a rule, and removes them when that is taken away.
 *
 * What the kernel takes away may not be touched from then on. So the end of a binding waits
 * for the calls that are in progress, those of timers, work and threads among them; within
 * each the hardware is there. They are counted for that, per CPU (percpu_ref). A call that
 * waits for user space, for memory that a process is to bring or for a lock that such a call
 * has, would keep the bus waiting for as long as a process likes; so would a system call that
 * is frozen where it sleeps in a queue. These are not counted meanwhile. When such a call comes
 * back and the device is not bound any more, the driver's own C is not called for it (-ENODEV),
 * and the rest of it goes on without.
 *
 * A handler's state, and files, outlive the binding as they do any removal.
 */
#include <linux/bottom_half.h>
#include <linux/device.h>
#include <linux/hardirq.h>
#include <linux/percpu-refcount.h>
#include <linux/poll.h>

#include "calls/hold.h"

static void chard_bound_drained(struct percpu_ref *calls)
{
	complete(&container_of(calls, struct chard_device, calls)->drained);
}

/* chard_bound_init() - prepare a new device for what it is bound to; -ENOMEM */
int chard_bound_init(struct chard_device *device, struct device *parent, void *data)
{
	int ret;

	if (!parent)
		return 0;
	init_completion(&device->drained);
	mutex_init(&device->gate_lock);
	init_waitqueue_head(&device->awake);
	mutex_init(&device->transfers);
	/* A suspend kills it, and a resume brings it back. */
	ret = percpu_ref_init(&device->calls, chard_bound_drained, PERCPU_REF_ALLOW_REINIT,
			      GFP_KERNEL);
	if (ret)
		return ret;
	device->parent = get_device(parent);
	device->data = data;
	device->pci = chard_pci_find(parent);
	return 0;
}

/* chard_bound_exit() - the reverse, when nothing of the device runs any more */
void chard_bound_exit(struct chard_device *device)
{
	if (!device->parent)
		return;
	percpu_ref_exit(&device->calls);
}

/*
 * chard_bound_drain() - wait for all that goes on in a device that is removed, once or more often;
 *			 may sleep
 *
 * Its flag is set, and what sleeps in the device was woken. Behind this only removed() reaches
 * the hardware. A call that comes back from user space does not, and a timer that is still
 * armed is refused when it expires.
 */
void chard_bound_drain(struct chard_device *device)
{
	if (device->parent && chard_gate_end(device))
		wait_for_completion(&device->drained);
}

/*
 * chard_bound_end() - from here on it is not bound; once or more often
 *
 * The parent goes back here, and not with the last file: its bus may wait for that, or its
 * module be unloaded. What is left in @parent says that the device was bound once.
 */
void chard_bound_end(struct chard_device *device)
{
	if (xchg(&device->data, NULL))
		put_device(device->parent);
}

/**
 * chard_call_uncount() - a call that was counted has ended; any context
 * @call: the call
 */
void chard_call_uncount(struct chard_call *call)
{
	percpu_ref_put(&chard_call_device(call)->calls);
}
EXPORT_SYMBOL_GPL(chard_call_uncount);

/* See chard_bound_leave(). A suspend waits for one that holds a lock all the same. */
void chard_bound_leave_slowly(struct chard_call *call)
{
	if (chard_call_has_lock(call))
		atomic_inc(&chard_call_device(call)->kept);
	/* Before the counter: a suspend that finds no call counted then finds this one. */
	smp_mb__after_atomic();
	call->may &= ~(CHARD_CALL_BOUND | CHARD_CALL_COUNTED);
	chard_call_uncount(call);
}

/**
 * chard_bound_device() - the device of a call, for the driver's own C; any context
 * @call: the call
 *
 * Return: the device; NULL where it is not bound, or not any more.
 */
struct chard_device *chard_bound_device(const struct chard_call *call)
{
	return call->may & CHARD_CALL_BOUND ? chard_call_device(call) : NULL;
}
EXPORT_SYMBOL_GPL(chard_bound_device);

/**
 * chard_device_alloc() - make a device for what a driver's C was given; may sleep
 * @driver: the driver: &chard_this_driver in NAME.c
 * @parent: what it stands for: the struct device that a bus has probed
 * @data: what the driver's C knows of that, for chard_device_data(); not NULL
 *
 * The handler's new() has made its state. It has no node yet: now is the time to ask for
 * interrupts, whose handler may enter the device at once. Nothing may enter it before, so a
 * function that new() calls lets no event come.
 *
 * Return: the device, with a reference for chard_device_put(); ERR_PTR of -ENOSPC where there
 * are as many as there may be, -EOPNOTSUPP of a driver without CHARD_BOUND_DRIVER, -ENOMEM,
 * what new() refuses with.
 */
struct chard_device *chard_device_alloc(const struct chard_driver *driver, struct device *parent,
					void *data)
{
	struct chard_nodes *nodes = driver->live->nodes;
	long number;

	if (WARN_ON_ONCE(!parent || !data))
		return ERR_PTR(-EINVAL);
	/* What was built without chard_bound.h counts no call. */
	if (!nodes || !nodes->bound)
		return ERR_PTR(-EOPNOTSUPP);
	number = chard_node_reserve(nodes, CHARD_ANY);
	if (number < 0)
		return ERR_PTR(number);
	return chard_device_new(driver, number, parent, data);
}
EXPORT_SYMBOL_GPL(chard_device_alloc);

/**
 * chard_device_register() - let user space open a device; may sleep
 * @device: the device; all that its calls need is there
 *
 * It may be opened before this returns. What the handler's new() has started begins, and its
 * registered() was called.
 *
 * Return: 0; what registered() or the kernel's registration refuses with: then the device is
 * not bound any more, as behind chard_device_unregister().
 */
int chard_device_register(struct chard_device *device)
{
	int ret = chard_device_publish(device);

	if (ret)
		chard_device_unregister(device);
	return ret;
}
EXPORT_SYMBOL_GPL(chard_device_register);

/**
 * chard_device_unregister() - the end of a binding; may sleep
 * @device: the device; it may have been removed before, or never registered
 *
 * Calls are refused, and what sleeps in the device is woken. Waits until no call, timer, work
 * or thread of the device is in the handler or in the driver's C, and no event or request, but
 * for calls that wait for user space or may be frozen, which do not come to C any more; what is
 * mapped is taken away. Files stay open and answer ENODEV. So the caller is none of these, and
 * holds nothing that they want.
 *
 * The device stays until chard_device_put(): an interrupt may still find it, and its event is
 * refused.
 */
void chard_device_unregister(struct chard_device *device)
{
	bool published, claimed;

	/* Behind a registration that goes on, or before one, which is refused then. */
	mutex_lock(&chard_devices_lock);
	published = device->dev;
	claimed = chard_device_claim(device);
	mutex_unlock(&chard_devices_lock);
	if (published) {
		if (claimed)
			chard_removal_queue(device);
		wait_for_completion(&device->removed);
	} else {
		chard_bound_drain(device);
	}
	chard_bound_end(device);
}
EXPORT_SYMBOL_GPL(chard_device_unregister);

/**
 * chard_device_data() - what chard_device_alloc() was given; any context
 * @device: the device; of a function that the handler calls, or in use by the caller
 *
 * Return: never NULL in such a function, and NULL when the binding has ended.
 */
void *chard_device_data(const struct chard_device *device)
{
	return READ_ONCE(device->data);
}
EXPORT_SYMBOL_GPL(chard_device_data);

/**
 * chard_device_is_gone() - whether the binding of a device ends; any context
 * @device: the device
 *
 * For a function of the driver's C that waits in a way of its own, which nobody wakes then: it
 * waits for a time at most, looks, and returns an error when this is true.
 * chard_device_unregister() waits for it.
 */
bool chard_device_is_gone(const struct chard_device *device)
{
	return atomic_read(&device->flags) & CHARD_DEVICE_GONE;
}
EXPORT_SYMBOL_GPL(chard_device_is_gone);

/**
 * chard_device_wake() - wake all that waits in a device's queues; any context but an NMI
 * @device: the device
 * @ready: what it is ready for now, as EPOLLIN, which also sends SIGIO; 0 where that is as
 *	   before
 *
 * Each looks again whether what it waits for is there.
 */
void chard_device_wake(struct chard_device *device, __poll_t ready)
{
	chard_objects_wake(device);
	if (ready)
		kill_fasync(&device->fasync, SIGIO, ready & EPOLLIN ? POLL_IN : POLL_OUT);
}
EXPORT_SYMBOL_GPL(chard_device_wake);

/**
 * chard_device_event() - tell the handler that something has happened; any context
 * @device: the device
 * @event: what: a number that the driver gives it
 * @data: what goes with that, and comes back; kernel memory that nobody else looks at
 *	  meanwhile
 * @len: its bytes; may be 0
 *
 * Calls OnEvent::event(), which does not sleep, with softirqs off at least. In an interrupt of
 * a real-time kernel only where that is a thread, and there not with interrupts or preemption
 * off: spinlocks sleep.
 *
 * Return: the handler's answer, at least 0, or its error; -ENODEV where the device is not
 * bound any more, -EIO where it is in quarantine or the handler panics, -EOPNOTSUPP where the
 * handler has no such method, -EDEADLK in an NMI.
 */
long chard_device_event(struct chard_device *device, u32 event, void *data, size_t len)
{
	chard_message_t enter = device->driver->event;
	bool task = !in_interrupt() && !irqs_disabled();
	long ret;

	if (in_nmi())
		return -EDEADLK;
	if (!enter)
		return -EOPNOTSUPP;
	/* C may hold a spinlock, of which not every kernel's CPU tells (chard_gfp()). */
	if (task)
		local_bh_disable();
	ret = enter(device, event, data, len);
	if (task)
		local_bh_enable();
	return ret;
}
EXPORT_SYMBOL_GPL(chard_device_event);

/**
 * chard_device_request() - ask the handler for something; may sleep
 * @device: the device
 * @request: for what: a number that the driver gives it
 * @data: as for chard_device_event()
 * @len: likewise
 *
 * Calls OnRequest::request(). The end of the binding ends its waits; a signal to the task does so
 * in queues, with -ERESTARTSYS for C to see.
 *
 * Return: as chard_device_event().
 */
long chard_device_request(struct chard_device *device, u32 request, void *data, size_t len)
{
	chard_message_t enter = device->driver->request;
	long ret;

	might_sleep();
	if (!enter)
		return -EOPNOTSUPP;
	/* It may wait for user space, and the end of the binding not for it. */
	kref_get(&device->ref);
	ret = enter(device, request, data, len);
	chard_device_put_late(device);
	return ret;
}
EXPORT_SYMBOL_GPL(chard_device_request);

static void chard_device_put_action(void *device)
{
	chard_device_put(device);
}

/**
 * devm_chard_device_alloc() - chard_device_alloc(), put when the parent's driver is detached
 * @driver: as there
 * @parent: as there
 * @data: as there
 *
 * What devm_request_irq() and the like ask for behind this is given back before.
 *
 * Return: as there.
 */
struct chard_device *devm_chard_device_alloc(const struct chard_driver *driver,
					     struct device *parent, void *data)
{
	struct chard_device *device = chard_device_alloc(driver, parent, data);
	int ret = PTR_ERR_OR_ZERO(device)
			  ?: devm_add_action_or_reset(parent, chard_device_put_action, device);

	return ret ? ERR_PTR(ret) : device;
}
EXPORT_SYMBOL_GPL(devm_chard_device_alloc);

static void chard_device_unregister_action(void *device)
{
	chard_device_unregister(device);
}

/**
 * devm_chard_device_register() - the same of chard_device_register(); the probe's last step
 * @device: the device
 *
 * Return: as there, -ENOMEM.
 */
int devm_chard_device_register(struct chard_device *device)
{
	return chard_device_register(device)
		       ?: devm_add_action_or_reset(device->parent, chard_device_unregister_action,
						   device);
}
EXPORT_SYMBOL_GPL(devm_chard_device_register);
