// SPDX-License-Identifier: GPL-2.0
/* Reads wait for bytes and writes for room; O_NONBLOCK, signals and kill end it. */
#define _GNU_SOURCE
#include "common.h"

#include <sys/uio.h>

static void nothing(int signal)
{
}

/* A child that reads one byte: it exits with errno or 0. @flags: how it takes SIGUSR1 */
static pid_t reading_child(int fd, int flags)
{
	struct sigaction action = { .sa_handler = nothing, .sa_flags = flags };
	pid_t child = fork();
	char byte;

	if (!child) {
		sigaction(SIGUSR1, &action, NULL);
		_exit(read(fd, &byte, 1) == 1 ? 0 : errno);
	}
	until_asleep(child);
	return child;
}

static int ended(pid_t child)
{
	int status = -1;

	waitpid(child, &status, 0);
	return status;
}

TEST_F(fifo, bytes_come_out_in_order)
{
	char bytes[8] = "";

	EXPECT_EQ(3, write(self->fd, "abc", 3));
	EXPECT_EQ(2, write(self->fd, "de", 2));
	EXPECT_EQ(5, fill(self->fd));
	EXPECT_EQ(4, read(self->fd, bytes, 4));
	EXPECT_EQ(1, read(self->fd, bytes + 4, 4));
	EXPECT_STREQ("abcde", bytes);
}

TEST_F(fifo, they_go_round_the_end)
{
	char bytes[8] = "";

	ASSERT_EQ(0, set_size(self->fd, 5));
	for (int i = 0; i < 20; i++) {
		EXPECT_EQ(3, write(self->nonblock, "xyz", 3));
		EXPECT_EQ(3, read(self->nonblock, bytes, 8));
		EXPECT_STREQ("xyz", bytes);
	}
}

TEST_F(fifo, nonblocking_files_do_not_wait)
{
	char bytes[8];

	ASSERT_EQ(0, set_size(self->fd, 4));
	EXPECT_EQ(-EAGAIN, result(read(self->nonblock, bytes, 8)));
	EXPECT_EQ(4, write(self->nonblock, "abcdef", 6));
	EXPECT_EQ(-EAGAIN, result(write(self->nonblock, "g", 1)));
	EXPECT_EQ(4, read(self->nonblock, bytes, 8));
}

TEST_F(fifo, nothing_is_waited_for_by_no_bytes)
{
	char byte;

	EXPECT_EQ(0, read(self->fd, &byte, 0));
	ASSERT_EQ(0, set_size(self->fd, 1));
	EXPECT_EQ(1, write(self->fd, "a", 1));
	EXPECT_EQ(0, write(self->fd, "a", 0));
}

TEST_F(fifo, size)
{
	__u64 size;

	EXPECT_EQ(-EINVAL, set_size(self->fd, 0));
	EXPECT_EQ(-EINVAL, set_size(self->fd, CHARD_FIFO_SIZE_MAX + 1));
	EXPECT_EQ(3, write(self->fd, "abc", 3));
	EXPECT_EQ(-EBUSY, set_size(self->fd, 2));
	EXPECT_EQ(0, set_size(self->fd, 3));
	EXPECT_EQ(0, ioctl(self->fd, CHARD_FIFO_GET_SIZE, &size));
	EXPECT_EQ(3, size);
	EXPECT_EQ(-EAGAIN, result(write(self->nonblock, "d", 1)));
}

TEST_F(fifo, nowait)
{
	char byte;
	struct iovec vector = { &byte, 1 };

	/* RWF_NOWAIT, on a file that blocks otherwise. */
	EXPECT_EQ(-EAGAIN, result(preadv2(self->fd, &vector, 1, -1, RWF_NOWAIT)));
	EXPECT_EQ(1, pwritev2(self->fd, &vector, 1, -1, RWF_NOWAIT));
	EXPECT_EQ(1, preadv2(self->fd, &vector, 1, -1, RWF_NOWAIT));
	/* Nobody polls a pipe for completions: it is ignored. */
	EXPECT_EQ(1, pwritev2(self->fd, &vector, 1, -1, RWF_HIPRI));
}

TEST_F(fifo, a_reader_is_woken)
{
	pid_t child = reading_child(self->fd, 0);

	EXPECT_EQ(1, write(self->fd, "a", 1));
	EXPECT_EQ(0, ended(child));
}

TEST_F(fifo, a_writer_is_woken_until_all_is_in)
{
	char bytes[16];
	pid_t child;
	int got = 0;

	ASSERT_EQ(0, set_size(self->fd, 4));
	child = fork();
	if (!child)
		_exit(write(self->fd, "0123456789", 10) == 10 ? 0 : 1);
	until_asleep(child);
	while (got < 10) {
		ssize_t ret = read(self->fd, bytes + got, 3);

		ASSERT_LT(0, ret);
		got += ret;
	}
	EXPECT_EQ(0, memcmp("0123456789", bytes, 10));
	EXPECT_EQ(0, ended(child));
}

TEST_F(fifo, a_signal_ends_a_read)
{
	pid_t child = reading_child(self->fd, 0);

	kill(child, SIGUSR1);
	EXPECT_EQ(EINTR << 8, ended(child));
}

TEST_F(fifo, a_signal_restarts_a_read_that_wants_it)
{
	pid_t child = reading_child(self->fd, SA_RESTART);

	kill(child, SIGUSR1);
	usleep(50000);
	EXPECT_EQ(1, write(self->fd, "a", 1));
	EXPECT_EQ(0, ended(child));
}

TEST_F(fifo, what_was_written_before_a_signal_counts)
{
	pid_t child;

	ASSERT_EQ(0, set_size(self->fd, 4));
	child = fork();
	if (!child) {
		struct sigaction action = { .sa_handler = nothing, .sa_flags = SA_RESTART };

		sigaction(SIGUSR1, &action, NULL);
		_exit(write(self->fd, "0123456789", 10));
	}
	until_asleep(child);
	kill(child, SIGUSR1);
	EXPECT_EQ(4 << 8, ended(child));
}

TEST_F(fifo, kill_ends_a_reader)
{
	pid_t child = reading_child(self->fd, 0);

	kill(child, SIGKILL);
	EXPECT_EQ(SIGKILL, ended(child));
	EXPECT_EQ(1, write(self->fd, "a", 1));
	EXPECT_EQ(1, fill(self->fd));
}

TEST_F(fifo, a_bad_buffer)
{
	char bytes[4];

	EXPECT_EQ(-EFAULT, result(write(self->fd, (void *)-4096L, 3)));
	EXPECT_EQ(0, fill(self->fd));
	EXPECT_EQ(3, write(self->fd, "abc", 3));
	EXPECT_EQ(-EFAULT, result(read(self->fd, (void *)-4096L, 3)));
	/* Nothing is lost. */
	EXPECT_EQ(3, read(self->fd, bytes, 4));
}

TEST_HARNESS_MAIN
