/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of chard.ko know of each other. */
#ifndef CHARD_CORE_H
#define CHARD_CORE_H

#include <linux/atomic.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/miscdevice.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "chard.h"

/**
 * struct chard_device - a device
 * @misc: its node, while it is registered
 * @driver: its driver
 * @ref: held by the registration and by each open file
 * @entry: in chard_devices, while it is registered
 * @removal: takes the node away; queued by whoever sets CHARD_DEVICE_GONE
 * @dev: its class device, held from removal on, for the log
 * @mapping: whose address space all its files are mapped through; NULL where
 *	     nothing can be mapped
 * @pages_lock: guards which pages are in its arrays: held for writing to take one
 *		out, for reading to put one in, to get one and to map one
 * @objects: the struct chard_object of its handler
 * @ending: nobody else may free an object of it any more
 * @fasync: the files that have SIGIO
 * @panics: how many panics it has had
 * @state: the handler's state, behind this struct
 * @name: the node's name
 * @flags: CHARD_DEVICE_*; last, next to the state, which a call reads anyway
 */
struct chard_device {
	struct miscdevice misc;
	const struct chard_driver *driver;
	struct kref ref;
	struct list_head entry;
	struct work_struct removal;
	struct device *dev;
	struct inode *mapping;
	struct rw_semaphore pages_lock;
	struct list_head objects;
	bool ending;
	struct fasync_struct *fasync;
	atomic_long_t panics;
	void *state;
	char name[32];
	atomic_t flags;
};

extern struct list_head chard_devices;
extern struct mutex chard_devices_lock;

void chard_device_free(struct kref *ref);
void chard_device_halt(struct chard_device *device);
size_t chard_size_with(size_t head, u32 size, u32 align);
void chard_counts_report(const struct chard_driver *driver);

/* bindings/helpers.c */
void chard_memory_exit(void);

/* The flags as a call tests them: a plain word. */
static inline const u32 *chard_device_flags(const struct chard_device *device)
{
	return (const u32 *)&device->flags.counter;
}

static inline struct chard_device *chard_call_device(const struct chard_call *call)
{
	return call->file ? call->file->device : call->device;
}

/* map.c */
int chard_mapping_init(struct chard_device *device);
void chard_mapping_exit(struct chard_device *device);
void chard_mapping_zap(struct chard_device *device);

/* What the page @index of an array is known by; a page that was taken out of its array has 0. */
static inline unsigned long chard_page_mark(pgoff_t index)
{
	return index + 1;
}

/* call.c */
int chard_sleep_error(const struct chard_call *call);

/* remove.c */
void chard_removal_init(struct chard_device *device);
void chard_driver_remove(const struct chard_driver *driver);
const struct attribute_group **chard_attributes(void);
int chard_removals_init(void);
void chard_removals_exit(void);

/* A spinlock whose class is the caller's: the kernel has that by a macro with debugging alone. */
static inline void chard_spinlock_init(spinlock_t *lock, const char *name,
				       struct lock_class_key *class)
{
	spin_lock_init(lock);
	lockdep_set_class_and_name(lock, class, name);
}

/* object.c */

/**
 * struct chard_object_type - what the core does with an object of a kind
 * @wake: the device does not answer any more; any context; NULL for nothing
 * @stop: end what is going on, and wait for that; may sleep; NULL for nothing
 * @idle: nothing but its handle knows of it; under chard_objects_lock; NULL if
 *	  that can not be known
 * @free: give back what it has beside itself; any context; NULL for nothing
 */
struct chard_object_type {
	void (*wake)(struct chard_object *object);
	void (*stop)(struct chard_object *object);
	bool (*idle)(struct chard_object *object);
	void (*free)(struct chard_object *object);
};

/**
 * struct chard_object - what the kernel may know of while a device lives: a
 *			 queue, a timer, work, a thread, an array of pages
 * @entry: in the objects of its device
 * @device: the device; NULL when that has ended
 * @driver: whose memory is counted
 * @type: its kind
 * @held: the handler has a handle of it
 */
struct chard_object {
	struct list_head entry;
	struct chard_device *device;
	const struct chard_driver *driver;
	const struct chard_object_type *type;
	bool held;
};

void *chard_object_new(struct chard_call *call, size_t size, const struct chard_object_type *type);
void chard_objects_wake(struct chard_device *device);
void chard_objects_stop(struct chard_device *device);
void chard_objects_end(struct chard_device *device);

#ifdef CONFIG_KASAN_STACK
/* KASAN's, for what gcc emits; what modules may call of it. As gcc declares it. */
void __asan_allocas_unpoison(void *top, ssize_t bottom);
#endif

#endif
