// SPDX-License-Identifier: GPL-2.0
/* poll(2) and fsync(2) of the device, as the VFS has them. */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include "host.h"
#include "objects.h"

int __real_poll(struct pollfd *fds, nfds_t nfds, int timeout);
int __real_fsync(int fd);
int __real_fdatasync(int fd);

static short device_poll(struct file *file)
{
	const struct chard_driver *driver = chard_loaded;
	long ready;

	/* What the VFS says of a file that can not be polled. */
	if (!driver->entries->poll)
		return POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;
	if (device_refusal(file->chard.device))
		return POLLERR | POLLHUP;
	ready = CHARD_CALL_FILE(file, CHARD_MAY_BRIEF, driver->entries->poll, NULL);
	if (ready != -EAGAIN)
		return ready < 0 ? POLLERR : ready;
	/* See chard_file_poll_error(). */
	ready = file->mode & CHARD_FMODE_READ ? POLLIN | POLLRDNORM : 0;
	return file->mode & CHARD_FMODE_WRITE ? ready | POLLOUT | POLLWRNORM : ready;
}

/* How many files are ready; -1 if one of them is not the device's. */
static int look(struct pollfd *fds, nfds_t nfds)
{
	int ready = 0;

	for (nfds_t i = 0; i < nfds; i++) {
		struct file *file;

		fds[i].revents = 0;
		if (fds[i].fd < 0)
			continue;
		file = file_get(fds[i].fd);
		if (!file)
			return -1;
		fds[i].revents = device_poll(file) & (fds[i].events | POLLERR | POLLHUP);
		file_put(file);
		ready += fds[i].revents != 0;
	}
	return ready;
}

int __wrap_poll(struct pollfd *fds, nfds_t nfds, int timeout)
{
	unsigned long long at = timeout > 0 ? objects_deadline(timeout * 1000000ULL) : 0;
	bool more = timeout != 0;

	for (;;) {
		unsigned long wakes;
		int ready;

		pthread_mutex_lock(&objects_lock);
		wakes = objects_wakes;
		pthread_mutex_unlock(&objects_lock);
		ready = look(fds, nfds);
		if (ready < 0)
			return __real_poll(fds, nfds, timeout);
		if (ready || !more)
			return ready;
		pthread_mutex_lock(&objects_lock);
		while (more && wakes == objects_wakes)
			more = objects_wait(at);
		pthread_mutex_unlock(&objects_lock);
	}
}

static int device_fsync(int fd, int datasync, int (*real)(int fd))
{
	const struct chard_driver *driver = chard_loaded;
	struct file *file = file_get(fd);
	long ret;

	if (!file)
		return real(fd);
	ret = device_refusal(file->chard.device);
	if (!driver->entries->fsync)
		ret = -EINVAL;
	if (!ret)
		ret = CHARD_CALL_FILE(file, CHARD_MAY_ALL, driver->entries->fsync, 0, LLONG_MAX,
				      datasync);
	file_put(file);
	return answer(ret);
}

int __wrap_fsync(int fd)
{
	return device_fsync(fd, 0, __real_fsync);
}

int __wrap_fdatasync(int fd)
{
	return device_fsync(fd, 1, __real_fdatasync);
}
