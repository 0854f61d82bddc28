// SPDX-License-Identifier: GPL-2.0
/* Values that are dropped, moved and exchanged in odd orders, and while they are in use. */
#include "hostile.h"

TEST_F(hostile, drop_in_order_of_taking)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_DROP_IN_ORDER_OF_TAKING));
}

TEST_F(hostile, drop_mutex_given_back_late)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_DROP_MUTEX_GIVEN_BACK_LATE));
}

TEST_F(hostile, drop_lock_whose_guard_is_forgotten)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_DROP_LOCK_WHOSE_GUARD_IS_FORGOTTEN));
}

TEST_F(hostile, drop_under_spinlock)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_DROP_UNDER_SPINLOCK));
}

TEST_F(hostile, drop_timer_in_itself)
{
	deed(self->fd, CHARD_HOSTILE_CAME);
	deed(self->fd, CHARD_HOSTILE_SEEN);
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_DROP_TIMER_IN_ITSELF));
	EXPECT_EQ(1, came(self->fd, 1));
}

TEST_F(hostile, drop_work_in_itself)
{
	deed(self->fd, CHARD_HOSTILE_CAME);
	deed(self->fd, CHARD_HOSTILE_SEEN);
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_DROP_WORK_IN_ITSELF));
	EXPECT_EQ(1, came(self->fd, 1));
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_SEEN));
}

TEST_F(hostile, drop_thread_in_itself)
{
	deed(self->fd, CHARD_HOSTILE_CAME);
	deed(self->fd, CHARD_HOSTILE_SEEN);
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_DROP_THREAD_IN_ITSELF));
	EXPECT_EQ(1, came(self->fd, 1));
	EXPECT_TRUE(within(deed(self->fd, CHARD_HOSTILE_SEEN) == ECANCELED));
}

TEST_F(hostile, swap_guards)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_SWAP_GUARDS));
}

TEST_F(hostile, swap_locks_in_a_lock)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_SWAP_LOCKS_IN_A_LOCK));
}

TEST_F(hostile, take_lock_out)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_TAKE_LOCK_OUT));
}

TEST_F(hostile, swap_transfers)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_SWAP_TRANSFERS));
}

TEST_F(hostile, replace_what_is_read)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_REPLACE_WHAT_IS_READ));
}

TEST_F(hostile, drop_arcs_in_a_ring)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_DROP_ARCS_IN_A_RING));
}

TEST_F(hostile, drop_takes_the_lock)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_DROP_TAKES_THE_LOCK));
}

TEST_HARNESS_MAIN
