// SPDX-License-Identifier: GPL-2.0
/*
 * What is mapped of a device that goes: SIGBUS for each task that touches it, by whichever
 * node, shared or private, touched before or not.
 */
#define _GNU_SOURCE
#include <sys/mman.h>

#include "removal.h"

#define SECOND_NODE "/tmp/second-shm"
#define PAGE 4096
#define RW (PROT_READ | PROT_WRITE)

static char *map(int fd, int flags)
{
	return mmap(NULL, 4 * PAGE, RW, flags, fd, 0);
}

/* How a mapping came to be, and what of it was touched. */
enum { SHARED, PRIVATE, SECOND_SHARED, SECOND_PRIVATE, MOVED, MAPPINGS };

static const char *const names[] = { "shared", "private", "shared, second node",
				     "private, second node", "grown and moved" };

static void touch_all(char **all)
{
	bool good = true;

	for (int i = 0; i < MAPPINGS; i++) {
		good &= !touch(all[i], true);
		good &= !touch(all[i] + PAGE, false);
	}
	report(good, "mapped: all is touched");
}

/* The signals of one mapping: touched for writing, for reading, and not before. */
static bool all_gone(char *at)
{
	return touch(at, false) == SIGBUS && touch(at, true) == SIGBUS &&
	       touch(at + PAGE, false) == SIGBUS && touch(at + PAGE, true) == SIGBUS &&
	       touch(at + 2 * PAGE, false) == SIGBUS && touch(at + 3 * PAGE, true) == SIGBUS;
}

static int child_of(char **all, int go)
{
	bool good = true;
	char byte;

	/* It has mappings of its own, and copies of copies. */
	for (int i = 0; i < MAPPINGS; i++)
		good &= !touch(all[i], false);
	good &= !touch(all[PRIVATE] + 3 * PAGE, true);
	good &= read(go, &byte, 1) == 1;
	for (int i = 0; i < MAPPINGS; i++)
		good &= all_gone(all[i]);
	return good ? 0 : 1;
}

void mappings(void)
{
	int first, second, ends[2], go[2], ended = -1;
	char *all[MAPPINGS], bytes[8] = "";
	struct iovec vector;
	struct stat status;
	pid_t child;

	clear_log();
	report(!load("chard_shm.ko", ""), "mapped: shm loads");
	first = open(SHM_NODE, O_RDWR | O_CLOEXEC);
	unlink(SECOND_NODE);
	report(!fstat(first, &status) && !mknod(SECOND_NODE, S_IFCHR | 0600, status.st_rdev),
	       "mapped: a second node");
	second = open(SECOND_NODE, O_RDWR | O_CLOEXEC);
	all[SHARED] = map(first, MAP_SHARED);
	all[PRIVATE] = map(first, MAP_PRIVATE);
	all[SECOND_SHARED] = map(second, MAP_SHARED);
	all[SECOND_PRIVATE] = map(second, MAP_PRIVATE);
	all[MOVED] =
		mremap(mmap(NULL, PAGE, RW, MAP_SHARED, first, 0), PAGE, 4 * PAGE, MREMAP_MAYMOVE);
	touch_all(all);

	/* The kernel has a hold of one page. */
	strcpy(all[SHARED], "pinned");
	vector = (struct iovec){ all[SHARED], 6 };
	report(!pipe(ends) && vmsplice(ends[1], &vector, 1, 0) == 6, "mapped: a page is pinned");
	report(!pipe(go), "mapped: a child is told to look");
	fflush(stdout);
	child = fork();
	if (!child)
		_exit(child_of(all, go[0]));
	usleep(200000);

	report(!attribute(SHM_REMOVE, "1"), "mapped: the device is removed");
	for (int i = 0; i < MAPPINGS; i++)
		report(all_gone(all[i]), "mapped, %s: SIGBUS", names[i]);
	report(write(go[1], "x", 1) == 1 && waitpid(child, &ended, 0) == child && !ended,
	       "mapped: so it is for a child");
	report(write(ends[1], all[SHARED], 1) == -1 && errno == EFAULT,
	       "mapped: a call that touches it gets EFAULT");
	report(map(first, MAP_SHARED) == MAP_FAILED && errno == ENODEV, "mapped: no mmap");
	report(read(ends[0], bytes, 6) == 6 && !strcmp(bytes, "pinned"),
	       "mapped: what is pinned is there");

	close(first);
	close(second);
	report(unload("chard_shm") == EAGAIN, "mapped: the driver stays while anything is mapped");
	for (int i = 0; i < MAPPINGS; i++)
		munmap(all[i], 4 * PAGE);
	report(!unload("chard_shm"), "mapped: it can be unloaded");
	close(ends[0]);
	close(ends[1]);
	close(go[0]);
	close(go[1]);
	unlink(SECOND_NODE);
	report(log_clean(), "mapped: the log is clean");
}
