// SPDX-License-Identifier: GPL-2.0
/* What is counted of shm: pages by read and write, and in a mapping. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "measure.h"

#define PAGE 4096

static long call_map(struct side *side, size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, side->fd, 0);

	return at == MAP_FAILED ? -1 : munmap(at, size);
}

/* The pages are there, the mapping is new each time. */
static long map_again(struct side *side, size_t size)
{
	if (side->map && munmap(side->map, size) < 0)
		return -1;
	side->map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, side->fd, 0);
	return side->map == MAP_FAILED ? -1 : 0;
}

static long call_touch(struct side *side, size_t size)
{
	*(char *)side->map = 'y';
	return 0;
}

const struct operation shm_operations[] = {
	{ .name = "write",
	  .call = call_write,
	  .sizes = { 64, PAGE, LARGEST },
	  .before = to_start,
	  .begin = begin_written },
	{ .name = "read",
	  .call = call_read,
	  .sizes = { 64, PAGE, LARGEST },
	  .before = to_start,
	  .begin = begin_written },
	{ .name = "mmap, munmap", .call = call_map, .sizes = { PAGE }, .begin = begin_written },
	{ .name = "first touch of a page",
	  .call = call_touch,
	  .sizes = { PAGE },
	  .before = map_again,
	  .begin = begin_written },
	{},
};
