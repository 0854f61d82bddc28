/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Threads on one device at once. They count what they see; the test's own
 * thread, which alone may report, looks at the counts afterwards.
 */
#ifndef ECHO_RACES_H
#define ECHO_RACES_H

#include "common.h"

#include <pthread.h>

#define THREADS 2

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

static inline bool go_on(struct shared *shared)
{
	__atomic_add_fetch(&shared->steps, 1, __ATOMIC_RELAXED);
	return !__atomic_load_n(&shared->stop, __ATOMIC_RELAXED);
}

static inline void must(struct shared *shared, bool good)
{
	if (!good)
		__atomic_add_fetch(&shared->wrong, 1, __ATOMIC_RELAXED);
}

/* Start two of @first and one of each other, let them run, wait for them. */
static inline bool run(struct shared *shared, unsigned int usec, void *(*first)(void *),
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

static inline void *clear(void *arg)
{
	struct worker *me = arg;

	do
		must(me->shared, !ioctl(me->shared->fd, CHARD_ECHO_CLEAR));
	while (go_on(me->shared));
	return NULL;
}

#endif
