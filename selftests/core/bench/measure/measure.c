// SPDX-License-Identifier: GPL-2.0
/*
 * measure KERNEL [--short]: what each operation costs beside its twin in C, in the unit of the
 * time-stamp counter: in a guest that counts instructions (vm.sh --count), these.
 * Prints for each, with tabs between: driver, operation, size, kernel, C, chard, ratio.
 *
 * measure --load NAME MODULE [PARAMETERS]: loads a module, and says what that costs.
 * measure --memory KERNEL: what a device and an open file take, in bytes of slab.
 * measure --scale: calls of two callers, each of which plugin.c sees; --lines: fewer of them.
 * measure --trace DRIVER chard|twin OPERATION SIZE: such calls, each of which plugin.c sees.
 *
 * One call at a time, many times; the value that comes most often is that of a call
 * which no interrupt has hit.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <x86intrin.h>

#include "measure.h"

#define TIMES 301
#define WARM 50
#define LOADS 9

char buffer[LARGEST];

static const struct suite suites[] = {
	{ "echo", "/dev/chard-echo", "/dev/ctwin-echo", echo_operations },
	{ "fifo", "/dev/chard-fifo", "/dev/ctwin-fifo", fifo_operations },
	{ "shm", "/dev/chard-shm", "/dev/ctwin-shm", shm_operations },
	{ "tick", "/dev/chard-tick", "/dev/ctwin-tick", tick_operations },
	{ "scull", "/dev/scull0", "/dev/ctwin0", scull_operations },
	{ "scullpipe", "/dev/scullpipe0", "/dev/ctwinpipe0", scull_pipe_operations },
	{ "scullsingle", "/dev/scullsingle", "/dev/ctwinsingle", scull_single_operations },
	{ "selftest", "/dev/chard-selftest", "/dev/ctwin-selftest", selftest_operations },
	{ "bench", "/dev/chard-bench0", "/dev/ctwin-bench0", bench_operations },
};

#define SUITES (sizeof(suites) / sizeof(*suites))

static void die(const struct operation *operation, const struct side *side)
{
	fprintf(stderr, "measure: %s of %s: %s\n", operation->name, side->node, strerror(errno));
	exit(EXIT_FAILURE);
}

void begin(const struct operation *operation, struct side *side, size_t size)
{
	side->fd = -1;
	side->other = -1;
	if (operation->begin) {
		if (operation->begin(side, size) < 0)
			die(operation, side);
		return;
	}
	side->fd = open(side->node, O_RDWR);
	if (side->fd < 0)
		die(operation, side);
}

void end(const struct operation *operation, struct side *side)
{
	if (operation->end)
		operation->end(side);
	if (side->fd >= 0)
		close(side->fd);
	if (side->other >= 0)
		close(side->other);
}

void prepare(const struct operation *operation, struct side *side, size_t size)
{
	if (operation->before && operation->before(side, size) < 0)
		die(operation, side);
}

void call(const struct operation *operation, struct side *side, size_t size)
{
	if (operation->call(side, size) < 0)
		die(operation, side);
}

static int by_value(const void *a, const void *b)
{
	const unsigned long *one = a, *other = b;

	return (*one > *other) - (*one < *other);
}

/*
 * The value that comes most often, which is that of a call that nothing has come between;
 * the median, where others are at work in each and none comes often.
 */
static unsigned long typical(unsigned long *values, int count)
{
	unsigned long mode = 0;
	int most = 0;

	qsort(values, count, sizeof(*values), by_value);
	for (int i = 0, from = 0; i < count; i++) {
		if (values[i] != values[from])
			from = i;
		if (i - from >= most) {
			most = i - from + 1;
			mode = values[i];
		}
	}
	return most < count / 10 ? values[count / 2] : mode;
}

/* What reading the counter costs is among it. */
static long cost_with_counter(const struct operation *operation, struct side *side, size_t size)
{
	static unsigned long costs[TIMES];

	begin(operation, side, size);
	for (int i = -WARM; i < TIMES; i++) {
		unsigned long start, stop;

		prepare(operation, side, size);
		start = __rdtsc();
		if (operation->call(side, size) < 0)
			die(operation, side);
		stop = __rdtsc();
		if (i >= 0)
			costs[i] = stop - start;
	}
	end(operation, side);
	return typical(costs, TIMES);
}

static long nothing(struct side *side, size_t size)
{
	return 0;
}

static long cost(const struct operation *operation, const char *node, size_t size)
{
	static const struct operation empty = { .name = "nothing", .call = nothing };
	struct side side = { .node = node }, null = { .node = "/dev/null" };

	return cost_with_counter(operation, &side, size) - cost_with_counter(&empty, &null, 0);
}

