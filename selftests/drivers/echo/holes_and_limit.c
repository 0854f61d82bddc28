// SPDX-License-Identifier: GPL-2.0
/* How the buffer grows, what lies between, and where it ends. */
#include "common.h"

#define DEFAULT CHARD_ECHO_LIMIT_DEFAULT
#define MOST CHARD_ECHO_LIMIT_MAX

TEST_F(echo, holes_are_zeros)
{
	unsigned char out[10001];

	memset(out, '-', sizeof(out));
	EXPECT_EQ(2, result(pwrite(self->fd, "ab", 2, 0)));
	EXPECT_EQ(1, result(pwrite(self->fd, "c", 1, 10000)));
	EXPECT_EQ(10001, buffer_size(self->fd));
	EXPECT_EQ(10001, result(pread(self->fd, out, sizeof(out), 0)));
	EXPECT_EQ(0, memcmp(out, "ab", 2));
	EXPECT_EQ(9998u, run_of(out + 2, 9998, 0));
	EXPECT_EQ('c', out[10000]);
}

/* What was there before CLEAR must not come back in a hole. */
TEST_F(echo, holes_keep_no_old_bytes)
{
	static const size_t sizes[] = { 1, 100, 4096, 5000, DEFAULT };
	static unsigned char bytes[DEFAULT];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		ssize_t n = sizes[i];

		memset(bytes, 's', n);
		EXPECT_EQ(n, result(pwrite(self->fd, bytes, n, 0)));
		EXPECT_EQ(0, ioctl(self->fd, CHARD_ECHO_CLEAR));
		EXPECT_EQ(1, result(pwrite(self->fd, "x", 1, n - 1)));
		EXPECT_EQ(n, result(pread(self->fd, bytes, n, 0)));
		EXPECT_EQ((size_t)n - 1, run_of(bytes, n - 1, 0));
		EXPECT_EQ('x', bytes[n - 1]);
	}
}

TEST_F(echo, only_a_write_grows_it)
{
	char byte;

	EXPECT_EQ(3, result(write(self->fd, "abc", 3)));
	EXPECT_EQ(5000, result(lseek(self->fd, 5000, SEEK_SET)));
	EXPECT_EQ(3, buffer_size(self->fd));
	EXPECT_EQ(0, result(read(self->fd, &byte, 1)));
	EXPECT_EQ(0, result(write(self->fd, "x", 0)));
	EXPECT_EQ(3, buffer_size(self->fd));
}

TEST_F(echo, the_last_byte)
{
	EXPECT_EQ(1, result(pwrite(self->fd, "x", 1, DEFAULT - 1)));
	EXPECT_EQ(DEFAULT, buffer_size(self->fd));
	EXPECT_EQ(-ENOSPC, result(pwrite(self->fd, "x", 1, DEFAULT)));
	EXPECT_EQ(-ENOSPC, result(pwrite(self->fd, "x", 1, DEFAULT + 1)));
	EXPECT_EQ(-ENOSPC, result(pwrite(self->fd, "x", 1, 1LL << 32)));
	EXPECT_EQ(-ENOSPC, result(pwrite(self->fd, "x", 1, 1LL << 62)));
	EXPECT_EQ(DEFAULT, buffer_size(self->fd));
}

TEST_F(echo, enospc_moves_nothing)
{
	EXPECT_EQ(3, result(write(self->fd, "abc", 3)));
	EXPECT_EQ(DEFAULT, result(lseek(self->fd, DEFAULT, SEEK_SET)));
	EXPECT_EQ(-ENOSPC, result(write(self->fd, "x", 1)));
	EXPECT_EQ(DEFAULT, file_position(self->fd));
	EXPECT_EQ(3, buffer_size(self->fd));
	EXPECT_EQ(0, result(write(self->fd, "x", 0)));
	EXPECT_EQ(DEFAULT, file_position(self->fd));
	EXPECT_EQ(3, buffer_size(self->fd));
}

