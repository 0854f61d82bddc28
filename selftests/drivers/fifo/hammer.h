/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Threads pass bytes through a pipe that holds few, so that nearly every call waits
 * for another. A wake-up that was lost would stop them all.
 */
#ifndef FIFO_HAMMER_H
#define FIFO_HAMMER_H

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <unistd.h>

#define HAMMERS 4
#define HAMMER_BYTES 2000

/* One of the threads: the node, and what it has read adds up to. */
struct hammer {
	const char *node;
	unsigned long sum;
	pthread_t thread;
};

static inline void *hammer_writes(void *data)
{
	struct hammer *hammer = data;
	int fd = open(hammer->node, O_WRONLY);

	for (int i = 0; i < HAMMER_BYTES; i++) {
		unsigned char byte = i;

		if (write(fd, &byte, 1) != 1)
			break;
	}
	close(fd);
	return NULL;
}

static inline void *hammer_reads(void *data)
{
	struct hammer *hammer = data;
	int fd = open(hammer->node, O_RDONLY);

	for (int i = 0; i < HAMMER_BYTES; i++) {
		unsigned char byte;

		/* Every other one by way of poll. */
		if (i & 1) {
			struct pollfd one = { .fd = fd, .events = POLLIN };

			poll(&one, 1, -1);
		}
		if (read(fd, &byte, 1) != 1)
			break;
		hammer->sum += byte;
	}
	close(fd);
	return NULL;
}

/* Whether all bytes that went into the pipe of a node came out. */
static inline bool hammer_pipe(const char *node)
{
	unsigned long expected = 0, sum = 0;
	struct hammer hammers[2 * HAMMERS];

	for (int i = 0; i < 2 * HAMMERS; i++) {
		hammers[i] = (struct hammer){ .node = node };
		pthread_create(&hammers[i].thread, NULL, i % 2 ? hammer_reads : hammer_writes,
			       &hammers[i]);
	}
	for (int i = 0; i < 2 * HAMMERS; i++) {
		pthread_join(hammers[i].thread, NULL);
		sum += hammers[i].sum;
	}
	for (int i = 0; i < HAMMER_BYTES; i++)
		expected += HAMMERS * (unsigned char)i;
	return sum == expected;
}

#endif
