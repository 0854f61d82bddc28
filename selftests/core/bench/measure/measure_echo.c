// SPDX-License-Identifier: GPL-2.0
/* What is counted of echo, and the floors below: what any device costs. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "chard_echo.h"
#include "measure.h"

static long call_pread(struct side *side, size_t size)
{
	return pread(side->fd, buffer, size, 0) - (long)size;
}

static long call_pwrite(struct side *side, size_t size)
{
	return pwrite(side->fd, buffer, size, 0) - (long)size;
}

static long call_readv(struct side *side, size_t size)
{
	struct iovec list[8];

	for (int i = 0; i < 8; i++)
		list[i] = (struct iovec){ buffer + i * size / 8, size / 8 };
	return readv(side->fd, list, 8) - (long)size;
}

static long call_get_size(struct side *side, size_t size)
{
	__u64 bytes;

	return ioctl(side->fd, CHARD_ECHO_GET_SIZE, &bytes);
}

static long call_set_limit(struct side *side, size_t size)
{
	__u64 limit = CHARD_ECHO_LIMIT_MAX;

	return ioctl(side->fd, CHARD_ECHO_SET_LIMIT, &limit);
}

static long call_sum(struct side *side, size_t size)
{
	struct chard_echo_sum range = { .length = size };

	return ioctl(side->fd, CHARD_ECHO_SUM, &range);
}

static long call_unknown(struct side *side, size_t size)
{
	return ioctl(side->fd, _IO(CHARD_ECHO_MAGIC, 99)) == -1 && errno == ENOTTY ? 0 : -1;
}

static long call_getpid(struct side *side, size_t size)
{
	return syscall(SYS_getpid);
}

/* A pipe, with room for the largest, which before() empties. */
static long begin_splice(struct side *side, size_t size)
{
	int ends[2];

	if (begin_written(side, LARGEST) < 0 || pipe(ends) < 0)
		return -1;
	side->other = ends[0];
	/* The one to write to has the number behind, which is free. */
	return ends[1] == ends[0] + 1 ? fcntl(ends[1], F_SETPIPE_SZ, LARGEST) : -1;
}

static long empty_pipe(struct side *side, size_t size)
{
	static char bytes[LARGEST];
	int left = 0;

	if (ioctl(side->other, FIONREAD, &left) < 0 || read(side->other, bytes, left) != left)
		return -1;
	return to_start(side, size);
}

static long call_splice(struct side *side, size_t size)
{
	return splice(side->fd, NULL, side->other + 1, NULL, size, 0) - (long)size;
}

static void end_splice(struct side *side)
{
	close(side->other + 1);
}

const struct operation echo_operations[] = {
	{ .name = "open, close", .call = call_open_close },
	{ .name = "ioctl, unknown", .call = call_unknown },
	{ .name = "ioctl, 8 bytes out", .call = call_get_size },
	{ .name = "ioctl, 8 bytes in", .call = call_set_limit },
	{ .name = "ioctl, 32 bytes in and out", .call = call_sum, .sizes = { 1 } },
	{ .name = "write",
	  .call = call_write,
	  .sizes = { 1, 64, 4096, LARGEST },
	  .before = to_start },
	{ .name = "read",
	  .call = call_read,
	  .sizes = { 1, 64, 4096, LARGEST },
	  .before = to_start,
	  .begin = begin_written },
	{ .name = "readv of 8",
	  .call = call_readv,
	  .sizes = { 64, 4096 },
	  .before = to_start,
	  .begin = begin_written },
	{ .name = "pwrite", .call = call_pwrite, .sizes = { 64 } },
	{ .name = "pread", .call = call_pread, .sizes = { 64 }, .begin = begin_written },
	{ .name = "lseek", .call = to_start },
	{ .name = "splice to a pipe",
	  .call = call_splice,
	  .sizes = { LARGEST },
	  .before = empty_pipe,
	  .begin = begin_splice,
	  .end = end_splice },
	{},
};

const struct operation floor_operations[] = {
	{ .name = "getpid", .call = call_getpid },
	{ .name = "open, close of null", .call = call_open_close },
	{ .name = "write to null", .call = call_write, .sizes = { 64 } },
	{ .name = "read from zero", .call = call_read, .sizes = { 1, 64, 4096, LARGEST } },
	{},
};
