// SPDX-License-Identifier: GPL-2.0
/*
 * Nodes: what user space opens, and which device that is.
 *
 * A misc device is for a driver that has one. A driver with more has a region of
 * minors. Each device has a cdev of its own, as cdev_device_add() would have it: an inode
 * remembers the cdev that it was opened by (inode->i_cdev), so that no task looks for the
 * device again, and the VFS holds that for each file. A region has one as well, and the
 * kernel has one for all misc devices; behind these the numbers stand that have no device,
 * or no cdev. The kernel takes the narrower one where there are two (kobj_lookup()). What an
 * open does then is in open.c.
 *
 * So an open of a misc device does not come by misc_open(), which holds misc_mtx while it
 * calls the driver: no misc device of the system could be opened while a handler's open
 * waits. For the same reason a device's attributes go before misc_deregister() takes that
 * mutex, since their end waits for readers, and so for the handler.
 */
#define pr_fmt(fmt) "chard: " fmt

#include <linux/cdev.h>
#include <linux/ctype.h>
#include <linux/device.h>
#include <linux/kdev_t.h>
#include <linux/kstrtox.h>
#include <linux/major.h>
#include <linux/miscdevice.h>
#include <linux/slab.h>
#include <linux/wait_bit.h>

#include "compat.h"
#include "chard_trace.h"
#include "core.h"

/* With its mode; udev's rules go by the class "chard" and by the names. */
static char *chard_devnode(CHARD_DEVNODE_DEVICE *dev, umode_t *mode)
{
	/* NULL when it is about devices that have been. */
	if (mode)
		*mode = chard_device_of((struct device *)dev)->driver->mode;
	return NULL;
}

static struct class chard_class = {
	.name = "chard",
	.devnode = chard_devnode,
};

/*
 * The attribute "add" of a region's parent, /sys/devices/chard-NAME: a number
 * makes the device of that number, as its handler can. The parent stays until
 * sysfs is out of here.
 */
static ssize_t add_store(struct device *dev, struct device_attribute *attr, const char *text,
			 size_t len)
{
	unsigned int index;
	int ret = kstrtouint(text, 0, &index);

	/* Not CHARD_ANY: a writer without a number wants a certain one. */
	if (!ret && index == CHARD_ANY)
		ret = -EINVAL;
	if (!ret)
		ret = chard_device_add(dev_get_drvdata(dev), index);
	return ret < 0 ? ret : len;
}
static DEVICE_ATTR_WO(add);

/* No cdev refers to the region any more. */
static void chard_region_hold_end(struct kobject *hold)
{
	chard_nodes_uncount(container_of(hold, struct chard_nodes, cdev.hold));
}

static struct kobj_type chard_region_hold = {
	.release = chard_region_hold_end,
};

static int chard_region_begin(struct chard_nodes *nodes, const struct chard_driver *driver,
			      unsigned int major, unsigned int first)
{
	int ret;

	nodes->first = MKDEV(major, first);
	ret = major ? register_chrdev_region(nodes->first, nodes->minors, nodes->name)
		    : alloc_chrdev_region(&nodes->first, first, nodes->minors, nodes->name);
	if (ret)
		return ret;
	/* What each device is bound to is its parent. */
	if (!nodes->bound) {
		nodes->parent = root_device_register(nodes->name);
		ret = PTR_ERR_OR_ZERO(nodes->parent);
		if (ret)
			goto err_region;
		dev_set_drvdata(nodes->parent, (void *)driver);
	}
	/* Ended by chard_region_hold_end(). */
	atomic_inc(&nodes->count);
	ret = chard_cdev_add(&nodes->cdev, driver, &chard_region_hold, nodes->first, nodes->minors);
	if (!ret)
		return 0;
	if (nodes->parent)
		root_device_unregister(nodes->parent);
err_region:
	unregister_chrdev_region(nodes->first, nodes->minors);
	return ret;
}

/*
 * chard_nodes_begin() - what a driver's devices are registered with; may sleep
 *
 * The numbers of its first devices are reserved for chard_device_make().
 *
 * A misc device's own minor is below MISC_DYNAMIC_MINOR: those above are given away by
 * the kernel, and since 6.15 it refuses them.
 *
 * Return: 0, -EINVAL for a region without room or beyond all minors, -EBUSY for
 * numbers that are taken, -ENOMEM; what device registration refuses with.
 */
