// SPDX-License-Identifier: GPL-2.0
/*
 * Commands of an io_uring: answered at once or later, exactly once, also if a ring, a task or the
 * device goes meanwhile.
 */
#define _GNU_SOURCE
#include "common.h"

#include <pthread.h>
#include <stdlib.h>

#include "uring.h"

#ifndef IORING_URING_CMD_MULTISHOT
#define IORING_URING_CMD_MULTISHOT 2
#endif

static int submit_wait(struct ring *ring, int fd, __u64 bytes, unsigned long which)
{
	struct io_uring_sqe entry = ring_command(fd, CHARD_FIFO_CMD_WAIT, which);
	struct chard_fifo_wait wait = { bytes };

	return ring_submit_with(ring, &entry, &wait, sizeof(wait));
}

/* What a command for which nobody need wait ends with. */
static int command(int fd, unsigned int op, __u64 bytes)
{
	struct io_uring_sqe entry = ring_command(fd, op, 1);
	struct chard_fifo_wait wait = { bytes };
	struct ring ring;
	int ret = ring_open(&ring, 0);

	if (ret)
		return ret;
	ret = ring_submit_with(&ring, &entry, &wait, sizeof(wait));
	if (ret == 1)
		ret = ring_next(&ring, NULL);
	ring_close(&ring);
	return ret;
}

TEST_F(fifo, what_is_known_is_answered_at_once)
{
	EXPECT_EQ(0, command(self->fd, CHARD_FIFO_CMD_FILL, 0));
	EXPECT_EQ(0, command(self->fd, CHARD_FIFO_CMD_WAIT, 0));
	ASSERT_EQ(3, write(self->fd, "abc", 3));
	EXPECT_EQ(3, command(self->fd, CHARD_FIFO_CMD_FILL, 0));
	EXPECT_EQ(3, command(self->fd, CHARD_FIFO_CMD_WAIT, 3));
	EXPECT_EQ(3, fill(self->fd));
}

/* In a chain, what has a result is no failure, which would end it; in a worker neither. */
TEST_F(fifo, a_result_does_not_end_a_chain)
{
	ASSERT_EQ(3, write(self->fd, "abc", 3));
	for (int worker = 0; worker < 2; worker++) {
		struct io_uring_sqe first = ring_command(self->fd, CHARD_FIFO_CMD_FILL, 1);
		struct io_uring_sqe last = { .opcode = IORING_OP_NOP, .user_data = 2 };
		unsigned long which;
		struct ring ring;

		ASSERT_EQ(0, ring_open(&ring, 0));
		first.flags = IOSQE_IO_LINK | (worker ? IOSQE_ASYNC : 0);
		ring_put(&ring, &first, NULL, 0);
		ring_put(&ring, &last, NULL, 0);
		EXPECT_EQ(2, ring_enter(&ring, 2));
		EXPECT_EQ(3, ring_next(&ring, &which));
		EXPECT_EQ(1, which);
		EXPECT_EQ(0, ring_next(&ring, &which));
		EXPECT_EQ(2, which);
		ring_close(&ring);
	}
}

TEST_F(fifo, a_command_waits_and_ends_once)
{
	struct ring ring;

	ASSERT_EQ(0, ring_open(&ring, 0));
	EXPECT_EQ(1, submit_wait(&ring, self->fd, 3, 1));
	EXPECT_EQ(0, ring_ended(&ring));
	EXPECT_EQ(2, write(self->fd, "ab", 2));
	EXPECT_EQ(0, ring_ended(&ring));
	EXPECT_EQ(2, write(self->fd, "cd", 2));
	EXPECT_EQ(4, ring_next(&ring, NULL));
	EXPECT_EQ(1, write(self->fd, "e", 1));
	EXPECT_EQ(0, ring_ended(&ring));
	EXPECT_EQ(5, fill(self->fd));
	ring_close(&ring);
}

/* Rings that differ in the task that submits, and in when completions are posted. */
TEST_F(fifo, rings_of_each_kind)
{
	static const unsigned int kinds[] = {
		IORING_SETUP_COOP_TASKRUN | IORING_SETUP_TASKRUN_FLAG,
		IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN,
		IORING_SETUP_SQPOLL,
	};

	for (unsigned int i = 0; i < 3; i++) {
		unsigned long which = 0;
		struct ring ring;

		ASSERT_EQ(0, ring_open(&ring, kinds[i]));
		EXPECT_EQ(1, submit_wait(&ring, self->fd, 1, 1));
		usleep(50000);
		EXPECT_EQ(0, ring_ended(&ring));
		EXPECT_EQ(1, write(self->fd, "x", 1));
		EXPECT_EQ(1, ring_next(&ring, &which));
		EXPECT_EQ(1, which);
		/*
		 * It goes with one that waits; but for that whose task brings it all home:
		 * 6.12 with lockdep takes it for a mistake that another does, of any
		 * request that is pending then.
		 */
		if (!(kinds[i] & IORING_SETUP_DEFER_TASKRUN)) {
			EXPECT_EQ(1, submit_wait(&ring, self->fd, 2, 2));
			usleep(50000);
			EXPECT_EQ(0, ring_ended(&ring));
		}
		ring_close(&ring);
		drain();
	}
}

