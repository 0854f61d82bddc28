// SPDX-License-Identifier: GPL-2.0
/* Callers that wait while the machine is suspended, as far as its pm_test goes. */
#define _GNU_SOURCE
#include "life_test.h"

#define PM_TEST "/sys/power/pm_test"

static int wait_for(int fd, int limit)
{
	return result(ioctl(fd, CHARD_LIFE_WAIT, limit));
}

/*
 * The freezer stops a caller where it waits: it goes on waiting then, for as long as its
 * limit says. The wait of 0.9 s ends in the suspend, which lasts a second at least.
 */
static void waits_through(int fd, const char *depth)
{
	pid_t forever = child(wait_for(fd, 0)), limited = child(wait_for(fd, 600 * 1000)), soon;

	report(within(state_of(forever) == 'S' && state_of(limited) == 'S'),
	       "suspend to %s: two wait", depth);
	/*
	 * A wake-up of one goes to the first in the queue, so what follows enters it behind
	 * those two.
	 */
	expect(0, result(ioctl(fd, CHARD_LIFE_THREAD_START)));
	soon = child(wait_for(fd, 900));
	expect(0, store(PM_TEST, depth));
	expect(0, store("/sys/power/state", "freeze"));
	expect(0, store(PM_TEST, "none"));
	expect(ETIMEDOUT, status_of(soon));
	usleep(100000);
	report(state_of(limited) == 'S' && state_of(forever) == 'S',
	       "suspend to %s: others go on waiting", depth);
	expect(0, result(ioctl(fd, CHARD_LIFE_WAKE_ONE)));
	expect(0, result(ioctl(fd, CHARD_LIFE_WAKE_ONE)));
	expect(0, status_of(limited));
	expect(0, status_of(forever));
	expect(0, result(ioctl(fd, CHARD_LIFE_THREAD_CANCEL)));
}

void suspends(void)
{
	int fd;

	if (access(PM_TEST, W_OK)) {
		printf("# this kernel has no %s: no suspend is tried\n", PM_TEST);
		return;
	}
	expect(0, load(KO, ""));
	fd = open(FIRST, O_RDWR);
	/* Where the kernel knows that: else a suspend lasts 5 s. */
	store("/sys/module/suspend/parameters/pm_test_delay", "1");
	waits_through(fd, "freezer");
	waits_through(fd, "devices");
	close(fd);
	expect(0, unload(MODULE));
	report(log_is_clean(), "%s: the log is clean", __func__);
}
