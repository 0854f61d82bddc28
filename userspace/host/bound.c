// SPDX-License-Identifier: GPL-2.0
/*
 * What core/devices/bound.c is: calls of a bound device are counted, and the end of its
 * binding waits for them. What the suite does in place of a driver's own C is in binding.c.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>

#include "chard_device.h"
#include "host.h"
#include "objects.h"

/* chard_call_count() - count a call of a bound device; -ENODEV where the binding ends */
long chard_call_count(struct chard_call *call)
{
	struct chard_device *device = call_device(call);
	long ret = 0;

	if (!device->bound)
		return 0;
	pthread_mutex_lock(&objects_lock);
	if (device->draining) {
		ret = -ENODEV;
	} else {
		device->calls++;
		call->may |= CHARD_CALL_BOUND | CHARD_CALL_COUNTED;
	}
	pthread_mutex_unlock(&objects_lock);
	return ret;
}

/* chard_call_end() - the reverse; gives @ret back */
long chard_call_end(struct chard_call *call, long ret)
{
	struct chard_device *device = call_device(call);
	bool last;

	if (!(call->may & CHARD_CALL_COUNTED))
		return ret;
	pthread_mutex_lock(&objects_lock);
	last = !--device->calls && device->draining;
	pthread_mutex_unlock(&objects_lock);
	if (last)
		objects_wake();
	return ret;
}

/* bound_drain() - wait for all that goes on in a device that is removed */
void bound_drain(struct chard_device *device)
{
	if (!device->bound)
		return;
	pthread_mutex_lock(&objects_lock);
	device->draining = true;
	while (device->calls)
		objects_wait(0);
	pthread_mutex_unlock(&objects_lock);
}

/* bound_end() - from here on it is not bound */
void bound_end(struct chard_device *device)
{
	if (!device->bound)
		return;
	__atomic_store_n(&device->data, NULL, __ATOMIC_RELAXED);
	pthread_mutex_lock(&objects_lock);
	device->ended = true;
	pthread_mutex_unlock(&objects_lock);
	objects_wake();
}

/* bound_wait() - wait for that, of a device whose removal has begun */
void bound_wait(struct chard_device *device)
{
	pthread_mutex_lock(&objects_lock);
	while (!device->ended)
		objects_wait(0);
	pthread_mutex_unlock(&objects_lock);
}

struct chard_device *chard_bound_device(const struct chard_call *call)
{
	return call->may & CHARD_CALL_BOUND ? call_device(call) : NULL;
}

void *chard_device_data(const struct chard_device *device)
{
	return __atomic_load_n(&device->data, __ATOMIC_RELAXED);
}

bool chard_device_is_gone(const struct chard_device *device)
{
	return device_refusal(device);
}

void chard_device_wake(struct chard_device *device, __u32 ready)
{
	pthread_mutex_lock(&objects_lock);
	for (struct chard_object *at = device->objects; at; at = at->next)
		__atomic_fetch_add(&at->wakes, 1, __ATOMIC_RELAXED);
	pthread_mutex_unlock(&objects_lock);
	objects_wake();
	if (ready)
		sigio_send(device, ready & POLLIN ? POLL_IN : POLL_OUT);
}

/* Calls an entry for what the driver's own C has to say. */
static long enter(struct chard_device *device, __u32 may,
		  long (*entry)(struct chard_call *call, __u32 what, void *data, unsigned long len,
				void *place),
		  __u32 what, void *data, size_t len)
{
	long ret = entry ? device_refusal(device) : -EOPNOTSUPP;

	return ret ? ret : CHARD_CALL_DEVICE(device, may, entry, what, data, len);
}

long chard_device_event(struct chard_device *device, __u32 event, void *data, size_t len)
{
	return enter(device, 0, device->driver->entries->event, event, data, len);
}

long chard_device_request(struct chard_device *device, __u32 request, void *data, size_t len)
{
	return enter(device, CHARD_MAY_KERNEL, device->driver->entries->request, request, data,
		     len);
}
