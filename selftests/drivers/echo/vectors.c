// SPDX-License-Identifier: GPL-2.0
/* readv, writev and their kin: several buffers, one transfer. */
#include "common.h"

TEST_F(echo, one_transfer)
{
	char a[4] = "", b[2] = "", c[8] = "";
	struct iovec out[] = { { "abc", 3 }, { "d", 1 }, { "efgh", 4 } };
	struct iovec in[] = { { a, 3 }, { b, 1 }, { c, 7 } };

	EXPECT_EQ(8, result(writev(self->fd, out, 3)));
	EXPECT_EQ(8, file_position(self->fd));
	EXPECT_EQ(8, buffer_size(self->fd));
	EXPECT_EQ(0, result(lseek(self->fd, 0, SEEK_SET)));
	EXPECT_EQ(8, result(readv(self->fd, in, 3)));
	EXPECT_EQ(8, file_position(self->fd));
	EXPECT_STREQ("abc", a);
	EXPECT_STREQ("d", b);
	EXPECT_STREQ("efgh", c);
	EXPECT_EQ(0, result(readv(self->fd, in, 3)));
}

TEST_F(echo, preadv_and_pwritev_leave_the_position)
{
	char a[3] = "", b[3] = "";
	struct iovec out[] = { { "ab", 2 }, { "cd", 2 } };
	struct iovec in[] = { { a, 2 }, { b, 2 } };

	EXPECT_EQ(1, result(lseek(self->fd, 1, SEEK_SET)));
	EXPECT_EQ(4, result(pwritev(self->fd, out, 2, 10)));
	EXPECT_EQ(1, file_position(self->fd));
	EXPECT_EQ(14, buffer_size(self->fd));
	EXPECT_EQ(3, result(preadv(self->fd, in, 2, 11)));
	EXPECT_EQ(1, file_position(self->fd));
	EXPECT_STREQ("bc", a);
	EXPECT_STREQ("d", b);
}

/* An offset of -1 is how preadv2 says "at the position". */
TEST_F(echo, preadv2_at_the_position)
{
	char a[5] = "";
	struct iovec out = { "abcd", 4 }, in = { a, 4 };

	EXPECT_EQ(4, result(pwritev2(self->fd, &out, 1, -1, 0)));
	EXPECT_EQ(4, file_position(self->fd));
	EXPECT_EQ(0, result(preadv2(self->fd, &in, 1, -1, 0)));
	EXPECT_EQ(4, result(preadv2(self->fd, &in, 1, 0, 0)));
	EXPECT_STREQ("abcd", a);
	EXPECT_EQ(4, file_position(self->fd));
}

TEST_F(echo, empty_segments)
{
	char a[3] = "", b[3] = "";
	struct iovec out[] = { { NULL, 0 }, { "ab", 2 }, { NULL, 0 }, { "cd", 2 }, { NULL, 0 } };
	struct iovec in[] = { { NULL, 0 }, { a, 2 }, { NULL, 0 }, { b, 2 } };

	EXPECT_EQ(4, result(writev(self->fd, out, 5)));
	EXPECT_EQ(4, result(preadv(self->fd, in, 4, 0)));
	EXPECT_STREQ("ab", a);
	EXPECT_STREQ("cd", b);
}

TEST_F(echo, no_segments)
{
	struct iovec none[] = { { NULL, 0 }, { NULL, 0 } };

	EXPECT_EQ(0, result(writev(self->fd, none, 2)));
	EXPECT_EQ(0, result(readv(self->fd, none, 2)));
	EXPECT_EQ(0, result(writev(self->fd, none, 0)));
	EXPECT_EQ(0, result(readv(self->fd, none, 0)));
	EXPECT_EQ(0, buffer_size(self->fd));
	EXPECT_EQ(0, file_position(self->fd));
}

TEST_F(echo, as_many_segments_as_may_be)
{
	unsigned char in[IOV_MAX * 3], out[IOV_MAX * 3];
	struct iovec iov[IOV_MAX];
	int i;

	fill(in, sizeof(in), 3);
	for (i = 0; i < IOV_MAX; i++)
		iov[i] = (struct iovec){ in + 3 * i, 3 };
	EXPECT_EQ(3 * IOV_MAX, result(writev(self->fd, iov, IOV_MAX)));
	for (i = 0; i < IOV_MAX; i++)
		iov[i].iov_base = out + 3 * i;
	EXPECT_EQ(3 * IOV_MAX, result(preadv(self->fd, iov, IOV_MAX, 0)));
	EXPECT_EQ(0, memcmp(in, out, sizeof(in)));
}

/* Segments that start and end anywhere within pages, on either side. */
TEST_F(echo, large_segments)
{
	unsigned char in[30000], out[30000];
	struct iovec iov[] = { { in, 1 }, { in + 1, 9998 }, { in + 9999, 20001 } };
	struct iovec back[] = { { out, 15001 }, { out + 15001, 14999 } };

	fill(in, sizeof(in), 11);
	EXPECT_EQ(30000, result(pwritev(self->fd, iov, 3, 77)));
	EXPECT_EQ(30000, result(preadv(self->fd, back, 2, 77)));
	EXPECT_EQ(0, memcmp(in, out, sizeof(in)));
}

/* The limit cuts within a segment: what fits is written, and counted. */
TEST_F(echo, short_at_the_limit)
{
	char text[11] = "";
	struct iovec iov[] = { { "abcd", 4 }, { "efgh", 4 }, { "ijkl", 4 } };

	ASSERT_EQ(0, set_limit(self->fd, 10));
	EXPECT_EQ(10, result(writev(self->fd, iov, 3)));
	EXPECT_EQ(10, file_position(self->fd));
	EXPECT_EQ(-ENOSPC, result(writev(self->fd, iov, 3)));
	EXPECT_EQ(10, file_position(self->fd));
	EXPECT_EQ(10, result(pread(self->fd, text, 10, 0)));
	EXPECT_STREQ("abcdefghij", text);
}

TEST_HARNESS_MAIN
