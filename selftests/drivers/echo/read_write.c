// SPDX-License-Identifier: GPL-2.0
/* What is written is read back. */
#include "common.h"

TEST_F(echo, every_byte_value)
{
	unsigned char in[256], out[256];
	int i;

	for (i = 0; i < 256; i++)
		in[i] = i;
	EXPECT_EQ(256, result(write(self->fd, in, 256)));
	EXPECT_EQ(256, result(pread(self->fd, out, 256, 0)));
	EXPECT_EQ(0, memcmp(in, out, 256));
}

TEST_F(echo, position_advances_by_what_moved)
{
	char text[12] = "";

	EXPECT_EQ(4, result(write(self->fd, "what", 4)));
	EXPECT_EQ(4, file_position(self->fd));
	EXPECT_EQ(7, result(write(self->fd, " is wri", 7)));
	EXPECT_EQ(11, file_position(self->fd));
	EXPECT_EQ(11, buffer_size(self->fd));

	EXPECT_EQ(0, result(lseek(self->fd, 0, SEEK_SET)));
	EXPECT_EQ(3, result(read(self->fd, text, 3)));
	EXPECT_EQ(3, file_position(self->fd));
	EXPECT_EQ(8, result(read(self->fd, text + 3, 9)));
	EXPECT_EQ(11, file_position(self->fd));
	EXPECT_STREQ("what is wri", text);
}

TEST_F(echo, reads_clip_at_the_end)
{
	char text[8] = "-------";

	EXPECT_EQ(3, result(write(self->fd, "abc", 3)));
	EXPECT_EQ(0, result(read(self->fd, text, 7)));
	EXPECT_EQ(3, file_position(self->fd));
	EXPECT_EQ(2, result(pread(self->fd, text, 7, 1)));
	EXPECT_STREQ("bc-----", text);
	EXPECT_EQ(0, result(pread(self->fd, text, 7, 3)));
	EXPECT_EQ(0, result(pread(self->fd, text, 7, 4000)));
	EXPECT_STREQ("bc-----", text);
}

TEST_F(echo, overwriting_the_middle)
{
	char text[9] = "";

	EXPECT_EQ(8, result(write(self->fd, "abcdefgh", 8)));
	EXPECT_EQ(3, result(lseek(self->fd, 3, SEEK_SET)));
	EXPECT_EQ(2, result(write(self->fd, "XY", 2)));
	EXPECT_EQ(8, buffer_size(self->fd));
	EXPECT_EQ(8, result(pread(self->fd, text, 8, 0)));
	EXPECT_STREQ("abcXYfgh", text);
}

/* Over the end: the new bytes count, and nothing before them changes. */
TEST_F(echo, overwriting_the_end)
{
	char text[9] = "";

	EXPECT_EQ(4, result(write(self->fd, "abcd", 4)));
	EXPECT_EQ(4, result(pwrite(self->fd, "WXYZ", 4, 2)));
	EXPECT_EQ(6, buffer_size(self->fd));
	EXPECT_EQ(6, result(pread(self->fd, text, 8, 0)));
	EXPECT_STREQ("abWXYZ", text);
}

TEST_F(echo, zero_length)
{
	char byte = '-';

	EXPECT_EQ(0, result(write(self->fd, "x", 0)));
	EXPECT_EQ(0, buffer_size(self->fd));
	EXPECT_EQ(3, result(write(self->fd, "abc", 3)));
	EXPECT_EQ(0, result(pwrite(self->fd, "x", 0, 1000)));
	EXPECT_EQ(0, result(write(self->fd, NULL, 0)));
	EXPECT_EQ(0, result(pread(self->fd, &byte, 0, 1)));
	EXPECT_EQ(0, result(pread(self->fd, NULL, 0, 1)));
	EXPECT_EQ('-', byte);
	EXPECT_EQ(3, buffer_size(self->fd));
	EXPECT_EQ(3, file_position(self->fd));
}

/* Lengths and positions on both sides of what a copy does in one piece. */
TEST_F(echo, sizes_and_alignments)
{
	static const size_t sizes[] = { 1,   7,	   8,	 9,    255,  256,   511,
					512, 4095, 4096, 4097, 8191, 16384, 40000 };
	static const size_t starts[] = { 0, 1, 7, 4095, 4096, 20000 };
	static unsigned char in[40000], out[40002];
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		for (j = 0; j < ARRAY_SIZE(starts); j++) {
			size_t n = sizes[i], at = starts[j];

			ASSERT_EQ(0, ioctl(self->fd, CHARD_ECHO_CLEAR));
			fill(in, n, i * 10 + j);
			memset(out, '-', n + 2);
			ASSERT_EQ((long long)n, result(pwrite(self->fd, in, n, at)));
			EXPECT_EQ((long long)(at + n), buffer_size(self->fd));
			ASSERT_EQ((long long)n, result(pread(self->fd, out + 1, n + 1, at)));
			EXPECT_EQ('-', out[0]);
			EXPECT_EQ(0, memcmp(in, out + 1, n));
			EXPECT_EQ('-', out[n + 1]);
		}
	}
}

/* Written in one piece, read in many; then the other way round. */
TEST_F(echo, pieces)
{
	unsigned char in[10000], out[10000];
	size_t at, step;

	fill(in, sizeof(in), 5);
	EXPECT_EQ(10000, result(write(self->fd, in, sizeof(in))));
	EXPECT_EQ(0, result(lseek(self->fd, 0, SEEK_SET)));
	for (at = 0, step = 1; at < sizeof(out); at += step++) {
		ssize_t got = read(self->fd, out + at, step);
		size_t left = sizeof(out) - at;

		EXPECT_EQ((ssize_t)(step < left ? step : left), got);
	}
	EXPECT_EQ(0, memcmp(in, out, sizeof(in)));

	EXPECT_EQ(0, ioctl(self->fd, CHARD_ECHO_CLEAR));
	EXPECT_EQ(0, result(lseek(self->fd, 0, SEEK_SET)));
	for (at = 0; at < 9900; at += 99) {
		long long ret = result(write(self->fd, in + at, 99));

		EXPECT_EQ(99, ret);
	}
	memset(out, 0, sizeof(out));
	EXPECT_EQ(9900, result(pread(self->fd, out, sizeof(out), 0)));
	EXPECT_EQ(0, memcmp(in, out, 9900));
}

/* A buffer that user space may only read is good enough to write from. */
TEST_F(echo, from_read_only_memory)
{
	unsigned char *page = page_before_gap();
	unsigned char out[64];

	ASSERT_TRUE(page != MAP_FAILED);
	fill(page, 64, 9);
	ASSERT_EQ(0, mprotect(page, self->page, PROT_READ));
	EXPECT_EQ(64, result(write(self->fd, page, 64)));
	EXPECT_EQ(64, result(pread(self->fd, out, 64, 0)));
	EXPECT_EQ(0, memcmp(page, out, 64));
}

TEST_HARNESS_MAIN