/* Handed to a worker at once, which may sleep. */
TEST_F(fifo, a_command_of_a_worker)
{
	struct io_uring_sqe entry = ring_command(self->fd, CHARD_FIFO_CMD_WAIT, 1);
	struct chard_fifo_wait wait = { 1 };
	struct ring ring;

	ASSERT_EQ(0, ring_open(&ring, 0));
	entry.flags = IOSQE_ASYNC;
	EXPECT_EQ(1, ring_submit_with(&ring, &entry, &wait, sizeof(wait)));
	usleep(100000);
	EXPECT_EQ(0, ring_ended(&ring));
	EXPECT_EQ(1, write(self->fd, "x", 1));
	EXPECT_EQ(1, ring_next(&ring, NULL));
	ring_close(&ring);
}

TEST_F(fifo, each_has_what_it_waits_for)
{
	static const __u64 bytes[] = { 4, 2, 6, 1 };
	unsigned long which;
	struct ring ring;

	ASSERT_EQ(0, ring_open(&ring, 0));
	for (int i = 0; i < 4; i++)
		EXPECT_EQ(1, submit_wait(&ring, self->fd, bytes[i], bytes[i]));
	EXPECT_EQ(1, write(self->fd, "a", 1));
	EXPECT_EQ(1, ring_next(&ring, &which));
	EXPECT_EQ(1, which);
	EXPECT_EQ(0, ring_ended(&ring));
	EXPECT_EQ(4, write(self->fd, "bcde", 4));
	EXPECT_EQ(5, ring_next(&ring, &which));
	EXPECT_TRUE(which == 2 || which == 4);
	EXPECT_EQ(5, ring_next(&ring, &which));
	EXPECT_TRUE(which == 2 || which == 4);
	EXPECT_EQ(0, ring_ended(&ring));
	ring_close(&ring);
}

TEST_F(fifo, commands_that_are_refused)
{
	struct ring ring;

	EXPECT_EQ(-EOPNOTSUPP, command(self->fd, 0, 0));
	EXPECT_EQ(-EOPNOTSUPP, command(self->fd, ~0U, 0));
	EXPECT_EQ(-EINVAL, command(self->fd, CHARD_FIFO_CMD_WAIT, CHARD_FIFO_SIZE_DEFAULT + 1));
	EXPECT_EQ(-EINVAL, command(self->fd, CHARD_FIFO_CMD_WAIT, ~0ULL));
	/* What can not come any more. */
	ASSERT_EQ(0, ring_open(&ring, 0));
	EXPECT_EQ(1, submit_wait(&ring, self->fd, 3, 1));
	EXPECT_EQ(1, submit_wait(&ring, self->fd, 2, 2));
	EXPECT_EQ(0, set_size(self->fd, 2));
	EXPECT_EQ(-EINVAL, ring_next(&ring, NULL));
	EXPECT_EQ(0, ring_ended(&ring));
	EXPECT_EQ(2, write(self->fd, "ab", 2));
	EXPECT_EQ(2, ring_next(&ring, NULL));
	ring_close(&ring);
}

/*
 * A pipe's completions cannot be polled for. A ring that polls refuses the command for
 * that, or, since 7.1, completes it as any other ring does.
 */
TEST_F(fifo, a_ring_that_polls)
{
	struct ring ring;
	int ret;

	EXPECT_EQ(2, write(self->fd, "ab", 2));
	ASSERT_EQ(0, ring_open(&ring, IORING_SETUP_IOPOLL));
	EXPECT_EQ(1, ring_submit(&ring, ring_command(self->fd, CHARD_FIFO_CMD_FILL, 1)));
	ret = ring_next(&ring, NULL);
	EXPECT_TRUE(ret == -EOPNOTSUPP || ret == 2)
	{
		TH_LOG("the command's answer is %d", ret);
	}
	ring_close(&ring);
}

