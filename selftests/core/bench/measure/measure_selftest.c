// SPDX-License-Identifier: GPL-2.0
/* What is counted of selftest: what its driver does, but for what goes wrong on purpose. */
#include <fcntl.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "chard_selftest.h"
#include "measure.h"

static long call_add(struct side *side, size_t size)
{
	return ioctl(side->fd, CHARD_SELFTEST_ADD, 1UL);
}

static long call_lock(struct side *side, size_t size)
{
	return ioctl(side->fd, CHARD_SELFTEST_LOCK);
}

static long call_alloc(struct side *side, size_t size)
{
	return ioctl(side->fd, CHARD_SELFTEST_ALLOC, size);
}

/* From one half of the buffer to the other. One byte: how bytes are reversed is not asked. */
static long call_reverse(struct side *side, size_t size)
{
	struct chard_selftest_reverse request = {
		.from = (unsigned long)buffer,
		.to = (unsigned long)buffer + LARGEST / 2,
		.length = size,
	};

	return ioctl(side->fd, CHARD_SELFTEST_REVERSE, &request) - (long)size;
}

static long call_words(struct side *side, size_t size)
{
	struct chard_selftest_words words = {};

	return ioctl(side->fd, CHARD_SELFTEST_WORDS, &words) - (long)sizeof(words);
}

/* So often it has expired; so often it is to have before it is started again. */
static long begin_timer(struct side *side, size_t size)
{
	side->fd = open(side->node, O_RDWR);
	if (side->fd < 0)
		return -1;
	side->map = (void *)(long)ioctl(side->fd, CHARD_SELFTEST_CAME, CHARD_SELFTEST_TIMER);
	return 0;
}

static long await_timer(struct side *side, size_t size)
{
	long awaited = (long)side->map, came;

	while ((came = ioctl(side->fd, CHARD_SELFTEST_CAME, CHARD_SELFTEST_TIMER)) < awaited) {
		if (came < 0)
			return -1;
		usleep(1000);
	}
	side->map = (void *)(awaited + 1);
	return 0;
}

static long call_timer(struct side *side, size_t size)
{
	return ioctl(side->fd, CHARD_SELFTEST_START, CHARD_SELFTEST_TIMER);
}

const struct operation selftest_operations[] = {
	{ .name = "open, close", .call = call_open_close },
	{ .name = "read in two pieces", .call = call_read, .sizes = { 9 } },
	{ .name = "ioctl, add a value", .call = call_add },
	{ .name = "ioctl, take a lock", .call = call_lock },
	{ .name = "ioctl, allocate", .call = call_alloc, .sizes = { 64, 4096 } },
	{ .name = "ioctl, by two pointers", .call = call_reverse, .sizes = { 1 } },
	{ .name = "ioctl, 16 bytes in and out", .call = call_words },
	{ .name = "start a timer",
	  .call = call_timer,
	  .before = await_timer,
	  .begin = begin_timer },
	{},
};
