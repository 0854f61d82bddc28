// SPDX-License-Identifier: GPL-2.0
/* Through io_uring: reads, writes and polls that wait, are cancelled, and end once. */
#define _GNU_SOURCE
#include "common.h"

#include <sys/uio.h>

#include "uring.h"

static struct io_uring_sqe cancel(unsigned long which)
{
	return (struct io_uring_sqe){
		.opcode = IORING_OP_ASYNC_CANCEL, .fd = -1, .addr = which, .user_data = 99
	};
}

TEST_F(fifo, what_is_there_is_read_at_once)
{
	struct ring ring;
	char bytes[8] = "";

	ASSERT_EQ(0, ring_open(&ring, 0));
	EXPECT_EQ(1, ring_submit(&ring, ring_transfer(IORING_OP_WRITE, self->fd, "abc", 3, 1)));
	EXPECT_EQ(3, ring_next(&ring, NULL));
	EXPECT_EQ(1, ring_submit(&ring, ring_transfer(IORING_OP_READ, self->fd, bytes, 8, 2)));
	EXPECT_EQ(3, ring_next(&ring, NULL));
	EXPECT_STREQ("abc", bytes);
	EXPECT_EQ(0, ring_ended(&ring));
	close(ring.fd);
}

TEST_F(fifo, a_read_waits_and_ends_once)
{
	struct ring ring;
	char bytes[8] = "";

	ASSERT_EQ(0, ring_open(&ring, 0));
	EXPECT_EQ(1, ring_submit(&ring, ring_transfer(IORING_OP_READ, self->fd, bytes, 8, 1)));
	EXPECT_EQ(0, ring_ended(&ring));
	EXPECT_EQ(2, write(self->fd, "xy", 2));
	EXPECT_EQ(2, ring_next(&ring, NULL));
	EXPECT_STREQ("xy", bytes);
	EXPECT_EQ(1, write(self->fd, "z", 1));
	EXPECT_EQ(0, ring_ended(&ring));
	EXPECT_EQ(1, fill(self->fd));
	close(ring.fd);
}

TEST_F(fifo, a_write_waits_for_room)
{
	struct ring ring;
	char bytes[8];

	ASSERT_EQ(0, set_size(self->fd, 2));
	ASSERT_EQ(2, write(self->fd, "ab", 2));
	ASSERT_EQ(0, ring_open(&ring, 0));
	EXPECT_EQ(1, ring_submit(&ring, ring_transfer(IORING_OP_WRITE, self->fd, "c", 1, 1)));
	EXPECT_EQ(0, ring_ended(&ring));
	EXPECT_EQ(2, read(self->fd, bytes, 8));
	EXPECT_EQ(1, ring_next(&ring, NULL));
	EXPECT_EQ(1, fill(self->fd));
	close(ring.fd);
}

/* O_NONBLOCK does not keep a ring from waiting for what can be polled; this does. */
TEST_F(fifo, who_must_not_wait)
{
	struct io_uring_sqe entry;
	struct ring ring;
	char byte;

	ASSERT_EQ(0, ring_open(&ring, 0));
	entry = ring_transfer(IORING_OP_READ, self->fd, &byte, 1, 1);
	entry.rw_flags = RWF_NOWAIT;
	EXPECT_EQ(1, ring_submit(&ring, entry));
	EXPECT_EQ(-EAGAIN, ring_next(&ring, NULL));
	close(ring.fd);
}

TEST_F(fifo, a_poll)
{
	struct ring ring;
	struct io_uring_sqe poll = { .opcode = IORING_OP_POLL_ADD,
				     .fd = self->fd,
				     .poll32_events = POLLIN,
				     .user_data = 1 };

	ASSERT_EQ(0, ring_open(&ring, 0));
	EXPECT_EQ(1, ring_submit(&ring, poll));
	EXPECT_EQ(0, ring_ended(&ring));
	EXPECT_EQ(1, write(self->fd, "x", 1));
	EXPECT_EQ(POLLIN, ring_next(&ring, NULL));
	EXPECT_EQ(0, ring_ended(&ring));
	close(ring.fd);
}

