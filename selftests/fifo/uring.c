// SPDX-License-Identifier: GPL-2.0
/* Through io_uring: reads, writes and polls that wait, are cancelled, and end once. */
#define _GNU_SOURCE
#include "common.h"

#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#define ENTRIES 8

/**
 * struct ring - an io_uring, by its system calls
 * @fd: its descriptor
 * @about: where in @queues what lies
 * @queues: both queues
 * @entries: what is to be submitted
 */
struct ring {
	int fd;
	struct io_uring_params about;
	void *queues;
	struct io_uring_sqe *entries;
};

static unsigned int *word(struct ring *ring, unsigned int offset)
{
	return ring->queues + offset;
}

static int ring_open(struct ring *ring, unsigned int flags)
{
	*ring = (struct ring){ .about.flags = flags };
	ring->fd = syscall(SYS_io_uring_setup, ENTRIES, &ring->about);
	if (ring->fd < 0)
		return -errno;
	ring->queues =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, IORING_OFF_SQ_RING);
	ring->entries =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, IORING_OFF_SQES);
	return ring->queues == MAP_FAILED || ring->entries == MAP_FAILED ? -ENOMEM : 0;
}

/* Submits one entry, which user_data tells from others; waits for none. */
static int submit(struct ring *ring, struct io_uring_sqe entry)
{
	unsigned int tail = *word(ring, ring->about.sq_off.tail);
	unsigned int at = tail & (ENTRIES - 1);

	ring->entries[at] = entry;
	word(ring, ring->about.sq_off.array)[at] = at;
	__atomic_store_n(word(ring, ring->about.sq_off.tail), tail + 1, __ATOMIC_RELEASE);
	return result(syscall(SYS_io_uring_enter, ring->fd, 1, 0, 0, NULL, 0));
}

/* How many have ended that nobody has taken. */
static unsigned int ended_count(struct ring *ring)
{
	syscall(SYS_io_uring_enter, ring->fd, 0, 0, IORING_ENTER_GETEVENTS, NULL, 0);
	return __atomic_load_n(word(ring, ring->about.cq_off.tail), __ATOMIC_ACQUIRE) -
	       *word(ring, ring->about.cq_off.head);
}

/* Waits for the next to end: its result, and which it was. */
static int next(struct ring *ring, unsigned long *which)
{
	struct io_uring_cqe *cqes = ring->queues + ring->about.cq_off.cqes, cqe;
	unsigned int *head = word(ring, ring->about.cq_off.head);

	while (!ended_count(ring))
		syscall(SYS_io_uring_enter, ring->fd, 0, 1, IORING_ENTER_GETEVENTS, NULL, 0);
	cqe = cqes[*head & *word(ring, ring->about.cq_off.ring_mask)];
	__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	if (which)
		*which = cqe.user_data;
	return cqe.res;
}

static struct io_uring_sqe transfer(int opcode, int fd, void *bytes, unsigned int length,
				    unsigned long which)
{
	return (struct io_uring_sqe){ .opcode = opcode,
				      .fd = fd,
				      .addr = (unsigned long)bytes,
				      .len = length,
				      .off = -1,
				      .user_data = which };
}

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
	EXPECT_EQ(1, submit(&ring, transfer(IORING_OP_WRITE, self->fd, "abc", 3, 1)));
	EXPECT_EQ(3, next(&ring, NULL));
	EXPECT_EQ(1, submit(&ring, transfer(IORING_OP_READ, self->fd, bytes, 8, 2)));
	EXPECT_EQ(3, next(&ring, NULL));
	EXPECT_STREQ("abc", bytes);
	EXPECT_EQ(0, ended_count(&ring));
	close(ring.fd);
}

