// SPDX-License-Identifier: GPL-2.0
/*
 * Uevents: what udev learns of a device that stays.
 *
 * A handler sends its own. The core sends one when a device goes into quarantine, one when a
 * reset has ended that, and one when a device that has been there during the init of its module
 * can be opened (open.c). A panic can happen in any context, so a work item sends it.
 * The work item holds a reference to the device, and so keeps the driver's module: the end of
 * the module waits for all of its devices, and then for this queue. A device whose work item
 * is still queued gets one uevent for several changes, with the state that it has by then.
 */
#include <linux/device.h>
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/workqueue.h>

#include "core.h"

/* The kernel has 2048 bytes for a uevent, its own variables among them, and warns of more. */
#define CHARD_UEVENT_ROOM 1024

/*
 * Sends a uevent of a device that has a class device; may sleep. -ENODEV where the device is
 * being removed.
 *
 * The path of a device leads by its parent, which device_del() gives back. That begins with
 * this lock, once the device's flag is set: so the device has its parent for as long as the
 * lock is held and the flag is not seen.
 */
static int chard_uevent_send(struct chard_device *device, struct device *dev, char **variables)
{
	int error = -ENODEV;

	device_lock(dev);
	if (!(atomic_read(&device->flags) & CHARD_DEVICE_GONE))
		error = kobject_uevent_env(&dev->kobj, KOBJ_CHANGE, variables);
	device_unlock(dev);
	return error;
}

/**
 * chard_device_uevent() - tell udev that a call's device has changed; may sleep
 * @call: the call; holds no spinlock
 * @variables: what goes with that, each KEY=VALUE, NULL behind the last
 *
 * Return: 0, -ENODEV where the device has no node, yet or any more, -EDEADLK
 * where the call can not sleep, -E2BIG for more than 1024 bytes, -ENOMEM.
 */
int chard_device_uevent(struct chard_call *call, const char *const *variables)
{
	struct chard_device *device = chard_call_device(call);
	struct device *dev = READ_ONCE(device->dev);
	int error = chard_call_may(call, CHARD_MAY_SLEEP);
	const char *const *variable;
	size_t room = 0;

	if (error)
		return error;
	for (variable = variables; *variable; variable++)
		room += strlen(*variable) + 1;
	if (room > CHARD_UEVENT_ROOM)
		return -E2BIG;
	if (!dev)
		return -ENODEV;
	error = chard_uevent_send(device, dev, (char **)variables);
	/* What the kernel says when it has no memory for the device's path. */
	return error == -ENOENT ? -ENOMEM : error;
}
EXPORT_SYMBOL_GPL(chard_device_uevent);

/* chard_state_name() - how user space knows the state of a device */
const char *chard_state_name(const struct chard_device *device)
{
	int flags = atomic_read(&device->flags);

	if (flags & CHARD_DEVICE_GONE)
		return "removing";
	return flags & CHARD_DEVICE_PANICKED ? "quarantined" : "ready";
}

/* Tells udev the state that the device has now, and gives the work item's reference back. */
static void chard_state_tell(struct work_struct *work)
{
	struct chard_device *device = container_of(work, struct chard_device, tell);
	char handler[64], state[32], panics[48];
	char *variables[4] = { handler, state, panics, NULL };

	snprintf(handler, sizeof(handler), "CHARD_HANDLER=%s", device->driver->name);
	snprintf(state, sizeof(state), "CHARD_STATE=%s", chard_state_name(device));
	snprintf(panics, sizeof(panics), "CHARD_PANICS=%ld", atomic_long_read(&device->panics));
	/* Without memory there is no uevent; the attributes say the same. */
	chard_uevent_send(device, device->dev, variables);
	chard_device_put(device);
}

/* chard_state_init() - prepare a new device for chard_state_changed() */
void chard_state_init(struct chard_device *device)
{
	INIT_WORK(&device->tell, chard_state_tell);
}

/*
 * chard_state_changed() - have udev told that the state of a device has changed; any context
 *
 * The caller has set or cleared the flag, by an atomic operation that orders it before this.
 * There is no uevent of a device that has no class device yet: chard_node_add() calls this
 * again. Nor is there one of a device that has no reference any more, as when the end of its
 * state panics.
 */
void chard_state_changed(struct chard_device *device)
{
	if (!READ_ONCE(device->dev) || !kref_get_unless_zero(&device->ref))
		return;
	/* One that is queued already has a reference, and sees what has changed. */
	if (!queue_work(device->driver->live->nodes->removals, &device->tell))
		chard_device_put_late(device);
}

/* The init of a module has ended well. */
static int chard_module_lives(struct notifier_block *block, unsigned long state, void *module)
{
	struct chard_device *device;

	if (state != MODULE_STATE_LIVE)
		return NOTIFY_DONE;
	mutex_lock(&chard_devices_lock);
	list_for_each_entry(device, &chard_devices, entry) {
		if (device->driver->owner == module)
			chard_state_changed(device);
	}
	mutex_unlock(&chard_devices_lock);
	return NOTIFY_OK;
}

static struct notifier_block chard_modules = {
	.notifier_call = chard_module_lives,
};

int __init chard_states_init(void)
{
	return register_module_notifier(&chard_modules);
}

void chard_states_exit(void)
{
	unregister_module_notifier(&chard_modules);
}
