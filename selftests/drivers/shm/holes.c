// SPDX-License-Identifier: GPL-2.0
/* Holes: where there are none, how they are made, and what is seen of them. */
#define _GNU_SOURCE
#include "common.h"

#define SIZE CHARD_SHM_SIZE_DEFAULT
#define seek(at, whence) result(lseek(self->fd, at, whence))
#define punch(at, length) change(self->fd, CHARD_SHM_PUNCH, at, length)
#define zero(at, length) change(self->fd, CHARD_SHM_ZERO, at, length)

/* How many of the bytes are not @byte. */
static int others(int fd, off_t at, size_t length, char byte)
{
	static char bytes[4 * PAGE];
	int count = 0;

	if (pread(fd, bytes, length, at) != (ssize_t)length)
		return -1;
	for (size_t i = 0; i < length; i++)
		count += bytes[i] != byte;
	return count;
}

static void fill(int fd, int count)
{
	static char bytes[8 * PAGE];

	memset(bytes, 'x', sizeof(bytes));
	if (pwrite(fd, bytes, count * PAGE, 0) != count * PAGE)
		exit(1);
}

TEST_F(shm, seeking)
{
	EXPECT_EQ(-ENXIO, seek(0, SEEK_DATA));
	EXPECT_EQ(0, seek(0, SEEK_HOLE));
	ASSERT_EQ(1, pwrite(self->fd, "x", 1, 3 * PAGE + 5));
	ASSERT_EQ(1, pwrite(self->fd, "x", 1, 4 * PAGE));
	ASSERT_EQ(1, pwrite(self->fd, "x", 1, 10 * PAGE - 1));
	EXPECT_EQ(3 * PAGE, seek(0, SEEK_DATA));
	EXPECT_EQ(3 * PAGE, seek(3 * PAGE, SEEK_DATA));
	EXPECT_EQ(4 * PAGE + 1, seek(4 * PAGE + 1, SEEK_DATA));
	EXPECT_EQ(9 * PAGE, seek(5 * PAGE, SEEK_DATA));
	EXPECT_EQ(-ENXIO, seek(10 * PAGE, SEEK_DATA));
	EXPECT_EQ(7, seek(7, SEEK_HOLE));
	EXPECT_EQ(5 * PAGE, seek(3 * PAGE, SEEK_HOLE));
	EXPECT_EQ(10 * PAGE, seek(9 * PAGE, SEEK_HOLE));
	/* It is the position from then on. */
	EXPECT_EQ(10 * PAGE, seek(0, SEEK_CUR));
}

TEST_F(shm, seeking_at_the_ends)
{
	ASSERT_EQ(0, set_size(self->fd, PAGE + 10));
	fill(self->fd, 1);
	ASSERT_EQ(1, pwrite(self->fd, "x", 1, PAGE));
	/* The end is a hole, wherever in a page it is. */
	EXPECT_EQ(PAGE + 10, seek(0, SEEK_HOLE));
	EXPECT_EQ(PAGE + 9, seek(PAGE + 9, SEEK_DATA));
	EXPECT_EQ(-ENXIO, seek(PAGE + 10, SEEK_HOLE));
	EXPECT_EQ(-ENXIO, seek(PAGE + 10, SEEK_DATA));
	EXPECT_EQ(-ENXIO, seek(-1, SEEK_DATA));
	EXPECT_EQ(-ENXIO, seek(-1, SEEK_HOLE));
	EXPECT_EQ(-ENXIO, seek(INT64_MAX, SEEK_HOLE));
	EXPECT_EQ(PAGE, seek(-10, SEEK_END));
	EXPECT_EQ(-EINVAL, seek(-PAGE - 11, SEEK_END));
	EXPECT_EQ(-EINVAL, seek(0, 5));
}

TEST_F(shm, a_hole_is_read_as_zeros_and_stays_one)
{
	EXPECT_EQ(0, others(self->fd, 0, 3 * PAGE, 0));
	EXPECT_EQ(0, pages(self->fd));
}

