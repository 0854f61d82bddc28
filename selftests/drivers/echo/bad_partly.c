// SPDX-License-Identifier: GPL-2.0
/*
 * Buffers and lists of buffers that are bad from some byte on: what was moved
 * before it counts, and position and size say the same.
 */
#include "common.h"

static const size_t lengths[] = { 1, 3, 7, 8, 9, 63, 64, 65, 100, 1000, 4000 };

TEST_F(echo, write_over_the_edge)
{
	unsigned char *edge = page_before_gap(), out[5000];
	unsigned int i;

	ASSERT_TRUE(edge != MAP_FAILED);
	fill(edge, self->page, 6);
	edge += self->page;
	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		ssize_t n = lengths[i];

		ASSERT_EQ(0, ioctl(self->fd, CHARD_ECHO_CLEAR));
		ASSERT_EQ(5, result(pwrite(self->fd, "12345", 5, 0)));
		EXPECT_EQ(10, result(lseek(self->fd, 10, SEEK_SET)));
		EXPECT_EQ(n, result(write(self->fd, edge - n, n + 5000)));
		EXPECT_EQ(10 + n, file_position(self->fd));
		EXPECT_EQ(10 + n, buffer_size(self->fd));
		EXPECT_EQ(10 + n, result(pread(self->fd, out, sizeof(out), 0)));
		EXPECT_EQ(0, memcmp(out, "12345\0\0\0\0", 10));
		EXPECT_EQ(0, memcmp(out + 10, edge - n, n));
	}
}

/* Over older bytes: those behind the bad byte stay. */
TEST_F(echo, overwrite_over_the_edge)
{
	unsigned char *edge = page_before_gap(), in[5000], out[5000];
	unsigned int i;

	ASSERT_TRUE(edge != MAP_FAILED);
	memset(edge, '-', self->page);
	edge += self->page;
	fill(in, sizeof(in), 8);
	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		ssize_t n = lengths[i];

		ASSERT_EQ(5000, result(pwrite(self->fd, in, sizeof(in), 0)));
		EXPECT_EQ(n, result(pwrite(self->fd, edge - n, n + 500, 0)));
		EXPECT_EQ(5000, buffer_size(self->fd));
		EXPECT_EQ(5000, result(pread(self->fd, out, sizeof(out), 0)));
		EXPECT_EQ((size_t)n, run_of(out, n, '-'));
		EXPECT_EQ(0, memcmp(in + n, out + n, sizeof(in) - n));
	}
}

TEST_F(echo, read_over_the_edge)
{
	unsigned char *edge = page_before_gap(), in[9000];
	unsigned int i;

	ASSERT_TRUE(edge != MAP_FAILED);
	edge += self->page;
	fill(in, sizeof(in), 7);
	ASSERT_EQ(9000, result(write(self->fd, in, sizeof(in))));
	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		ssize_t n = lengths[i];

		memset(edge - self->page, 0, self->page);
		EXPECT_EQ(5, result(lseek(self->fd, 5, SEEK_SET)));
		EXPECT_EQ(n, result(read(self->fd, edge - n, n + 4000)));
		EXPECT_EQ(5 + n, file_position(self->fd));
		EXPECT_EQ(0, memcmp(in + 5, edge - n, n));
		EXPECT_EQ(0, edge[-n - 1]);
	}
}

TEST_F(echo, first_byte_bad)
{
	unsigned char *edge = page_before_gap();

	ASSERT_TRUE(edge != MAP_FAILED);
	edge += self->page;
	EXPECT_EQ(4, result(write(self->fd, "abcd", 4)));
	EXPECT_EQ(-EFAULT, result(write(self->fd, edge, 10)));
	EXPECT_EQ(-EFAULT, result(pwrite(self->fd, edge, 10, 1000)));
	EXPECT_EQ(4, file_position(self->fd));
	EXPECT_EQ(4, buffer_size(self->fd));
}

/* The limit cuts before the bad byte is reached: it is never touched. */
TEST_F(echo, limit_before_the_edge)
{
	unsigned char *edge = page_before_gap();

	ASSERT_TRUE(edge != MAP_FAILED);
	edge += self->page;
	ASSERT_EQ(0, set_limit(self->fd, 10));
	EXPECT_EQ(10, result(write(self->fd, edge - 10, 20)));
	EXPECT_EQ(-ENOSPC, result(write(self->fd, edge, 20)));
	EXPECT_EQ(0, result(read(self->fd, edge, 20)));
	EXPECT_EQ(10, result(pread(self->fd, edge - 10, 20, 0)));
}

TEST_F(echo, bad_middle_segment)
{
	unsigned char *bad = page_before_gap();
	char a[4] = "abc", c[4] = "ghi";
	struct iovec iov[] = { { a, 3 }, { NULL, 3 }, { c, 3 } };

	ASSERT_TRUE(bad != MAP_FAILED);
	iov[1].iov_base = bad + self->page;
	EXPECT_EQ(3, result(writev(self->fd, iov, 3)));
	EXPECT_EQ(3, file_position(self->fd));
	EXPECT_EQ(3, buffer_size(self->fd));
	/* Two bytes of the second are there. */
	iov[1].iov_base = memcpy(bad + self->page - 2, "de", 2);
	EXPECT_EQ(5, result(writev(self->fd, iov, 3)));
	EXPECT_EQ(8, file_position(self->fd));
	EXPECT_EQ(8, buffer_size(self->fd));

	memset(a, 0, 4);
	memset(c, '-', 3);
	memset(bad, 0, self->page);
	EXPECT_EQ(1, result(lseek(self->fd, 1, SEEK_SET)));
	EXPECT_EQ(5, result(readv(self->fd, iov, 3)));
	EXPECT_EQ(6, file_position(self->fd));
	EXPECT_STREQ("bca", a);
	EXPECT_EQ(0, memcmp("bc", bad + self->page - 2, 2));
	EXPECT_STREQ("---", c);
}

TEST_F(echo, bad_first_segment)
{
	unsigned char *bad = page_before_gap();
	char c[4] = "ghi";
	struct iovec iov[] = { { NULL, 3 }, { c, 3 } };

	ASSERT_TRUE(bad != MAP_FAILED);
	iov[0].iov_base = bad + self->page;
	EXPECT_EQ(-EFAULT, result(pwritev(self->fd, iov, 2, 50)));
	EXPECT_EQ(0, buffer_size(self->fd));
	EXPECT_EQ(4, result(pwrite(self->fd, "abcd", 4, 0)));
	EXPECT_EQ(-EFAULT, result(preadv(self->fd, iov, 2, 0)));
	EXPECT_STREQ("ghi", c);
}

#if __SIZEOF_POINTER__ == 8
/* The VFS looks at every segment first, so nothing moves at all. */
TEST_F(echo, kernel_address_in_a_segment)
{
	char a[4] = "abc";
	struct iovec iov[] = { { a, 3 }, { (void *)0xffff888000000000UL, 3 } };

	EXPECT_EQ(-EFAULT, result(writev(self->fd, iov, 2)));
	EXPECT_EQ(0, buffer_size(self->fd));
	EXPECT_EQ(6, result(pwrite(self->fd, "defghi", 6, 0)));
	EXPECT_EQ(-EFAULT, result(readv(self->fd, iov, 2)));
	EXPECT_STREQ("abc", a);
	EXPECT_EQ(0, file_position(self->fd));
}
#endif

TEST_HARNESS_MAIN
