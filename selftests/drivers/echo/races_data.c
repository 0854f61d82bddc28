// SPDX-License-Identifier: GPL-2.0
/* Threads that write, read, empty and add up the buffer at once. */
#include "races.h"

#define BLOCK 4096
#define RECORDS 1000

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
		ASSERT_EQ(sizeof(record.id), run_of(record.id, sizeof(record.id), record.id[0]));
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
			must(me->shared,
			     !bytes[i] || (i >= 100 && (bytes[i] == 'A' || bytes[i] == 'B')));
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

TEST_HARNESS_MAIN
