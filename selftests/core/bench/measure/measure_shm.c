// SPDX-License-Identifier: GPL-2.0
/* What is counted of shm: pages by read and write, and in a mapping. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "measure.h"

#define PAGE 4096
/* What a page table maps, and where nothing is mapped. */
#define TABLE (512UL * PAGE)
#define FAR 0x100000000000

static long call_map(struct side *side, size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, side->fd, 0);

	return at == MAP_FAILED ? -1 : munmap(at, size);
}

/*
 * The pages of the device are there, the mapping is new each time, at the same place:
 * whether there is a page table is not left to chance.
 */
static long map_again(struct side *side, size_t size)
{
	side->map =
		mmap(side->map, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, side->fd, 0);
	return side->map == MAP_FAILED ? -1 : 0;
}

/* Beside a page of another kind, so in its table. */
static long begin_beside(struct side *side, size_t size)
{
	char *at =
		mmap(NULL, 2 * TABLE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		return -1;
	at = (char *)(((unsigned long)at + TABLE - 1) & -TABLE);
	*at = 'x';
	side->map = at + PAGE;
	return begin_written(side, size);
}

/* Far from everything else. */
static long begin_far(struct side *side, size_t size)
{
	side->map = (void *)FAR;
	return begin_written(side, size);
}

static void end_far(struct side *side)
{
	munmap(side->map, PAGE);
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
	  .begin = begin_beside },
	{ .name = "first touch, and no table",
	  .call = call_touch,
	  .sizes = { PAGE },
	  .before = map_again,
	  .begin = begin_far,
	  .end = end_far },
	{},
};
