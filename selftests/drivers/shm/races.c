// SPDX-License-Identifier: GPL-2.0
/*
 * Threads that touch, copy, map and fork while others punch, zero and resize: what
 * is seen is what somebody has written, and what is gone is gone.
 */
#define _GNU_SOURCE
#include "common.h"

#include <pthread.h>

#define PAGES 16
#define SECONDS 3

static bool stop;
static unsigned long wrong, faults, touches;

#define COUNT(what) __atomic_add_fetch(&(what), 1, __ATOMIC_RELAXED)

/* What must not be, with where and why: the first ones tell. */
#define WRONG(why)                                                                           \
	do {                                                                                 \
		if (COUNT(wrong) < 10)                                                       \
			fprintf(stderr, "# races.c:%d: %lld\n", __LINE__, (long long)(why)); \
	} while (0)

static bool stopped(void)
{
	return __atomic_load_n(&stop, __ATOMIC_RELAXED);
}

/* Bytes are 0, or letters. */
static bool may_be(char byte)
{
	return !byte || byte == 'w' || (byte >= 'a' && byte <= 'd');
}

/* SIGBUS is one of the answers there are. */
static void touch_one(char *at, bool write)
{
	int signal = touch(at, write);

	if (signal == SIGBUS)
		COUNT(faults);
	else if (signal)
		WRONG(signal);
	else
		COUNT(touches);
}

static void *toucher(void *arg)
{
	int flags = arg ? MAP_PRIVATE : MAP_SHARED, fd = open(SHM_NODE, O_RDWR);

	while (!stopped()) {
		char *at = map(fd, PAGES * PAGE, RW, flags, 0);

		for (int i = 0; i < 200; i++)
			touch_one(at + i % PAGES * PAGE + i, i & 1);
		munmap(at, PAGES * PAGE);
	}
	close(fd);
	return NULL;
}

/* Into and out of mappings of the very same device. */
static void *copier(void *arg)
{
	int fd = open(SHM_NODE, O_RDWR);
	char *at = map(fd, PAGES * PAGE, RW, MAP_SHARED, 0), bytes[600];
	ssize_t got;

	for (int i = 0; !stopped(); i++) {
		memset(bytes, 'a' + i % 4, sizeof(bytes));
		if (pwrite(fd, bytes, sizeof(bytes), i * 997 % (PAGES * PAGE)) < 0 &&
		    errno != ENOSPC)
			WRONG(errno);
		if (pread(fd, at + i * 501 % (PAGES * PAGE - 700), 700, i * 3001 % (PAGES * PAGE)) <
			    0 &&
		    errno != EFAULT)
			WRONG(errno);
		if (pwrite(fd, at + i * 701 % (PAGES * PAGE - 700), 700,
			   i * 2003 % (PAGES * PAGE)) < 0 &&
		    errno != EFAULT && errno != ENOSPC)
			WRONG(errno);
		got = pread(fd, bytes, sizeof(bytes), i * 13 % (PAGES * PAGE));
		for (ssize_t j = 0; j < got; j++) {
			if (!may_be(bytes[j]))
				WRONG(bytes[j]);
		}
	}
	munmap(at, PAGES * PAGE);
	close(fd);
	return NULL;
}

static void *forker(void *arg)
{
	int fd = open(SHM_NODE, O_RDWR);
	char *shared = map(fd, PAGES * PAGE, RW, MAP_SHARED, 0);
	char *private = map(fd, PAGES * PAGE, RW, MAP_PRIVATE, 0);

	while (!stopped()) {
		pid_t child;

		touch_one(private, true);
		child = fork();
		if (!child) {
			for (int i = 0; i < PAGES; i++) {
				touch_one(private + i * PAGE, true);
				touch_one(shared + i * PAGE, true);
			}
			_exit(wrong ? 1 : 0);
		}
		if (child < 0 || ended(child))
			WRONG(errno);
	}
	munmap(shared, PAGES * PAGE);
	munmap(private, PAGES * PAGE);
	close(fd);
	return NULL;
}

static void *puncher(void *arg)
{
	int fd = open(SHM_NODE, O_RDWR);

	for (int i = 0; !stopped(); i++) {
		if (change(fd, i & 3 ? CHARD_SHM_PUNCH : CHARD_SHM_ZERO, i * 1009 % (PAGES * PAGE),
			   3 * PAGE))
			WRONG(errno);
		usleep(200);
	}
	close(fd);
	return NULL;
}

/* How often each thing must have been tried before the test tells anything. */
static bool is_enough(unsigned int rounds)
{
	return rounds > 10 && __atomic_load_n(&touches, __ATOMIC_RELAXED) > 1000 &&
	       __atomic_load_n(&faults, __ATOMIC_RELAXED) > 0;
}

/* On a busy machine it goes on until it is enough, at most as long as the time-out lets it. */
TEST_F_TIMEOUT(shm, all_at_once, 200)
{
	static void *(*const bodies[])(void *) = { toucher, toucher, copier, forker, puncher };
	char *shared = map(self->fd, PAGES * PAGE, RW, MAP_SHARED, 0);
	char *private = map(self->fd, PAGES * PAGE, RW, MAP_PRIVATE, 0);
	pthread_t threads[ARRAY_SIZE(bodies)];
	time_t end = time(NULL) + SECONDS;
	unsigned int rounds = 0;

	ASSERT_EQ(0, set_size(self->fd, PAGES * PAGE));
	for (unsigned int i = 0; i < ARRAY_SIZE(bodies); i++)
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, bodies[i], i == 1 ? self : NULL));
	while (time(NULL) < end || !is_enough(rounds)) {
		int page = rounds++ % PAGES;

		/* What is cut off is gone when the call returns, copies too. */
		touch_one(shared + page * PAGE, true);
		touch_one(private + page * PAGE, true);
		EXPECT_EQ(0, set_size(self->fd, page * PAGE));
		EXPECT_EQ(SIGBUS, look(shared + page * PAGE));
		EXPECT_EQ(SIGBUS, look(private + page * PAGE));
		EXPECT_EQ(0, set_size(self->fd, PAGES * PAGE));
		EXPECT_EQ(0, look(private + page * PAGE));
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (unsigned int i = 0; i < ARRAY_SIZE(bodies); i++)
		pthread_join(threads[i], NULL);
	TH_LOG("%u times another size; %lu touches, %lu of what was gone, %lu wrong", rounds,
	       touches, faults, wrong);
	EXPECT_EQ(0, wrong);
	EXPECT_EQ(0, munmap(shared, PAGES * PAGE));
	EXPECT_EQ(0, munmap(private, PAGES * PAGE));
	EXPECT_EQ(0, set_size(self->fd, 0));
	EXPECT_EQ(0, pages(self->fd));
	EXPECT_EQ(self->users, users());
}

TEST_HARNESS_MAIN
