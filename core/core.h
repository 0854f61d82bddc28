/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of chard.ko know of each other. */
#ifndef CHARD_CORE_H
#define CHARD_CORE_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/miscdevice.h>

#include "chard.h"

/**
 * struct chard_device - a device
 * @misc: its node, while it is registered
 * @driver: its driver
 * @ref: held by the registration and by each open file
 * @entry: in chard_devices, while it is registered
 * @state: the handler's state, behind this struct
 * @name: the node's name
 */
struct chard_device {
	struct miscdevice misc;
	const struct chard_driver *driver;
	struct kref ref;
	struct list_head entry;
	void *state;
	char name[32];
};

void chard_device_free(struct kref *ref);
size_t chard_size_with(size_t head, u32 size, u32 align);
void chard_counts_report(const struct chard_driver *driver);

#endif