/* That one is answered as often as there are buffers for it: no handler can. */
TEST_F(fifo, a_command_is_answered_once)
{
	struct io_uring_sqe entry = ring_command(self->fd, CHARD_FIFO_CMD_FILL, 1);
	struct ring ring;

	entry.flags = IOSQE_BUFFER_SELECT;
	entry.uring_cmd_flags = IORING_URING_CMD_MULTISHOT;
	ASSERT_EQ(0, ring_open(&ring, 0));
	EXPECT_EQ(1, ring_submit(&ring, entry));
	EXPECT_EQ(-EOPNOTSUPP, ring_next(&ring, NULL));
	ring_close(&ring);
}

TEST_F(fifo, a_ring_of_large_entries)
{
	unsigned long long extra = 7;
	struct ring ring;

	ASSERT_EQ(0, ring_open(&ring, IORING_SETUP_SQE128 | IORING_SETUP_CQE32));
	for (int i = 0; i < 2 * RING_ENTRIES + 1; i++) {
		EXPECT_EQ(1, submit_wait(&ring, self->fd, 1, 1));
		EXPECT_EQ(0, ring_ended(&ring));
		EXPECT_EQ(1, write(self->fd, "x", 1));
		EXPECT_EQ(1, ring_next_with(&ring, NULL, &extra));
		EXPECT_EQ(0, extra);
		EXPECT_EQ(1, command(self->fd, CHARD_FIFO_CMD_FILL, 0));
		drain();
	}
	ring_close(&ring);
}

/* No ring cancels a command that its handler keeps, but all of them when it goes. */
TEST_F(fifo, a_command_is_not_cancelled_alone)
{
	struct io_uring_sqe cancel = {
		.opcode = IORING_OP_ASYNC_CANCEL, .fd = -1, .addr = 1, .user_data = 99
	};
	struct ring ring;

	ASSERT_EQ(0, ring_open(&ring, 0));
	EXPECT_EQ(1, submit_wait(&ring, self->fd, 1, 1));
	EXPECT_EQ(1, ring_submit(&ring, cancel));
	EXPECT_EQ(-ENOENT, ring_next(&ring, NULL));
	EXPECT_EQ(0, ring_ended(&ring));
	EXPECT_EQ(1, write(self->fd, "x", 1));
	EXPECT_EQ(1, ring_next(&ring, NULL));
	ring_close(&ring);
}

/* As many as may wait. */
static int submit_all(struct ring *ring, int fd)
{
	for (int i = 0; i < CHARD_FIFO_WAITS_MAX; i++) {
		if (submit_wait(ring, fd, 1, 1) != 1)
			return -1;
	}
	return 0;
}

/*
 * Whether all that waited are cancelled, which an older kernel is told within a
 * second: as long as they are not, there is no room for another.
 */
static bool have_room(int fd)
{
	struct ring ring;
	int ret = -EBUSY;

	if (ring_open(&ring, 0))
		return false;
	for (int i = 0; i < 100 && ret == -EBUSY; i++) {
		usleep(100000);
		submit_wait(&ring, fd, 1, 1);
		ret = ring_ended(&ring) ? ring_next(&ring, NULL) : 0;
	}
	write(fd, "x", 1);
	if (!ret)
		ret = ring_next(&ring, NULL);
	ring_close(&ring);
	return ret == 1;
}

TEST_F(fifo, more_than_may_wait)
{
	struct ring ring;

	ASSERT_EQ(0, ring_open(&ring, 0));
	ASSERT_EQ(0, submit_all(&ring, self->fd));
	EXPECT_EQ(0, ring_ended(&ring));
	EXPECT_EQ(-EBUSY, command(self->fd, CHARD_FIFO_CMD_WAIT, 1));
	ring_close(&ring);
	EXPECT_TRUE(have_room(self->fd));
}

/* A command may still be on its way to a worker, or back from one, when its ring goes. */
TEST_F(fifo, rings_that_go_at_once)
{
	struct chard_fifo_wait wait = { 1 };

	for (int i = 0; i < 200; i++) {
		struct io_uring_sqe entry = ring_command(self->fd, CHARD_FIFO_CMD_WAIT, 1);
		struct ring ring;

		ASSERT_EQ(0, ring_open(&ring, 0));
		for (int j = 0; j < 3; j++) {
			entry.flags = (i + j) & 1 ? IOSQE_ASYNC : 0;
			EXPECT_EQ(1, ring_submit_with(&ring, &entry, &wait, sizeof(wait)));
		}
		if (i % 4 == 3)
			usleep(i * 10);
		ring_close(&ring);
	}
	EXPECT_TRUE(have_room(self->fd));
}

