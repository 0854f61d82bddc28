// SPDX-License-Identifier: GPL-2.0
/* What begins with a device, and what a driver and its devices are told. */
#include "life_test.h"

static void started_in_new(void)
{
	int fd = open(FIRST, O_RDWR);

	report(within(count(fd, CHARD_LIFE_TIMER) == 1 && count(fd, CHARD_LIFE_WORK) == 1 &&
		      count(fd, CHARD_LIFE_THREAD) == 1),
	       "a timer, work and a thread that new() starts come, once");
	expect(0, count(fd, CHARD_LIFE_BROKEN));
	expect(1, count(fd, CHARD_LIFE_REGISTERED));
	close(fd);
}

static void by_reset(void)
{
	int fd = open(FIRST, O_RDWR);

	expect(EIO, result(ioctl(fd, CHARD_LIFE_PANIC)));
	expect(0, store(SYSFS "reset", "1"));
	report(within(count(fd, CHARD_LIFE_TIMER) == 2 && count(fd, CHARD_LIFE_WORK) == 2 &&
		      count(fd, CHARD_LIFE_THREAD) == 2),
	       "behind a reset, in which they were started, they come again");

	expect(0, result(ioctl(fd, CHARD_LIFE_REFUSE_RESET)));
	expect(EIO, result(ioctl(fd, CHARD_LIFE_PANIC)));
	expect(ENOTTY, store(SYSFS "reset", "1"));
	usleep(100000);
	expect(EIO, result(count(fd, CHARD_LIFE_TIMER)));
	expect(0, store(SYSFS "reset", "1"));
	report(within(count(fd, CHARD_LIFE_TIMER) == 3 && count(fd, CHARD_LIFE_WORK) == 3 &&
		      count(fd, CHARD_LIFE_THREAD) == 3),
	       "but not behind a reset that refuses");
	/* Without a panic there is nothing to do. */
	expect(0, store(SYSFS "reset", "1"));
	expect(3, count(fd, CHARD_LIFE_TIMER));
	close(fd);
}

static void told(void)
{
	int fd;

	clear_log();
	expect(0, load(KO, ""));
	report(logged("chard_life: loaded"), "load() is called");
	started_in_new();
	by_reset();
	report(log_lacks("is removed"), "nothing was removed yet");

	fd = open(SECOND, O_RDWR);
	expect(0, store("/sys/class/chard/chard-life1/remove", "1"));
	report(logged("device 1 is removed: Err(ENODEV)"), "removed() is called, and may not wait");
	report(log_lacks("the state is dropped"), "the state stays while a file is open");
	close(fd);
	report(within(logged("the state is dropped")), "and goes with that");
	expect(0, unload(MODULE));
	report(logged("device 0 is removed"), "removed() is called by an unload");
	report(logged("chard_life: unloaded"), "and unload() behind it");
}

static void refused(void)
{
	clear_log();
	expect(ENOTTY, load(KO, "fail=1"));
	report(log_lacks("loaded"), "what load() refuses is neither loaded nor unloaded");
	expect(ENOTTY, load(KO, "fail=2"));
	report(log_lacks("the state is dropped"), "new() has made no state");
	expect(ENOTTY, load(KO, "fail=3"));
	report(logged("device 0 is removed"), "a device that was registered is removed");
	report(log_lacks("device 1 is removed"), "and one that registered() refuses is not told");
	report(access(FIRST, F_OK) && access(SECOND, F_OK), "nothing is left");
	report(log_is_clean(), "%s: the log is clean", __func__);
}

void begins(void)
{
	told();
	refused();
}
