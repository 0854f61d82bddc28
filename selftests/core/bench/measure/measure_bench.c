// SPDX-License-Identifier: GPL-2.0
/* What is counted of bench: the smallest calls, and devices that come and go. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "chard_bench.h"
#include "measure.h"

static long call_empty(struct side *side, size_t size)
{
	return ioctl(side->fd, CHARD_BENCH_EMPTY);
}

static long call_add(struct side *side, size_t size)
{
	static struct chard_bench_numbers numbers;

	return ioctl(side->fd, CHARD_BENCH_ADD, &numbers);
}

static long create(struct side *side, unsigned long index)
{
	return ioctl(side->fd, CHARD_BENCH_CREATE, index);
}

static long call_create_remove(struct side *side, size_t size)
{
	if (create(side, 1) < 0)
		return -1;
	return ioctl(side->fd, CHARD_BENCH_REMOVE, 1UL);
}

static long call_panic(struct side *side, size_t size)
{
	return ioctl(side->fd, CHARD_BENCH_PANIC) == -1 && errno == EIO ? 0 : -1;
}

/* The node of a device that is not the first: by the first one's name without its number. */
static int open_device(const struct side *side, unsigned long index)
{
	char path[64];
	size_t length = strlen(side->node);

	snprintf(path, sizeof(path), "%.*s%lu",
		 (int)(side->node[length - 1] == '0' ? length - 1 : length), side->node, index);
	return open(path, O_RDWR);
}

/* A file of a device that is removed, in place of the first one's. */
static long begin_removed(struct side *side, size_t size)
{
	side->fd = open(side->node, O_RDWR);
	if (side->fd < 0 || create(side, 1) < 0)
		return -1;
	side->other = open_device(side, 1);
	return side->other < 0 ? -1 : ioctl(side->fd, CHARD_BENCH_REMOVE, 1UL);
}

static long call_removed(struct side *side, size_t size)
{
	return ioctl(side->other, CHARD_BENCH_EMPTY) == -1 && errno == ENODEV ? 0 : -1;
}

/* So many devices in all: then the first is opened, or called. */
static long begin_devices(struct side *side, size_t size)
{
	side->fd = open(side->node, O_RDWR);
	for (unsigned long index = 1; side->fd >= 0 && index < size; index++) {
		if (create(side, index) < 0)
			return -1;
	}
	return side->fd;
}

/* How many there are is not known here: all that can be. */
static void end_devices(struct side *side)
{
	for (unsigned long index = 1; index < CHARD_BENCH_DEVICES; index++)
		ioctl(side->fd, CHARD_BENCH_REMOVE, index);
}

/* So many misc devices have come later than the twin, which is one. */
static long set_misc(unsigned long count)
{
	int twin = open("/dev/ctwin-bench0", O_RDWR);
	int ret = twin < 0 ? -1 : ioctl(twin, CHARD_BENCH_MISC, count);

	close(twin);
	return ret;
}

static long begin_misc(struct side *side, size_t size)
{
	side->fd = open(side->node, O_RDWR);
	return side->fd < 0 ? -1 : set_misc(size);
}

static void end_misc(struct side *side)
{
	set_misc(0);
}

/* So many files of the device are open. */
static long begin_files(struct side *side, size_t size)
{
	struct rlimit limit = { 20000, 20000 };
	int *files = calloc(size + 1, sizeof(*files));

	side->map = files;
	if (!files || setrlimit(RLIMIT_NOFILE, &limit))
		return -1;
	for (size_t i = 0; i < size; i++) {
		files[i] = open(side->node, O_RDWR);
		if (files[i] < 0)
			return -1;
	}
	files[size] = -1;
	side->fd = open(side->node, O_RDWR);
	return side->fd;
}

static void end_files(struct side *side)
{
	for (int *file = side->map; *file >= 0; file++)
		close(*file);
	free(side->map);
}

const struct operation bench_operations[] = {
	{ .name = "open, close", .call = call_open_close },
	{ .name = "ioctl, empty", .call = call_empty },
	{ .name = "ioctl, 64 bytes in and out", .call = call_add },
	{ .name = "create and remove a device", .call = call_create_remove },
	{ .name = "a panic, contained", .call = call_panic, .alone = true },
	{ .name = "ioctl of a removed device",
	  .call = call_removed,
	  .begin = begin_removed,
	  .alone = true },
	{ .name = "open, close, with so many misc devices",
	  .call = call_open_close,
	  .sizes = { 16, CHARD_BENCH_MISC_DEVICES },
	  .begin = begin_misc,
	  .end = end_misc },
	{ .name = "open, close, of so many devices",
	  .call = call_open_close,
	  .sizes = { 64, 4096 },
	  .begin = begin_devices,
	  .end = end_devices,
	  .slow = true },
	{ .name = "ioctl, empty, of so many devices",
	  .call = call_empty,
	  .sizes = { 64, 4096 },
	  .begin = begin_devices,
	  .end = end_devices,
	  .slow = true },
	{ .name = "ioctl, empty, with so many files",
	  .call = call_empty,
	  .sizes = { 100, 10000 },
	  .begin = begin_files,
	  .end = end_files,
	  .slow = true },
	{},
};
