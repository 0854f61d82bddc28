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

/* It asks whether to go on: others have the processor meanwhile, and a kill ends it. */
TEST_F(hostile, loop_until_told)
{
	struct timespec begin, end;
	pid_t task;
	int status;

	deed(self->fd, CHARD_HOSTILE_SEEN);
	/* The kernel's watchdog bites after twice as long. */
	store("/proc/sys/kernel/watchdog_thresh", "1");
	task = fork();
	if (!task)
		_exit(deed(self->fd, CHARD_HOSTILE_LOOP_UNTIL_TOLD) != 0);
	sleep(4);
	kill(task, SIGKILL);
	clock_gettime(CLOCK_MONOTONIC, &begin);
	EXPECT_EQ(task, waitpid(task, &status, 0));
	clock_gettime(CLOCK_MONOTONIC, &end);
	store("/proc/sys/kernel/watchdog_thresh", "10");
	EXPECT_TRUE(WIFSIGNALED(status));
	EXPECT_GE(2, end.tv_sec - begin.tv_sec);
	EXPECT_EQ(EINTR, deed(self->fd, CHARD_HOSTILE_SEEN));
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
