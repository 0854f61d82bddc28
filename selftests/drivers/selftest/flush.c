// SPDX-License-Identifier: GPL-2.0
/* Every close(2) of a descriptor flushes the file, and answers what that has answered. */
#include "../kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chard_selftest.h"

FIXTURE(flush)
{
	int fd;
};

FIXTURE_SETUP(flush)
{
	self->fd = open("/dev/chard-selftest", O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(flush)
{
	ioctl(self->fd, CHARD_SELFTEST_ARM, 0);
	EXPECT_EQ(0, close(self->fd));
}

static int flushes(int fd)
{
	return ioctl(fd, CHARD_SELFTEST_FLUSHES);
}

TEST_F(flush, each_close_of_a_descriptor)
{
	int other = open("/dev/chard-selftest", O_RDWR);

	EXPECT_EQ(0, flushes(self->fd));
	EXPECT_EQ(0, close(dup(self->fd)));
	EXPECT_EQ(1, flushes(self->fd));
	/* What is duplicated onto another closes it first. */
	ASSERT_EQ(other, dup2(self->fd, other));
	EXPECT_EQ(1, flushes(other));
	EXPECT_EQ(0, close(other));
	EXPECT_EQ(2, flushes(self->fd));
}

TEST_F(flush, a_process_that_ends_closes_its_own)
{
	int status = -1;
	pid_t child = fork();

	if (!child)
		_exit(0);
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(1, flushes(self->fd));
}

TEST_F(flush, its_error_is_that_of_close)
{
	int other = dup(self->fd);

	ASSERT_EQ(0, ioctl(self->fd, CHARD_SELFTEST_ARM, CHARD_SELFTEST_ARM_FLUSH));
	EXPECT_EQ(-1, close(other));
	EXPECT_EQ(ENOSPC, errno);
	/* It is closed all the same. */
	EXPECT_EQ(-1, close(other));
	EXPECT_EQ(EBADF, errno);
	EXPECT_EQ(1, flushes(self->fd));
}

#define CLOSES 200

static void *closes(void *fd)
{
	for (int i = 0; i < CLOSES; i++)
		close(dup((int)(long)fd));
	return NULL;
}

TEST_F(flush, many_threads_close)
{
	pthread_t threads[4];

	for (int i = 0; i < 4; i++)
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, closes, (void *)(long)self->fd));
	for (int i = 0; i < 4; i++)
		ASSERT_EQ(0, pthread_join(threads[i], NULL));
	EXPECT_EQ(4 * CLOSES, flushes(self->fd));
}

TEST_HARNESS_MAIN
