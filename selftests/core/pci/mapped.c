// SPDX-License-Identifier: GPL-2.0
/* A BAR that is mapped to user space: its bounds, and how it goes. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <sys/mman.h>

#include "pci_test.h"

#define PAGE 4096L
/* edu's only BAR. */
#define BAR 0x100000L
#define IDENTITY 0x010000ed
#define RW (PROT_READ | PROT_WRITE)

static sigjmp_buf touched;

static void touch_failed(int signal)
{
	siglongjmp(touched, signal);
}

static unsigned int get_word(const unsigned int *at)
{
	return __atomic_load_n(at, __ATOMIC_RELAXED);
}

/* Reads a word: 0, or the signal. */
static int touch(const unsigned int *at)
{
	int failed;

	signal(SIGBUS, touch_failed);
	failed = sigsetjmp(touched, 1);
	if (!failed)
		get_word(at);
	signal(SIGBUS, SIG_DFL);
	return failed;
}

/* A mapping, NULL with errno set. */
static unsigned int *map(int fd, long at, long length, int flags)
{
	void *ret = mmap(NULL, length, RW, flags, fd, at);

	return ret == MAP_FAILED ? NULL : ret;
}

/* The errno of a mapping that must fail, 0 for one that did not. */
static int refused(int fd, long at, long length, int flags)
{
	unsigned int *mapping = map(fd, at, length, flags);

	return mapping ? munmap(mapping, length) : errno;
}

static void bounds(int fd)
{
	int testdev = node_of(testdev_slot, "board");

	expect(EINVAL, refused(fd, BAR, PAGE, MAP_SHARED));
	expect(EINVAL, refused(fd, BAR - PAGE, 2 * PAGE, MAP_SHARED));
	expect(EINVAL, refused(fd, 1L << 40, PAGE, MAP_SHARED));
	expect(EINVAL, refused(fd, 0, PAGE, MAP_PRIVATE));
	expect(0, refused(fd, BAR - PAGE, PAGE, MAP_SHARED));
	expect(0, set(fd, CHARD_BOARD_MAPPED, 1, 0, 0, 0));
	expect(EINVAL, refused(fd, 0, PAGE, MAP_SHARED));
	expect(0, set(fd, CHARD_BOARD_MAPPED, 6, 0, 0, 0));
	expect(EINVAL, refused(fd, 0, PAGE, MAP_SHARED));
	expect(0, set(fd, CHARD_BOARD_MAPPED, 0, 0, 0, 0));
	/* Its other BAR has ports. */
	expect(0, set(testdev, CHARD_BOARD_MAPPED, 1, 0, 0, 0));
	expect(EINVAL, refused(testdev, 0, PAGE, MAP_SHARED));
	close(testdev);
}

/* What it reads and writes is the device, also in a child. */
static void is_the_device(int fd)
{
	unsigned int *at = map(fd, 0, 2 * PAGE, MAP_SHARED);
	pid_t other;

	expect(IDENTITY, get_word(at));
	__atomic_store_n(at + 1, 0x12345678, __ATOMIC_RELAXED);
	expect(0xedcba987, get_word(at + 1));
	expect(0xedcba987, get(fd, CHARD_BOARD_READ, 0, 4, 4));
	other = child(get_word(at) == IDENTITY ? 0 : 1);
	expect(0, status_of(other));
	/* It does not grow beyond what the handler has agreed to. */
	report(mremap(at, 2 * PAGE, BAR + PAGE, MREMAP_MAYMOVE) == MAP_FAILED, "it does not grow");
	munmap(at, 2 * PAGE);
}

static void goes(int fd)
{
	unsigned int *at = map(fd, 0, 2 * PAGE, MAP_SHARED);

	expect(0, touch(at));
	expect(0, bind_by("board", "unbind", edu_slot));
	expect(SIGBUS, touch(at));
	expect(SIGBUS, touch(at + PAGE / 4));
	expect(ENODEV, refused(fd, 0, PAGE, MAP_SHARED));
	expect(0, bind_by("board", "bind", edu_slot));
	/* Of the binding before. */
	expect(SIGBUS, touch(at));
	munmap(at, 2 * PAGE);
}

/* What is mapped stays in quarantine, and what is not, is not until the reset. */
static void in_quarantine(int fd)
{
	unsigned int *at = map(fd, 0, 2 * PAGE, MAP_SHARED);

	expect(0, touch(at));
	expect(0, set(fd, CHARD_BOARD_PANIC, 0, 0, 0, 0));
	interrupt(fd);
	report(within(get(fd, CHARD_BOARD_EVENTS, 0, 0, 0) == -EIO), "it is in quarantine");
	expect(0, touch(at));
	expect(SIGBUS, touch(at + PAGE / 4));
	expect(0, store(BOARD_SYSFS "reset", "1"));
	expect(0, touch(at + PAGE / 4));
	munmap(at, 2 * PAGE);
}

/* Touches, for as long as that goes well. */
static int touches(int fd)
{
	for (;;) {
		unsigned int *at = map(fd, 0, PAGE, MAP_SHARED);

		if (!at || touch(at))
			return 0;
		/* Ones would be hardware that has gone. */
		if (get_word(at) != IDENTITY)
			return 1;
		munmap(at, PAGE);
	}
}

static void races(void)
{
	int wrong = 0;

	for (int i = 0; i < 20; i++) {
		int fd = node_of(edu_slot, "board");
		pid_t tasks[2];

		for (int k = 0; k < 2; k++)
			tasks[k] = child(touches(fd));
		usleep(1000 * (i % 7));
		wrong += bind_by("board", "unbind", edu_slot) != 0;
		for (int k = 0; k < 2; k++) {
			int status = status_of(tasks[k]);

			wrong += status != 0 && status != -SIGBUS;
		}
		close(fd);
		wrong += bind_by("board", "bind", edu_slot) != 0;
	}
	expect(0, wrong);
}

void mapped(void)
{
	int fd = node_of(edu_slot, "board");

	bounds(fd);
	is_the_device(fd);
	goes(fd);
	close(fd);
	fd = node_of(edu_slot, "board");
	in_quarantine(fd);
	close(fd);
	races();
	report(log_is_clean(), "%s: the log is clean", __func__);
}
