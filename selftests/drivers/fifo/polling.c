// SPDX-License-Identifier: GPL-2.0
/* poll(2), select(2) and epoll, by level, by edge and exclusively. */
#include "common.h"

#include <linux/aio_abi.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/syscall.h>

static short ready(int fd)
{
	struct pollfd one = { .fd = fd, .events = POLLIN | POLLOUT };

	return poll(&one, 1, 0) < 0 ? -errno : one.revents;
}

/* Writes after a while, from a child, so that this process is asleep then. */
static pid_t write_soon(int fd)
{
	pid_t parent = getpid(), child = fork();

	if (!child) {
		until_asleep(parent);
		_exit(write(fd, "a", 1) != 1);
	}
	return child;
}

TEST_F(fifo, what_is_ready)
{
	char bytes[4];

	ASSERT_EQ(0, set_size(self->fd, 2));
	EXPECT_EQ(POLLOUT, ready(self->fd));
	EXPECT_EQ(1, write(self->fd, "a", 1));
	EXPECT_EQ(POLLIN | POLLOUT, ready(self->fd));
	EXPECT_EQ(1, write(self->fd, "b", 1));
	EXPECT_EQ(POLLIN, ready(self->fd));
	EXPECT_EQ(2, read(self->fd, bytes, 4));
	EXPECT_EQ(POLLOUT, ready(self->fd));
}

#define STOCK "/tmp/chard-stock-fifo"

/* What poll(2) says to each mode, by the nodes of the device and of a FIFO of the kernel's. */
TEST_F(fifo, only_the_directions_of_the_mode)
{
	static const char *const nodes[] = { STOCK, FIFO_NODE };
	static const struct {
		int mode;
		short empty, some;
	} rows[] = {
		{ O_RDONLY, 0, POLLIN },
		{ O_WRONLY, POLLOUT, POLLOUT },
		{ O_RDWR, POLLOUT, POLLIN | POLLOUT },
	};

	ASSERT_EQ(0, mkfifo(STOCK, 0600));
	for (int node = 0; node < 2; node++) {
		int both = open(nodes[node], O_RDWR);
		char byte;

		ASSERT_LE(0, both);
		for (int row = 0; row < 3; row++) {
			int fd = open(nodes[node], rows[row].mode);

			EXPECT_EQ(rows[row].empty, ready(fd));
			EXPECT_EQ(1, write(both, "a", 1));
			EXPECT_EQ(rows[row].some, ready(fd));
			EXPECT_EQ(1, read(both, &byte, 1));
			close(fd);
		}
		close(both);
	}
	EXPECT_EQ(0, unlink(STOCK));
}

/* IOCB_CMD_POLL takes one queue, and so one direction: with both it is EINVAL. */
static long aio_poll(int fd, int writer, int events)
{
	struct iocb control = { .aio_lio_opcode = IOCB_CMD_POLL,
				.aio_fildes = fd,
				.aio_buf = events },
		    *list = &control;
	struct timespec limit = { .tv_sec = 10 };
	aio_context_t context = 0;
	struct io_event event = {};
	long ret;

	if (syscall(SYS_io_setup, 1, &context))
		return -errno;
	ret = result(syscall(SYS_io_submit, context, 1, &list));
	if (ret == 1) {
		ret = write(writer, "a", 1) == 1 ? 0 : -errno;
		ret = ret ?: result(syscall(SYS_io_getevents, context, 1, 1, &event, &limit));
		ret = ret == 1 ? event.res : ret;
	}
	syscall(SYS_io_destroy, context);
	return ret;
}

TEST_F(fifo, aio_polls_one_direction)
{
	static const char *const nodes[] = { STOCK, FIFO_NODE };
	char byte;

	ASSERT_EQ(0, mkfifo(STOCK, 0600));
	for (int node = 0; node < 2; node++) {
		int both = open(nodes[node], O_RDWR), in = open(nodes[node], O_RDONLY),
		    out = open(nodes[node], O_WRONLY);

		EXPECT_EQ(POLLIN, POLLIN & aio_poll(in, both, POLLIN));
		EXPECT_EQ(1, read(in, &byte, 1));
		EXPECT_EQ(POLLOUT, POLLOUT & aio_poll(out, both, POLLOUT));
		EXPECT_EQ(1, read(in, &byte, 1));
		EXPECT_EQ(-EINVAL, aio_poll(both, both, POLLIN));
		close(in);
		close(out);
		close(both);
	}
	EXPECT_EQ(0, unlink(STOCK));
}

