// SPDX-License-Identifier: GPL-2.0
/*
 * Opens: from a node to a device, and to the table of its driver.
 *
 * The kernel frees a module whose init fails, even while a file holds it; and devices have nodes
 * before the init is over. So what the VFS finds first is a table of the core's, which refuses an
 * open until the driver is loaded. Then it holds the driver's module and goes on by the driver's
 * table, as misc_open() does.
 */
#include <linux/cdev.h>
#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/kobject.h>
#include <linux/module.h>

#include "core.h"

static const struct chard_driver *chard_open_driver(const struct inode *inode,
						    const struct file *file)
{
	if (chard_node_by_misc(file))
		return container_of(file->private_data, struct chard_device, misc)->driver;
	return container_of(inode->i_cdev, struct chard_cdev, cdev)->driver;
}

/* The device or the region is held meanwhile, and so its driver, by what the VFS holds. */
static int chard_open_node(struct inode *inode, struct file *file)
{
	const struct chard_driver *driver = chard_open_driver(inode, file);

	if (!chard_driver_get(driver))
		return -ENXIO;
	/* An open file holds the module by its table. */
	replace_fops(file, driver->fops);
	return driver->fops->open(inode, file);
}

/*
 * It has no owner: each open would count chard.ko up and down, and all CPUs share that count. The
 * VFS holds the cdev or misc_mtx during an open; that keeps the driver, which keeps chard.ko. For
 * the last instructions of an open that was refused chard_exit() waits (synchronize_rcu_tasks()).
 */
const struct file_operations chard_open_fops = {
	.open = chard_open_node,
	.llseek = noop_llseek,
};

/*
 * chard_cdev_add() - let numbers be opened
 * @cdev: what the VFS finds them by
 * @driver: whose table they lead to
 * @type: what ends the caller's reference to what @cdev is in, when nothing refers to it any
 *	  more; after an error at once
 * @first: the first number
 * @count: how many
 *
 * It has no owner, so that an open file holds the module once, as by misc_open(): the cdev
 * keeps what it is in, and the end of the module waits for that.
 */
int chard_cdev_add(struct chard_cdev *cdev, const struct chard_driver *driver,
		   struct kobj_type *type, dev_t first, unsigned int count)
{
	int ret;

	cdev->driver = driver;
	kobject_init(&cdev->hold, type);
	cdev_init(&cdev->cdev, &chard_open_fops);
	cdev_set_parent(&cdev->cdev, &cdev->hold);
	ret = cdev_add(&cdev->cdev, first, count);
	kobject_put(&cdev->hold);
	return ret;
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
		device = container_of(inode->i_cdev, struct chard_device, cdev.cdev);
		if (unlikely(inode->i_cdev == &nodes->cdev.cdev ||
			     atomic_read(&device->flags) & CHARD_DEVICE_GONE))
			return chard_node_at(nodes, inode->i_rdev - nodes->first);
	}
	kref_get(&device->ref);
	return device;
}
