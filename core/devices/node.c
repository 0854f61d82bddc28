// SPDX-License-Identifier: GPL-2.0
/*
 * Nodes: what user space opens, and which device that is.
 *
 * A misc device is for a driver that has one. A driver with more has a region of
 * minors. Each device has a cdev of its own, as cdev_device_add() would have it: an inode
 * remembers the cdev that it was opened by (inode->i_cdev), so that no task looks for the
 * device again, and the VFS holds that for each file. A region has one as well, and the
 * kernel has one for all misc devices; behind these the numbers stand that have no device,
 * or no cdev yet. The kernel takes the narrower one where there are two (kobj_lookup()).
 *
 * So an open of a misc device does not come by misc_open(), which holds misc_mtx while it
 * calls the driver: no misc device of the system could be opened while a handler's open
 * waits. For the same reason a device's attributes go before misc_deregister() takes that
 * mutex, since their end waits for readers, and so for the handler.
 */
#define pr_fmt(fmt) "chard: " fmt

#include <linux/cdev.h>
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

static int chard_region_begin(struct chard_nodes *nodes, const struct chard_driver *driver,
			      unsigned int major, unsigned int first)
{
	int ret;

	nodes->first = MKDEV(major, first);
	ret = major ? register_chrdev_region(nodes->first, nodes->minors, nodes->name)
		    : alloc_chrdev_region(&nodes->first, first, nodes->minors, nodes->name);
	/* What each device is bound to is its parent. */
	if (ret || nodes->bound)
		return ret;
	nodes->parent = root_device_register(nodes->name);
	ret = PTR_ERR_OR_ZERO(nodes->parent);
	if (ret) {
		unregister_chrdev_region(nodes->first, nodes->minors);
		return ret;
	}
	dev_set_drvdata(nodes->parent, (void *)driver);
	return 0;
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
	if (where->region)
		ret = chard_region_begin(nodes, driver, where->major, where->first);
	if (ret) {
		pr_err("%s: no region of %u minors from %u:%u on: error %d\n", driver->name,
		       where->minors, where->major, where->first, ret);
		goto err_attributes;
	}
	driver->live->nodes = nodes;
	return 0;

err_attributes:
	xa_destroy(&nodes->devices);
	chard_attributes_free(nodes->attributes);
err_removals:
	destroy_workqueue(nodes->removals);
err_nodes:
	kfree(nodes);
	return ret;
}

/* No cdev refers to the device any more. */
static void chard_hold_end(struct kobject *hold)
{
	struct chard_device *device = container_of(hold, struct chard_device, hold);

	chard_device_put(device);
}

static struct kobj_type chard_hold_type = {
	.release = chard_hold_end,
};

/*
 * chard_node_cdev() - give a device its own cdev; of a region once that has one
 *
 * Under chard_devices_lock. Where there is no memory for that, it is found by the
 * region's or misc_open(). Until the driver is loaded nobody may open anything of a
 * region, so there is none.
 */
static void chard_node_cdev(struct chard_device *device)
{
	const struct chard_driver *driver = device->driver;
	struct chard_nodes *nodes = driver->live->nodes;

	if (nodes->region && !nodes->cdev)
		return;
	kref_get(&device->ref);
	kobject_init(&device->hold, &chard_hold_type);
	/*
	 * It has no owner, so that an open file holds the module once, as by misc_open(): the
	 * cdev keeps the device by its parent, and the end of the module waits for that.
	 */
	cdev_init(&device->cdev, driver->fops);
	cdev_set_parent(&device->cdev, &device->hold);
	device->by_cdev = !cdev_add(&device->cdev, nodes->first + device->index, 1);
	kobject_put(&device->hold);
}

/*
 * chard_nodes_open() - let a region's devices be opened; may sleep
 *
 * The last step of loading: one that fails, fails without a file that is open.
 * Before it, nodes that are there already answer ENXIO.
 *
 * Return: 0, -ENOMEM, what sysfs refuses with.
 */