static void row(const char *driver, const struct operation *operation, size_t size,
		const char *kernel)
{
	printf("%s\t%s\t", driver, operation->name);
	printf(size ? "%zu" : "-", size);
	printf("\t%s\t", kernel);
}

static void floors(const char *kernel)
{
	for (const struct operation *operation = floor_operations; operation->name; operation++) {
		const char *node = strstr(operation->name, "zero") ? "/dev/zero" : "/dev/null";

		for (int i = 0; i == 0 || operation->sizes[i]; i++) {
			row("floor", operation, operation->sizes[i], kernel);
			printf("%ld\t-\t-\n", cost(operation, node, operation->sizes[i]));
		}
	}
}

static void compare(const struct suite *suite, const char *kernel, bool fast)
{
	for (const struct operation *operation = suite->operations; operation->name; operation++) {
		for (int i = 0; i == 0 || operation->sizes[i]; i++) {
			size_t size = operation->sizes[i];
			long twin, chard;

			if (operation->slow && fast)
				continue;
			row(suite->driver, operation, size, kernel);
			chard = cost(operation, suite->chard, size);
			if (operation->alone) {
				printf("-\t%ld\t-\n", chard);
				continue;
			}
			twin = cost(operation, suite->twin, size);
			printf("%ld\t%ld\t%.4f\n", twin, chard, (double)chard / twin);
		}
	}
}

/* Never inlined, nor made one function. */
__attribute__((noipa)) void call_begins(void)
{
}

__attribute__((noipa)) void call_ends(void)
{
}

const struct operation *operation_of(const char *driver, const char *name,
				     const struct suite **suite)
{
	for (size_t i = 0; i < SUITES; i++) {
		const struct operation *at = suites[i].operations;

		while (at->name && strcmp(at->name, name))
			at++;
		if (strcmp(suites[i].driver, driver) || !at->name)
			continue;
		*suite = &suites[i];
		return at;
	}
	fprintf(stderr, "measure: there is no operation '%s' of %s\n", name, driver);
	return NULL;
}

static int trace(const char *driver, const char *which, const char *name, size_t size)
{
	const struct suite *suite;
	const struct operation *operation = operation_of(driver, name, &suite);
	struct side side = {};

	if (!operation)
		return EXIT_FAILURE;
	side.node = !strcmp(which, "twin") ? suite->twin : suite->chard;
	begin(operation, &side, size);
	/* The last is what counts: it has been everywhere before. */
	for (int i = 0; i <= WARM; i++) {
		prepare(operation, &side, size);
		call_begins();
		call(operation, &side, size);
		call_ends();
	}
	end(operation, &side);
	return EXIT_SUCCESS;
}

/* It waits now and then, for others to see that there is a module: the least of some. */
static int load(const char *name, const char *module, const char *parameters)
{
	unsigned long least = -1;
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "%s.ko", module);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	for (int times = 0; times < LOADS; times++) {
		unsigned long start = __rdtsc(), took;

		if (fd < 0 || syscall(SYS_finit_module, fd, parameters, 0)) {
			fprintf(stderr, "measure: %s: %s\n", path, strerror(errno));
			return EXIT_FAILURE;
		}
		took = __rdtsc() - start;
		if (took < least)
			least = took;
		if (times < LOADS - 1 && syscall(SYS_delete_module, module, O_NONBLOCK)) {
			fprintf(stderr, "measure: rmmod %s: %s\n", module, strerror(errno));
			return EXIT_FAILURE;
		}
	}
	printf("%s\t%lu\n", name, least);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	memset(buffer, 'x', sizeof(buffer));
	if ((argc == 4 || argc == 5) && !strcmp(argv[1], "--load"))
		return load(argv[2], argv[3], argc == 5 ? argv[4] : "");
	if (argc == 3 && !strcmp(argv[1], "--memory"))
		return memory(argv[2]);
	if (argc == 2 && (!strcmp(argv[1], "--scale") || !strcmp(argv[1], "--lines")))
		return scale(!strcmp(argv[1], "--lines"));
	if (argc == 6 && !strcmp(argv[1], "--trace"))
		return trace(argv[2], argv[3], argv[4], strtoul(argv[5], NULL, 0));
	if (argc != 2 && !(argc == 3 && !strcmp(argv[2], "--short"))) {
		fprintf(stderr,
			"usage: measure KERNEL [--short] | --load NAME MODULE [PARAMETERS] | --memory KERNEL | --scale | --lines | --trace DRIVER chard|twin OPERATION SIZE\n");
		return EXIT_FAILURE;
	}
	floors(argv[1]);
	for (size_t i = 0; i < SUITES; i++)
		compare(&suites[i], argv[1], argc == 3);
	return EXIT_SUCCESS;
}
