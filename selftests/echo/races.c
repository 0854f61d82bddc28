// SPDX-License-Identifier: GPL-2.0
/*
 * Threads on one device at once. They count what they see; the test's own
 * thread, which alone may report, looks at the counts afterwards.
 */
#include "common.h"

#include <pthread.h>

#define THREADS 2
#define BLOCK 4096
#define RECORDS 1000

/* How long threads that have no work of their own to finish are let run. */
#define WHILE_USEC 300000

struct shared {
	int fd;
	int stop;
	int wrong; /* what no thread should have seen */
	int steps; /* how far they came: none means that nothing was tested */
	unsigned char *page;
};

struct worker {
	struct shared *shared;
	unsigned char id;
};

static bool go_on(struct shared *shared)
{
	__atomic_add_fetch(&shared->steps, 1, __ATOMIC_RELAXED);
	return !__atomic_load_n(&shared->stop, __ATOMIC_RELAXED);
}

static void must(struct shared *shared, bool good)
{
	if (!good)
		__atomic_add_fetch(&shared->wrong, 1, __ATOMIC_RELAXED);
}

/* Start two of @first and one of each other, let them run, wait for them. */
static bool run(struct shared *shared, unsigned int usec, void *(*first)(void *),
		void *(*second)(void *), void *(*third)(void *))
{
	void *(*bodies[THREADS + 2])(void *) = { first, first, second, third };
	struct worker workers[THREADS + 2];
	pthread_t threads[THREADS + 2];
	unsigned int i, n;

	for (n = 0; n < ARRAY_SIZE(bodies) && bodies[n]; n++) {
		workers[n] = (struct worker){ shared, 'A' + n };
		if (pthread_create(&threads[n], NULL, bodies[n], &workers[n]))
			break;
	}
	if (usec)
		usleep(usec);
	__atomic_store_n(&shared->stop, 1, __ATOMIC_RELAXED);
	for (i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	return n == ARRAY_SIZE(bodies) || !bodies[n];
}

struct record {
	__u32 number;
	unsigned char id[12];
};

static void *append_records(void *arg)
{
	struct worker *me = arg;
	struct record record;
	int fd = device_open(O_WRONLY | O_APPEND);

	must(me->shared, fd >= 0);
	memset(record.id, me->id, sizeof(record.id));
	for (record.number = 0; record.number < RECORDS; record.number++)
		must(me->shared, write(fd, &record, sizeof(record)) == sizeof(record));
	close(fd);
	return NULL;
}

/* Whole, none lost, each thread's in its order. */
TEST_F(echo, appended_records)
{
	struct shared shared = { .fd = self->fd };
	__u32 next[THREADS] = { 0, 0 };
	struct record record;
	int i;

	ASSERT_TRUE(run(&shared, 0, append_records, NULL, NULL));
	EXPECT_EQ(0, shared.wrong);
	ASSERT_EQ(THREADS * RECORDS * (long long)sizeof(record), buffer_size(self->fd));
	for (i = 0; i < THREADS * RECORDS; i++) {
		unsigned int who;

		ASSERT_EQ((long long)sizeof(record),
			  result(read(self->fd, &record, sizeof(record))));
		who = record.id[0] - 'A';
		ASSERT_GT((unsigned int)THREADS, who);
		ASSERT_EQ(sizeof(record.id),
			  run_of(record.id, sizeof(record.id), record.id[0]));
		ASSERT_EQ(next[who], record.number);
		next[who]++;
	}
}

static void *write_blocks(void *arg)
{
	struct worker *me = arg;
	unsigned char bytes[BLOCK];

	memset(bytes, me->id, sizeof(bytes));
	do
		must(me->shared, pwrite(me->shared->fd, bytes, BLOCK, 100) == BLOCK);
	while (go_on(me->shared));
	return NULL;
}

static void *clear(void *arg)
{
	struct worker *me = arg;

	do
		must(me->shared, !ioctl(me->shared->fd, CHARD_ECHO_CLEAR));
	while (go_on(me->shared));
	return NULL;
}

/* Every byte is one that some thread wrote there, or a hole's. */
static void *read_blocks(void *arg)
{
	struct worker *me = arg;
	unsigned char bytes[BLOCK + 200];
	ssize_t got, i;

	do {
		got = pread(me->shared->fd, bytes, sizeof(bytes), 0);
		must(me->shared, got >= 0 && got <= BLOCK + 100);
		for (i = 0; i < got; i++)
			must(me->shared, !bytes[i] ||
			     (i >= 100 && (bytes[i] == 'A' || bytes[i] == 'B')));
	} while (go_on(me->shared));
	return NULL;
}

TEST_F(echo, write_clear_read)
{
	struct shared shared = { .fd = self->fd };

	ASSERT_TRUE(run(&shared, WHILE_USEC, write_blocks, clear, read_blocks));
	EXPECT_EQ(0, shared.wrong);
	EXPECT_LT(4, shared.steps);
}

static void *sum_blocks(void *arg)
{
	struct worker *me = arg;

	do {
		struct chard_echo_sum sum = { .length = ~0ULL };

		must(me->shared, !ioctl(me->shared->fd, CHARD_ECHO_SUM, &sum));
		must(me->shared, sum.covered <= BLOCK + 100);
		must(me->shared, sum.sum <= BLOCK * 'B');
	} while (go_on(me->shared));
	return NULL;
}

TEST_F(echo, write_clear_sum)
{
	struct shared shared = { .fd = self->fd };

	ASSERT_TRUE(run(&shared, WHILE_USEC, write_blocks, clear, sum_blocks));
	EXPECT_EQ(0, shared.wrong);
	EXPECT_LT(4, shared.steps);
}

static void *open_and_close(void *arg)
{
	struct worker *me = arg;
	int fds[8], i;

	do {
		for (i = 0; i < 8; i++)
			fds[i] = device_open(O_RDWR);
		for (i = 0; i < 8; i++) {
			must(me->shared, pwrite(fds[i], &me->id, 1, i) == 1);
			must(me->shared, !close(fds[i]));
		}
	} while (go_on(me->shared));
	return NULL;
}

TEST_F(echo, open_close)
{
	struct shared shared = { .fd = self->fd };

	ASSERT_TRUE(run(&shared, WHILE_USEC, open_and_close, open_and_close, clear));
	EXPECT_EQ(0, shared.wrong);
	EXPECT_LT(4, shared.steps);
}

static void *set_limits(void *arg)
{
	struct worker *me = arg;
	__u64 limit = 1;

	do {
		long long ret = set_limit(me->shared->fd, limit);

		must(me->shared, ret == 0 || ret == -EBUSY);
		limit = limit * 7 % 9000 + 1;
	} while (go_on(me->shared));
	return NULL;
}

static void *write_somewhere(void *arg)
{
	struct worker *me = arg;
	unsigned char bytes[BLOCK];
	off_t at = 0;

	memset(bytes, me->id, sizeof(bytes));
	do {
		long long ret = result(pwrite(me->shared->fd, bytes, BLOCK, at));

		must(me->shared, ret == -ENOSPC || (ret > 0 && ret <= BLOCK));
		at = (at * 5 + 77) % 8192;
	} while (go_on(me->shared));
	return NULL;
}

/* No limit above 9000 is ever set, so nothing can lie past it. */
TEST_F(echo, write_clear_set_limit)
{
	struct shared shared = { .fd = self->fd };
	long long size;

	ASSERT_EQ(0, set_limit(self->fd, 9000));
	ASSERT_TRUE(run(&shared, WHILE_USEC, write_somewhere, set_limits, clear));
	EXPECT_EQ(0, shared.wrong);
	EXPECT_LT(4, shared.steps);
	size = buffer_size(self->fd);
	EXPECT_GE(9000, size);
	EXPECT_EQ(size ? 0 : -EINVAL, set_limit(self->fd, size));
}

static void *toggle_page(void *arg)
{
	struct worker *me = arg;
	long page = sysconf(_SC_PAGESIZE);

	do {
		must(me->shared, !mprotect(me->shared->page, page, PROT_NONE));
		must(me->shared, !mprotect(me->shared->page, page, PROT_READ | PROT_WRITE));
	} while (go_on(me->shared));
	return NULL;
}

/* Half of the buffer is in the page that comes and goes. */
static void *move_over_page(void *arg)
{
	struct worker *me = arg;
	unsigned char *from = me->shared->page - 50;

	do {
		long long ret = result(pwrite(me->shared->fd, from, 100, 0));

		must(me->shared, ret >= 50 && ret <= 100);
		ret = result(pread(me->shared->fd, from, 100, 0));
		must(me->shared, ret >= 50 && ret <= 100);
		ret = result(pread(me->shared->fd, from + 50, 50, 0));
		must(me->shared, ret == -EFAULT || (ret > 0 && ret <= 50));
	} while (go_on(me->shared));
	return NULL;
}

TEST_F(echo, memory_that_comes_and_goes)
{
	struct shared shared = { .fd = self->fd };
	unsigned char *pages = mmap(NULL, 2 * self->page, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_TRUE(pages != MAP_FAILED);
	shared.page = pages + self->page;
	ASSERT_TRUE(run(&shared, WHILE_USEC, move_over_page, toggle_page, NULL));
	EXPECT_EQ(0, shared.wrong);
	EXPECT_LT(3, shared.steps);
}

TEST_HARNESS_MAIN