TEST_F(fifo, poll_waits)
{
	struct pollfd one = { .fd = self->fd, .events = POLLIN };
	pid_t child;

	EXPECT_EQ(0, poll(&one, 1, 20));
	child = write_soon(self->fd);
	EXPECT_EQ(1, poll(&one, 1, 10000));
	EXPECT_EQ(POLLIN, one.revents);
	waitpid(child, NULL, 0);
}

TEST_F(fifo, poll_for_room_is_not_woken_by_bytes)
{
	struct pollfd one = { .fd = self->fd, .events = POLLOUT };
	char byte;

	ASSERT_EQ(0, set_size(self->fd, 1));
	EXPECT_EQ(1, write(self->fd, "a", 1));
	EXPECT_EQ(0, poll(&one, 1, 20));
	EXPECT_EQ(1, read(self->fd, &byte, 1));
	EXPECT_EQ(1, poll(&one, 1, 10000));
}

TEST_F(fifo, select_waits)
{
	struct timeval limit = { .tv_sec = 10 };
	pid_t child = write_soon(self->fd);
	fd_set set;

	FD_ZERO(&set);
	FD_SET(self->fd, &set);
	EXPECT_EQ(1, select(self->fd + 1, &set, NULL, NULL, &limit));
	EXPECT_TRUE(FD_ISSET(self->fd, &set));
	waitpid(child, NULL, 0);
}

static int epoll_of(int fd, unsigned int events)
{
	struct epoll_event event = { .events = events };
	int epoll = epoll_create1(0);

	return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) ? -errno : epoll;
}

static int wait_for(int epoll, int ms)
{
	struct epoll_event event;

	return epoll_wait(epoll, &event, 1, ms);
}

TEST_F(fifo, epoll_by_level)
{
	int epoll = epoll_of(self->fd, EPOLLIN);
	pid_t child;
	char byte;

	ASSERT_LE(0, epoll);
	EXPECT_EQ(0, wait_for(epoll, 20));
	child = write_soon(self->fd);
	EXPECT_EQ(1, wait_for(epoll, 10000));
	/* It is as it was, and so it is said again. */
	EXPECT_EQ(1, wait_for(epoll, 0));
	EXPECT_EQ(1, read(self->fd, &byte, 1));
	EXPECT_EQ(0, wait_for(epoll, 0));
	waitpid(child, NULL, 0);
	close(epoll);
}

TEST_F(fifo, epoll_by_edge)
{
	int epoll = epoll_of(self->fd, EPOLLIN | EPOLLET);

	ASSERT_LE(0, epoll);
	EXPECT_EQ(1, write(self->fd, "a", 1));
	EXPECT_EQ(1, wait_for(epoll, 1000));
	EXPECT_EQ(0, wait_for(epoll, 20));
	EXPECT_EQ(1, write(self->fd, "b", 1));
	EXPECT_EQ(1, wait_for(epoll, 1000));
	close(epoll);
}

TEST_F(fifo, epoll_exclusive)
{
	int first = epoll_of(self->fd, EPOLLIN | EPOLLEXCLUSIVE);
	int second = epoll_of(self->fd, EPOLLIN | EPOLLEXCLUSIVE);

	ASSERT_LE(0, first);
	ASSERT_LE(0, second);
	EXPECT_EQ(1, write(self->fd, "a", 1));
	/* At least one of them learns of it. */
	EXPECT_LE(1, wait_for(first, 1000) + wait_for(second, 0));
	close(first);
	close(second);
}

TEST_F(fifo, a_file_is_closed_while_it_is_in_an_epoll)
{
	int file = open(FIFO_NODE, O_RDWR);
	int epoll = epoll_of(file, EPOLLIN);

	ASSERT_LE(0, epoll);
	EXPECT_EQ(0, close(file));
	EXPECT_EQ(1, write(self->fd, "a", 1));
	EXPECT_EQ(0, wait_for(epoll, 20));
	close(epoll);
}

TEST_HARNESS_MAIN
