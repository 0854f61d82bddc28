// SPDX-License-Identifier: GPL-2.0
/* The end of a binding: which calls are woken, which are waited for, and which are not. */
#include <poll.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>

#include "bound_test.h"

static int read_one(int fd)
{
	char text[16];

	return read(fd, text, sizeof(text)) > 0 ? 0 : errno;
}

static int read_locked(void)
{
	int fd = open(SYSFS "locked", O_RDONLY);

	return fd < 0 ? 255 : read_one(fd);
}

/* An old file answers ENODEV for good. */
static void is_dead(int fd)
{
	struct pollfd polled = { .fd = fd, .events = POLLIN };

	expect(-ENODEV, level(fd));
	expect(ENODEV, read_one(fd));
	expect(ENODEV, result(ioctl(fd, CHARD_PLUG_SET, 3)));
	expect(1, poll(&polled, 1, 0));
	expect(POLLERR | POLLHUP, polled.revents & (POLLERR | POLLHUP));
}

static void sleepers_are_woken(void)
{
	struct counts before = counts_now(), after;
	int fd = open(FIRST, O_RDWR), again;
	pid_t reader = child(read_one(fd));
	pid_t waiter = child(result(ioctl(fd, CHARD_PLUG_WAIT)));

	report(within(state_of(reader) == 'S' && state_of(waiter) == 'S'), "two calls sleep");
	expect(0, unbind());
	expect(ENODEV, status_of(reader));
	expect(ENODEV, status_of(waiter));
	is_dead(fd);
	expect(-1, open(FIRST, O_RDWR));
	after = counts_now();
	expect(before.removed_reached + 1, after.removed_reached);
	expect(0, after.removed_not);
	/* An interrupt that is on its way still. */
	expect(-ENODEV, after.late);
	/* Another device has its number. */
	expect(0, bind_again());
	again = open(FIRST, O_RDWR);
	expect(9, level(again));
	is_dead(fd);
	close(fd);
	report(within(counts_now().released_not == before.released_not + 1),
	       "release() behind that does not reach C");
	expect(9, level(again));
	close(again);
}

#define FREEZER "/tmp/freezer"

static bool is_frozen(void)
{
	char state[16] = "";
	int fd = open(FREEZER "/one/freezer.state", O_RDONLY);

	if (read(fd, state, sizeof(state) - 1) < 0)
		state[0] = 0;
	close(fd);
	return !strcmp(state, "FROZEN\n");
}

/* A task that is frozen does not run, whatever wakes it. */
static void frozen_ones_are_not_waited_for(void)
{
	char number[12];
	pid_t reader;
	int fd;

	mkdir(FREEZER, 0700);
	if (mount("freezer", FREEZER, "cgroup", 0, "freezer") || mkdir(FREEZER "/one", 0700)) {
		report(true, "this kernel has no freezer # SKIP");
		return;
	}
	fd = open(FIRST, O_RDWR);
	reader = child(read_one(fd));
	report(within(state_of(reader) == 'S'), "a call sleeps");
	snprintf(number, sizeof(number), "%d", reader);
	expect(0, store(FREEZER "/one/cgroup.procs", number));
	expect(0, store(FREEZER "/one/freezer.state", "FROZEN"));
	report(within(is_frozen()), "it is frozen");
	expect(0, unbind());
	expect(0, bind_again());
	expect(0, store(FREEZER "/one/freezer.state", "THAWED"));
	expect(ENODEV, status_of(reader));
	close(fd);
	rmdir(FREEZER "/one");
	umount(FREEZER);
}

static long milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int transfer(int fd)
{
	return ioctl(fd, CHARD_PLUG_TRANSFER, 600) == (4 << 8 | 9) ? 0 : 1;
}

static void calls_are_waited_for(void)
{
	int fd = open(FIRST, O_RDWR);
	long begin = milliseconds();
	pid_t caller = child(transfer(fd));

	report(within(state_of(caller) == 'D'), "a call is in C");
	expect(0, unbind());
	/* It could end no earlier: C looks itself whether the hardware is there. */
	report(milliseconds() - begin >= 600, "the end waits for it");
	expect(0, status_of(caller));
	close(fd);
	expect(0, bind_again());
}

/* A process that serves its memory when it likes keeps no bus waiting. */
static void user_space_is_not_waited_for(void)
{
	int fd = open(FIRST, O_RDWR);
	struct stalled stalled, locked;
	pid_t waiter, reader, killed;

	report(stall(&stalled, fd, CHARD_PLUG_STALL), "a call waits for its memory");
	report(stall(&locked, fd, CHARD_PLUG_STALL_LOCKED), "another one, with a lock");
	waiter = child(result(ioctl(fd, CHARD_PLUG_LOCK)));
	report(within(state_of(waiter) == 'D'), "and a third for that lock");
	reader = child(read_locked());
	killed = child(read_locked());
	report(within(state_of(reader) == 'D' && state_of(killed) == 'D'), "readers of sysfs, too");
	report(dies(killed), "which can be killed");
	status_of(killed);
	expect(0, unbind());
	/* sysfs waits for it, and so would the bus. */
	expect(ENODEV, status_of(reader));
	is_dead(fd);
	expect(0, bind_again());
	/* They come back, and there is no hardware for them. */
	expect(ENODEV, serve(&stalled));
	expect(ENODEV, serve(&locked));
	expect(ENODEV, status_of(waiter));
	close(fd);
	/* And while it is there, they are as ever. */
	fd = open(FIRST, O_RDWR);
	report(stall(&locked, fd, CHARD_PLUG_STALL_LOCKED), "a call waits for its memory");
	waiter = child(result(ioctl(fd, CHARD_PLUG_LOCK)));
	report(within(state_of(waiter) == 'D'), "and another for its lock");
	expect(0, serve(&locked));
	expect(0, status_of(waiter));
	close(fd);
}

static void removed_by_others(void)
{
	int fd = open(FIRST, O_RDWR);
	struct counts before = counts_now();

	/* It is removed, and bound until the bus says otherwise; then it is found so. */
	expect(0, store(SYSFS "remove", "1"));
	expect(before.removed_reached + 1, counts_now().removed_reached);
	is_dead(fd);
	expect(0, unbind());
	close(fd);
	expect(0, bind_again());
	fd = open(FIRST, O_RDWR);
	expect(0, result(ioctl(fd, CHARD_PLUG_REMOVE)));
	report(within(access(FIRST, F_OK)), "a handler removes its device");
	is_dead(fd);
	expect(0, unbind());
	close(fd);
	expect(0, bind_again());
	fd = open(FIRST, O_RDWR);
	/* Which would wait for itself. */
	expect(0, result(ioctl(fd, CHARD_PLUG_REMOVE_AT)));
	report(within(access(FIRST, F_OK)), "it does so by its number");
	expect(0, unbind());
	close(fd);
	expect(0, bind_again());
}

static void with_a_file_open(void)
{
	int fd = open(FIRST, O_RDWR);

	/* A file holds the module, whatever its device is bound to. */
	expect(EAGAIN, unload(MODULE));
	expect(0, unbind());
	expect(EAGAIN, unload(MODULE));
	close(fd);
	expect(0, bind_again());
}

void ends(void)
{
	expect(0, load(KO, ""));
	sleepers_are_woken();
	frozen_ones_are_not_waited_for();
	calls_are_waited_for();
	user_space_is_not_waited_for();
	removed_by_others();
	with_a_file_open();
	expect(0, unload(MODULE));
	report(log_is_clean(), "%s: the log is clean", __func__);
}
