// SPDX-License-Identifier: GPL-2.0
/* What a handler sets going comes back to it: a timer, work, work later, a thread. */
#include "../kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "chard_selftest.h"

FIXTURE(background)
{
	int fd;
};

FIXTURE_SETUP(background)
{
	self->fd = open("/dev/chard-selftest", O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(background)
{
	EXPECT_EQ(0, close(self->fd));
}

static int start(int fd, unsigned long what)
{
	return ioctl(fd, CHARD_SELFTEST_START, what) ? errno : 0;
}

static int came(int fd, unsigned long what)
{
	return ioctl(fd, CHARD_SELFTEST_CAME, what);
}

/* Until the harness ends the test. */
static void until(int fd, unsigned long what, int times)
{
	while (came(fd, what) != times)
		usleep(1000);
}

TEST_F(background, a_timer)
{
	int times = came(self->fd, CHARD_SELFTEST_TIMER);

	EXPECT_EQ(0, start(self->fd, CHARD_SELFTEST_TIMER));
	until(self->fd, CHARD_SELFTEST_TIMER, times + 1);
	/* It comes once. */
	usleep(50000);
	EXPECT_EQ(times + 1, came(self->fd, CHARD_SELFTEST_TIMER));
	EXPECT_EQ(0, start(self->fd, CHARD_SELFTEST_TIMER));
	until(self->fd, CHARD_SELFTEST_TIMER, times + 2);
}

TEST_F(background, work)
{
	int times = came(self->fd, CHARD_SELFTEST_WORK);

	for (int i = 1; i <= 10; i++) {
		EXPECT_EQ(0, start(self->fd, CHARD_SELFTEST_WORK));
		until(self->fd, CHARD_SELFTEST_WORK, times + i);
	}
}

/* What is queued stays so, however often it is started. */
TEST_F(background, work_later)
{
	int times = came(self->fd, CHARD_SELFTEST_LATER);

	for (int i = 0; i < 1000; i++)
		EXPECT_EQ(0, start(self->fd, CHARD_SELFTEST_LATER));
	usleep(100000);
	EXPECT_LT(times, came(self->fd, CHARD_SELFTEST_LATER));
	EXPECT_GT(times + 500, came(self->fd, CHARD_SELFTEST_LATER));
}

TEST_F(background, a_thread)
{
	EXPECT_EQ(0, start(self->fd, CHARD_SELFTEST_THREAD));
	until(self->fd, CHARD_SELFTEST_THREAD, 1);
	/* It has ended, or is just ending. */
	for (int error = EBUSY; error == EBUSY;)
		error = start(self->fd, CHARD_SELFTEST_THREAD);
	until(self->fd, CHARD_SELFTEST_THREAD, 2);
}

TEST_F(background, nothing_of_the_kind)
{
	EXPECT_EQ(EINVAL, start(self->fd, 4));
	EXPECT_EQ(-1, came(self->fd, 4));
	EXPECT_EQ(EINVAL, errno);
}

TEST_HARNESS_MAIN
