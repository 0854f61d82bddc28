// SPDX-License-Identifier: GPL-2.0
/*
 * Descriptors of the devices, and the calls that make, copy and end them.
 *
 * A descriptor's number is taken by one of the real kernel's, opened with
 * O_PATH: calls that the stand-in does not know get EBADF there, and do not
 * succeed on some other file. The __wrap_ functions are what the test's calls
 * become (ld --wrap); those for other files go on to the real ones.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host.h"

#define FILES 4096
#define DEV "/dev/"

/* What open(2) takes and a device does not see, and what F_SETFL may change. */
#define OPEN_ONLY (O_CREAT | O_NOCTTY | O_TRUNC | O_CLOEXEC)
#define CHANGEABLE (O_APPEND | O_NONBLOCK)
#define LARGEFILE 0100000

_Static_assert(CHARD_O_NONBLOCK == O_NONBLOCK, "CHARD_O_NONBLOCK");

static struct file *files[FILES];
static pthread_mutex_t files_lock = PTHREAD_MUTEX_INITIALIZER;

int __real_open(const char *path, int flags, ...);
int __real_close(int fd);
int __real_dup(int fd);
int __real_dup2(int from, int to);
int __real_fcntl(int fd, int cmd, ...);

/* answer() - what a system call returns, of what the kernel's function does */
long answer(long ret)
{
	if (ret >= 0)
		return ret;
	errno = -ret;
	return -1;
}

/* refuse() - ends a test of what the stand-in does not know: never a wrong answer */
void refuse(const char *what, unsigned long number)
{
	fprintf(stderr, "the stand-in for chard.ko knows no %s %#lx\n", what, number);
	abort();
}

/* The handler's part of open(2): 0, or a negative errno; no state is left then. */
static long file_open(struct file *file)
{
	const struct chard_driver *driver = chard_loaded;
	struct chard_file *cf = &file->chard;
	struct chard_call call = { .file = cf, .filp = file, .may = CHARD_MAY_ALL };
	long ret = device_refusal(cf->device);

	if (ret)
		return ret;
	cf->state = memory_new(driver->handler->file_size, driver->handler->file_align);
	task_ids(&file->opener);
	file->caps = task_caps();
	if (!cf->state)
		return -ENOMEM;
	count(&driver->counts->files, 1);
	ret = CHARD_CALL_BY(&call, cf->device, driver->entries->open);
	if (ret) {
		count(&driver->counts->files, -1);
		free(cf->state);
		return ret;
	}
	count(&driver->counts->states, 1);
	return 0;
}

/* What close(2) answers. */
static long file_flush(struct file *file)
{
	struct chard_file *cf = &file->chard;

	if (!chard_loaded->entries->flush || device_refusal(cf->device))
		return 0;
	return CHARD_CALL_FILE(file, CHARD_MAY_ALL, chard_loaded->entries->flush);
}

/* The last close(2), the reverse of file_open(); the device may go with it. */
static void file_release(struct file *file)
{
	const struct chard_driver *driver = chard_loaded;
	struct chard_device *device = file->chard.device;
	struct chard_call call = { .file = &file->chard,
				   .filp = file,
				   .may = CHARD_MAY_SLEEP | CHARD_MAY_WAIT };

	sigio_end(file);
	/* Also when the device is not bound any more. */
	chard_call_count(&call);
	if (!chard_call_end(&call, CHARD_CALL(&call, driver->entries->release, device->state)))
		count(&driver->counts->states, -1);
	count(&driver->counts->files, -1);
	free(file->chard.state);
	free(file);
	device_put(device);
}

/* file_get() - the file of a descriptor, to be put back; NULL if it is not the device's */
struct file *file_get(int fd)
{
	struct file *file;

	if (fd < 0 || fd >= FILES)
		return NULL;
	pthread_mutex_lock(&files_lock);
	file = files[fd];
	if (file)
		file->refs++;
	pthread_mutex_unlock(&files_lock);
	return file;
}

/* file_put() - give a reference back; the last one ends the file */
void file_put(struct file *file)
{
	bool last;

	pthread_mutex_lock(&files_lock);
	last = !--file->refs;
	pthread_mutex_unlock(&files_lock);
	if (last)
		file_release(file);
}

