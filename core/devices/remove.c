// SPDX-License-Identifier: GPL-2.0
/*
 * Removal: a device goes, its open files stay.
 *
 * It begins with a flag, which only one party sets, before anything that could
 * wait: from then on opens and calls are refused. A call that was let in
 * before ends as ever, and finds the device's state, which the file holds.
 *
 * The rest waits: for misc_mtx, for readers of an attribute, for what the device has set
 * going. So it is a work item: a handler may remove its device from wherever it is called,
 * and with whichever of its locks held. A caller that holds nothing which these could want
 * may wait for the work, and can be killed then.
 */
#define pr_fmt(fmt) "chard: " fmt

#include <linux/mutex.h>
#include <linux/workqueue.h>

#include "calls/hold.h"

/*
 * chard_device_claim() - whether the caller is the one to remove the device; any context
 *
 * Such a caller queues the work. This wakes the waiters before anything waits for them.
 */
bool chard_device_claim(struct chard_device *device)
{
	if (atomic_fetch_or(CHARD_DEVICE_GONE, &device->flags) & CHARD_DEVICE_GONE)
		return false;
	chard_device_halt(device);
	return true;
}

/* Takes the node away of a device that was claimed, and gives the registration's reference back. */
static void chard_removal(struct work_struct *work)
{
	struct chard_device *device = container_of(work, struct chard_device, removal);

	/* One may write to the attribute before chard_node_add() is done: wait. */
	mutex_lock(&chard_devices_lock);
	list_del(&device->entry);
	mutex_unlock(&chard_devices_lock);

	/* Before anything that waits for another task. */
	chard_mapping_zap(device, true);
	chard_node_del(device);
	chard_bound_drain(device);
	/* Its handler may just be told that it is registered, or reset it. */
	mutex_lock(&device->life_lock);
	if (device->registered)
		device->driver->removed(device);
	chard_bound_end(device);
	mutex_unlock(&device->life_lock);
	complete_all(&device->removed);
	chard_device_put(device);
}

/* chard_removal_queue() - remove a device that the caller has claimed, and holds; any context */
void chard_removal_queue(struct chard_device *device)
{
	queue_work(device->driver->live->nodes->removals, &device->removal);
}

/*
 * chard_removal_wait() - remove a device that the caller has claimed and holds, and wait
 * @device: the device
 * @state: how: TASK_KILLABLE, TASK_INTERRUPTIBLE
 *
 * Return: 0, -EINTR where a signal has ended that: the removal goes on.
 */
int chard_removal_wait(struct chard_device *device, unsigned int state)
{
	chard_removal_queue(device);
	return wait_for_completion_state(&device->removed, state) ? -EINTR : 0;
}

/* chard_removal_init() - prepare a device to be removed, once it is registered */
void chard_removal_init(struct chard_device *device)
{
	INIT_WORK(&device->removal, chard_removal);
	init_completion(&device->removed);
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
		chard_removal_queue(cf->device);
}
EXPORT_SYMBOL_GPL(chard_device_remove);

/**
 * chard_device_remove_index() - a handler removes a device of its driver, by its number
 * @call: the call; holds no spinlock
 * @index: the device's number; the call's own is as good as another
 *
 * The device has gone when it returns, and its number is free, where the call may wait
 * for that (CHARD_MAY_REMOVE) and holds nothing. Else this is as chard_device_remove(),
 * but that it may sleep; so it is of a bound device, which waits for its calls.
 *
 * Return: 0, -ENXIO where there is no such device, -ENODEV where it is being
 * removed already, -EDEADLK where the call must not sleep, -EINTR where the caller was
 * killed meanwhile.
 */
int chard_device_remove_index(struct chard_call *call, __u32 index)
{
	struct chard_device *device;
	int ret = chard_call_may(call, CHARD_MAY_SLEEP);
	bool waits = false;

	if (ret)
		return ret;
	device = chard_node_at(chard_call_driver(call)->live->nodes, index);
	if (!device)
		return -ENXIO;
	if (chard_device_claim(device)) {
		waits = chard_call_can(call, CHARD_MAY_REMOVE) && !call->held && !device->parent;
		if (waits)
			ret = chard_removal_wait(device, chard_call_state(call));
		else
			chard_removal_queue(device);
	} else {
		ret = -ENODEV;
	}
	/*
	 * The last reference ends the device, which waits for its threads and calls the handler:
	 * only a call that may wait for a removal may wait for that.
	 */
	if (waits)
		chard_device_put(device);
	else
		chard_device_put_late(device);
	return ret;
}
EXPORT_SYMBOL_GPL(chard_device_remove_index);

/*
 * chard_driver_remove() - remove a driver's devices; chard_nodes_end() waits for that
 *
 * The caller is the driver's module_exit. A call that removes a device holds the module,
 * or comes from another device, whose end waits for it.
 */
void chard_driver_remove(const struct chard_driver *driver)
{
	struct chard_device *device;

	mutex_lock(&chard_devices_lock);
	list_for_each_entry(device, &chard_devices, entry) {
		if (device->driver == driver && chard_device_claim(device))
			chard_removal_queue(device);
	}
	mutex_unlock(&chard_devices_lock);
}