TEST_F(fifo, what_is_cancelled_ends_once)
{
	struct ring ring;
	unsigned long which;
	int results[2];
	char byte;

	ASSERT_EQ(0, ring_open(&ring, 0));
	EXPECT_EQ(1, ring_submit(&ring, ring_transfer(IORING_OP_READ, self->fd, &byte, 1, 1)));
	EXPECT_EQ(1, ring_submit(&ring, cancel(1)));
	for (int i = 0; i < 2; i++) {
		int ret = ring_next(&ring, &which);

		results[which == 99] = ret;
	}
	EXPECT_EQ(-ECANCELED, results[0]);
	EXPECT_EQ(0, results[1]);
	/* Its byte is nobody's. */
	EXPECT_EQ(1, write(self->fd, "x", 1));
	EXPECT_EQ(0, ring_ended(&ring));
	EXPECT_EQ(1, fill(self->fd));
	EXPECT_EQ(1, ring_submit(&ring, cancel(1)));
	EXPECT_EQ(-ENOENT, ring_next(&ring, NULL));
	close(ring.fd);
}

/* By a worker of the ring's, which sleeps in the device. */
TEST_F(fifo, a_worker_is_cancelled)
{
	struct io_uring_sqe entry;
	unsigned long which;
	struct ring ring;
	int results[2];
	char byte;

	ASSERT_EQ(0, ring_open(&ring, 0));
	entry = ring_transfer(IORING_OP_READ, self->fd, &byte, 1, 1);
	entry.flags = IOSQE_ASYNC;
	EXPECT_EQ(1, ring_submit(&ring, entry));
	usleep(100000);
	EXPECT_EQ(0, ring_ended(&ring));
	EXPECT_EQ(1, ring_submit(&ring, cancel(1)));
	for (int i = 0; i < 2; i++) {
		int ret = ring_next(&ring, &which);

		results[which == 99] = ret;
	}
	EXPECT_TRUE(results[0] == -ECANCELED || results[0] == -EINTR);
	EXPECT_TRUE(results[1] == 0 || results[1] == -EALREADY);
	EXPECT_EQ(0, ring_ended(&ring));
	close(ring.fd);
}

/* Nobody polls a pipe for completions. */
TEST_F(fifo, a_ring_that_polls_is_refused)
{
	struct ring ring;
	char byte;

	ASSERT_EQ(0, ring_open(&ring, IORING_SETUP_IOPOLL));
	EXPECT_EQ(1, ring_submit(&ring, ring_transfer(IORING_OP_READ, self->fd, &byte, 1, 1)));
	EXPECT_EQ(-EOPNOTSUPP, ring_next(&ring, NULL));
	close(ring.fd);
}

/* A read is pending when its task is killed, by a file that the ring alone holds. */
TEST_F(fifo, kill_with_a_read_pending)
{
	int status = -1, told[2];
	pid_t child;
	char byte;

	ASSERT_EQ(0, pipe(told));
	child = fork();
	if (!child) {
		int fd = open(FIFO_NODE, O_RDWR);
		struct io_uring_sqe entry = ring_transfer(IORING_OP_READ, 0, &byte, 1, 1);
		struct ring ring;

		if (ring_open(&ring, 0) ||
		    syscall(SYS_io_uring_register, ring.fd, IORING_REGISTER_FILES, &fd, 1))
			_exit(1);
		close(fd);
		entry.flags = IOSQE_FIXED_FILE;
		if (ring_submit(&ring, entry) != 1 || write(told[1], "x", 1) != 1)
			_exit(2);
		pause();
	}
	close(told[1]);
	ASSERT_EQ(1, read(told[0], &byte, 1));
	kill(child, SIGKILL);
	EXPECT_EQ(child, waitpid(child, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status));
	EXPECT_EQ(1, write(self->fd, "y", 1));
	EXPECT_EQ(1, read(self->nonblock, &byte, 1));
}

TEST_HARNESS_MAIN