int chard_nodes_begin(const struct chard_driver *driver, const struct chard_where *where)
{
	struct chard_nodes *nodes;
	unsigned int index;
	int ret = 0;

	if (!where->minors || where->minors > MINORMASK + 1 || where->first > MINORMASK ||
	    where->devices > where->minors ||
	    (where->region ? where->minors > MINORMASK + 1 - where->first
			   : where->first > MISC_DYNAMIC_MINOR)) {
		pr_err("%s: invalid minor range: %u devices, %u at load, first minor %u\n",
		       driver->name, where->minors, where->devices, where->first);
		return -EINVAL;
	}
	nodes = kzalloc(sizeof(*nodes), GFP_KERNEL);
	if (!nodes)
		return -ENOMEM;
	nodes->region = where->region;
	nodes->bound = where->bound;
	nodes->minors = where->minors;
	nodes->first = MKDEV(MISC_MAJOR, where->first);
	nodes->node = where->node;
	nodes->names = where->names;
	snprintf(nodes->name, sizeof(nodes->name), "chard-%s", driver->name);
	xa_init_flags(&nodes->devices, XA_FLAGS_ALLOC);
	nodes->removals = alloc_workqueue("chard-%s-end", WQ_UNBOUND, 0, driver->name);
	if (!nodes->removals) {
		ret = -ENOMEM;
		goto err_nodes;
	}
	nodes->attributes = chard_attributes_new(driver);
	if (IS_ERR(nodes->attributes)) {
		ret = PTR_ERR(nodes->attributes);
		goto err_removals;
	}
	/* No other task may make one of these meanwhile. */
	for (index = 0; index < where->devices && !ret; index++)
		ret = xa_insert(&nodes->devices, index, NULL, GFP_KERNEL);
	if (ret)
		goto err_attributes;
	driver->live->nodes = nodes;
	if (where->region)
		ret = chard_region_begin(nodes, driver, where->major, where->first);
	if (ret) {
		pr_err("%s: no region of %u minors from %u:%u on: error %d\n", driver->name,
		       where->minors, where->major, where->first, ret);
		goto err_attributes;
	}
	return 0;

err_attributes:
	/* For the region's cdev, whose end debugging may put off. */
	wait_var_event(&nodes->count, !atomic_read(&nodes->count));
	driver->live->nodes = NULL;
	xa_destroy(&nodes->devices);
	chard_attributes_free(nodes->attributes);
err_removals:
	destroy_workqueue(nodes->removals);
err_nodes:
	kfree(nodes);
	return ret;
}

/* No cdev refers to the device any more. */
static void chard_device_hold_end(struct kobject *hold)
{
	chard_device_put(container_of(hold, struct chard_device, cdev.hold));
}

static struct kobj_type chard_device_hold = {
	.release = chard_device_hold_end,
};

/*
 * chard_nodes_open() - let devices be added to a region; may sleep
 *
 * The last step of loading, but for those of the driver's own C: they can be opened when its
 * module's init has returned.
 *
 * Return: 0, what sysfs refuses with.
 */
int chard_nodes_open(const struct chard_driver *driver)
{
	struct chard_nodes *nodes = driver->live->nodes;
	int ret;

	if (!nodes->region)
		return 0;
	ret = nodes->parent ? device_create_file(nodes->parent, &dev_attr_add) : 0;
	if (!ret)
		pr_info("%s: up to %u devices from %u:%u on\n", driver->name, nodes->minors,
			MAJOR(nodes->first), MINOR(nodes->first));
	return ret;
}

/* chard_nodes_close() - no more devices may be added; may sleep */
void chard_nodes_close(struct chard_nodes *nodes)
{
	/* Waits for the writers in it. */
	if (nodes->parent)
		device_remove_file(nodes->parent, &dev_attr_add);
	mutex_lock(&chard_devices_lock);
	nodes->closed = true;
	mutex_unlock(&chard_devices_lock);
}

/* chard_nodes_end() - the reverse of chard_nodes_begin(); no device is left; may sleep */
void chard_nodes_end(const struct chard_driver *driver)
{
	struct chard_nodes *nodes = driver->live->nodes;

	if (nodes->region)
		cdev_del(&nodes->cdev.cdev);
	wait_var_event(&nodes->count, !atomic_read(&nodes->count));
	/* The last device has ended in a work item that may not have returned yet. */
	destroy_workqueue(nodes->removals);
	if (nodes->parent)
		root_device_unregister(nodes->parent);
	if (nodes->region)
		unregister_chrdev_region(nodes->first, nodes->minors);
	chard_attributes_free(nodes->attributes);
	xa_destroy(&nodes->devices);
	driver->live->nodes = NULL;
	kfree(nodes);
}

/*
 * chard_node_reserve() - take a number for a device that is to come; may sleep
 * @index: which, or CHARD_ANY for the first that is free
 *
 * Return: the number, -EINVAL where there is no such number, -EEXIST where there
 * is such a device, -ENOSPC where none is free, -ENOMEM.
 */
long chard_node_reserve(struct chard_nodes *nodes, u32 index)
{
	int ret;

	if (index == CHARD_ANY) {
		ret = xa_alloc(&nodes->devices, &index, NULL, XA_LIMIT(0, nodes->minors - 1),
			       GFP_KERNEL_ACCOUNT);
		return ret == -EBUSY ? -ENOSPC : ret ?: (long)index;
	}
	if (index >= nodes->minors)
		return -EINVAL;
	ret = xa_insert(&nodes->devices, index, NULL, GFP_KERNEL_ACCOUNT);
	return ret == -EBUSY ? -EEXIST : ret ?: (long)index;
}

/* chard_node_release() - the number is free again */
void chard_node_release(struct chard_nodes *nodes, u32 index)
{
	xa_erase(&nodes->devices, index);
}

