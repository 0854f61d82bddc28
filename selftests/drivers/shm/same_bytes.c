// SPDX-License-Identifier: GPL-2.0
/*
 * read(2), write(2) and mappings have the same bytes; also where the buffer of the
 * one is the other.
 */
#define _GNU_SOURCE
#include "common.h"

#define SIZE CHARD_SHM_SIZE_DEFAULT

TEST_F(shm, reads_and_writes)
{
	char *at = map(self->fd, 2 * PAGE, RW, MAP_SHARED, 0), bytes[16] = "";

	EXPECT_EQ(10, write(self->fd, "0123456789", 10));
	EXPECT_STREQ("0123456789", at);
	EXPECT_EQ(10, lseek(self->fd, 0, SEEK_CUR));
	EXPECT_EQ(6, pwrite(self->fd, "abcdef", 6, PAGE - 3));
	EXPECT_EQ(0, memcmp("abcdef", at + PAGE - 3, 6));
	memcpy(at + PAGE - 3, "ABCDEF", 6);
	EXPECT_EQ(8, pread(self->fd, bytes, 8, PAGE - 4));
	EXPECT_EQ(0, memcmp("\0ABCDEF", bytes, 8));
}

TEST_F(shm, they_end_at_the_end)
{
	char bytes[16] = "";

	EXPECT_EQ(4, pwrite(self->fd, "abcdefgh", 8, SIZE - 4));
	EXPECT_EQ(-ENOSPC, result(pwrite(self->fd, "x", 1, SIZE)));
	EXPECT_EQ(0, pwrite(self->fd, "x", 0, SIZE));
	EXPECT_EQ(4, pread(self->fd, bytes, 8, SIZE - 4));
	EXPECT_STREQ("abcd", bytes);
	EXPECT_EQ(0, pread(self->fd, bytes, 8, SIZE));
	EXPECT_EQ(0, pread(self->fd, bytes, 8, INT64_MAX - 8));
	ASSERT_EQ(0, fcntl(self->fd, F_SETFL, O_APPEND));
	EXPECT_EQ(-ENOSPC, result(write(self->fd, "x", 1)));
	EXPECT_EQ(-EFAULT, result(pread(self->fd, (void *)-4096L, 1, 0)));
}

TEST_F(shm, size)
{
	__u64 size = 0;

	EXPECT_EQ(0, ioctl(self->fd, CHARD_SHM_GET_SIZE, &size));
	EXPECT_EQ(SIZE, size);
	EXPECT_EQ(-EINVAL, set_size(self->fd, CHARD_SHM_SIZE_MAX + 1));
	EXPECT_EQ(-EINVAL, set_size(self->fd, UINT64_MAX));
	EXPECT_EQ(0, set_size(self->fd, CHARD_SHM_SIZE_MAX));
	EXPECT_EQ(CHARD_SHM_SIZE_MAX, lseek(self->fd, 0, SEEK_END));
}

/* Each touch of the buffer ends in the device that copies. */
TEST_F(shm, buffers_that_are_mapped_here)
{
	static const int flags[] = { MAP_SHARED, MAP_PRIVATE };

	for (unsigned int i = 0; i < ARRAY_SIZE(flags); i++) {
		char *at = map(self->fd, 64 * PAGE, RW, flags[i], 0);

		ASSERT_NE(MAP_FAILED, at);
		ASSERT_EQ(0, set_size(self->fd, 0));
		ASSERT_EQ(0, set_size(self->fd, 64 * PAGE));
		/* From a hole that is not mapped yet, to another. */
		EXPECT_EQ(8 * PAGE, pwrite(self->fd, at, 8 * PAGE, 32 * PAGE));
		EXPECT_EQ(8 * PAGE, pread(self->fd, at + 16 * PAGE, 8 * PAGE, 48 * PAGE));
		/* Onto itself. */
		EXPECT_EQ(6, pwrite(self->fd, "itself", 6, 0));
		EXPECT_EQ(PAGE, pread(self->fd, at, PAGE, 0));
		EXPECT_EQ(PAGE, pwrite(self->fd, at, PAGE, 0));
		EXPECT_STREQ("itself", at);
		/* Overlapping. */
		EXPECT_EQ(2 * PAGE, pread(self->fd, at + 100, 2 * PAGE, 0));
		EXPECT_EQ(2 * PAGE, pwrite(self->fd, at + 100, 2 * PAGE, 0));
		EXPECT_EQ(0, munmap(at, 64 * PAGE));
	}
}

TEST_F(shm, a_payload_that_is_mapped_here)
{
	char *at = map(self->fd, PAGE, RW, MAP_SHARED, 0);
	struct chard_shm_range *range = (struct chard_shm_range *)at;

	/* It is read before it is gone. */
	range->length = PAGE;
	EXPECT_EQ(0, ioctl(self->fd, CHARD_SHM_PUNCH, range));
	EXPECT_EQ(0, range->length);
	EXPECT_EQ(0, ioctl(self->fd, CHARD_SHM_GET_SIZE, at));
	EXPECT_EQ(SIZE, *(__u64 *)at);
}

TEST_F(shm, splicing)
{
	char bytes[16] = "";
	int ends[2], out = memfd_create("out", 0);
	loff_t from = 2, to = PAGE;

	ASSERT_EQ(0, pipe(ends));
	ASSERT_EQ(6, pwrite(self->fd, "abcdef", 6, 0));
	EXPECT_EQ(4, splice(self->fd, &from, ends[1], NULL, 4, 0));
	EXPECT_EQ(4, splice(ends[0], NULL, self->fd, &to, 4, 0));
	EXPECT_EQ(4, pread(self->fd, bytes, 4, PAGE));
	EXPECT_STREQ("cdef", bytes);
	close(out);
}

TEST_HARNESS_MAIN