int chard_nodes_open(const struct chard_driver *driver)
{
	struct chard_nodes *nodes = driver->live->nodes;
	struct chard_device *device;
	struct cdev *cdev;
	int ret;

	if (!nodes->region)
		return 0;
	ret = nodes->parent ? device_create_file(nodes->parent, &dev_attr_add) : 0;
	if (ret)
		return ret;
	cdev = cdev_alloc();
	if (!cdev)
		return -ENOMEM;
	cdev->owner = driver->fops->owner;
	cdev->ops = driver->fops;
	mutex_lock(&chard_devices_lock);
	/* Before an open can ask whether it came by this one. */
	nodes->cdev = cdev;
	ret = cdev_add(cdev, nodes->first, nodes->minors);
	if (ret) {
		nodes->cdev = NULL;
		kobject_put(&cdev->kobj);
	}
	list_for_each_entry(device, &chard_devices, entry) {
		if (device->driver == driver)
			chard_node_cdev(device);
	}
	mutex_unlock(&chard_devices_lock);
	if (ret)
		return ret;
	pr_info("%s: up to %u devices from %u:%u on\n", driver->name, nodes->minors,
		MAJOR(nodes->first), MINOR(nodes->first));
	return 0;
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

	wait_var_event(&nodes->count, !atomic_read(&nodes->count));
	/* The last device has ended in a work item that may not have returned yet. */
	destroy_workqueue(nodes->removals);
	if (nodes->cdev)
		cdev_del(nodes->cdev);
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
	const char *node = nodes->node ?: nodes->name;
	u32 i = 0;
	int len;

	while (nodes->names && i < device->index && nodes->names[i])
		i++;
	if (nodes->names && i == device->index && nodes->names[i])
		len = snprintf(device->name, sizeof(device->name), "%s", nodes->names[i]);
	else if (nodes->region)
		len = snprintf(device->name, sizeof(device->name), "%s%u", node, device->index);
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
	device->misc.fops = device->driver->fops;
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
	WRITE_ONCE(device->dev, get_device(dev));
	chard_views_add(device);
	chard_node_cdev(device);
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
		cdev_del(&device->cdev);
	if (nodes->region) {
		device_unregister(device->dev);
	} else {
		misc_deregister(&device->misc);
		pr_info("%s: /dev/%s is gone\n", device->driver->name, device->name);
	}
	/* Only now, or another of the name would meet this one in sysfs. */
	chard_node_unreserve(device);
}

/*
 * chard_node_at() - the device of a number, held; NULL if there is none
 *
 * Without a lock, which two CPUs would share: RCU keeps a device's memory for as long as a
 * task may look at it, and a task that finds no reference any more has come too late.
 */
struct chard_device *chard_node_at(struct chard_nodes *nodes, u32 index)
{
	XA_STATE(xas, &nodes->devices, index);
	struct chard_device *device;

	/* As xa_load() has it, in the same section as the reference is taken. */
	rcu_read_lock();
	do {
		device = xas_load(&xas);
		/* A number that is reserved. */
		if (xa_is_zero(device))
			device = NULL;
	} while (xas_retry(&xas, device));
	if (device && !kref_get_unless_zero(&device->ref))
		device = NULL;
	rcu_read_unlock();
	return device;
}

/*
 * chard_node_find() - the device that an open is for, held; NULL if there is none
 *
 * The VFS has found the inode's cdev and holds it. That is the device's own, which holds the
 * device, or that of the region. An inode keeps the cdev of a device that has gone for as
 * long as a file of it is open, while the number may be another device's already.
 *
 * An inode that was opened when there was no such misc device leads to misc_open(). That
 * holds misc_mtx from where it finds the device in its list until this open has ended, and
 * misc_deregister() takes the device off the list under the same mutex: so the device has
 * its registration's reference.
 */
struct chard_device *chard_node_find(struct chard_nodes *nodes, const struct inode *inode,
				     const struct file *file)
{
	struct chard_device *device;

	if (chard_node_by_misc(file)) {
		device = container_of(file->private_data, struct chard_device, misc);
	} else {
		device = container_of(inode->i_cdev, struct chard_device, cdev);
		if (unlikely(inode->i_cdev == nodes->cdev ||
			     atomic_read(&device->flags) & CHARD_DEVICE_GONE))
			return chard_node_at(nodes, inode->i_rdev - nodes->first);
	}
	kref_get(&device->ref);
	return device;
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
