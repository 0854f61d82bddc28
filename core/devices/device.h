/* SPDX-License-Identifier: GPL-2.0 */
/* A device, as the core and its driver's entries know it. */
#ifndef CHARD_DEVICE_H
#define CHARD_DEVICE_H

#include <linux/atomic.h>
#include <linux/cdev.h>
#include <linux/completion.h>
#include <linux/kobject.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/miscdevice.h>
#include <linux/mutex.h>
#include <linux/percpu-refcount.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "chard_contract.h"

/*
 * Why a device does not answer: it was removed (ENODEV), or a call of it has
 * panicked (EIO). Set at any time; the second alone can be taken back, by the
 * attribute "reset". An entry tests both at once before it enters the handler, except
 * release.
 */
#define CHARD_DEVICE_GONE 1
#define CHARD_DEVICE_PANICKED 2

/*
 * Whether calls reach the hardware that a device is bound to (suspend.c): they do, wait until they
 * do again, or never do any more, since the binding has ended, or has done so in a suspend.
 */
#define CHARD_GATE_OPEN 0
#define CHARD_GATE_SHUT 1
#define CHARD_GATE_GONE 2
#define CHARD_GATE_GONE_ASLEEP 3

/**
 * struct chard_cdev - numbers that can be opened: of a device, of a region (open.c)
 * @cdev: the VFS's
 * @hold: what @cdev holds of what this is in
 * @driver: where they lead
 */
struct chard_cdev {
	struct cdev cdev;
	struct kobject hold;
	const struct chard_driver *driver;
};

/**
 * struct chard_device - a device
 * @flags: CHARD_DEVICE_*
 * @state: the handler's state, behind this struct
 * @misc: the misc device that it is registered as; not on a region
 * @cdev: what the VFS finds it by and holds it by
 * @by_cdev: it is known to the VFS by @cdev
 * @begun: what its handler starts begins at once (background.c)
 * @ending: nothing of its handler's starts any more
 * @driver: its driver
 * @index: its number among the driver's devices
 * @reserved: that number is its own still
 * @parent: what it is bound to, held as long as it is; NULL of a device that never was
 * @data: what the driver's own C knows of that; NULL when the binding has ended
 * @pci: what the core has of that, where it is a PCI device (core/bus/pci.c); only for calls
 *	 that are bound
 * @calls: of a bound device, those that the end of the binding waits for
 * @drained: completed when there are none any more
 * @gate: CHARD_GATE_*; changes under @gate_lock
 * @gate_lock: held for a suspend, for a resume, and when the binding ends
 * @awake: calls that wait at the gate; and a suspend, for @kept
 * @kept: of the calls that are not counted, those that hold a lock
 * @transfers: of one that is bound to an I2C chip: held for a transfer (bus/i2c.c)
 * @ref: held by the registration, by @cdev, and by each open file
 * @rcu: its memory stays until no open looks at it any more (chard_node_at())
 * @entry: in chard_devices, while it is registered
 * @registered: its handler was told that it is
 * @life_lock: held while the handler is told: registered, reset, removed
 * @removal: takes the node away; queued by the one call that sets CHARD_DEVICE_GONE
 * @removed: completed when that is done
 * @tell: tells udev of the device's state (uevent.c)
 * @end: ends the device, where the last reference goes in a context that this waits for
 * @dev: its class device, held; NULL while it has none yet
 * @mapping: whose address space all its files are mapped through; NULL where
 *	     nothing can be mapped
 * @pages_lock: guards which pages are in its arrays: held for writing to take one
 *		out, for reading to put one in, to get one and to map one
 * @objects: the struct chard_object of its handler
 * @fasync: the files that have SIGIO
 * @panics: how many panics it has had
 * @debugfs: its folder in debugfs, if the handler has files there
 * @views: what these files show
 * @shared: what its files have in common that have neither a state nor poll
 * @name: the node's name
 */
struct chard_device {
	atomic_t flags;
	void *state;
	struct miscdevice misc;
	struct chard_cdev cdev;
	bool by_cdev;
	bool begun;
	bool ending;
	bool registered;
	const struct chard_driver *driver;
	u32 index;
	bool reserved;
	struct device *parent;
	void *data;
	struct chard_pci *pci;
	struct percpu_ref calls;
	struct completion drained;
	u32 gate;
	/* see above */
	struct mutex gate_lock;
	wait_queue_head_t awake;
	atomic_t kept;
	/* see above */
	struct mutex transfers;
	struct kref ref;
	struct rcu_head rcu;
	struct list_head entry;
	/* see above */
	struct mutex life_lock;
	struct work_struct removal;
	struct completion removed;
	struct work_struct tell;
	struct work_struct end;
	struct device *dev;
	struct inode *mapping;
	struct rw_semaphore pages_lock;
	struct list_head objects;
	struct fasync_struct *fasync;
	atomic_long_t panics;
	struct dentry *debugfs;
	struct chard_view *views;
	struct chard_file shared;
	char name[32];
};

/*
 * chard_device_error() - why a device does not answer: -ENODEV, -EIO; 0 if it does
 *
 * This is racy by design: a call that tested the flags just before they were set proceeds.
 */
static __always_inline long chard_device_error(const struct chard_device *device)
{
	int flags = atomic_read(&device->flags);

	if (likely(!flags))
		return 0;
	return flags & CHARD_DEVICE_GONE ? -ENODEV : -EIO;
}

#endif
