// SPDX-License-Identifier: GPL-2.0
/* Values that are forgotten, or leaked: what a call took ends with it, what is owned is counted. */
#include "hostile.h"

TEST_F(hostile, forget_mutex_guard)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_FORGET_MUTEX_GUARD));
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_SOUND));
}

TEST_F(hostile, forget_try_guard)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_FORGET_TRY_GUARD));
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_SOUND));
}

TEST_F(hostile, forget_spin_guard)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_FORGET_SPIN_GUARD));
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_SOUND));
}

TEST_F(hostile, forget_rwsem_reader)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_FORGET_RWSEM_READER));
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_SOUND));
}

TEST_F(hostile, forget_rwsem_writer)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_FORGET_RWSEM_WRITER));
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_SOUND));
}

TEST_F(hostile, forget_rwlock_reader)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_FORGET_RWLOCK_READER));
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_SOUND));
}

TEST_F(hostile, forget_rwlock_writer)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_FORGET_RWLOCK_WRITER));
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_SOUND));
}

TEST_F(hostile, forget_rcu_guard)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_FORGET_RCU_GUARD));
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_SOUND));
}

TEST_F(hostile, forget_every_slot)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_FORGET_EVERY_SLOT));
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_SOUND));
}

TEST_F(hostile, leak_guard)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_LEAK_GUARD));
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_SOUND));
}

TEST_F(hostile, forget_armed_timer)
{
	deed(self->fd, CHARD_HOSTILE_CAME);
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_FORGET_ARMED_TIMER));
	EXPECT_EQ(1, came(self->fd, 1));
}

TEST_F(hostile, forget_queued_work)
{
	deed(self->fd, CHARD_HOSTILE_CAME);
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_FORGET_QUEUED_WORK));
	EXPECT_EQ(1, came(self->fd, 1));
}

TEST_F(hostile, forget_running_thread)
{
	deed(self->fd, CHARD_HOSTILE_CAME);
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_FORGET_RUNNING_THREAD));
	EXPECT_EQ(1, came(self->fd, 1));
}

TEST_F(hostile, forget_queue)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_FORGET_QUEUE));
}

TEST_F(hostile, forget_pages)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_FORGET_PAGES));
}

TEST_F(hostile, forget_page_often)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_FORGET_PAGE_OFTEN));
}

TEST_F(hostile, forget_transfers)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_FORGET_TRANSFERS));
}

TEST_F(hostile, forget_owners)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_FORGET_OWNERS));
}

TEST_F(hostile, forget_drain)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_FORGET_DRAIN));
}

TEST_F(hostile, forget_iterators)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_FORGET_ITERATORS));
}

TEST_HARNESS_MAIN
