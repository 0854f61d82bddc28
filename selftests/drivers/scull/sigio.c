// SPDX-License-Identifier: GPL-2.0
/* FASYNC on a scullpipe: a reader gets SIGIO when there are bytes. */
#define _GNU_SOURCE
#include "common.h"

#define NODE "/dev/scullpipe1"

/* The si_code of the next SIGIO within a second, -1 for none. */
static int next_sigio(void)
{
	struct timespec second = { .tv_sec = 1 };
	siginfo_t info;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGIO);
	return sigtimedwait(&set, &info, &second) == SIGIO ? info.si_code : -1;
}

FIXTURE(sigio)
{
	int fd;
};

FIXTURE_SETUP(sigio)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGIO);
	sigprocmask(SIG_BLOCK, &set, NULL);
	self->fd = open(NODE, O_RDWR);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, fcntl(self->fd, F_SETOWN, getpid()));
	ASSERT_EQ(0, fcntl(self->fd, F_SETSIG, SIGIO));
	ASSERT_EQ(0, fcntl(self->fd, F_SETFL, fcntl(self->fd, F_GETFL) | FASYNC));
}

FIXTURE_TEARDOWN(sigio)
{
	close(self->fd);
}

TEST_F(sigio, bytes_have_come)
{
	char byte;
	int other = open(NODE, O_WRONLY);

	EXPECT_EQ(1, write(other, "a", 1));
	EXPECT_EQ(POLL_IN, next_sigio());
	EXPECT_EQ(1, read(self->fd, &byte, 1));
	/* Room is no news for a reader. */
	EXPECT_EQ(-1, next_sigio());
	close(other);
}

TEST_F(sigio, no_more_once_it_is_ended)
{
	ASSERT_EQ(0, fcntl(self->fd, F_SETFL, fcntl(self->fd, F_GETFL) & ~FASYNC));
	EXPECT_EQ(1, write(self->fd, "a", 1));
	EXPECT_EQ(-1, next_sigio());
}

TEST_HARNESS_MAIN
