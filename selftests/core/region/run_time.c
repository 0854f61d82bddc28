// SPDX-License-Identifier: GPL-2.0
/* Devices that are made and removed while others go on. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <time.h>

#include "region.h"

static void by_a_handler(void)
{
	int fd, other;

	expect(0, load(KO, "minors=6 devices=1"));
	fd = open(FIRST, O_RDWR);
	expect(3, create(fd, 3));
	other = open(node(3), O_RDWR);
	expect(3, read_index(other));
	expect(-EEXIST, create(fd, 3));
	expect(-EEXIST, create(fd, 0));
	expect(-EINVAL, create(fd, 6));
	expect(-EINVAL, create(fd, -1));
	expect(1, create(fd, CHARD_MANY_ANY));
	expect(2, create(fd, CHARD_MANY_ANY));
	expect(4, create(other, CHARD_MANY_ANY));
	expect(5, create(fd, CHARD_MANY_ANY));
	expect(-ENOSPC, create(fd, CHARD_MANY_ANY));
	expect(-ENXIO, destroy(fd, 6));
	expect(0, result(ioctl(fd, CHARD_MANY_LOCKED)));

	/* A file of what goes: itself, and by another. */
	expect(0, destroy(other, 3));
	expect(-ENODEV, result(read_index(other)));
	report(access(node(3), F_OK) && access(in_sysfs(3, "remove"), F_OK),
	       "the node has gone, and what sysfs has of it");
	expect(0, destroy(fd, 4));
	report(access(node(4), F_OK), "another goes, too");
	expect(-ENXIO, destroy(fd, 4));
	/* At once again, while a file of the old one is open. */
	expect(3, create(fd, CHARD_MANY_ANY));
	expect(-ENODEV, result(read_index(other)));
	expect(0, open_error(node(3)));
	close(other);
	expect(EAGAIN, unload(MODULE));
	close(fd);
	expect(0, unload(MODULE));
}

/* Waits for a number to be free: a removal that could not be waited for. */
static int create_soon(int fd, int index)
{
	int ret = create(fd, index);

	for (int i = 0; ret == -EEXIST && i < 500 * slowness(); i++) {
		usleep(10000);
		ret = create(fd, index);
	}
	return ret;
}

static atomic_bool reading;

static void *read_locked(void *data)
{
	(void)data;
	while (reading)
		show(in_sysfs(1, "locked"));
	return NULL;
}

/*
 * By whom it can not be waited for. Who reads an attribute wants the lock that the call
 * holds, and the removal waits for who reads an attribute. The caller's address space is
 * such a lock as well, since who holds the other may touch it: lockdep says so, but only
 * where somebody reads the attribute just then.
 */
static void by_who_holds_something(void)
{
	pthread_t thread;
	int fd, other;
	void *at;

	expect(0, load(KO, "devices=2"));
	fd = open(FIRST, O_RDWR);
	reading = true;
	pthread_create(&thread, NULL, read_locked, NULL);
	for (int i = 0; i < 20; i++) {
		other = open(node(1), O_RDWR);
		expect(0, result(ioctl(other, CHARD_MANY_REMOVE_LOCKED)));
		expect(-ENODEV, result(read_index(other)));
		close(other);
		expect(1, create_soon(fd, 1));
		other = open(node(1), O_RDWR);
		expect(1, read_index(other));
		at = mmap(NULL, 4096, PROT_READ, MAP_SHARED, other, 0);
		report(at != MAP_FAILED, "a device goes that is being mapped");
		expect(-ENODEV, result(read_index(other)));
		munmap(at, 4096);
		close(other);
		expect(1, create_soon(fd, 1));
	}
	reading = false;
	pthread_join(thread, NULL);
	close(fd);
	expect(0, unload(MODULE));
}

static void by_sysfs(void)
{
	expect(0, load(KO, "minors=6 devices=1"));
	expect(0, store(PARENT "add", "5\n"));
	expect(0, open_error(node(5)));
	expect(EEXIST, store(PARENT "add", "5"));
	expect(EINVAL, store(PARENT "add", "6"));
	expect(EINVAL, store(PARENT "add", "5 6"));
	expect(EINVAL, store(PARENT "add", "0xffffffff"));
	expect(ERANGE, store(PARENT "add", "4294967296"));
	expect(EINVAL, store(PARENT "add", "\n"));
	expect(0, store(in_sysfs(5, "remove"), "1"));
	expect(ENOENT, open_error(node(5)));
	expect(0, store(PARENT "add", "0x5"));
	expect(0, store(in_sysfs(5, "remove"), "1"));
	if (!fork()) {
		if (setuid(1000))
			_exit(1);
		_exit(store(PARENT "add", "4") != EACCES);
	}
	report(!wait_for_child(), "adding is root's alone");
	expect(0, unload(MODULE));
}

