// SPDX-License-Identifier: GPL-2.0
/*
 * Devices: how one comes, who holds it, how it ends.
 *
 * A device is one allocation, the core's part and behind it the handler's
 * state. It is held by its registration and by each open file, so that it
 * outlives its node for as long as a file is open. How it goes is remove.c.
 */
#define pr_fmt(fmt) "chard: " fmt

#include <linux/major.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "core.h"

LIST_HEAD(chard_devices);
/* Guards the list; held, too, while a device is on its way into it. */
DEFINE_MUTEX(chard_devices_lock);

/* chard_device_halt() - the device's flags have changed: tell all who wait for it; any context */
void chard_device_halt(struct chard_device *device)
{
	chard_objects_wake(device);
	kill_fasync(&device->fasync, SIGIO, POLL_HUP);
}

/* Nothing that the handler has set going runs any more; may sleep. */
static void chard_device_quiet(struct chard_device *device)
{
	/* Set already, but for a device that was never registered. */
	atomic_or(CHARD_DEVICE_GONE, &device->flags);
	chard_objects_wake(device);
	chard_objects_stop(device);
}

/* The caller is insmod, root's own: not charged to a cgroup. */
static struct chard_device *chard_device_new(const struct chard_driver *driver)
{
	const struct chard_handler *handler = driver->handler;
	size_t size = chard_size_with(sizeof(struct chard_device), handler->device_size,
				      handler->device_align);
	struct chard_device *device;
	long ret;

	if (!size)
		return ERR_PTR(-EINVAL);
	device = kvzalloc(size, GFP_KERNEL);
	if (!device)
		return ERR_PTR(-ENOMEM);

	device->driver = driver;
	device->state = PTR_ALIGN((void *)(device + 1), handler->device_align);
	kref_init(&device->ref);
	snprintf(device->name, sizeof(device->name), "chard-%s", driver->name);
	device->misc.minor = MISC_DYNAMIC_MINOR;
	device->misc.name = device->name;
	device->misc.fops = driver->fops;
	device->misc.mode = driver->mode;
	device->misc.groups = chard_attributes();
	init_rwsem(&device->pages_lock);
	INIT_LIST_HEAD(&device->objects);
	chard_removal_init(device);

	ret = chard_mapping_init(device);
	if (ret)
		goto no_mapping;
	ret = driver->device_init(device, device->state);
	if (ret)
		goto no_state;
	this_cpu_inc(driver->counts->states);
	this_cpu_inc(driver->counts->devices);
	return device;

no_state:
	chard_device_quiet(device);
	chard_objects_end(device);
	chard_mapping_exit(device);
no_mapping:
	kvfree(device);
	return ERR_PTR(ret);
}

/* chard_device_free() - end a device that nobody holds; may sleep */
void chard_device_free(struct kref *ref)
{
	struct chard_device *device = container_of(ref, struct chard_device, ref);
	const struct chard_driver *driver = device->driver;

	chard_device_quiet(device);
	if (!driver->device_exit(device, device->state))
		this_cpu_dec(driver->counts->states);
	chard_objects_end(device);
	chard_mapping_exit(device);
	this_cpu_dec(driver->counts->devices);
	put_device(device->dev);
	kvfree(device);
}

static int chard_driver_check(const struct chard_driver *driver)
{
	u32 handler = READ_ONCE(driver->handler->contract);

	if (driver->contract != CHARD_CONTRACT || handler != CHARD_CONTRACT) {
		pr_err("%s: driver has contract %u, its handler %u, chard.ko %u: build all from one tree\n",
		       driver->name, driver->contract, handler, CHARD_CONTRACT);
		return -EINVAL;
	}
	return 0;
}

/**
 * chard_misc_register() - bring a driver's misc device to life
 * @driver: the driver; stays valid until chard_misc_unregister()
 *
 * The device's state is made before its node: a file may be opened before
 * this returns. May sleep; the caller is the driver's module_init.
 *
 * Return: 0, -EINVAL when the driver was built for another contract, -ENOMEM,
 * what the handler or misc_register() refused with. After an error nothing is
 * left.
 */
int chard_misc_register(const struct chard_driver *driver)
{
	struct chard_device *device;
	int ret;

	ret = chard_driver_check(driver);
	if (ret)
		return ret;
	device = chard_device_new(driver);
	if (IS_ERR(device)) {
		pr_err("%s: no device: error %pe\n", driver->name, device);
		chard_counts_report(driver);
		return PTR_ERR(device);
	}

	mutex_lock(&chard_devices_lock);
	ret = misc_register(&device->misc);
	if (!ret) {
		pr_info("%s: /dev/%s is %d:%d\n", driver->name, device->name, MISC_MAJOR,
			device->misc.minor);
		list_add_tail(&device->entry, &chard_devices);
	}
	mutex_unlock(&chard_devices_lock);
	/* Now, at the latest, it may be removed, and be no more. */
	if (ret) {
		pr_err("%s: misc_register refused /dev/%s: error %d\n", driver->name, device->name,
		       ret);
		kref_put(&device->ref, chard_device_free);
		chard_counts_report(driver);
	}
	return ret;
}
EXPORT_SYMBOL_GPL(chard_misc_register);

/**
 * chard_misc_unregister() - end what chard_misc_register() began
 * @driver: the driver; no file of it is open, since each holds the module
 *
 * May sleep; the caller is the driver's module_exit. The device may have been
 * removed before. Reports what the driver has left behind.
 */
void chard_misc_unregister(const struct chard_driver *driver)
{
	chard_driver_remove(driver);
	chard_counts_report(driver);
}
EXPORT_SYMBOL_GPL(chard_misc_unregister);
