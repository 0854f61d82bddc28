// SPDX-License-Identifier: GPL-2.0
/* Numbers beyond all bounds, and values that lie about themselves. */
#include "hostile.h"

TEST_F(hostile, allocate_too_much)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_ALLOCATE_TOO_MUCH));
}

TEST_F(hostile, allocate_aligned)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_ALLOCATE_ALIGNED));
}

TEST_F(hostile, allocate_nothing)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_ALLOCATE_NOTHING));
}

TEST_F(hostile, pages_beyond_all)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_PAGES_BEYOND_ALL));
}

TEST_F(hostile, times_beyond_all)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_TIMES_BEYOND_ALL));
}

TEST_F(hostile, user_memory_beyond_all)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_USER_MEMORY_BEYOND_ALL));
}

TEST_F(hostile, devices_beyond_all)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_DEVICES_BEYOND_ALL));
}

TEST_F(hostile, uevent_too_long)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_UEVENT_TOO_LONG));
}

TEST_F(hostile, uevent_without_end)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_UEVENT_WITHOUT_END));
}

TEST_F(hostile, answer_too_large)
{
	EXPECT_EQ(-EOVERFLOW, deed(self->fd, CHARD_HOSTILE_ANSWER_TOO_LARGE));
}

TEST_F(hostile, tree_of_liars)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_TREE_OF_LIARS));
}

TEST_F(hostile, handles_of_another_list)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_HANDLES_OF_ANOTHER_LIST));
}

TEST_F(hostile, arg_of_a_kernel_address)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_ARG_OF_A_KERNEL_ADDRESS));
}

TEST_F(hostile, print_odd_texts)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_PRINT_ODD_TEXTS));
}

TEST_F(hostile, print_many_lines)
{
	int log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC), lines = 0;
	char record[2048];
	ssize_t length;

	ASSERT_GE(log, 0);
	ASSERT_LE(0, lseek(log, 0, SEEK_END));
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_PRINT_MANY_LINES));
	/* The driver's own, of those that others may have meanwhile. */
	while ((length = read(log, record, sizeof(record) - 1)) > 0) {
		record[length] = 0;
		lines += !!strstr(record, "hostile");
	}
	EXPECT_EQ(4, lines);
	close(log);
}

TEST_F(hostile, poll_many_queues)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_POLL_MANY_QUEUES));
}

TEST_F(hostile, random_nothing)
{
	EXPECT_EQ(0, deed(self->fd, CHARD_HOSTILE_RANDOM_NOTHING));
}

/* Another driver's: both states are aligned to a page, and each file's is dropped once. */
TEST(state_of_no_size)
{
	char text[16] = "";

	for (int i = 0; i < 3; i++) {
		int fd = open("/dev/chard-odd", O_RDONLY | O_CLOEXEC);

		EXPECT_EQ(5, result(read(fd, text, sizeof(text))));
		EXPECT_EQ(0, close(fd));
	}
	EXPECT_STREQ("0 0 2", text);
}

/* Another driver's: as many as its folder may have, which are no harm to the allocator. */
TEST(attributes_without_number)
{
	char text[16] = "";

	EXPECT_EQ(4, show("/sys/class/misc/chard-odd/n798", text, sizeof(text)));
	EXPECT_STREQ("798\n", text);
	EXPECT_EQ(4, show("/sys/kernel/debug/chard/chard-odd/n799", text, sizeof(text)));
	EXPECT_STREQ("799\n", text);
}

/* Another driver's, which does without a table. */
TEST(answer_by_hand)
{
	int fd = open("/dev/chard-odd", O_RDONLY | O_CLOEXEC);

	EXPECT_EQ(5, deed(fd, 5));
	EXPECT_EQ(INT32_MAX, deed(fd, INT32_MAX));
	/* For a 32-bit caller these are errors: EINVAL, EPERM. */
	EXPECT_EQ(-EOVERFLOW, deed(fd, -EINVAL));
	EXPECT_EQ(-EOVERFLOW, deed(fd, UINT32_MAX));
	EXPECT_EQ(0, close(fd));
}

TEST(restarted_without_signal)
{
	int fd = open("/dev/chard-odd", O_RDONLY | O_CLOEXEC);

	EXPECT_EQ(-EINTR, deed(fd, 4711));
	EXPECT_EQ(0, close(fd));
}

TEST_HARNESS_MAIN