/* Through what lives on: a node made by hand, an inode that is held. */
static void inodes_that_live_on(void)
{
	static const char second[] = "/tmp/lives-on";
	char path[40];
	struct stat status;
	int fd, held, next[2];

	expect(0, load(KO, ""));
	stat(node(2), &status);
	mknod(second, S_IFCHR | 0600, status.st_rdev);
	fd = open(second, O_RDWR);
	held = open(node(2), O_PATH);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", held);
	expect(0, open_error(path));
	expect(0, store(in_sysfs(2, "remove"), "1"));
	expect(ENXIO, open_error(second));
	expect(ENXIO, open_error(path));
	expect(-ENODEV, result(read_index(fd)));
	/* The next of that number is what they lead to. */
	expect(0, store(PARENT "add", "2"));
	expect(0, open_error(second));
	expect(0, open_error(path));
	expect(-ENODEV, result(read_index(fd)));
	/* By an inode that keeps the first one's cdev, before and behind that one's end. */
	next[0] = open(second, O_RDWR);
	expect(2, read_index(next[0]));
	close(fd);
	next[1] = open(second, O_RDWR);
	expect(2, read_index(next[1]));
	expect(0, store(in_sysfs(2, "remove"), "1"));
	expect(-ENODEV, result(read_index(next[0])));
	expect(-ENODEV, result(read_index(next[1])));
	expect(ENXIO, open_error(second));
	close(next[0]);
	expect(0, store(PARENT "add", "2"));
	expect(0, open_error(second));
	close(next[1]);
	expect(0, open_error(second));
	expect(0, unload(MODULE));
	/* The inodes remember a cdev that is no more. */
	expect(ENXIO, open_error(second));
	expect(ENXIO, open_error(path));
	close(held);
	unlink(second);
}

/* One that is not made leaves its number free. */
static void made_in_vain(void)
{
	int fd;

	expect(0, load(KO, "devices=1"));
	fd = open(FIRST, O_RDWR);
	ioctl(fd, CHARD_MANY_SPOIL, 2L);
	expect(-ENOTTY, create(fd, 1));
	clear_log();
	/* No signal waits, behind which the call would be begun again. */
	ioctl(fd, CHARD_MANY_SPOIL, 3L);
	expect(EINTR, store(PARENT "add", "1"));
	ioctl(fd, CHARD_MANY_SPOIL, 1L);
	expect(-EIO, create(fd, 1));
	report(logged("spoilt"), "a panic while a device is made ends that alone");
	expect(1, create(fd, 1));
	expect(0, open_error(node(1)));
	/* The device that made it is another one, which has not panicked. */
	expect(0, read_index(fd));
	close(fd);
	expect(0, unload(MODULE));
	/* At load all goes when one fails: a name that is there already. */
	expect(0, load("chard_same.ko", "devices=1"));
	clear_log();
	expect(EBUSY, load(KO, ""));
	report(access(node(2), F_OK) && access(PARENT, F_OK), "what was made before is unmade");
	expect(0, unload("chard_same"));
	expect(0, load(KO, ""));
	expect(0, unload(MODULE));
	clear_log();
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

/* As many as there is room for: what the next one costs does not grow. */
static void thousands(void)
{
	double begun;
	int fd, made = 1, gone = 0, opened = 0;

	expect(0, load(KO, "devices=1"));
	fd = open(FIRST, O_RDWR);
	for (int step = 1; step <= 8; step++) {
		begun = seconds();
		for (; made < step * 512; made++) {
			if (create(fd, CHARD_MANY_ANY) != made)
				break;
		}
		printf("# %d devices: %.0f us for each of the last ones\n", made,
		       (seconds() - begun) / 512 * 1e6);
	}
	expect(4096, made);
	expect(-ENOSPC, create(fd, CHARD_MANY_ANY));
	for (int index = 0; index < 4096; index += 63) {
		int other = open(node(index), O_RDWR);

		opened += other >= 0 && read_index(other) == index;
		close(other);
	}
	expect(66, opened);
	begun = seconds();
	for (int index = 1; index < 2048; index++)
		gone += !destroy(fd, index);
	expect(2047, gone);
	close(fd);
	expect(0, unload(MODULE));
	printf("# removed: %.0f us for each\n", (seconds() - begun) / 4096 * 1e6);
	report(access(node(4095), F_OK) != 0, "the last one is gone");
}

void run_time(void)
{
	by_a_handler();
	by_who_holds_something();
	by_sysfs();
	inodes_that_live_on();
	report(log_is_clean(), "%s: the log is clean", __func__);
	made_in_vain();
	thousands();
	report(log_is_clean(), "thousands: the log is clean");
}
