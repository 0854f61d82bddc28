// SPDX-License-Identifier: GPL-2.0
/*
 * A call gives its locks back whichever way it ends: a guard that the handler
 * forgets is released by the core, and the lock poisoned.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../kselftest_harness.h"
#include "chard_selftest.h"

FIXTURE(locks)
{
	int fd;
};

FIXTURE_SETUP(locks)
{
	self->fd = open("/dev/chard-selftest", O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(locks)
{
	EXPECT_EQ(0, ioctl(self->fd, CHARD_SELFTEST_MEND));
	EXPECT_EQ(0, close(self->fd));
}

TEST_F(locks, twice)
{
	EXPECT_EQ(-1, ioctl(self->fd, CHARD_SELFTEST_LOCK_TWICE));
	EXPECT_EQ(EDEADLK, errno);
	/* The first of the two was given back. */
	EXPECT_EQ(0, ioctl(self->fd, CHARD_SELFTEST_LOCK));
}

TEST_F(locks, forgotten)
{
	int other = open("/dev/chard-selftest", O_RDWR);

	ASSERT_LE(0, other);
	EXPECT_EQ(0, ioctl(self->fd, CHARD_SELFTEST_LOCK));
	EXPECT_EQ(0, ioctl(self->fd, CHARD_SELFTEST_FORGET));
	/* Nobody waits for ever: the next one is told. */
	EXPECT_EQ(-1, ioctl(other, CHARD_SELFTEST_LOCK));
	EXPECT_EQ(EIO, errno);
	EXPECT_EQ(-1, ioctl(self->fd, CHARD_SELFTEST_FORGET));
	EXPECT_EQ(EIO, errno);
	EXPECT_EQ(0, ioctl(other, CHARD_SELFTEST_MEND));
	EXPECT_EQ(0, ioctl(self->fd, CHARD_SELFTEST_LOCK));
	EXPECT_EQ(0, close(other));
}

TEST_HARNESS_MAIN
