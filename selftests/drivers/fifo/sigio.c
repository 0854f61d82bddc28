// SPDX-License-Identifier: GPL-2.0
/* O_ASYNC: SIGIO, or the signal of F_SETSIG, to the owner by F_SETOWN. */
#define _GNU_SOURCE
#include "common.h"

/* The next of these signals within a second: its si_code, -1 for none. */
static int next_code(int number, int *band, int *fd)
{
	struct timespec second = { .tv_sec = 1 };
	siginfo_t info;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, number);
	if (sigtimedwait(&set, &info, &second) != number)
		return -1;
	*band = info.si_band;
	*fd = info.si_fd;
	return info.si_code;
}

static void block(int number)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, number);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static int subscribe(int fd, int number)
{
	block(SIGIO);
	if (number)
		block(number);
	if (fcntl(fd, F_SETOWN, getpid()) || fcntl(fd, F_SETSIG, number))
		return -errno;
	return fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_ASYNC) ? -errno : 0;
}

TEST_F(fifo, sigio)
{
	int band, fd;

	ASSERT_EQ(0, subscribe(self->fd, 0));
	EXPECT_EQ(1, write(self->nonblock, "a", 1));
	EXPECT_NE(-1, next_code(SIGIO, &band, &fd));
}

TEST_F(fifo, a_signal_of_choice_says_which_file_and_what)
{
	int band = 0, fd = -1;
	char byte;

	ASSERT_EQ(0, subscribe(self->fd, SIGRTMIN));
	EXPECT_EQ(1, write(self->nonblock, "a", 1));
	EXPECT_EQ(POLL_IN, next_code(SIGRTMIN, &band, &fd));
	EXPECT_EQ(self->fd, fd);
	EXPECT_NE(0, band & POLLIN);
	EXPECT_EQ(1, read(self->nonblock, &byte, 1));
	EXPECT_EQ(POLL_OUT, next_code(SIGRTMIN, &band, &fd));
}

TEST_F(fifo, no_more_once_it_is_ended)
{
	int band, fd;

	ASSERT_EQ(0, subscribe(self->fd, 0));
	ASSERT_EQ(0, fcntl(self->fd, F_SETFL, fcntl(self->fd, F_GETFL) & ~O_ASYNC));
	EXPECT_EQ(1, write(self->nonblock, "a", 1));
	EXPECT_EQ(-1, next_code(SIGIO, &band, &fd));
}

TEST_F(fifo, a_file_is_closed_that_has_it)
{
	int other = open(FIFO_NODE, O_RDWR);

	ASSERT_EQ(0, subscribe(other, 0));
	EXPECT_EQ(0, close(other));
	EXPECT_EQ(1, write(self->nonblock, "a", 1));
}

TEST_HARNESS_MAIN
