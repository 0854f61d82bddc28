// SPDX-License-Identifier: GPL-2.0
/* Calls that come from other tasks, or at the end of one, and those for a device. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>

#include "../faults/uring.h"
#include "aio.h"
#include "test.h"

#define DEBUGFS "/sys/kernel/debug/chard/chard-context0/"

/* A command for each variant that holds something, and one. */
#define COMMANDS 5

int call_close(int fd, const struct way *way)
{
	become(CALLER);
	return result(close(fd));
}

/* The caller ends, and closes what it has when its memory has gone. */
int call_exit(int fd, const struct way *way)
{
	become(CALLER);
	return 0;
}

/* What is to be closed then is closed, and the last task work runs behind it. */
int call_exec(int fd, const struct way *way)
{
	become(CALLER);
	execl("/bin/busybox", "true", NULL);
	return errno;
}

int call_munmap(int fd, const struct way *way)
{
	void *map = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);

	if (map == MAP_FAILED)
		return errno;
	close(fd);
	become(CALLER);
	return result(munmap(map, 4096));
}

/* A poll has the last reference, and gives it back in a worker of the kernel's. */
int call_worker_close(int fd, const struct way *way)
{
	aio_context_t context = 0;
	struct io_event done;
	struct iocb iocb;
	int error;

	become(CALLER);
	error = aio_setup(&context);
	error = error ?: aio_put(context, &iocb, IOCB_CMD_POLL, fd, (void *)1 /* POLLIN */, 0);
	close(fd);
	error = error ?: result(ioctl(control, CHARD_CONTEXT_POKE));
	aio_get(context, &done);
	return error;
}

static int transfer(const char *path, const char *text)
{
	int file = open(path, text ? O_WRONLY : O_RDONLY), error;
	char shown[64];

	if (file < 0)
		return errno;
	become(CALLER);
	error = result(text ? write(file, text, strlen(text)) : read(file, shown, sizeof(shown)));
	become(0);
	close(file);
	return error;
}

int call_show(int fd, const struct way *way)
{
	return transfer(way->way ? DEBUGFS "try" : SYSFS "try", NULL);
}

int call_store(int fd, const struct way *way)
{
	return transfer(way->way ? DEBUGFS "try" : SYSFS "try", "1");
}

/* A timer, work or a thread, which also answers a command in each variant. */
int call_start(int fd, const struct way *way)
{
	int file = open(FIRST, O_RDWR), error;
	struct ring ring;

	error = file < 0 ? errno : -ring_open(&ring, 0);
	for (int i = 0; i < COMMANDS && !error; i++)
		ring_submit(&ring, ring_command(file, CHARD_CONTEXT_CMD_LATER, i));
	error = error ?: result(ioctl(control, CHARD_CONTEXT_START, way->method));
	for (int i = 0; i < COMMANDS && !error; i++)
		error = ring_next(&ring, NULL) == 1 ? 0 : EIO;
	return error;
}

static bool gone(int index)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/class/chard/chard-context%d", index);
	return access(path, F_OK) != 0;
}

#define OWN "/sys/class/chard/chard-context10/"

/* A device whose own methods try as it comes. */
int call_add(int fd, const struct way *way)
{
	int error = transfer("/sys/devices/chard-context/add", "10");

	if (!error)
		error = store(OWN "remove", "1");
	return error;
}

/* The same, as it goes. */
int call_remove(int fd, const struct way *way)
{
	int error = store("/sys/devices/chard-context/add", "10");

	error = error ?: arm(control, way);
	error = error ?: transfer(OWN "remove", "1");
	return error ?: !within(gone(10));
}

int call_reset(int fd, const struct way *way)
{
	if (ioctl(control, CHARD_CONTEXT_PANIC) != -1 || errno != EIO)
		return 1;
	return transfer(SYSFS "reset", "1");
}

int call_nothing(int fd, const struct way *way)
{
	return 0;
}

/* From where, says the way. */
int call_bound(int fd, const struct way *way)
{
	char from[2] = { '0' + way->way };

	(void)fd;
	return store("/sys/devices/platform/chard-ctxbound/event", from);
}