/* chard_node_unreserve() - that of a device, which has no node, or none any more; once */
void chard_node_unreserve(struct chard_device *device)
{
	if (!device->reserved)
		return;
	device->reserved = false;
	chard_node_release(device->driver->live->nodes, device->index);
}

static bool chard_node_name(struct chard_device *device, const struct chard_nodes *nodes)
{
	const char *node = nodes->node && *nodes->node ? nodes->node : nodes->name;
	/* The 12th device of "a" is another than the second of "a1". */
	const char *between = isdigit(node[strlen(node) - 1]) ? "-" : "";
	u32 i = 0;
	int len;

	while (nodes->names && i < device->index && nodes->names[i])
		i++;
	if (nodes->names && i == device->index && nodes->names[i])
		len = snprintf(device->name, sizeof(device->name), "%s", nodes->names[i]);
	else if (nodes->region)
		len = snprintf(device->name, sizeof(device->name), "%s%s%u", node, between,
			       device->index);
	else
		len = snprintf(device->name, sizeof(device->name), "%s", node);
	return len < sizeof(device->name);
}

/* chard_node_init() - name the node of a device that is to come; -ENAMETOOLONG */
int chard_node_init(struct chard_device *device)
{
	const struct chard_nodes *nodes = device->driver->live->nodes;

	if (!chard_node_name(device, nodes))
		return -ENAMETOOLONG;
	if (nodes->region)
		return 0;
	device->misc.minor = MINOR(nodes->first);
	device->misc.name = device->name;
	device->misc.fops = &chard_open_fops;
	device->misc.mode = device->driver->mode;
	device->misc.groups = chard_attribute_groups(nodes->attributes);
	return 0;
}

static struct device *chard_region_add(struct chard_nodes *nodes, struct chard_device *device)
{
	return device_create_with_groups(&chard_class, device->parent ?: nodes->parent,
					 nodes->first + device->index, &device->misc,
					 chard_attribute_groups(nodes->attributes), "%s",
					 device->name);
}

static struct device *chard_misc_add(struct chard_nodes *nodes, struct chard_device *device)
{
	int ret = misc_register(&device->misc);

	if (ret)
		return ERR_PTR(ret);
	nodes->first = MKDEV(MISC_MAJOR, device->misc.minor);
	pr_info("%s: /dev/%s is %d:%d\n", device->driver->name, device->name, MISC_MAJOR,
		device->misc.minor);
	return device->misc.this_device;
}

/*
 * chard_node_add() - let a device be opened; under chard_devices_lock
 *
 * It may be opened before this returns, and has been where it returns an error.
 *
 * Return: 0, or what the kernel refuses to register it with.
 */
int chard_node_add(struct chard_device *device)
{
	struct chard_nodes *nodes = device->driver->live->nodes;
	struct device *dev;
	/* Its place is reserved: there is nothing to allocate. */
	int ret = xa_err(xa_store(&nodes->devices, device->index, device, GFP_KERNEL));

	if (ret)
		return ret;
	dev = nodes->region ? chard_region_add(nodes, device) : chard_misc_add(nodes, device);
	if (IS_ERR(dev)) {
		/* A call that has come in by another node meets the flag that the caller sets. */
		xa_cmpxchg(&nodes->devices, device->index, device, XA_ZERO_ENTRY, GFP_KERNEL);
		return PTR_ERR(dev);
	}
	/* A call that has come in already may panic: it sets the flag, and reads this then. */
	smp_store_mb(device->dev, get_device(dev));
	if (atomic_read(&device->flags) & CHARD_DEVICE_PANICKED)
		chard_state_changed(device);
	chard_views_add(device);
	/* Where there is no memory for that, it is found by the region's or misc_open(). */
	kref_get(&device->ref);
	device->by_cdev = !chard_cdev_add(&device->cdev, device->driver, &chard_device_hold,
					  nodes->first + device->index, 1);
	trace_chard_add(device);
	return 0;
}

/* chard_node_del() - no open finds the device any more; may sleep, and waits for opens */
void chard_node_del(struct chard_device *device)
{
	struct chard_nodes *nodes = device->driver->live->nodes;

	trace_chard_remove(device);
	chard_views_del(device);
	/* Here, and not below: see above. */
	sysfs_remove_groups(&device->dev->kobj, device->dev->groups);
	device->dev->groups = NULL;
	if (device->by_cdev)
		cdev_del(&device->cdev.cdev);
	if (nodes->region) {
		device_unregister(device->dev);
	} else {
		misc_deregister(&device->misc);
		pr_info("%s: /dev/%s is gone\n", device->driver->name, device->name);
	}
	/* Only now, or another of the name would meet this one in sysfs. */
	chard_node_unreserve(device);
}

int __init chard_nodes_init(void)
{
	int ret = class_register(&chard_class);

	if (!ret)
		chard_views_init();
	return ret;
}

void chard_nodes_exit(void)
{
	chard_views_exit();
	class_unregister(&chard_class);
}
