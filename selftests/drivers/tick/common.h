/* SPDX-License-Identifier: GPL-2.0 */
/* What every test of /dev/chard-tick starts from: two files, a tick each 5 ms. */
#ifndef TICK_COMMON_H
#define TICK_COMMON_H

#include "../kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "chard_tick.h"

#define TICK_NODE "/dev/chard-tick"
#define MILLISECOND 1000000ULL
/* The longest that can be set. */
#define HOUR 3600000000000ULL

static inline int set_period(int fd, __u64 period)
{
	return ioctl(fd, CHARD_TICK_SET_PERIOD, &period) ? -errno : 0;
}

static inline __u64 get(int fd, unsigned long number)
{
	__u64 value = 0;

	ioctl(fd, number, &value);
	return value;
}

/* The ticks of a read, or a negative errno. */
static inline long long ticks(int fd)
{
	__u64 value;
	ssize_t ret = read(fd, &value, sizeof(value));

	return ret < 0 ? -errno : ret == sizeof(value) ? (long long)value : -EPROTO;
}

/* No tick comes any more, and the file has seen all: their sum. */
static inline long long quiet(int fd)
{
	int flags = fcntl(fd, F_GETFL);
	long long sum = 0, news;

	set_period(fd, HOUR);
	fcntl(fd, F_SETFL, flags | O_NONBLOCK);
	while ((news = ticks(fd)) > 0)
		sum += news;
	fcntl(fd, F_SETFL, flags);
	return sum;
}

FIXTURE(tick)
{
	int fd;	      /* waits */
	int nonblock; /* does not */
};

FIXTURE_SETUP(tick)
{
	self->fd = open(TICK_NODE, O_RDWR);
	self->nonblock = open(TICK_NODE, O_RDWR | O_NONBLOCK);
	ASSERT_LE(0, self->fd);
	ASSERT_LE(0, self->nonblock);
	ASSERT_EQ(0, set_period(self->fd, 5 * MILLISECOND));
}

FIXTURE_TEARDOWN(tick)
{
	EXPECT_EQ(0, set_period(self->fd, CHARD_TICK_PERIOD_DEFAULT));
	EXPECT_EQ(0, close(self->fd));
	EXPECT_EQ(0, close(self->nonblock));
}

#endif
