/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What core/chard_device.h is to a driver's own C, for the stand-ins of that in a process
 * (NAME_host.c). The suite makes the devices: userspace/suite-host.h.
 */
#ifndef CHARD_DEVICE_API_H
#define CHARD_DEVICE_API_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

struct chard_device;

void *chard_device_data(const struct chard_device *device);
bool chard_device_is_gone(const struct chard_device *device);
void chard_device_wake(struct chard_device *device, __u32 ready);
long chard_device_event(struct chard_device *device, __u32 event, void *data, size_t len);
long chard_device_request(struct chard_device *device, __u32 request, void *data, size_t len);

#endif
