// SPDX-License-Identifier: GPL-2.0
/* Beyond the end there is nothing: SIGBUS, or EFAULT where the kernel touches it. */
#define _GNU_SOURCE
#include "common.h"

TEST_F(shm, beyond_the_end)
{
	static const int flags[] = { MAP_SHARED, MAP_PRIVATE };

	ASSERT_EQ(0, set_size(self->fd, PAGE + 10));
	for (unsigned int i = 0; i < ARRAY_SIZE(flags); i++) {
		char *at = map(self->fd, 4 * PAGE, RW, flags[i], 0);

		ASSERT_NE(MAP_FAILED, at);
		EXPECT_EQ(0, poke(at + PAGE));
		/* What is left of the last page belongs to nobody, but is there. */
		EXPECT_EQ(0, poke(at + 2 * PAGE - 1));
		EXPECT_EQ(SIGBUS, look(at + 2 * PAGE));
		EXPECT_EQ(SIGBUS, poke(at + 3 * PAGE));
		/* It comes with the size. */
		EXPECT_EQ(0, set_size(self->fd, 4 * PAGE));
		EXPECT_EQ(0, look(at + 2 * PAGE));
		EXPECT_EQ(0, poke(at + 3 * PAGE));
		EXPECT_EQ(0, set_size(self->fd, PAGE + 10));
		EXPECT_EQ(SIGBUS, look(at + 3 * PAGE));
		EXPECT_EQ(0, munmap(at, 4 * PAGE));
	}
}

TEST_F(shm, what_is_cut_off_comes_back_as_zeros)
{
	char *at = map(self->fd, 2 * PAGE, RW, MAP_SHARED, 0);

	memset(at, 'x', 2 * PAGE);
	ASSERT_EQ(0, set_size(self->fd, 10));
	EXPECT_EQ('x', at[9]);
	EXPECT_EQ(0, at[10]);
	/* Written beyond the end, by a task that has the page mapped. */
	memset(at, 'y', PAGE);
	ASSERT_EQ(0, set_size(self->fd, 2 * PAGE));
	EXPECT_EQ('y', at[9]);
	EXPECT_EQ(0, at[10]);
	EXPECT_EQ(0, at[PAGE - 1]);
	EXPECT_EQ(0, at[PAGE]);
	EXPECT_EQ(2, pages(self->fd));
}

TEST_F(shm, mmap_beyond_what_can_be)
{
	errno = 0;
	EXPECT_EQ(MAP_FAILED, map(self->fd, CHARD_SHM_SIZE_MAX + PAGE, RW, MAP_SHARED, 0));
	EXPECT_EQ(ENXIO, errno);
	EXPECT_EQ(MAP_FAILED, map(self->fd, PAGE, RW, MAP_PRIVATE, CHARD_SHM_SIZE_MAX));
	EXPECT_EQ(ENXIO, errno);
	EXPECT_NE(MAP_FAILED, map(self->fd, PAGE, RW, MAP_PRIVATE, CHARD_SHM_SIZE_MAX - PAGE));
	EXPECT_EQ(MAP_FAILED, map(self->fd, PAGE, RW, MAP_SHARED, (off_t)1 << 62));
	EXPECT_EQ(ENXIO, errno);
	/* The kernel's own answers. */
	EXPECT_EQ(MAP_FAILED, map(self->fd, PAGE, RW, MAP_SHARED, -PAGE));
	EXPECT_EQ(EOVERFLOW, errno);
	EXPECT_EQ(MAP_FAILED, map(self->fd, PAGE, RW, MAP_SHARED, 100));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(MAP_FAILED, map(self->fd, 0, RW, MAP_SHARED, 0));
	EXPECT_EQ(EINVAL, errno);
}

/* mremap(2) asks no driver: the fault looks again. */
TEST_F(shm, a_mapping_that_grows)
{
	char *at = map(self->fd, PAGE, RW, MAP_SHARED, CHARD_SHM_SIZE_MAX - PAGE), *all;

	ASSERT_EQ(0, set_size(self->fd, CHARD_SHM_SIZE_MAX));
	EXPECT_EQ(0, poke(at));
	at = mremap(at, PAGE, 4 * PAGE, MREMAP_MAYMOVE);
	ASSERT_NE(MAP_FAILED, at);
	EXPECT_EQ('w', *at);
	EXPECT_EQ(SIGBUS, look(at + PAGE));
	EXPECT_EQ(SIGBUS, poke(at + 3 * PAGE));

	ASSERT_EQ(0, set_size(self->fd, 3 * PAGE));
	all = map(self->fd, PAGE, RW, MAP_PRIVATE, 0);
	all = mremap(all, PAGE, 4 * PAGE, MREMAP_MAYMOVE);
	ASSERT_NE(MAP_FAILED, all);
	EXPECT_EQ(0, poke(all + 2 * PAGE));
	EXPECT_EQ(SIGBUS, poke(all + 3 * PAGE));
}

TEST_F(shm, the_kernel_touches_it)
{
	char *at = map(self->fd, 3 * PAGE, RW, MAP_SHARED, 0);
	struct iovec vector = { at + PAGE, PAGE };
	int ends[2], null = open("/dev/null", O_WRONLY);

	ASSERT_EQ(0, pipe(ends));
	ASSERT_EQ(0, set_size(self->fd, PAGE));
	EXPECT_EQ(-EFAULT, result(write(ends[1], at + PAGE, 1)));
	EXPECT_EQ(-EFAULT, result(write(self->fd, at + PAGE, 1)));
	EXPECT_EQ(-EFAULT, result(pread(self->fd, at + PAGE, 1, 0)));
	/* By get_user_pages(). */
	EXPECT_EQ(-EFAULT, result(vmsplice(ends[1], &vector, 1, 0)));
	EXPECT_EQ(-EFAULT, result(madvise(at, 3 * PAGE, 22 /* MADV_POPULATE_READ */)));
	/* What is before it counts. */
	vector = (struct iovec){ at, 2 * PAGE };
	EXPECT_EQ(PAGE, vmsplice(ends[1], &vector, 1, 0));
	EXPECT_EQ(10, pwrite(self->fd, at + PAGE - 10, 20, 0));
	close(null);
}

TEST_HARNESS_MAIN
