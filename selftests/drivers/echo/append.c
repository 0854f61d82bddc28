// SPDX-License-Identifier: GPL-2.0
/* O_APPEND and RWF_APPEND: writes go to the end of the buffer. */
#include "common.h"

#ifndef RWF_APPEND
#define RWF_APPEND 0x10
#endif

TEST_F(echo, goes_to_the_end)
{
	int log = device_open(O_RDWR | O_APPEND);
	char text[10] = "";

	ASSERT_LE(0, log);
	EXPECT_EQ(3, result(write(self->fd, "abc", 3)));
	EXPECT_EQ(0, file_position(log));
	EXPECT_EQ(2, result(write(log, "de", 2)));
	EXPECT_EQ(5, file_position(log));
	EXPECT_EQ(1, result(lseek(log, 1, SEEK_SET)));
	EXPECT_EQ(2, result(write(log, "fg", 2)));
	EXPECT_EQ(7, file_position(log));
	EXPECT_EQ(9000, result(lseek(log, 9000, SEEK_SET)));
	EXPECT_EQ(2, result(write(log, "hi", 2)));
	EXPECT_EQ(9, file_position(log));
	EXPECT_EQ(9, result(pread(log, text, 9, 0)));
	EXPECT_STREQ("abcdefghi", text);
	EXPECT_EQ(0, close(log));
}

/* Reads of such a file are as ever. */
TEST_F(echo, reads_at_the_position)
{
	int log = device_open(O_RDWR | O_APPEND);
	char text[4] = "";

	ASSERT_LE(0, log);
	EXPECT_EQ(6, result(write(log, "abcdef", 6)));
	EXPECT_EQ(0, result(read(log, text, 3)));
	EXPECT_EQ(1, result(lseek(log, 1, SEEK_SET)));
	EXPECT_EQ(3, result(read(log, text, 3)));
	EXPECT_STREQ("bcd", text);
	EXPECT_EQ(4, file_position(log));
	EXPECT_EQ(0, close(log));
}

/* As Linux has it for files: the offset of pwrite does not count here. */
TEST_F(echo, pwrite_appends_too)
{
	int log = device_open(O_RDWR | O_APPEND);
	char text[7] = "";

	ASSERT_LE(0, log);
	EXPECT_EQ(3, result(write(log, "abc", 3)));
	EXPECT_EQ(1, result(lseek(log, 1, SEEK_SET)));
	EXPECT_EQ(3, result(pwrite(log, "def", 3, 0)));
	EXPECT_EQ(1, file_position(log));
	EXPECT_EQ(6, result(pread(log, text, 6, 0)));
	EXPECT_STREQ("abcdef", text);
	EXPECT_EQ(0, close(log));
}

TEST_F(echo, full)
{
	int log = device_open(O_RDWR | O_APPEND);

	ASSERT_LE(0, log);
	ASSERT_EQ(0, set_limit(log, 10));
	EXPECT_EQ(8, result(write(log, "abcdefgh", 8)));
	EXPECT_EQ(2, result(write(log, "ijkl", 4)));
	EXPECT_EQ(10, file_position(log));
	EXPECT_EQ(3, result(lseek(log, 3, SEEK_SET)));
	EXPECT_EQ(-ENOSPC, result(write(log, "m", 1)));
	EXPECT_EQ(3, file_position(log));
	EXPECT_EQ(10, buffer_size(log));
	EXPECT_EQ(0, close(log));
}

TEST_F(echo, zero_length)
{
	int log = device_open(O_RDWR | O_APPEND);

	ASSERT_LE(0, log);
	EXPECT_EQ(3, result(write(self->fd, "abc", 3)));
	EXPECT_EQ(0, result(write(log, "x", 0)));
	EXPECT_EQ(0, file_position(log));
	EXPECT_EQ(3, buffer_size(log));
	EXPECT_EQ(0, close(log));
}

TEST_F(echo, after_clear)
{
	int log = device_open(O_RDWR | O_APPEND);

	ASSERT_LE(0, log);
	EXPECT_EQ(3, result(write(log, "abc", 3)));
	EXPECT_EQ(0, ioctl(self->fd, CHARD_ECHO_CLEAR));
	EXPECT_EQ(3, file_position(log));
	EXPECT_EQ(2, result(write(log, "de", 2)));
	EXPECT_EQ(2, file_position(log));
	EXPECT_EQ(2, buffer_size(log));
	EXPECT_EQ(0, close(log));
}

/* The flag may come and go while the file is open. */
TEST_F(echo, set_and_unset)
{
	int flags = fcntl(self->fd, F_GETFL);

	ASSERT_LE(0, flags);
	EXPECT_EQ(4, result(pwrite(self->fd, "abcd", 4, 0)));
	EXPECT_EQ(0, fcntl(self->fd, F_SETFL, flags | O_APPEND));
	EXPECT_EQ(1, result(write(self->fd, "e", 1)));
	EXPECT_EQ(5, file_position(self->fd));
	EXPECT_EQ(0, fcntl(self->fd, F_SETFL, flags));
	EXPECT_EQ(0, result(lseek(self->fd, 0, SEEK_SET)));
	EXPECT_EQ(1, result(write(self->fd, "X", 1)));
	EXPECT_EQ(1, file_position(self->fd));
	EXPECT_EQ(5, buffer_size(self->fd));
}

/* For one call: at an offset the position stays, at the position it moves. */
TEST_F(echo, rwf_append)
{
	struct iovec iov = { "de", 2 };
	char text[8] = "";

	EXPECT_EQ(3, result(pwrite(self->fd, "abc", 3, 0)));
	EXPECT_EQ(2, result(pwritev2(self->fd, &iov, 1, 0, RWF_APPEND)));
	EXPECT_EQ(0, file_position(self->fd));
	EXPECT_EQ(2, result(pwritev2(self->fd, &iov, 1, -1, RWF_APPEND)));
	EXPECT_EQ(7, file_position(self->fd));
	EXPECT_EQ(7, result(pread(self->fd, text, 7, 0)));
	EXPECT_STREQ("abcdede", text);
}

TEST_HARNESS_MAIN
