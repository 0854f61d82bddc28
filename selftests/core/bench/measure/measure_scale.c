// SPDX-License-Identifier: GPL-2.0
/*
 * Two callers, each a process, by turns: on one processor and on two, on the same device
 * and on two. plugin.c sees the calls of both. For each a line says which it was: driver,
 * operation, size, devices, processors, side, caller.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chard_bench.h"
#include "measure.h"

/* How often each is seen: the shortest is one that nobody has disturbed. */
#define SEEN 5

/**
 * struct scaled - what is looked at
 * @driver: of a suite
 * @operation: of that suite
 * @size: in bytes
 * @devices: how many the driver has to do it on, 1 or 2
 * @alone: it is also looked at on one processor
 */
static const struct scaled {
	const char *driver;
	const char *operation;
	size_t size;
	int devices;
	bool alone;
} scaled[] = {
	{ "echo", "write", 64, 1, false },
	{ "echo", "read", 64, 1, true },
	{ "fifo", "poll, ready", 0, 1, false },
	{ "shm", "read", 64, 1, false },
	{ "tick", "ioctl, 8 bytes out", 0, 1, false },
	{ "scull", "open, close", 0, 2, true },
	{ "scull", "write", 64, 2, false },
	{ "scull", "read", 64, 2, true },
	{ "bench", "open, close", 0, 2, true },
	{ "bench", "ioctl, empty", 0, 2, true },
	{ "bench", "ioctl, 64 bytes in and out", 0, 2, false },
};

/* The other: who it is, where it is asked, and where it answers. */
static pid_t other;
static int ask, answer;

static void die(const char *what)
{
	fprintf(stderr, "measure: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

static void run_on(int processor)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(processor, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("processors");
}

static void call_seen(const struct operation *operation, struct side *side, size_t size)
{
	prepare(operation, side, size);
	call_begins();
	call(operation, side, size);
	call_ends();
}

static void other_runs(const struct operation *operation, const char *node, size_t size)
{
	struct side side = { .node = node };
	eventfd_t value;

	begin(operation, &side, size);
	while (!eventfd_write(answer, 1) && !eventfd_read(ask, &value))
		call_seen(operation, &side, size);
	_exit(EXIT_FAILURE);
}

static void await_other(void)
{
	eventfd_t value;

	if (eventfd_read(answer, &value))
		die("the other");
}

static void begin_other(const struct operation *operation, const char *node, size_t size,
			int processor)
{
	ask = eventfd(0, 0);
	answer = eventfd(0, 0);
	other = fork();
	if (ask < 0 || answer < 0 || other < 0)
		die("the other");
	if (!other) {
		run_on(processor);
		other_runs(operation, node, size);
	}
	await_other();
}

static void end_other(void)
{
	kill(other, SIGKILL);
	waitpid(other, NULL, 0);
	close(ask);
	close(answer);
}

/* The node of the second device. */
static const char *second(const char *node)
{
	static char path[64];
	size_t length = strlen(node);

	snprintf(path, sizeof(path), "%.*s1", (int)(node[length - 1] == '0' ? length - 1 : length),
		 node);
	return path;
}

static void see(const struct scaled *what, const struct operation *operation, const char *name,
		const char *node, int devices, int processors)
{
	struct side side = { .node = node };

	begin_other(operation, devices == 1 ? node : second(node), what->size, processors - 1);
	begin(operation, &side, what->size);
	for (int i = 0; i < SEEN; i++) {
		for (int caller = 0; caller < 2; caller++)
			printf("%s\t%s\t%zu\t%d\t%d\t%s\t%d\n", what->driver, what->operation,
			       what->size, devices, processors, name, caller);
		call_seen(operation, &side, what->size);
		if (eventfd_write(ask, 1))
			die("the other");
		await_other();
	}
	end(operation, &side);
	end_other();
}

static void see_all(const struct scaled *what, bool only_lines)
{
	const struct suite *suite;
	const struct operation *operation = operation_of(what->driver, what->operation, &suite);

	if (!operation)
		exit(EXIT_FAILURE);
	for (int devices = 1; devices <= what->devices; devices++) {
		for (int processors = what->alone && !only_lines ? 1 : 2; processors <= 2;
		     processors++) {
			see(what, operation, "twin", suite->twin, devices, processors);
			see(what, operation, "chard", suite->chard, devices, processors);
		}
	}
}

/* bench has one device to begin with. */
static void make_second(const char *node)
{
	int fd = open(node, O_RDWR);

	if (fd < 0 || ioctl(fd, CHARD_BENCH_CREATE, 1UL) < 0)
		die(node);
	close(fd);
}

int scale(bool only_lines)
{
	make_second("/dev/chard-bench0");
	make_second("/dev/ctwin-bench0");
	run_on(0);
	/* The plugin looks from the first call on, a moment later. */
	call_begins();
	call_ends();
	sleep(1);
	for (size_t i = 0; i < sizeof(scaled) / sizeof(*scaled); i++)
		see_all(&scaled[i], only_lines);
	return EXIT_SUCCESS;
}
