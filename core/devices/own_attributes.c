// SPDX-License-Identifier: GPL-2.0
/*
 * What each device has in sysfs: its handler and state, and how it is removed and reset.
 * Those of a handler are in handler_attributes.c.
 */
#define pr_fmt(fmt) "chard: " fmt

#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sysfs.h>

#include "core.h"

/*
 * The attribute "handler": the handler's name, which a misc device's own name need not say. It is
 * not called "driver", which is a link in sysfs, and libudev reads it as one.
 */
static ssize_t handler_show(struct device *dev, struct device_attribute *attr, char *text)
{
	return sysfs_emit(text, "%s\n", chard_device_of(dev)->driver->name);
}
static DEVICE_ATTR_RO(handler);

/* The attribute "state": whether the device answers, as chard_state_name() has it. */
static ssize_t state_show(struct device *dev, struct device_attribute *attr, char *text)
{
	return sysfs_emit(text, "%s\n", chard_state_name(chard_device_of(dev)));
}
static DEVICE_ATTR_RO(state);

/* The attribute "panics": how many calls of the device have ended in one. */
static ssize_t panics_show(struct device *dev, struct device_attribute *attr, char *text)
{
	return sysfs_emit(text, "%ld\n", atomic_long_read(&chard_device_of(dev)->panics));
}
static DEVICE_ATTR_RO(panics);

/*
 * The attribute "reset": 1 lets a device answer again that was quarantined by a
 * panic. What its handler refuses with, write(2) gives.
 */
static ssize_t reset_store(struct device *dev, struct device_attribute *attr, const char *text,
			   size_t len)
{
	struct chard_device *device = chard_device_of(dev);
	bool reset;

	if (kstrtobool(text, &reset) || !reset)
		return -EINVAL;
	if (atomic_read(&device->flags) & CHARD_DEVICE_GONE)
		return -ENODEV;
	/* The device stays while sysfs is in here, and its driver with it. */
	return chard_device_reset(device) ?: len;
}
static DEVICE_ATTR_WO(reset);

/*
 * The attribute "remove": 1 removes the device, and it is gone when write(2)
 * returns, but for EINTR, where the writer was killed. ENODEV where it is being removed
 * already: that removal may be waiting for this very function to return.
 *
 * To wait for the removal means to wait for the end of the attribute, of which
 * this function is a user: sysfs is told not to count it.
 * device_remove_file_self() would count it again before it returned.
 */
static ssize_t remove_store(struct device *dev, struct device_attribute *attr, const char *text,
			    size_t len)
{
	struct chard_device *device = chard_device_of(dev);
	const struct chard_driver *driver = device->driver;
	struct kernfs_node *node;
	ssize_t ret = -ENODEV;
	bool remove;

	if (kstrtobool(text, &remove) || !remove)
		return -EINVAL;
	/* Where rmmod has begun, or the init has not ended, that removes the device. */
	if (!chard_driver_get(driver))
		return -ENODEV;
	if (chard_device_claim(device)) {
		kref_get(&device->ref);
		/* Never NULL: only the removal that is waited for takes the attribute away. */
		node = sysfs_break_active_protection(&dev->kobj, &attr->attr);
		ret = chard_removal_wait(device, TASK_KILLABLE) ?: len;
		sysfs_unbreak_active_protection(node);
		chard_device_put(device);
	}
	module_put(driver->owner);
	return ret;
}
static DEVICE_ATTR_WO(remove);

static struct attribute *chard_attrs[] = {
	&dev_attr_remove.attr,	&dev_attr_reset.attr, &dev_attr_panics.attr,
	&dev_attr_handler.attr, &dev_attr_state.attr, NULL,
};

/* chard_own_group - what each device has in sysfs, beside what its handler wants */
const struct attribute_group chard_own_group = {
	.attrs = chard_attrs,
};
