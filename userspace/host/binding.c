// SPDX-License-Identifier: GPL-2.0
/* What a suite does in place of a driver's own C: it binds devices, and talks to their handler. */
#include <errno.h>
#include <linux/types.h>
#include <pthread.h>

#include "../suite-host.h"
#include "chard_device.h"
#include "host.h"
#include "objects.h"

/* The devices that are bound, the oldest first, each held. Guarded by objects_lock. */
static struct chard_device *bindings;

static void binding_add(struct chard_device *device)
{
	struct chard_device **at = &bindings;

	pthread_mutex_lock(&objects_lock);
	while (*at)
		at = &(*at)->next_bound;
	*at = device;
	pthread_mutex_unlock(&objects_lock);
}

/* The binding of a number, CHARD_ANY for any: held, or taken off the list with its reference. */
static struct chard_device *binding_find(__u32 index, bool take)
{
	struct chard_device **at = &bindings, *device;

	pthread_mutex_lock(&objects_lock);
	while (*at && index != CHARD_ANY && (*at)->index != index)
		at = &(*at)->next_bound;
	device = *at;
	if (device && take)
		*at = device->next_bound;
	else if (device)
		device_get(device);
	pthread_mutex_unlock(&objects_lock);
	return device;
}

long host_bind(void *data)
{
	struct chard_device *device;
	long number, ret;

	if (!data)
		refuse("binding without data, of minors", node_count());
	if (!node_is_bound())
		return -EOPNOTSUPP;
	number = node_reserve(CHARD_ANY);
	if (number < 0)
		return number;
	device = device_new(chard_loaded, number, data, &ret);
	if (!device)
		return ret;
	device_get(device);
	ret = device_publish(device);
	if (!ret) {
		binding_add(device);
		return number;
	}
	if (device->begun)
		bound_wait(device);
	device_put(device);
	return ret;
}

static long unbind(__u32 index)
{
	struct chard_device *device = binding_find(index, true);

	if (!device)
		return -ENODEV;
	device_remove(device);
	bound_wait(device);
	device_put(device);
	return 0;
}

long host_unbind(unsigned int index)
{
	return unbind(index);
}

/* bindings_end() - the process ends: as the driver's exit, which leaves no device behind */
void bindings_end(void)
{
	while (!unbind(CHARD_ANY))
		;
}

long host_event(unsigned int index, unsigned int event, void *data, size_t len)
{
	struct chard_device *device = binding_find(index, false);
	long ret;

	if (!device)
		return -ENODEV;
	ret = chard_device_event(device, event, data, len);
	device_put(device);
	return ret;
}

long host_request(unsigned int index, unsigned int request, void *data, size_t len)
{
	struct chard_device *device = binding_find(index, false);
	long ret;

	if (!device)
		return -ENODEV;
	ret = chard_device_request(device, request, data, len);
	device_put(device);
	return ret;
}

long host_wake(unsigned int index, unsigned int ready)
{
	struct chard_device *device = binding_find(index, false);

	if (!device)
		return -ENODEV;
	chard_device_wake(device, ready);
	device_put(device);
	return 0;
}
