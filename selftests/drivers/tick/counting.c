// SPDX-License-Identifier: GPL-2.0
/* What ticks are counted, and from when; the period. */
#include "common.h"

#include <pthread.h>
#include <sys/mman.h>

TEST_F(tick, a_read_gives_what_the_file_has_not_seen)
{
	long long sum = 0;
	__u64 before;

	quiet(self->fd);
	before = get(self->fd, CHARD_TICK_GET_COUNT);
	ASSERT_EQ(0, set_period(self->fd, 5 * MILLISECOND));
	for (int i = 0; i < 10; i++) {
		long long news = ticks(self->fd);

		ASSERT_LT(0, news);
		sum += news;
	}
	EXPECT_LE(10, sum);
	sum += quiet(self->fd);
	EXPECT_EQ(before + sum, get(self->fd, CHARD_TICK_GET_COUNT));
}

TEST_F(tick, each_file_counts_for_itself)
{
	long long one, other;

	usleep(30000);
	one = ticks(self->fd);
	other = ticks(self->nonblock);
	EXPECT_LT(0, one);
	EXPECT_LE(one, other);
}

TEST_F(tick, what_was_before_the_open_does_not_count)
{
	int fd;

	ASSERT_EQ(0, set_period(self->fd, HOUR));
	fd = open(TICK_NODE, O_RDONLY | O_NONBLOCK);
	EXPECT_EQ(-EAGAIN, ticks(fd));
	close(fd);
}

TEST_F(tick, nobody_has_it_open)
{
	__u64 before, after;
	int fd;

	ASSERT_EQ(0, set_period(self->fd, CHARD_TICK_PERIOD_MIN));
	close(self->nonblock);
	before = get(self->fd, CHARD_TICK_GET_COUNT);
	close(self->fd);
	usleep(100000);
	fd = open(TICK_NODE, O_RDWR);
	after = get(fd, CHARD_TICK_GET_COUNT);
	/* 1000 of them, had it gone on. */
	EXPECT_GT(before + 500, after);
	self->fd = fd;
	self->nonblock = open(TICK_NODE, O_RDWR | O_NONBLOCK);
	EXPECT_LT(0, ticks(fd));
}

TEST_F(tick, period)
{
	EXPECT_EQ(5 * MILLISECOND, get(self->fd, CHARD_TICK_GET_PERIOD));
	EXPECT_EQ(-EINVAL, set_period(self->fd, 0));
	EXPECT_EQ(-EINVAL, set_period(self->fd, CHARD_TICK_PERIOD_MIN - 1));
	EXPECT_EQ(-EINVAL, set_period(self->fd, HOUR + 1));
	EXPECT_EQ(-EINVAL, set_period(self->fd, ~0ULL));
	EXPECT_EQ(5 * MILLISECOND, get(self->nonblock, CHARD_TICK_GET_PERIOD));
	EXPECT_EQ(0, set_period(self->fd, CHARD_TICK_PERIOD_MIN));
	EXPECT_EQ(0, set_period(self->fd, HOUR));
	EXPECT_EQ(-1, ioctl(self->fd, CHARD_TICK_SET_PERIOD, 8));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, ioctl(self->fd, _IO(CHARD_TICK_MAGIC, 99)));
	EXPECT_EQ(ENOTTY, errno);
}

TEST_F(tick, too_little_room)
{
	void *nowhere = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char bytes[16];

	EXPECT_EQ(-1, read(self->fd, bytes, 7));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, read(self->fd, bytes, 0));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(8, read(self->fd, bytes, 16));
	EXPECT_EQ(-1, read(self->fd, nowhere, 8));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, write(self->fd, bytes, 8));
	EXPECT_EQ(EINVAL, errno);
}

#define READERS 4

static void *sums(void *fd)
{
	long long sum = 0;

	for (int i = 0; i < 50; i++)
		sum += ticks((int)(long)fd);
	return (void *)(long)sum;
}

/* Of several readers of one file, exactly one gets each tick. */
TEST_F(tick, a_file_of_many_threads)
{
	pthread_t threads[READERS];
	long long sum = 0;
	__u64 before;

	quiet(self->fd);
	before = get(self->fd, CHARD_TICK_GET_COUNT);
	ASSERT_EQ(0, set_period(self->fd, CHARD_TICK_PERIOD_MIN));
	for (int i = 0; i < READERS; i++)
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, sums, (void *)(long)self->fd));
	for (int i = 0; i < READERS; i++) {
		void *part;

		pthread_join(threads[i], &part);
		sum += (long)part;
	}
	EXPECT_LE(READERS * 50, sum);
	sum += quiet(self->fd);
	EXPECT_EQ(before + sum, get(self->fd, CHARD_TICK_GET_COUNT));
}

TEST_HARNESS_MAIN
