// SPDX-License-Identifier: GPL-2.0
/* What is counted of scull: memory in quanta, sizes by ioctl, pipes, and the rights to open. */
#include <sys/ioctl.h>

#include "chard_scull.h"
#include "measure.h"

static long call_query(struct side *side, size_t size)
{
	return ioctl(side->fd, SCULL_IOCQQUANTUM);
}

static long call_tell(struct side *side, size_t size)
{
	return ioctl(side->fd, SCULL_IOCTQUANTUM, SCULL_QUANTUM);
}

static long call_get(struct side *side, size_t size)
{
	int quantum;

	return ioctl(side->fd, SCULL_IOCGQUANTUM, &quantum);
}

static long call_set(struct side *side, size_t size)
{
	int quantum = SCULL_QUANTUM;

	return ioctl(side->fd, SCULL_IOCSQUANTUM, &quantum);
}

static long call_exchange(struct side *side, size_t size)
{
	int quantum = SCULL_QUANTUM;

	return ioctl(side->fd, SCULL_IOCXQUANTUM, &quantum);
}

const struct operation scull_operations[] = {
	{ .name = "open, close", .call = call_open_close },
	{ .name = "write",
	  .call = call_write,
	  .sizes = { 64, SCULL_QUANTUM },
	  .before = to_start,
	  .begin = begin_written },
	{ .name = "read",
	  .call = call_read,
	  .sizes = { 64, SCULL_QUANTUM },
	  .before = to_start,
	  .begin = begin_written },
	{ .name = "lseek", .call = to_start },
	{ .name = "ioctl, a value out", .call = call_query },
	{ .name = "ioctl, a value in", .call = call_tell },
	{ .name = "ioctl, 4 bytes out", .call = call_get },
	{ .name = "ioctl, 4 bytes in", .call = call_set },
	{ .name = "ioctl, 4 bytes in and out", .call = call_exchange },
	{},
};

const struct operation scull_pipe_operations[] = {
	{ .name = "open, close", .call = call_open_close },
	{ .name = "write",
	  .call = call_write,
	  .sizes = { 64 },
	  .before = empty_again,
	  .begin = begin_empty },
	{ .name = "read",
	  .call = call_read,
	  .sizes = { 64 },
	  .before = fill_again,
	  .begin = begin_empty },
	{ .name = "poll, ready", .call = call_poll_ready, .begin = begin_empty },
	{ .name = "poll, not ready", .call = call_poll_not, .begin = begin_empty },
	{},
};

/* No other file has it open meanwhile. */
static long begin_closed(struct side *side, size_t size)
{
	return 0;
}

const struct operation scull_single_operations[] = {
	{ .name = "open, close", .call = call_open_close, .begin = begin_closed },
	{},
};
