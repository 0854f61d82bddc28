// SPDX-License-Identifier: GPL-2.0
/*
 * Removal: a device goes, its open files stay.
 *
 * It begins with a flag, which only one party sets, before anything that could
 * wait: from then on opens and calls are refused. A call that was let in
 * before ends as ever, and finds the device's state, which the file holds.
 *
 * The rest waits: for opens of other misc devices, for who reads an attribute, for
 * what the device has set going. Who holds nothing that these could want does it at
 * once, and the device has gone when he returns. For others it is a work item: a
 * handler may remove its device from wherever it is called, open included, where
 * misc_open() holds the mutex that misc_deregister() takes, and with whichever of its
 * locks held.
 */
#define pr_fmt(fmt) "chard: " fmt

#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/workqueue.h>

#include "hold.h"

/* Our own, so that a driver which is unloaded waits for nobody else's work. */
static struct workqueue_struct *chard_removals;

/*
 * chard_device_claim() - whether the caller is the one to remove the device
 *
 * Then it queues the work. Who waits for the device learns of it before anybody
 * waits for them. Any context.
 */
bool chard_device_claim(struct chard_device *device)
{
	if (atomic_fetch_or(CHARD_DEVICE_GONE, chard_device_flags(device)) & CHARD_DEVICE_GONE)
		return false;
	chard_device_halt(device);
	return true;
}

/*
 * chard_removal_run() - remove a device that the caller has claimed; may sleep
 *
 * Takes the node away, and gives back what the registration held.
 */
void chard_removal_run(struct chard_device *device)
{
	/* One may write to the attribute before chard_node_add() is done: wait. */
	mutex_lock(&chard_devices_lock);
	list_del(&device->entry);
	mutex_unlock(&chard_devices_lock);

	/* Before anything that waits for somebody. */
	chard_mapping_zap(device);
	chard_node_del(device);
	kref_put(&device->ref, chard_device_free);
}

static void chard_removal(struct work_struct *work)
{
	chard_removal_run(container_of(work, struct chard_device, removal));
}

/*
 * Whether a call may wait for a device to go. Not one for a device alone, which is what a
 * removal waits for; nor one that holds something, or has come with a lock of the
 * kernel's held.
 */
static bool chard_call_can_remove(const struct chard_call *call)
{
	return call->file && !call->held && !(call->flags & (CHARD_CALL_OPENS | CHARD_CALL_MAPS));
}

/* chard_removal_init() - prepare a device to be removed, once it is registered */
void chard_removal_init(struct chard_device *device)
{
	INIT_WORK(&device->removal, chard_removal);
}

/**
 * chard_device_remove() - a handler removes the device of its call
 * @cf: the call's file, whose open may still go on
 *
 * Any number of times, from any call, with any locks held. Calls are refused
 * when it returns; the node goes a moment later. The file's hold on the
 * driver's module is what chard_driver_remove() relies on: the work is queued
 * before the driver can go.
 */
void chard_device_remove(const struct chard_file *cf)
{
	if (chard_device_claim(cf->device))
		queue_work(chard_removals, &cf->device->removal);
}
EXPORT_SYMBOL_GPL(chard_device_remove);

/**
 * chard_device_remove_index() - a handler removes a device of its driver, by its number
 * @call: the call; holds no spinlock
 * @index: the device's number; the call's own is as good as another
 *
 * The device has gone when it returns, and its number is free, where the call is for a
 * file, neither opens a misc device nor maps, and holds nothing. Else this is as
 * chard_device_remove(), but that it may sleep.
 *
 * Return: 0, -ENXIO where there is no such device, -ENODEV where it is being
 * removed already, -EDEADLK where the call can not sleep.
 */
int chard_device_remove_index(struct chard_call *call, __u32 index)
{
	struct chard_device *device;
	int ret = chard_sleep_error(call);

	if (ret)
		return ret;
	device = chard_node_at(chard_call_driver(call)->live->nodes, index);
	if (!device)
		return -ENXIO;
	if (!chard_device_claim(device))
		ret = -ENODEV;
	else if (chard_call_can_remove(call))
		chard_removal_run(device);
	else
		queue_work(chard_removals, &device->removal);
	kref_put(&device->ref, chard_device_free);
	return ret;
}
EXPORT_SYMBOL_GPL(chard_device_remove_index);

/*
 * chard_driver_remove() - remove a driver's devices and wait for that
 *
 * The caller is the driver's module_exit. Who removes a device holds the module,
 * or is set going by another device, whose end waits for it: chard_nodes_end()
 * waits for all of them.
 */
void chard_driver_remove(const struct chard_driver *driver)
{
	struct chard_device *device;

	mutex_lock(&chard_devices_lock);
	list_for_each_entry(device, &chard_devices, entry) {
		if (device->driver == driver && chard_device_claim(device))
			queue_work(chard_removals, &device->removal);
	}
	mutex_unlock(&chard_devices_lock);
	flush_workqueue(chard_removals);
}

int __init chard_removals_init(void)
{
	chard_removals = alloc_workqueue("chard", WQ_UNBOUND, 0);
	return chard_removals ? 0 : -ENOMEM;
}

/*
 * No driver is left. A writer to "remove" may be, or a command of an io_uring that
 * has just ended: between its module_put() and its return nothing holds chard.ko,
 * but it does not sleep there.
 */
void chard_removals_exit(void)
{
	destroy_workqueue(chard_removals);
	synchronize_rcu_tasks();
}
