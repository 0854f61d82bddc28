/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of chard.ko know of each other. */
#ifndef CHARD_CORE_H
#define CHARD_CORE_H

#include <linux/atomic.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/miscdevice.h>
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
	void *state;
	char name[32];
	atomic_t flags;
};

extern struct list_head chard_devices;
extern struct mutex chard_devices_lock;

void chard_device_free(struct kref *ref);
size_t chard_size_with(size_t head, u32 size, u32 align);
void chard_removal_init(struct chard_device *device);
void chard_driver_remove(const struct chard_driver *driver);
const struct attribute_group **chard_attributes(void);
int chard_removals_init(void);
void chard_removals_exit(void);
void chard_counts_report(const struct chard_driver *driver);

#ifdef CONFIG_KASAN_STACK
/* KASAN's, for what gcc emits; what modules may call of it. As gcc declares it. */
void __asan_allocas_unpoison(void *top, ssize_t bottom);
#endif

#endif
