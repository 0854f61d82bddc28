// SPDX-License-Identifier: GPL-2.0
/* File positions: which calls move them, and where they may be. */
#include "common.h"

#define FURTHEST INT64_MAX

TEST_F(echo, pread_and_pwrite_leave_it)
{
	char text[4] = "";

	EXPECT_EQ(2, result(lseek(self->fd, 2, SEEK_SET)));
	EXPECT_EQ(3, result(pwrite(self->fd, "abc", 3, 5)));
	EXPECT_EQ(2, file_position(self->fd));
	EXPECT_EQ(3, result(pread(self->fd, text, 3, 5)));
	EXPECT_STREQ("abc", text);
	EXPECT_EQ(2, file_position(self->fd));
}

TEST_F(echo, set_cur_end)
{
	EXPECT_EQ(10, result(pwrite(self->fd, "0123456789", 10, 0)));
	EXPECT_EQ(4, result(lseek(self->fd, 4, SEEK_SET)));
	EXPECT_EQ(4, result(lseek(self->fd, 0, SEEK_CUR)));
	EXPECT_EQ(7, result(lseek(self->fd, 3, SEEK_CUR)));
	EXPECT_EQ(1, result(lseek(self->fd, -6, SEEK_CUR)));
	EXPECT_EQ(0, result(lseek(self->fd, -1, SEEK_CUR)));
	EXPECT_EQ(10, result(lseek(self->fd, 0, SEEK_END)));
	EXPECT_EQ(3, result(lseek(self->fd, -7, SEEK_END)));
	EXPECT_EQ(15, result(lseek(self->fd, 5, SEEK_END)));
	EXPECT_EQ(0, result(lseek(self->fd, -10, SEEK_END)));
}

TEST_F(echo, where_it_is_set_is_where_bytes_move)
{
	char byte = 0;

	EXPECT_EQ(10, result(pwrite(self->fd, "0123456789", 10, 0)));
	EXPECT_EQ(9, result(lseek(self->fd, -1, SEEK_END)));
	EXPECT_EQ(1, result(read(self->fd, &byte, 1)));
	EXPECT_EQ('9', byte);
	EXPECT_EQ(6, result(lseek(self->fd, -4, SEEK_CUR)));
	EXPECT_EQ(1, result(write(self->fd, "X", 1)));
	EXPECT_EQ(1, result(pread(self->fd, &byte, 1, 6)));
	EXPECT_EQ('X', byte);
}

/* SEEK_END follows the buffer, whichever file writes it. */
TEST_F(echo, end_moves)
{
	int other = device_open(O_RDWR);

	ASSERT_LE(0, other);
	EXPECT_EQ(0, result(lseek(self->fd, 0, SEEK_END)));
	EXPECT_EQ(3, result(pwrite(other, "abc", 3, 100)));
	EXPECT_EQ(103, result(lseek(self->fd, 0, SEEK_END)));
	EXPECT_EQ(0, ioctl(other, CHARD_ECHO_CLEAR));
	EXPECT_EQ(103, file_position(self->fd));
	EXPECT_EQ(0, result(lseek(self->fd, 0, SEEK_END)));
	EXPECT_EQ(0, close(other));
}

TEST_F(echo, negative)
{
	EXPECT_EQ(3, result(write(self->fd, "abc", 3)));
	EXPECT_EQ(-EINVAL, result(lseek(self->fd, -1, SEEK_SET)));
	EXPECT_EQ(-EINVAL, result(lseek(self->fd, INT64_MIN, SEEK_SET)));
	EXPECT_EQ(-EINVAL, result(lseek(self->fd, -4, SEEK_CUR)));
	EXPECT_EQ(-EINVAL, result(lseek(self->fd, INT64_MIN, SEEK_CUR)));
	EXPECT_EQ(-EINVAL, result(lseek(self->fd, -4, SEEK_END)));
	EXPECT_EQ(-EINVAL, result(lseek(self->fd, INT64_MIN, SEEK_END)));
	EXPECT_EQ(3, file_position(self->fd));
}

TEST_F(echo, unknown_whence)
{
	EXPECT_EQ(3, result(write(self->fd, "abc", 3)));
	EXPECT_EQ(-EINVAL, result(lseek(self->fd, 1, SEEK_DATA)));
	EXPECT_EQ(-EINVAL, result(lseek(self->fd, 1, SEEK_HOLE)));
	EXPECT_EQ(-EINVAL, result(lseek(self->fd, 1, 5)));
	EXPECT_EQ(-EINVAL, result(lseek(self->fd, 1, 1000)));
	EXPECT_EQ(-EINVAL, result(lseek(self->fd, 1, -1)));
	EXPECT_EQ(3, file_position(self->fd));
}