/* By a file that the ring alone holds. */
static pid_t child_with_commands(void (*then)(void))
{
	pid_t child;
	int told[2];
	char byte;

	if (pipe(told))
		return -1;
	child = fork();
	if (!child) {
		int fd = open(FIFO_NODE, O_RDWR);
		struct io_uring_sqe entry = ring_command(0, CHARD_FIFO_CMD_WAIT, 1);
		struct chard_fifo_wait wait = { 1 };
		struct ring ring;

		if (ring_open(&ring, 0) ||
		    syscall(SYS_io_uring_register, ring.fd, IORING_REGISTER_FILES, &fd, 1))
			_exit(1);
		fcntl(ring.fd, F_SETFD, FD_CLOEXEC);
		close(fd);
		entry.flags = IOSQE_FIXED_FILE;
		for (int i = 0; i < CHARD_FIFO_WAITS_MAX; i++) {
			if (ring_submit_with(&ring, &entry, &wait, sizeof(wait)) != 1)
				_exit(2);
		}
		if (write(told[1], "x", 1) != 1)
			_exit(3);
		then();
		_exit(4);
	}
	close(told[1]);
	if (read(told[0], &byte, 1) != 1)
		child = -1;
	close(told[0]);
	return child;
}

static void wait_for_ever(void)
{
	pause();
}

TEST_F(fifo, kill_with_commands_pending)
{
	pid_t child = child_with_commands(wait_for_ever);
	int status = -1;

	ASSERT_LT(0, child);
	EXPECT_EQ(-EBUSY, command(self->fd, CHARD_FIFO_CMD_WAIT, 1));
	kill(child, SIGKILL);
	EXPECT_EQ(child, waitpid(child, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status));
	EXPECT_TRUE(have_room(self->fd));
}

static void execute(void)
{
	execl("/proc/self/exe", "commands", "nothing", NULL);
}

/* A task that executes a program waits for all that it has submitted. */
TEST_F(fifo, exec_with_commands_pending)
{
	pid_t child = child_with_commands(execute);
	int status = -1;

	ASSERT_LT(0, child);
	EXPECT_EQ(child, waitpid(child, &status, 0));
	EXPECT_TRUE(WIFEXITED(status));
	EXPECT_EQ(42, WEXITSTATUS(status));
	EXPECT_TRUE(have_room(self->fd));
}

#define CALLERS 3
#define ROUNDS 500

static int stop;

/* Each command ends once; its ring says which did. */
static void *commands(void *number)
{
	unsigned int seed = (long)number + 1;
	int fd = open(FIFO_NODE, O_RDWR), bad = 0;
	struct ring ring;

	if (ring_open(&ring, 0))
		return (void *)1;
	for (int i = 0; i < ROUNDS; i++) {
		bool ended[RING_ENTRIES] = {};
		unsigned long which = 0;

		for (int j = 0; j < RING_ENTRIES; j++)
			bad += submit_wait(&ring, fd, rand_r(&seed) % 6, j) != 1;
		for (int j = 0; j < RING_ENTRIES; j++) {
			int ret = ring_next(&ring, &which);

			bad += which >= RING_ENTRIES || ended[which] || (ret < 0 && ret != -EINVAL);
			ended[which % RING_ENTRIES] = true;
		}
		bad += ring_ended(&ring) != 0;
	}
	ring_close(&ring);
	close(fd);
	return (void *)(long)bad;
}

/* Bytes come and go, and what may come does as well. */
static void *traffic(void *arg)
{
	int fd = open(FIFO_NODE, O_RDWR | O_NONBLOCK);
	unsigned int seed = 99;
	char bytes[8] = "";

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		(void)!write(fd, bytes, rand_r(&seed) % 6);
		if (!(rand_r(&seed) % 16))
			set_size(fd, 1 + rand_r(&seed) % 8);
		/* With five bytes in it, every waiter has an answer. */
		if (fill(fd) >= 5 || !(rand_r(&seed) % 4))
			(void)!read(fd, bytes, sizeof(bytes));
	}
	close(fd);
	return NULL;
}

TEST_F(fifo, commands_from_many_threads_end_once)
{
	pthread_t threads[CALLERS], other;
	void *bad;

	ASSERT_EQ(0, set_size(self->fd, 8));
	stop = 0;
	ASSERT_EQ(0, pthread_create(&other, NULL, traffic, NULL));
	for (long i = 0; i < CALLERS; i++)
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, commands, (void *)i));
	for (int i = 0; i < CALLERS; i++) {
		ASSERT_EQ(0, pthread_join(threads[i], &bad));
		EXPECT_EQ(NULL, bad);
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	ASSERT_EQ(0, pthread_join(other, NULL));
}

/* The harness has a main() of its own, to which an argument is a filter. */
static void __attribute__((constructor)) executed(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "nothing"))
		_exit(42);
}

TEST_HARNESS_MAIN
