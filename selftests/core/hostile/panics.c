// SPDX-License-Identifier: GPL-2.0
/* Panics in the middle of something: the call ends, and nobody sees what is in pieces. */
#include "hostile.h"

TEST_F(hostile, panic_in_drop_of_value)
{
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_PANIC_IN_DROP_OF_VALUE));
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_SOUND));
}

TEST_F(hostile, panic_in_drop_of_element)
{
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_PANIC_IN_DROP_OF_ELEMENT));
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_SOUND));
}

/* The file is closed, and its state is left behind. */
TEST_F(hostile, panic_in_drop_of_file)
{
	int fd = open(NODE "0", O_RDWR | O_CLOEXEC);

	EXPECT_EQ(0, deed(fd, CHARD_HOSTILE_PANIC_IN_DROP_OF_FILE));
	EXPECT_EQ(0, close(fd));
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_SOUND));
}

/* The device goes, its state is left behind, and its number is free. */
TEST_F(hostile, panic_in_drop_of_device)
{
	int fd;

	EXPECT_EQ(6, told(self->fd, CHARD_HOSTILE_CREATE, 6));
	fd = open(NODE "6", O_RDWR | O_CLOEXEC);
	EXPECT_EQ(0, deed(fd, CHARD_HOSTILE_PANIC_IN_DROP_OF_DEVICE));
	EXPECT_EQ(0, told(self->fd, CHARD_HOSTILE_REMOVE, 6));
	EXPECT_EQ(-ENODEV, deed(fd, CHARD_HOSTILE_SOUND));
	EXPECT_EQ(0, close(fd));
	EXPECT_EQ(6, told(self->fd, CHARD_HOSTILE_CREATE, 6));
	EXPECT_EQ(0, told(self->fd, CHARD_HOSTILE_REMOVE, 6));
}

TEST_F(hostile, panic_in_message)
{
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_PANIC_IN_MESSAGE));
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_SOUND));
}

TEST_F(hostile, panic_message_takes_lock)
{
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_PANIC_MESSAGE_TAKES_LOCK));
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_SOUND));
}

TEST_F(hostile, panic_in_try_from_fn)
{
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_PANIC_IN_TRY_FROM_FN));
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_SOUND));
}

TEST_F(hostile, panic_in_try_box_array)
{
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_PANIC_IN_TRY_BOX_ARRAY));
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_SOUND));
}

TEST_F(hostile, panic_in_sort)
{
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_PANIC_IN_SORT));
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_SOUND));
}

TEST_F(hostile, panic_in_ord)
{
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_PANIC_IN_ORD));
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_SOUND));
}

TEST_F(hostile, panic_in_eq)
{
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_PANIC_IN_EQ));
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_SOUND));
}

TEST_F(hostile, panic_in_clone)
{
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_PANIC_IN_CLONE));
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_SOUND));
}

TEST_F(hostile, panic_in_with)
{
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_PANIC_IN_WITH));
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_SOUND));
}

TEST_F(hostile, panic_in_rcu)
{
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_PANIC_IN_RCU));
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_SOUND));
}

TEST_F(hostile, panic_in_retain)
{
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_PANIC_IN_RETAIN));
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_SOUND));
}

TEST_F(hostile, panic_in_wait)
{
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_PANIC_IN_WAIT));
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_SOUND));
}

TEST_F(hostile, panic_with_all_held)
{
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_PANIC_WITH_ALL_HELD));
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_SOUND));
}

TEST_F(hostile, panic_in_aligned_frame)
{
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_PANIC_IN_ALIGNED_FRAME));
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_SOUND));
}

TEST_F(hostile, panic_in_recursion)
{
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_PANIC_IN_RECURSION));
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_SOUND));
}

TEST_F(hostile, panic_in_guard_within_lock)
{
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_PANIC_IN_GUARD_WITHIN_LOCK));
	EXPECT_EQ(-EIO, deed(self->fd, CHARD_HOSTILE_SOUND));
}

TEST_HARNESS_MAIN
