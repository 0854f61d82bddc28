// SPDX-License-Identifier: GPL-2.0
/* Calls that several devices have, and how they begin. */
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "measure.h"

long call_open_close(struct side *side, size_t size)
{
	return close(open(side->node, O_RDWR));
}

long call_read(struct side *side, size_t size)
{
	return read(side->fd, buffer, size) - (long)size;
}

long call_write(struct side *side, size_t size)
{
	return write(side->fd, buffer, size) - (long)size;
}

long to_start(struct side *side, size_t size)
{
	return lseek(side->fd, 0, SEEK_SET);
}

long begin_written(struct side *side, size_t size)
{
	side->fd = open(side->node, O_RDWR);
	return side->fd < 0 ? -1 : call_write(side, size);
}

static long empty(struct side *side)
{
	static char bytes[LARGEST];
	struct pollfd ready = { .fd = side->fd, .events = POLLIN };

	while (poll(&ready, 1, 0) == 1 && ready.revents & POLLIN) {
		if (read(side->fd, bytes, sizeof(bytes)) <= 0)
			return -1;
	}
	return 0;
}

long begin_empty(struct side *side, size_t size)
{
	side->fd = open(side->node, O_RDWR | O_NONBLOCK);
	return side->fd < 0 ? -1 : empty(side);
}

long fill_again(struct side *side, size_t size)
{
	return empty(side) < 0 ? -1 : call_write(side, size);
}

long empty_again(struct side *side, size_t size)
{
	return empty(side);
}

static long poll_for(struct side *side, short events, int result)
{
	struct pollfd ready = { .fd = side->fd, .events = events };

	return poll(&ready, 1, 0) == result ? 0 : -1;
}

long call_poll_ready(struct side *side, size_t size)
{
	return poll_for(side, POLLOUT, 1);
}

long call_poll_not(struct side *side, size_t size)
{
	return poll_for(side, POLLIN, 0);
}
