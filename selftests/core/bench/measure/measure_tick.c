// SPDX-License-Identifier: GPL-2.0
/* What is counted of tick: an open that allocates, and what needs no lock. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "chard_tick.h"
#include "measure.h"

static long call_count(struct side *side, size_t size)
{
	__u64 count;

	return ioctl(side->fd, CHARD_TICK_GET_COUNT, &count);
}

/* The timer runs for another: what is counted is the file. */
static long begin_other(struct side *side, size_t size)
{
	side->other = open(side->node, O_RDWR);
	return side->other;
}

static long await_tick(struct side *side, size_t size)
{
	struct pollfd ready = { .fd = side->fd, .events = POLLIN };

	return poll(&ready, 1, -1) == 1 ? 0 : -1;
}

const struct operation tick_operations[] = {
	{ .name = "open, close", .call = call_open_close, .begin = begin_other },
	{ .name = "read of ticks that came",
	  .call = call_read,
	  .sizes = { 8 },
	  .before = await_tick },
	{ .name = "ioctl, 8 bytes out", .call = call_count },
	{},
};
