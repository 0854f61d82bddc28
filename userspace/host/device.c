// SPDX-License-Identifier: GPL-2.0
/*
 * The devices of the process's driver: what core/devices/device.c and core/devices/remove.c are.
 *
 * A device is held by its node until it is removed, and by each open file.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../suite-host.h"
#include "host.h"
#include "objects.h"

const struct chard_driver *chard_loaded;

/* Devices that are being removed. Guarded by objects_lock. */
static unsigned int removals;

/* device_refusal() - the errno that a device answers with in its handler's place, or 0 */
long device_refusal(const struct chard_device *device)
{
	__u32 flags = __atomic_load_n(&device->flags, __ATOMIC_RELAXED);

	return flags & CHARD_DEVICE_GONE ? -ENODEV : 0;
}

/* device_get() - hold a device that is held */
void device_get(struct chard_device *device)
{
	__atomic_add_fetch(&device->refs, 1, __ATOMIC_RELAXED);
}

static void device_free(struct chard_device *device)
{
	objects_end(device);
	free(device->state);
	free(device);
}

static void device_quiet(struct chard_device *device)
{
	__atomic_fetch_or(&device->flags, CHARD_DEVICE_GONE, __ATOMIC_RELAXED);
	objects_wake();
	objects_stop(device);
}

/* device_put() - the last one ends it, and waits for what it has set going */
void device_put(struct chard_device *device)
{
	const struct chard_driver *driver = device->driver;

	if (__atomic_sub_fetch(&device->refs, 1, __ATOMIC_ACQ_REL))
		return;
	device_quiet(device);
	if (!CHARD_CALL_LIFE(device, CHARD_MAY_DEVICE, driver->entries->device_exit))
		count(&driver->counts->states, -1);
	count(&driver->counts->devices, -1);
	device_free(device);
}

/*
 * device_new() - make a device whose number is reserved, which is free again after an error
 * @data: what the driver's own C knows of a device that is bound; else NULL
 *
 * Return: the device, with the reference that its node has; NULL with an errno in @error.
 */
struct chard_device *device_new(const struct chard_driver *driver, __u32 index, void *data,
				long *error)
{
	const struct chard_handler *handler = driver->handler;
	struct chard_device *device = calloc(1, sizeof(*device));
	long ret = -ENOMEM;

	if (!device)
		goto no_device;
	device->driver = driver;
	device->index = index;
	device->refs = 1;
	device->bound = data;
	device->has_chip = data && node_has_chips();
	device->data = data;
	device->state = memory_new(handler->device_size, handler->device_align);
	if (!device->state)
		goto no_state;
	ret = node_name(device) ? 0 : -ENAMETOOLONG;
	if (!ret)
		ret = CHARD_CALL_LIFE(device, CHARD_MAY_DEVICE, driver->entries->device_init);
	if (ret)
		goto no_state;
	count(&driver->counts->states, 1);
	count(&driver->counts->devices, 1);
	return device;

no_state:
	device_quiet(device);
	device_free(device);
no_device:
	node_release(index);
	*error = ret;
	return NULL;
}

/*
 * device_publish() - let others open a new device
 *
 * After an error it is being removed where it has begun; else it has no node, whose
 * reference is given back.
 */
long device_publish(struct chard_device *device)
{
	long ret = node_add(device);

	if (ret) {
		node_release(device->index);
		device_put(device);
		return ret;
	}
	objects_begin(device);
	ret = CHARD_CALL_LIFE(device, CHARD_MAY_DEVICE, device->driver->entries->registered);
	device->registered = !ret;
	if (ret)
		device_remove(device);
	return ret;
}

static long device_make(const struct chard_driver *driver, __u32 index)
{
	long error;
	struct chard_device *device = device_new(driver, index, NULL, &error);

	return device ? device_publish(device) : error;
}

static long device_add(const struct chard_driver *driver, __u32 index)
{
	long number = node_reserve(index);
	long ret = number < 0 ? number : device_make(driver, number);

	return ret ? ret : number;
}

/* The node goes, and what the registration held. */
static void removal_run(struct chard_device *device)
{
	node_release(device->index);
	bound_drain(device);
	/* The calls of a bound device have ended, and it is still bound. */
	if (device->registered)
		CHARD_CALL_LIFE(device, CHARD_MAY_DEVICE | (device->bound ? CHARD_CALL_BOUND : 0),
				device->driver->entries->removed);
	bound_end(device);
	device_put(device);
}

/* What the core has a work item for: the caller may hold what the device waits for. */
static void *removal(void *data)
{
	removal_run(data);
	pthread_mutex_lock(&objects_lock);
	removals--;
	pthread_mutex_unlock(&objects_lock);
	objects_wake();
	return NULL;
}

