// SPDX-License-Identifier: GPL-2.0
/* Waiting for a tick: in a read, by poll and epoll, for a signal. */
#define _GNU_SOURCE
#include "common.h"

#include <sys/time.h>
#include <sys/wait.h>

TEST_F(tick, nothing_new)
{
	struct pollfd one = { .fd = self->nonblock, .events = POLLIN | POLLOUT };

	quiet(self->nonblock);
	EXPECT_EQ(-EAGAIN, ticks(self->nonblock));
	EXPECT_EQ(0, poll(&one, 1, 0));
}

TEST_F(tick, poll_wakes)
{
	struct pollfd one = { .fd = self->fd, .events = POLLIN };

	for (int i = 0; i < 5; i++) {
		ASSERT_EQ(1, poll(&one, 1, 10000));
		EXPECT_EQ(POLLIN, one.revents);
		EXPECT_LT(0, ticks(self->fd));
	}
}

/* An edge is a tick, whether the last one was read or not. */
TEST_F(tick, edges)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLET };
	int poller = epoll_create1(0);

	ASSERT_EQ(0, epoll_ctl(poller, EPOLL_CTL_ADD, self->fd, &event));
	for (int i = 0; i < 5; i++)
		ASSERT_EQ(1, epoll_wait(poller, &event, 1, 10000));
	EXPECT_LE(4, ticks(self->fd));
	ASSERT_EQ(0, set_period(self->fd, HOUR));
	while (epoll_wait(poller, &event, 1, 20) == 1)
		;
	EXPECT_EQ(0, epoll_wait(poller, &event, 1, 20));
	close(poller);
}

static int signals;

static void counted(int number)
{
	__atomic_add_fetch(&signals, 1, __ATOMIC_RELAXED);
}

TEST_F(tick, sigio)
{
	struct sigaction action = { .sa_handler = counted };

	signals = 0;
	ASSERT_EQ(0, sigaction(SIGIO, &action, NULL));
	ASSERT_EQ(0, fcntl(self->nonblock, F_SETOWN, getpid()));
	ASSERT_EQ(0, fcntl(self->nonblock, F_SETFL, O_NONBLOCK | O_ASYNC));
	for (int i = 0; i < 1000 && __atomic_load_n(&signals, __ATOMIC_RELAXED) < 3; i++)
		usleep(10000);
	EXPECT_LE(3, signals);
	ASSERT_EQ(0, fcntl(self->nonblock, F_SETFL, O_NONBLOCK));
	signals = 0;
	usleep(50000);
	/* One may have been on its way. */
	EXPECT_GE(1, signals);
}

TEST_F(tick, a_signal_ends_a_read)
{
	struct sigaction action = { .sa_handler = counted };
	struct itimerval soon = { .it_value.tv_usec = 100000 };

	quiet(self->fd);
	ASSERT_EQ(0, sigaction(SIGALRM, &action, NULL));
	ASSERT_EQ(0, setitimer(ITIMER_REAL, &soon, NULL));
	EXPECT_EQ(-EINTR, ticks(self->fd));
}

TEST_F(tick, kill_ends_a_reader)
{
	int status = -1;
	pid_t child;

	ASSERT_EQ(0, set_period(self->fd, HOUR));
	child = fork();
	if (!child) {
		for (;;)
			ticks(self->fd);
	}
	usleep(100000);
	kill(child, SIGKILL);
	EXPECT_EQ(child, waitpid(child, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status));
}

/* A new period wakes nobody by itself, but its first tick does. */
TEST_F(tick, a_shorter_period)
{
	pid_t child;
	int status;

	quiet(self->fd);
	child = fork();
	if (!child)
		_exit(ticks(self->fd) > 0 ? 0 : 1);
	usleep(100000);
	EXPECT_EQ(0, waitpid(child, &status, WNOHANG));
	ASSERT_EQ(0, set_period(self->fd, MILLISECOND));
	EXPECT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
}

TEST_HARNESS_MAIN
