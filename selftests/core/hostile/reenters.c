// SPDX-License-Identifier: GPL-2.0
/* What is done within itself, or in too many places at once, is refused or works. */
#include "hostile.h"

#include <time.h>

TEST_F(hostile, lock_what_is_locked)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_LOCK_WHAT_IS_LOCKED));
}

TEST_F(hostile, lock_within_with)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_LOCK_WITHIN_WITH));
}

TEST_F(hostile, share_twice)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_SHARE_TWICE));
}

TEST_F(hostile, wait_within_wait)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_WAIT_WITHIN_WAIT));
}

TEST_F(hostile, wait_with_spinlock)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_WAIT_WITH_SPINLOCK));
}

TEST_F(hostile, lock_within_wait)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_LOCK_WITHIN_WAIT));
}

TEST_F(hostile, replace_within_read)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_REPLACE_WITHIN_READ));
}

TEST_F(hostile, create_within_new)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_CREATE_WITHIN_NEW));
}

TEST_F(hostile, create_by_work)
{
	long long seen;

	deed(self->fd, CHARD_HOSTILE_SEEN);
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_CREATE_BY_WORK));
	EXPECT_TRUE(within((seen = deed(self->fd, CHARD_HOSTILE_SEEN)) > 0));
	EXPECT_EQ(ENOSPC, seen);
	for (unsigned long index = 2; index < 8; index++)
		EXPECT_EQ(0, told(self->fd, CHARD_HOSTILE_REMOVE, index));
}

TEST_F(hostile, remove_with_lock_held)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_REMOVE_WITH_LOCK_HELD));
	EXPECT_TRUE(within(access(NODE "4", F_OK)));
}

TEST_F(hostile, cancel_itself)
{
	deed(self->fd, CHARD_HOSTILE_SEEN);
	deed(self->fd, CHARD_HOSTILE_CAME);
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_CANCEL_ITSELF));
	EXPECT_EQ(2, came(self->fd, 2));
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_SEEN));
}

TEST_F(hostile, restart_itself)
{
	deed(self->fd, CHARD_HOSTILE_CAME);
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_RESTART_ITSELF));
	EXPECT_LE(20, came(self->fd, 20));
}

TEST_F(hostile, rearm_at_once)
{
	deed(self->fd, CHARD_HOSTILE_CAME);
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_REARM_AT_ONCE));
	EXPECT_LE(1000, came(self->fd, 1000));
}

TEST_F(hostile, recurse)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_RECURSE));
}

/*
 * A call takes seconds. Others have the processor meanwhile, or the kernel's watchdog bites, here
 * after two seconds. Returns how long it lives when it is killed.
 */
static int takes_long(int fd, void (*call)(int fd))
{
	struct timespec begin, end;
	pid_t task;

	store("/proc/sys/kernel/watchdog_thresh", "1");
	task = fork();
	if (!task) {
		call(fd);
		_exit(0);
	}
	sleep(4);
	kill(task, SIGKILL);
	clock_gettime(CLOCK_MONOTONIC, &begin);
	waitpid(task, NULL, 0);
	clock_gettime(CLOCK_MONOTONIC, &end);
	store("/proc/sys/kernel/watchdog_thresh", "10");
	return end.tv_sec - begin.tv_sec;
}

static void call_loop(int fd)
{
	deed(fd, CHARD_HOSTILE_LOOP_UNTIL_TOLD);
}

TEST_F(hostile, loop_until_told)
{
	deed(self->fd, CHARD_HOSTILE_SEEN);
	EXPECT_GE(2, takes_long(self->fd, call_loop));
	EXPECT_EQ(EINTR, deed(self->fd, CHARD_HOSTILE_SEEN));
}

static void call_wait(int fd)
{
	deed(fd, CHARD_HOSTILE_WAKE_AS_IT_WAITS);
}

TEST_F(hostile, wake_as_it_waits)
{
	EXPECT_GE(2, takes_long(self->fd, call_wait));
}

/* All that write(2) takes; the memory is one page of zeros. */
static void call_write(int fd)
{
	size_t most = 0x7ffff000;
	void *memory =
		mmap(NULL, most, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	write(fd, memory, most);
}

TEST_F(hostile, take_byte_by_byte)
{
	ASSERT_EQ(0, told(self->fd, CHARD_HOSTILE_ANSWER, CHARD_HOSTILE_ANSWERS_BYTES));
	EXPECT_GE(2, takes_long(self->fd, call_write));
	EXPECT_EQ(3, result(write(self->fd, "abc", 3)));
}

TEST_F(hostile, hold_many_spinlocks)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_HOLD_MANY_SPINLOCKS));
}

TEST_F(hostile, hold_many_mutexes)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_HOLD_MANY_MUTEXES));
}

/* A call within a call, by a fault of its copy: lockdep has room for both. */
TEST_F(hostile, hold_many_and_fault)
{
	char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, self->fd, 0);

	ASSERT_NE(MAP_FAILED, page);
	ASSERT_EQ(0, told(self->fd, CHARD_HOSTILE_ANSWER, CHARD_HOSTILE_ANSWERS_HOLDS));
	EXPECT_EQ(0, told(self->fd, CHARD_HOSTILE_HOLD_MANY_AND_FAULT, (unsigned long)page));
	EXPECT_EQ('x', *page);
	ASSERT_EQ(0, told(self->fd, CHARD_HOSTILE_ANSWER, 0));
	munmap(page, 4096);
}

TEST_F(hostile, relock_in_message)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_RELOCK_IN_MESSAGE));
}

TEST_HARNESS_MAIN