/* Puts a file, or NULL, where a descriptor is, and closes what was there: its answer. */
static long file_replace(int fd, struct file *file)
{
	struct file *old;
	long ret = 0;

	pthread_mutex_lock(&files_lock);
	old = files[fd];
	files[fd] = file;
	pthread_mutex_unlock(&files_lock);
	if (old) {
		ret = file_flush(old);
		file_put(old);
	}
	return ret;
}

/* Puts a file, whose reference goes along, where a descriptor is; its number, or an error. */
static long file_install(int fd, struct file *file)
{
	if (fd < 0) {
		file_put(file);
		return -errno;
	}
	if (fd >= FILES)
		refuse("descriptor", fd);
	file_replace(fd, file);
	return fd;
}

/* Takes a descriptor's file away, if it has one. */
static long file_remove(int fd)
{
	return fd < 0 || fd >= FILES ? 0 : file_replace(fd, NULL);
}

/* file_close_all() - what the end of a process does */
void file_close_all(void)
{
	int fd;

	for (fd = 0; fd < FILES; fd++)
		file_remove(fd);
}

/* The reference to @device goes along. */
static long device_open(struct chard_device *device, int flags)
{
	struct file *file;
	long ret;

	if (flags & ~(O_ACCMODE | CHANGEABLE | OPEN_ONLY))
		refuse("flag of open", flags);
	file = calloc(1, sizeof(*file));
	if (!file) {
		device_put(device);
		return -ENOMEM;
	}
	file->chard.device = device;
	file->refs = 1;
	file->flags = (flags & ~OPEN_ONLY) | LARGEFILE;
	/* As in the kernel: the two bits of O_ACCMODE, plus one, are those of the mode. */
	file->mode = (flags + 1) & O_ACCMODE;
	ret = file_open(file);
	if (ret) {
		device_put(device);
		free(file);
		return ret;
	}
	return file_install(__real_open("/dev/null", O_PATH | (flags & O_CLOEXEC)), file);
}

int __wrap_open(const char *path, int flags, ...)
{
	struct chard_device *device = NULL;
	mode_t mode = 0;
	long error = 0;

	if (!strncmp(path, DEV, strlen(DEV)))
		device = node_find(path + strlen(DEV), &error);
	if (device)
		return answer(device_open(device, flags));
	if (error)
		return answer(error);
	if (flags & (O_CREAT | O_TMPFILE)) {
		va_list args;

		va_start(args, flags);
		mode = va_arg(args, mode_t);
		va_end(args);
	}
	return __real_open(path, flags, mode);
}

/* The number is free for others only after it is nobody's here. */
int __wrap_close(int fd)
{
	long ret = file_remove(fd);

	/* One that the device has refused is closed as well. */
	return __real_close(fd) ? -1 : answer(ret);
}

int __wrap_dup(int fd)
{
	struct file *file = file_get(fd);

	return file ? answer(file_install(__real_dup(fd), file)) : __real_dup(fd);
}

int __wrap_dup2(int from, int to)
{
	struct file *file = file_get(from);

	if (file)
		return answer(file_install(__real_dup2(from, to), file));
	to = __real_dup2(from, to);
	file_remove(to);
	return to;
}

static long device_fcntl(struct file *file, int fd, int cmd, long arg)
{
	long ret;

	switch (cmd) {
	case F_GETFL:
		return chard_file_flags(file);
	case F_SETFL:
		if (arg & (O_DIRECT | O_NOATIME))
			refuse("flag of F_SETFL", arg);
		ret = sigio_change(file, fd, arg & O_ASYNC);
		if (ret)
			return ret;
		__atomic_store_n(&file->flags, (file->flags & ~CHANGEABLE) | (arg & CHANGEABLE),
				 __ATOMIC_RELAXED);
		return 0;
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		__atomic_add_fetch(&file->refs, 1, __ATOMIC_RELAXED);
		return file_install(__real_fcntl(fd, cmd, arg), file);
	case F_GETFD:
	case F_SETFD:
		ret = __real_fcntl(fd, cmd, arg);
		return ret < 0 ? -errno : ret;
	default:
		return sigio_fcntl(file, cmd, arg);
	}
}

int __wrap_fcntl(int fd, int cmd, ...)
{
	struct file *file = file_get(fd);
	va_list args;
	long arg, ret;

	va_start(args, cmd);
	arg = va_arg(args, long);
	va_end(args);
	if (!file)
		return __real_fcntl(fd, cmd, arg);
	ret = answer(device_fcntl(file, fd, cmd, arg));
	file_put(file);
	return ret;
}