static void removals_wait(void)
{
	pthread_mutex_lock(&objects_lock);
	while (removals)
		objects_wait(0);
	pthread_mutex_unlock(&objects_lock);
}

/* Whether the caller is the one to remove a device that he holds. */
static bool device_claim(struct chard_device *device)
{
	if (is_mapped(device))
		refuse("removal of what is mapped", device->index);
	if (__atomic_fetch_or(&device->flags, CHARD_DEVICE_GONE, __ATOMIC_RELAXED) &
	    CHARD_DEVICE_GONE)
		return false;
	commands_refuse(device, -ENODEV);
	objects_wake();
	sigio_send(device, POLL_HUP);
	return true;
}

static void removal_start(struct chard_device *device)
{
	pthread_t thread;

	pthread_mutex_lock(&objects_lock);
	removals++;
	pthread_mutex_unlock(&objects_lock);
	if (pthread_create(&thread, NULL, removal, device))
		refuse("removal without a thread", device->index);
	pthread_detach(thread);
}

/* device_remove() - take a device away that is held, unless that has begun */
void device_remove(struct chard_device *device)
{
	if (device_claim(device))
		removal_start(device);
}

void chard_device_remove(const struct chard_file *cf)
{
	device_remove(cf->device);
}

int chard_device_remove_index(struct chard_call *call, __u32 index)
{
	struct chard_device *device;
	int ret = chard_call_may(call, CHARD_MAY_SLEEP);

	if (ret)
		return ret;
	device = node_at(index);
	if (!device)
		return -ENXIO;
	if (!device_claim(device))
		ret = -ENODEV;
	else if (chard_call_can(call, CHARD_MAY_REMOVE) && !call->held && !device->bound)
		removal_run(device);
	else
		removal_start(device);
	device_put(device);
	return ret;
}

/* chard_call_driver() - whose handler a call is in */
const struct chard_driver *chard_call_driver(const struct chard_call *call)
{
	return call_device(call)->driver;
}

__u32 chard_device_index(const struct chard_call *call)
{
	return call_device(call)->index;
}

/* Whether the driver can have further devices, which the suite does not bind. */
static bool has_further(void)
{
	return node_on_region() && !node_is_bound();
}

long chard_device_create(struct chard_call *call, __u32 index)
{
	int error = chard_call_may(call, CHARD_MAY_SLEEP | CHARD_MAY_CREATE);

	if (error)
		return error;
	return has_further() ? device_add(chard_call_driver(call), index) : -EOPNOTSUPP;
}

void host_remove(int fd)
{
	struct file *file = file_get(fd);

	if (!file)
		refuse("removal by descriptor", fd);
	device_remove(file->chard.device);
	file_put(file);
}

long host_add(unsigned int index)
{
	removals_wait();
	return has_further() ? device_add(chard_loaded, index) : -EOPNOTSUPP;
}

/*
 * What rmmod is in the kernel, after the files that the end of a process
 * closes: the devices go, and what is left of them is a leak.
 */
static void chard_unregister(void)
{
	const struct chard_driver *driver = chard_loaded;
	const struct chard_counts *left = driver->counts;
	struct chard_device *device;

	commands_end();
	mappings_end();
	file_close_all();
	bindings_end();
	nodes_close();
	for (__u32 index = 0; index < node_count(); index++) {
		device = node_at(index);
		if (!device)
			continue;
		device_remove(device);
		device_put(device);
	}
	removals_wait();
	nodes_end();
	CHARD_CALL(&(struct chard_call){}, driver->entries->unload, NULL);
	if (left->devices || left->files || left->states || left->boxes || left->pages) {
		fprintf(stderr,
			"<3>chard: %s: left behind: %ld devices, %ld files, %ld states, %ld boxes, %ld pages\n",
			driver->name, left->devices, left->files, left->states, left->boxes,
			left->pages);
		fflush(NULL);
		_exit(EXIT_FAILURE);
	}
}

/* chard_register() - the devices of the process, from before main() to its exit */
void chard_register(const struct chard_driver *driver, const struct chard_where *where)
{
	long ret;

	chard_loaded = driver;
	ret = CHARD_CALL(&(struct chard_call){}, driver->entries->load, NULL);
	if (!ret)
		ret = nodes_begin(where);
	for (__u32 index = 0; !ret && index < where->devices; index++)
		ret = device_make(driver, index);
	if (ret) {
		fprintf(stderr, "<3>chard: %s: no device: error %ld\n", driver->name, ret);
		_exit(EXIT_FAILURE);
	}
	atexit(chard_unregister);
}
