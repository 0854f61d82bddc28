// SPDX-License-Identifier: GPL-2.0
/* Calls of /dev/chard-types, one after the other and by many threads at once. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

#include "types.h"

__u16 errors[CHARD_TYPES_STEPS];

/* Where CHARD_TYPES_COPY copies to and from: a page that is there. */
static char copied = 1;

int opened(void)
{
	int fd = open(NODE, O_RDWR);

	if (fd < 0) {
		perror(NODE);
		exit(EXIT_FAILURE);
	}
	return fd;
}

int control(int fd, unsigned long number, unsigned long argument)
{
	return ioctl(fd, number, argument) < 0 ? errno : 0;
}

int run(int fd, const struct step *steps, size_t n, int flags)
{
	struct chard_types_steps armed = { .address = (unsigned long)&copied };
	struct iovec all = { errors, sizeof(errors) };

	for (size_t i = 0; i < n; i++) {
		armed.step[i] = steps[i].step;
		armed.which[i] = steps[i].which;
	}
	memset(errors, 0xff, sizeof(errors));
	if (ioctl(fd, CHARD_TYPES_ARM, &armed))
		return errno;
	if (preadv2(fd, &all, 1, 0, flags) != sizeof(errors))
		return errno ?: EPROTO;
	return 0;
}

bool only(int error, size_t at, int expected)
{
	bool good = !error;

	for (size_t i = 0; i < CHARD_TYPES_STEPS; i++)
		good = good && errors[i] == (i == at ? expected : 0);
	if (!good) {
		printf("# the call: %d; its steps:", error);
		for (size_t i = 0; i < CHARD_TYPES_STEPS; i++)
			printf(" %d", errors[i]);
		printf("; expected %d at %zu\n", expected, at);
	}
	return good;
}

bool all_good(int error)
{
	return only(error, 0, 0);
}

static char mark[64];

void mark_log(void)
{
	static int marks;
	FILE *log = fopen("/dev/kmsg", "w");

	snprintf(mark, sizeof(mark), "types: mark %d of %d", ++marks, getpid());
	if (!log || fprintf(log, "%s\n", mark) < 0 || fclose(log))
		exit(EXIT_FAILURE);
}

bool logged_since(const char *text)
{
	const char *since = strstr(read_log(), mark);

	if (since && strstr(since, text))
		return true;
	printf("# not in the log: %s\n", text);
	return false;
}

static pthread_barrier_t begin;

static void *strike(void *argument)
{
	struct chard_types_hammer *hammer = argument;
	int fd = opened();
	long error;

	pthread_barrier_wait(&begin);
	error = control(fd, CHARD_TYPES_HAMMER, (unsigned long)hammer);
	close(fd);
	return (void *)error;
}

bool hammer(const __u32 *what, size_t threads, __u32 rounds)
{
	struct chard_types_hammer each[16];
	pthread_t ids[16];
	bool good = true;

	pthread_barrier_init(&begin, NULL, threads);
	for (size_t i = 0; i < threads; i++) {
		each[i] = (struct chard_types_hammer){ what[i], rounds };
		if (pthread_create(&ids[i], NULL, strike, &each[i]))
			exit(EXIT_FAILURE);
	}
	for (size_t i = 0; i < threads; i++) {
		void *error;

		pthread_join(ids[i], &error);
		if (error)
			printf("# thread %zu, which does %u: error %ld\n", i, what[i], (long)error);
		good = good && !error;
	}
	pthread_barrier_destroy(&begin);
	return good;
}
