// SPDX-License-Identifier: GPL-2.0
/* What a device and an open file take: the slab's objects before and after many. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "chard_bench.h"
#include "measure.h"

#define MANY 2000

/* Bytes of all objects in use. */
static long slab_bytes(void)
{
	unsigned long active, all, size;
	char line[512];
	long bytes = 0;
	FILE *file;

	/* What is freed behind a grace period is. */
	sleep(2);
	file = fopen("/proc/slabinfo", "r");

	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%*s %lu %lu %lu", &active, &all, &size) == 3)
			bytes += active * size;
	}
	if (!file)
		return -1;
	fclose(file);
	return bytes;
}

static void die(const char *node)
{
	fprintf(stderr, "measure: memory of %s: %s\n", node, strerror(errno));
	exit(EXIT_FAILURE);
}

/* To the nearest word: others come and go meanwhile. */
static long each(long before)
{
	return ((slab_bytes() - before) / MANY + 4) / 8 * 8;
}

static long of_a_file(const char *node)
{
	static int files[MANY];
	long before, taken;

	/* What is allocated once is there from then on. */
	for (int times = 0; times < 2; times++) {
		before = slab_bytes();
		for (int i = 0; i < MANY; i++) {
			files[i] = open(node, O_RDWR);
			if (files[i] < 0)
				die(node);
		}
		taken = each(before);
		for (int i = 0; i < MANY; i++)
			close(files[i]);
	}
	return taken;
}

static long of_a_device(const char *node)
{
	int fd = open(node, O_RDWR);
	long before, taken;

	for (int times = 0; times < 2; times++) {
		before = slab_bytes();
		for (unsigned long i = 1; i <= MANY; i++) {
			if (fd < 0 || ioctl(fd, CHARD_BENCH_CREATE, i) < 0)
				die(node);
		}
		taken = each(before);
		for (unsigned long i = 1; i <= MANY; i++)
			ioctl(fd, CHARD_BENCH_REMOVE, i);
	}
	close(fd);
	return taken;
}

static void row(const char *driver, const char *what, const char *kernel, long twin, long chard)
{
	printf("%s\t%s\t-\t%s\t%ld\t%ld\t%.4f\n", driver, what, kernel, twin, chard,
	       (double)chard / twin);
}

int memory(const char *kernel)
{
	struct rlimit limit = { 2 * MANY, 2 * MANY };

	if (setrlimit(RLIMIT_NOFILE, &limit))
		die("all");
	row("echo", "bytes of an open file", kernel, of_a_file("/dev/ctwin-echo"),
	    of_a_file("/dev/chard-echo"));
	row("tick", "bytes of an open file", kernel, of_a_file("/dev/ctwin-tick"),
	    of_a_file("/dev/chard-tick"));
	row("bench", "bytes of a device", kernel, of_a_device("/dev/ctwin-bench0"),
	    of_a_device("/dev/chard-bench0"));
	return EXIT_SUCCESS;
}
