// SPDX-License-Identifier: GPL-2.0
/*
 * No wake-up is lost: threads pass bytes through a pipe that holds one, so that
 * nearly every call waits for another. One that was lost would stop them all.
 */
#include "common.h"

#include <pthread.h>

#define THREADS 4
#define BYTES 2000

static unsigned long sums[THREADS];

static void *writes(void *number)
{
	int fd = open(FIFO_NODE, O_WRONLY);

	for (int i = 0; i < BYTES; i++) {
		unsigned char byte = i;

		if (write(fd, &byte, 1) != 1)
			break;
	}
	close(fd);
	return NULL;
}

static void *reads(void *number)
{
	unsigned long *sum = &sums[(long)number];
	int fd = open(FIFO_NODE, O_RDONLY);

	for (int i = 0; i < BYTES; i++) {
		unsigned char byte;

		/* Every other one by way of poll. */
		if (i & 1) {
			struct pollfd one = { .fd = fd, .events = POLLIN };

			poll(&one, 1, -1);
		}
		if (read(fd, &byte, 1) != 1)
			break;
		*sum += byte;
	}
	close(fd);
	return NULL;
}

TEST_F(fifo, all_bytes_arrive)
{
	unsigned long expected = 0, sum = 0;
	pthread_t threads[2 * THREADS];

	ASSERT_EQ(0, set_size(self->fd, 1));
	for (long i = 0; i < THREADS; i++) {
		sums[i] = 0;
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, writes, (void *)i));
		ASSERT_EQ(0, pthread_create(&threads[THREADS + i], NULL, reads, (void *)i));
	}
	for (int i = 0; i < 2 * THREADS; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < BYTES; i++)
		expected += THREADS * (unsigned char)i;
	for (int i = 0; i < THREADS; i++)
		sum += sums[i];
	EXPECT_EQ(expected, sum);
	EXPECT_EQ(0, fill(self->fd));
}

TEST_HARNESS_MAIN