TEST_F(echo, past_the_end_and_the_limit)
{
	static const off_t places[] = { 4, 65536, 1 << 20, 1LL << 32, 1LL << 40, FURTHEST - 1 };
	unsigned int i;
	char byte;

	EXPECT_EQ(3, result(write(self->fd, "abc", 3)));
	for (i = 0; i < ARRAY_SIZE(places); i++) {
		EXPECT_EQ(places[i], result(lseek(self->fd, places[i], SEEK_SET)));
		EXPECT_EQ(places[i], file_position(self->fd));
		EXPECT_EQ(0, result(read(self->fd, &byte, 1)));
		EXPECT_EQ(places[i], file_position(self->fd));
	}
	EXPECT_EQ(3, buffer_size(self->fd));
}

TEST_F(echo, overflow)
{
	EXPECT_EQ(3, result(write(self->fd, "abc", 3)));
	EXPECT_EQ(-EOVERFLOW, result(lseek(self->fd, FURTHEST, SEEK_CUR)));
	EXPECT_EQ(-EOVERFLOW, result(lseek(self->fd, FURTHEST, SEEK_END)));
	EXPECT_EQ(3, file_position(self->fd));

	EXPECT_EQ(FURTHEST, result(lseek(self->fd, FURTHEST, SEEK_SET)));
	EXPECT_EQ(-EOVERFLOW, result(lseek(self->fd, 1, SEEK_CUR)));
	EXPECT_EQ(-EOVERFLOW, result(lseek(self->fd, FURTHEST, SEEK_CUR)));
	EXPECT_EQ(FURTHEST, file_position(self->fd));
	EXPECT_EQ(FURTHEST - 1, result(lseek(self->fd, -1, SEEK_CUR)));
	EXPECT_EQ(FURTHEST, result(lseek(self->fd, FURTHEST - 3, SEEK_END)));
}

/* The VFS refuses a range that would end past the furthest position. */
TEST_F(echo, transfers_at_the_furthest)
{
	char bytes[20] = "";

	EXPECT_EQ(0, result(pread(self->fd, bytes, 10, FURTHEST - 10)));
	EXPECT_EQ(-EINVAL, result(pread(self->fd, bytes, 11, FURTHEST - 10)));
	EXPECT_EQ(-ENOSPC, result(pwrite(self->fd, bytes, 10, FURTHEST - 10)));
	EXPECT_EQ(-EINVAL, result(pwrite(self->fd, bytes, 11, FURTHEST - 10)));
	EXPECT_EQ(0, result(pwrite(self->fd, bytes, 0, FURTHEST)));

	EXPECT_EQ(FURTHEST, result(lseek(self->fd, FURTHEST, SEEK_SET)));
	EXPECT_EQ(-EINVAL, result(read(self->fd, bytes, 1)));
	EXPECT_EQ(-EINVAL, result(write(self->fd, bytes, 1)));
	EXPECT_EQ(0, result(read(self->fd, bytes, 0)));
	EXPECT_EQ(0, result(write(self->fd, bytes, 0)));
	EXPECT_EQ(FURTHEST, file_position(self->fd));
	EXPECT_EQ(0, buffer_size(self->fd));
}

TEST_F(echo, dup_shares_and_open_does_not)
{
	int twin = dup(self->fd), other = device_open(O_RDWR);

	ASSERT_LE(0, twin);
	ASSERT_LE(0, other);
	EXPECT_EQ(4, result(write(twin, "abcd", 4)));
	EXPECT_EQ(4, file_position(self->fd));
	EXPECT_EQ(0, file_position(other));
	EXPECT_EQ(1, result(lseek(self->fd, 1, SEEK_SET)));
	EXPECT_EQ(1, file_position(twin));
	EXPECT_EQ(0, file_position(other));
	EXPECT_EQ(0, close(twin));
	EXPECT_EQ(1, file_position(self->fd));
	EXPECT_EQ(0, close(other));
}

TEST_F(echo, clear_leaves_it)
{
	char byte;

	EXPECT_EQ(4, result(write(self->fd, "abcd", 4)));
	EXPECT_EQ(0, ioctl(self->fd, CHARD_ECHO_CLEAR));
	EXPECT_EQ(4, file_position(self->fd));
	EXPECT_EQ(0, result(pread(self->fd, &byte, 1, 0)));
	EXPECT_EQ(1, result(write(self->fd, "e", 1)));
	EXPECT_EQ(5, buffer_size(self->fd));
}

TEST_HARNESS_MAIN
