// SPDX-License-Identifier: GPL-2.0
/* What is counted of fifo: bytes that come and go, and waits for them. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../faults/uring.h"
#include "chard_fifo.h"
#include "measure.h"

static long begin_epoll(struct side *side, size_t size)
{
	struct epoll_event wanted = { .events = EPOLLIN };

	if (begin_empty(side, size) < 0)
		return -1;
	side->other = epoll_create1(0);
	return side->other < 0 ? -1 : epoll_ctl(side->other, EPOLL_CTL_ADD, side->fd, &wanted);
}

/* A byte comes, epoll says so, and it is taken. */
static long call_epoll(struct side *side, size_t size)
{
	struct epoll_event ready;

	if (write(side->fd, buffer, 1) != 1 || epoll_wait(side->other, &ready, 1, -1) != 1)
		return -1;
	return read(side->fd, buffer, 1) == 1 ? 0 : -1;
}

/* Somebody else reads each byte, and says so by an eventfd. */
static long begin_ping(struct side *side, size_t size)
{
	pid_t *child = malloc(sizeof(*child));

	side->map = child;
	if (!child || begin_empty(side, size) < 0 || close(side->fd) < 0)
		return -1;
	side->fd = open(side->node, O_RDWR);
	side->other = eventfd(0, 0);
	if (side->fd < 0 || side->other < 0)
		return -1;
	*child = fork();
	while (*child == 0) {
		if (read(side->fd, buffer, 1) != 1 || eventfd_write(side->other, 1))
			_exit(1);
	}
	return *child;
}

static long call_ping(struct side *side, size_t size)
{
	eventfd_t value;

	return write(side->fd, buffer, 1) == 1 ? eventfd_read(side->other, &value) : -1;
}

static void end_ping(struct side *side)
{
	pid_t *child = side->map;

	kill(*child, SIGKILL);
	waitpid(*child, NULL, 0);
	free(child);
}

static long begin_ring(struct side *side, size_t size)
{
	struct ring *ring = malloc(sizeof(*ring));

	side->map = ring;
	return !ring || ring_open(ring, 0) < 0 ? -1 : begin_empty(side, size);
}

static void end_ring(struct side *side)
{
	ring_close(side->map);
	free(side->map);
}

static long call_ring_read(struct side *side, size_t size)
{
	unsigned long which;

	if (ring_submit(side->map, ring_transfer(IORING_OP_READ, side->fd, buffer, size, 1)) < 0)
		return -1;
	return ring_next(side->map, &which) - (long)size;
}

static long call_ring(struct side *side, size_t size)
{
	unsigned long which;

	if (ring_submit(side->map, ring_command(side->fd, CHARD_FIFO_CMD_FILL, 1)) < 0)
		return -1;
	return ring_next(side->map, &which);
}

const struct operation fifo_operations[] = {
	{ .name = "write",
	  .call = call_write,
	  .sizes = { 64, 4096 },
	  .before = empty_again,
	  .begin = begin_empty },
	{ .name = "read",
	  .call = call_read,
	  .sizes = { 64, 4096 },
	  .before = fill_again,
	  .begin = begin_empty },
	{ .name = "poll, ready", .call = call_poll_ready, .begin = begin_empty },
	{ .name = "poll, not ready", .call = call_poll_not, .begin = begin_empty },
	{ .name = "write, epoll, read", .call = call_epoll, .sizes = { 1 }, .begin = begin_epoll },
	{ .name = "ping-pong",
	  .call = call_ping,
	  .sizes = { 1 },
	  .begin = begin_ping,
	  .end = end_ping },
	{ .name = "io_uring read",
	  .call = call_ring_read,
	  .sizes = { 64 },
	  .before = fill_again,
	  .begin = begin_ring,
	  .end = end_ring },
	{ .name = "uring_cmd", .call = call_ring, .begin = begin_ring, .end = end_ring },
	{},
};