TEST_F(fifo, a_read_waits_and_ends_once)
{
	struct ring ring;
	char bytes[8] = "";

	ASSERT_EQ(0, ring_open(&ring, 0));
	EXPECT_EQ(1, submit(&ring, transfer(IORING_OP_READ, self->fd, bytes, 8, 1)));
	EXPECT_EQ(0, ended_count(&ring));
	EXPECT_EQ(2, write(self->fd, "xy", 2));
	EXPECT_EQ(2, next(&ring, NULL));
	EXPECT_STREQ("xy", bytes);
	EXPECT_EQ(1, write(self->fd, "z", 1));
	EXPECT_EQ(0, ended_count(&ring));
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
	EXPECT_EQ(1, submit(&ring, transfer(IORING_OP_WRITE, self->fd, "c", 1, 1)));
	EXPECT_EQ(0, ended_count(&ring));
	EXPECT_EQ(2, read(self->fd, bytes, 8));
	EXPECT_EQ(1, next(&ring, NULL));
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
	entry = transfer(IORING_OP_READ, self->fd, &byte, 1, 1);
	entry.rw_flags = RWF_NOWAIT;
	EXPECT_EQ(1, submit(&ring, entry));
	EXPECT_EQ(-EAGAIN, next(&ring, NULL));
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
	EXPECT_EQ(1, submit(&ring, poll));
	EXPECT_EQ(0, ended_count(&ring));
	EXPECT_EQ(1, write(self->fd, "x", 1));
	EXPECT_EQ(POLLIN, next(&ring, NULL));
	EXPECT_EQ(0, ended_count(&ring));
	close(ring.fd);
}

TEST_F(fifo, what_is_cancelled_ends_once)
{
	struct ring ring;
	unsigned long which;
	int results[2];
	char byte;

	ASSERT_EQ(0, ring_open(&ring, 0));
	EXPECT_EQ(1, submit(&ring, transfer(IORING_OP_READ, self->fd, &byte, 1, 1)));
	EXPECT_EQ(1, submit(&ring, cancel(1)));
	for (int i = 0; i < 2; i++) {
		int ret = next(&ring, &which);

		results[which == 99] = ret;
	}
	EXPECT_EQ(-ECANCELED, results[0]);
	EXPECT_EQ(0, results[1]);
	/* Its byte is nobody's. */
	EXPECT_EQ(1, write(self->fd, "x", 1));
	EXPECT_EQ(0, ended_count(&ring));
	EXPECT_EQ(1, fill(self->fd));
	EXPECT_EQ(1, submit(&ring, cancel(1)));
	EXPECT_EQ(-ENOENT, next(&ring, NULL));
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
	entry = transfer(IORING_OP_READ, self->fd, &byte, 1, 1);
	entry.flags = IOSQE_ASYNC;
	EXPECT_EQ(1, submit(&ring, entry));
	usleep(100000);
	EXPECT_EQ(0, ended_count(&ring));
	EXPECT_EQ(1, submit(&ring, cancel(1)));
	for (int i = 0; i < 2; i++) {
		int ret = next(&ring, &which);

		results[which == 99] = ret;
	}
	EXPECT_TRUE(results[0] == -ECANCELED || results[0] == -EINTR);
	EXPECT_TRUE(results[1] == 0 || results[1] == -EALREADY);
	EXPECT_EQ(0, ended_count(&ring));
	close(ring.fd);
}

/* Nobody polls a pipe for completions. */
TEST_F(fifo, a_ring_that_polls_is_refused)
{
	struct ring ring;
	char byte;

	ASSERT_EQ(0, ring_open(&ring, IORING_SETUP_IOPOLL));
	EXPECT_EQ(1, submit(&ring, transfer(IORING_OP_READ, self->fd, &byte, 1, 1)));
	EXPECT_EQ(-EOPNOTSUPP, next(&ring, NULL));
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
		struct io_uring_sqe entry = transfer(IORING_OP_READ, 0, &byte, 1, 1);
		struct ring ring;

		if (ring_open(&ring, 0) ||
		    syscall(SYS_io_uring_register, ring.fd, IORING_REGISTER_FILES, &fd, 1))
			_exit(1);
		close(fd);
		entry.flags = IOSQE_FIXED_FILE;
		if (submit(&ring, entry) != 1 || write(told[1], "x", 1) != 1)
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