TEST_F(shm, punching)
{
	char *at = map(self->fd, 8 * PAGE, RW, MAP_SHARED, 0);

	fill(self->fd, 8);
	EXPECT_EQ('x', at[2 * PAGE]);
	/* The ends of the range are in pages that stay. */
	EXPECT_EQ(0, punch(PAGE + 1, 2 * PAGE));
	EXPECT_EQ(7, pages(self->fd));
	EXPECT_EQ(2 * PAGE, seek(0, SEEK_HOLE));
	EXPECT_EQ('x', at[PAGE]);
	EXPECT_EQ(0, others(self->fd, PAGE + 1, 2 * PAGE, 0));
	EXPECT_EQ('x', at[3 * PAGE + 1]);
	EXPECT_EQ(0, at[PAGE + 1]);
	/* Touched in a mapping, it is a page again. */
	EXPECT_EQ(7, pages(self->fd));
	EXPECT_EQ(0, at[2 * PAGE]);
	EXPECT_EQ(8, pages(self->fd));
}

TEST_F(shm, punching_within_a_page)
{
	fill(self->fd, 2);
	EXPECT_EQ(0, punch(10, 20));
	EXPECT_EQ(2, pages(self->fd));
	EXPECT_EQ(0, others(self->fd, 0, 10, 'x'));
	EXPECT_EQ(0, others(self->fd, 10, 20, 0));
	EXPECT_EQ(0, others(self->fd, 30, PAGE - 30, 'x'));
	/* Across a border, and no page whole. */
	EXPECT_EQ(0, punch(PAGE - 5, 10));
	EXPECT_EQ(2, pages(self->fd));
	EXPECT_EQ(0, others(self->fd, PAGE - 5, 10, 0));
	EXPECT_EQ(0, others(self->fd, PAGE + 5, PAGE - 5, 'x'));
}

TEST_F(shm, punching_whole_pages)
{
	fill(self->fd, 8);
	EXPECT_EQ(0, punch(0, PAGE));
	EXPECT_EQ(7, pages(self->fd));
	EXPECT_EQ(0, punch(PAGE, 0));
	EXPECT_EQ(7, pages(self->fd));
	EXPECT_EQ(0, punch(3 * PAGE, UINT64_MAX - 3 * PAGE));
	EXPECT_EQ(2, pages(self->fd));
	EXPECT_EQ(0, punch(SIZE, SIZE));
	EXPECT_EQ(2, pages(self->fd));
	EXPECT_EQ(-EINVAL, punch(1, UINT64_MAX));
	EXPECT_EQ(-EINVAL, punch(UINT64_MAX, 1));
	EXPECT_EQ(-EFAULT, result(ioctl(self->fd, CHARD_SHM_PUNCH, NULL)));
	EXPECT_EQ(2, pages(self->fd));
}

/* The last page goes, though the range ends with the bytes and not with the page. */
TEST_F(shm, punching_to_the_end)
{
	ASSERT_EQ(0, set_size(self->fd, PAGE + 10));
	fill(self->fd, 1);
	ASSERT_EQ(1, pwrite(self->fd, "x", 1, PAGE));
	EXPECT_EQ(0, punch(5, PAGE + 5));
	EXPECT_EQ(1, pages(self->fd));
	EXPECT_EQ(0, others(self->fd, 0, 5, 'x'));
	EXPECT_EQ(0, others(self->fd, 5, PAGE + 5, 0));
}

TEST_F(shm, zeroing)
{
	char *at = map(self->fd, 8 * PAGE, RW, MAP_SHARED, 0);

	fill(self->fd, 4);
	EXPECT_EQ('x', at[2 * PAGE]);
	EXPECT_EQ(0, zero(PAGE + 1, 2 * PAGE));
	EXPECT_EQ(4, pages(self->fd));
	EXPECT_EQ('x', at[PAGE]);
	EXPECT_EQ(0, at[PAGE + 1]);
	EXPECT_EQ(0, at[3 * PAGE]);
	EXPECT_EQ('x', at[3 * PAGE + 1]);
	/* A hole stays one. */
	EXPECT_EQ(0, zero(5 * PAGE, PAGE));
	EXPECT_EQ(4, pages(self->fd));
	EXPECT_EQ(-EINVAL, zero(2, UINT64_MAX - 1));
	EXPECT_EQ(0, zero(0, UINT64_MAX));
	EXPECT_EQ(0, others(self->fd, 0, 4 * PAGE, 0));
	EXPECT_EQ(4, pages(self->fd));
}

/* The VFS asks no character device: this is what the ioctls are for. */
TEST_F(shm, fallocate)
{
	EXPECT_EQ(-ENODEV, result(fallocate(self->fd, 0, 0, PAGE)));
	EXPECT_EQ(-ENODEV,
		  result(fallocate(self->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, PAGE)));
	EXPECT_EQ(-EINVAL, result(ftruncate(self->fd, 0)));
}

TEST_HARNESS_MAIN
