// SPDX-License-Identifier: GPL-2.0
/* The device of the process and its open files: what core/device.c and core/file.c are. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../suite-host.h"
#include "host.h"

struct chard_device chard_device;

/* device_refusal() - the errno that the device answers with in its handler's place, or 0 */
long device_refusal(void)
{
	__u32 flags = __atomic_load_n(&chard_device.flags, __ATOMIC_RELAXED);

	return flags & CHARD_DEVICE_GONE ? -ENODEV : 0;
}

/* As where the node has lived on: the process has no other device to open. */
void chard_device_remove(const struct chard_file *cf)
{
	if (is_mapped())
		refuse("removal of what is mapped", 0);
	__atomic_fetch_or(&cf->device->flags, CHARD_DEVICE_GONE, __ATOMIC_RELAXED);
	commands_refuse(-ENODEV);
	objects_wake();
	sigio_send(cf->device, POLL_HUP);
}

void host_remove(int fd)
{
	struct file *file = file_get(fd);

	if (!file)
		refuse("removal by descriptor", fd);
	chard_device_remove(&file->chard);
	file_put(file);
}

/*
 * file_open() - what open(2) makes of the device: a file, or a negative errno
 *
 * The handler's open is done when it returns.
 */
long file_open(struct file *file)
{
	const struct chard_driver *driver = chard_device.driver;
	struct chard_file *cf = &file->chard;
	struct chard_task task;
	long ret = device_refusal();

	if (ret)
		return ret;
	cf->device = &chard_device;
	cf->flags = &chard_device.flags;
	cf->device_state = chard_device.state;
	cf->state = memory_new(driver->handler->file_size, driver->handler->file_align);
	cf->file = file;
	chard_task_current(&task);
	file->opener = task.ids;
	file->caps = task_caps();
	if (!cf->state)
		return -ENOMEM;
	count(&driver->counts->files, 1);
	ret = CHARD_CALL(driver, NULL, cf, driver->open);
	if (ret) {
		count(&driver->counts->files, -1);
		free(cf->state);
		return ret;
	}
	count(&driver->counts->states, 1);
	return 0;
}

/* file_flush() - what close(2) answers */
long file_flush(struct file *file)
{
	const struct chard_driver *driver = chard_device.driver;

	if (!driver->flush || device_refusal())
		return 0;
	return CHARD_CALL(driver, NULL, &file->chard, driver->flush);
}

/* file_release() - the last close(2), the reverse of file_open() */
void file_release(struct file *file)
{
	const struct chard_driver *driver = chard_device.driver;

	sigio_end(file);
	if (!CHARD_CALL(driver, NULL, &file->chard, driver->release))
		count(&driver->counts->states, -1);
	count(&driver->counts->files, -1);
	free(file->chard.state);
}

/*
 * What rmmod is in the kernel, after the files that the end of a process
 * closes: the device goes, and what is left of it is a leak.
 */
static void chard_unregister(void)
{
	const struct chard_driver *driver = chard_device.driver;
	const struct chard_counts *left = driver->counts;

	commands_end();
	mappings_end();
	file_close_all();
	__atomic_fetch_or(&chard_device.flags, CHARD_DEVICE_GONE, __ATOMIC_RELAXED);
	objects_wake();
	objects_stop();
	if (!CHARD_CALL(driver, &chard_device, NULL, driver->device_exit, chard_device.state))
		count(&driver->counts->states, -1);
	count(&driver->counts->devices, -1);
	objects_end();
	free(chard_device.state);
	if (left->devices || left->files || left->states || left->boxes || left->pages) {
		fprintf(stderr,
			"<3>chard: %s: left behind: %ld devices, %ld files, %ld states, %ld boxes, %ld pages\n",
			driver->name, left->devices, left->files, left->states, left->boxes,
			left->pages);
		fflush(NULL);
		_exit(EXIT_FAILURE);
	}
}

/* There is one, the first: what would be others is not known. */
__u32 chard_device_index(const struct chard_call *call)
{
	(void)call;
	return 0;
}

long chard_device_create(struct chard_call *call, __u32 index)
{
	(void)call;
	refuse("further device", index);
}

int chard_device_remove_index(struct chard_call *call, __u32 index)
{
	(void)call;
	refuse("device by its number", index);
}

/* chard_register() - the device of the process, from before main() to its exit */
void chard_register(const struct chard_driver *driver, const struct chard_where *where)
{
	const struct chard_handler *handler = driver->handler;
	long ret = -ENOMEM;

	if (where->region)
		refuse("region of", where->minors);
	chard_device.driver = driver;
	chard_device.state = memory_new(handler->device_size, handler->device_align);
	if (chard_device.state)
		ret = CHARD_CALL(driver, &chard_device, NULL, driver->device_init,
				 chard_device.state);
	if (ret) {
		fprintf(stderr, "<3>chard: %s: no device: error %ld\n", driver->name, ret);
		_exit(EXIT_FAILURE);
	}
	count(&driver->counts->states, 1);
	count(&driver->counts->devices, 1);
	atexit(chard_unregister);
}
