// SPDX-License-Identifier: GPL-2.0
/*
 * Removal: a device goes, its open files stay.
 *
 * It begins with a flag, which only one party sets, before anything that could
 * wait: from then on opens and calls are refused. A call that was let in
 * before ends as ever, and finds the device's state, which the file holds.
 *
 * The rest waits, for opens of other misc devices among others, and so belongs
 * to a work item: a handler may remove its device from wherever it is called,
 * open included, where misc_open() holds the mutex that misc_deregister()
 * takes, and with whichever of its locks held.
 */
#define pr_fmt(fmt) "chard: " fmt

#include <linux/kstrtox.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/sysfs.h>
#include <linux/workqueue.h>

#include "core.h"

/* One at a time: handlers need not think of more. */
static DEFINE_MUTEX(chard_resets);

/* Our own, so that a driver which is unloaded waits for nobody else's work. */
static struct workqueue_struct *chard_removals;

/*
 * Whether the caller is the one to remove the device: then it queues the work.
 * Who waits for the device learns of it before anybody waits for them.
 */
static bool chard_device_claim(struct chard_device *device)
{
	if (atomic_fetch_or(CHARD_DEVICE_GONE, &device->flags) & CHARD_DEVICE_GONE)
		return false;
	chard_device_halt(device);
	return true;
}

/* Takes the node away, and gives back what the registration held. */
static void chard_removal(struct work_struct *work)
{
	struct chard_device *device = container_of(work, struct chard_device, removal);

	/* One may write to the attribute before misc_register() is done: wait. */
	mutex_lock(&chard_devices_lock);
	list_del(&device->entry);
	mutex_unlock(&chard_devices_lock);

	/* Before anything that waits for somebody. */
	chard_mapping_zap(device);

	/* A call that is still on names the device in the log. */
	device->dev = get_device(device->misc.this_device);
	misc_deregister(&device->misc);
	pr_info("%s: /dev/%s is gone\n", device->driver->name, device->name);
	kref_put(&device->ref, chard_device_free);
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

/*
 * chard_driver_remove() - remove a driver's devices and wait for that
 *
 * The caller is the driver's module_exit: nobody begins a removal any more,
 * since who does holds the module, and what had begun is waited for.
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

static struct chard_device *chard_device_of(struct device *dev)
{
	struct miscdevice *misc = dev_get_drvdata(dev);

	return container_of(misc, struct chard_device, misc);
}

/* The attribute "panics": how many calls of the device have ended in one. */
static ssize_t panics_show(struct device *dev, struct device_attribute *attr, char *text)
{
	return sysfs_emit(text, "%ld\n", atomic_long_read(&chard_device_of(dev)->panics));
}
static DEVICE_ATTR_RO(panics);

/*
 * The attribute "reset": 1 lets a device answer again that was quarantined by a
 * panic. First its handler makes it fit for that; what it refuses with, write(2)
 * gives, and the quarantine stays. So it does where another call panics
 * meanwhile, or the handler's own.
 */
static ssize_t reset_store(struct device *dev, struct device_attribute *attr, const char *text,
			   size_t len)
{
	struct chard_device *device = chard_device_of(dev);
	long panics, ret;
	bool reset;

	if (kstrtobool(text, &reset) || !reset)
		return -EINVAL;
	if (atomic_read(&device->flags) & CHARD_DEVICE_GONE)
		return -ENODEV;
	/* The device stays while sysfs is in here, and its driver with it. */
	if (mutex_lock_interruptible(&chard_resets))
		return -ERESTARTSYS;
	panics = atomic_long_read(&device->panics);
	ret = 0;
	if (atomic_read(&device->flags) & CHARD_DEVICE_PANICKED) {
		ret = device->driver->device_reset(device, device->state);
		if (!ret) {
			atomic_andnot(CHARD_DEVICE_PANICKED, &device->flags);
			/* A panic counts first and sets the flag then. */
			smp_mb__after_atomic();
			if (atomic_long_read(&device->panics) != panics) {
				atomic_or(CHARD_DEVICE_PANICKED, &device->flags);
				ret = -EIO;
			}
		}
	}
	mutex_unlock(&chard_resets);
	return ret ?: len;
}
static DEVICE_ATTR_WO(reset);

/*
 * The attribute "remove": 1 removes the device, and it is gone when write(2)
 * returns. ENODEV where it is being removed already: whoever does so may be
 * waiting for this very function to return, so it must not wait for them.
 *
 * To wait for the work means to wait for the end of the attribute, of which
 * this function is a user: sysfs is told not to count it.
 * device_remove_file_self() would count it again before it returned.
 */
static ssize_t remove_store(struct device *dev, struct device_attribute *attr, const char *text,
			    size_t len)
{
	struct chard_device *device = chard_device_of(dev);
	struct module *owner = device->driver->fops->owner;
	struct kernfs_node *node;
	ssize_t ret = -ENODEV;
	bool remove;

	if (kstrtobool(text, &remove) || !remove)
		return -EINVAL;
	/* Where rmmod has begun, it removes the device. */
	if (!try_module_get(owner))
		return -ENODEV;
	if (chard_device_claim(device)) {
		kref_get(&device->ref);
		/* Never NULL: only the work queued below takes the attribute away. */
		node = sysfs_break_active_protection(&dev->kobj, &attr->attr);
		queue_work(chard_removals, &device->removal);
		flush_work(&device->removal);
		sysfs_unbreak_active_protection(node);
		kref_put(&device->ref, chard_device_free);
		ret = len;
	}
	module_put(owner);
	return ret;
}
static DEVICE_ATTR_WO(remove);

static struct attribute *chard_attrs[] = {
	&dev_attr_remove.attr,
	&dev_attr_reset.attr,
	&dev_attr_panics.attr,
	NULL,
};
ATTRIBUTE_GROUPS(chard);

/* chard_attributes() - what each device has in sysfs */
const struct attribute_group **chard_attributes(void)
{
	return chard_groups;
}

int __init chard_removals_init(void)
{
	chard_removals = alloc_workqueue("chard", WQ_UNBOUND, 0);
	return chard_removals ? 0 : -ENOMEM;
}

/*
 * No driver is left. A writer to "remove" may be: between its module_put() and
 * its return nothing holds chard.ko, but it does not sleep there.
 */
void chard_removals_exit(void)
{
	destroy_workqueue(chard_removals);
	synchronize_rcu_tasks();
}