TEST_F(echo, what_fits_is_written)
{
	char text[5] = "";

	EXPECT_EQ(DEFAULT - 4, result(lseek(self->fd, DEFAULT - 4, SEEK_SET)));
	EXPECT_EQ(4, result(write(self->fd, "abcdefgh", 8)));
	EXPECT_EQ(DEFAULT, file_position(self->fd));
	EXPECT_EQ(DEFAULT, buffer_size(self->fd));
	EXPECT_EQ(4, result(pread(self->fd, text, 4, DEFAULT - 4)));
	EXPECT_STREQ("abcd", text);
	EXPECT_EQ(-ENOSPC, result(write(self->fd, "efgh", 4)));
}

TEST_F(echo, full_by_one_write)
{
	static unsigned char in[DEFAULT + 100], out[DEFAULT + 100];

	fill(in, DEFAULT + 100, 2);
	EXPECT_EQ(DEFAULT, result(write(self->fd, in, DEFAULT + 100)));
	EXPECT_EQ(DEFAULT, buffer_size(self->fd));
	EXPECT_EQ(DEFAULT, result(pread(self->fd, out, DEFAULT + 100, 0)));
	EXPECT_EQ(0, memcmp(in, out, DEFAULT));
}

TEST_F(echo, the_highest_limit)
{
	static unsigned char in[MOST + 1], out[MOST + 1];

	fill(in, MOST + 1, 4);
	ASSERT_EQ(0, set_limit(self->fd, MOST));
	EXPECT_EQ(MOST, result(write(self->fd, in, MOST + 1)));
	EXPECT_EQ(MOST, buffer_size(self->fd));
	EXPECT_EQ(-ENOSPC, result(write(self->fd, in, 1)));
	EXPECT_EQ(MOST, result(pread(self->fd, out, MOST + 1, 0)));
	EXPECT_EQ(0, memcmp(in, out, MOST));
}

TEST_F(echo, the_lowest_limit)
{
	ASSERT_EQ(0, set_limit(self->fd, 1));
	EXPECT_EQ(1, result(write(self->fd, "ab", 2)));
	EXPECT_EQ(-ENOSPC, result(write(self->fd, "b", 1)));
	EXPECT_EQ(1, buffer_size(self->fd));
}

TEST_F(echo, raised_while_full)
{
	ASSERT_EQ(0, set_limit(self->fd, 4));
	EXPECT_EQ(4, result(write(self->fd, "abcdef", 6)));
	ASSERT_EQ(0, set_limit(self->fd, 5));
	EXPECT_EQ(1, result(write(self->fd, "ef", 2)));
	EXPECT_EQ(-ENOSPC, result(write(self->fd, "f", 1)));
}

TEST_F(echo, lowered_to_the_size)
{
	char text[5] = "";

	EXPECT_EQ(4, result(write(self->fd, "abcd", 4)));
	EXPECT_EQ(-EBUSY, set_limit(self->fd, 3));
	EXPECT_EQ(0, set_limit(self->fd, 4));
	EXPECT_EQ(-ENOSPC, result(write(self->fd, "e", 1)));
	EXPECT_EQ(2, result(pwrite(self->fd, "XY", 2, 1)));
	EXPECT_EQ(4, result(pread(self->fd, text, 4, 0)));
	EXPECT_STREQ("aXYd", text);
	EXPECT_EQ(0, ioctl(self->fd, CHARD_ECHO_CLEAR));
	EXPECT_EQ(0, set_limit(self->fd, 3));
}

/* The limit belongs to the device, and CLEAR does not touch it. */
TEST_F(echo, limit_is_shared_and_survives_clear)
{
	int other = device_open(O_RDWR);

	ASSERT_LE(0, other);
	ASSERT_EQ(0, set_limit(other, 2));
	EXPECT_EQ(0, close(other));
	EXPECT_EQ(2, result(write(self->fd, "abc", 3)));
	EXPECT_EQ(0, ioctl(self->fd, CHARD_ECHO_CLEAR));
	EXPECT_EQ(2, result(pwrite(self->fd, "abc", 3, 0)));
}

TEST_HARNESS_MAIN
