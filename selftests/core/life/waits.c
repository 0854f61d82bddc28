// SPDX-License-Identifier: GPL-2.0
/* Waits with a limit, and wake-ups of one or of all. */
#define _GNU_SOURCE
#include <time.h>

#include "life_test.h"

static void nothing(int number)
{
	(void)number;
}

static int wait_signalled(int fd, int limit, int flags)
{
	struct sigaction action = { .sa_handler = nothing, .sa_flags = flags };

	sigaction(SIGUSR1, &action, NULL);
	return result(ioctl(fd, CHARD_LIFE_WAIT, limit));
}

static void signals(int fd)
{
	pid_t waiter = child(wait_signalled(fd, 300, SA_RESTART));

	/* Each restart would begin a wait of 0.3 s. */
	for (int i = 0; i < 20 && state_of(waiter) != 'Z'; i++) {
		usleep(100000);
		kill(waiter, SIGUSR1);
	}
	expect('Z', state_of(waiter));
	expect(EINTR, status_of(waiter));

	expect(ETIMEDOUT, result(ioctl(fd, CHARD_LIFE_WAIT, 50)));

	waiter = child(wait_signalled(fd, 0, 0));
	within(state_of(waiter) == 'S');
	kill(waiter, SIGUSR1);
	expect(EINTR, status_of(waiter));

	waiter = child(wait_signalled(fd, 0, SA_RESTART));
	within(state_of(waiter) == 'S');
	kill(waiter, SIGUSR1);
	usleep(100000);
	report(state_of(waiter) == 'S', "without a limit a wait is restarted");
	expect(0, result(ioctl(fd, CHARD_LIFE_WAKE_ONE)));
	expect(0, status_of(waiter));
}

static int ended(const pid_t *waiters, int n)
{
	int dead = 0;

	for (int i = 0; i < n; i++)
		dead += state_of(waiters[i]) == 'Z';
	return dead;
}

static void wakes(int fd)
{
	pid_t waiters[4];

	for (int i = 0; i < 4; i++) {
		waiters[i] = child(wait_signalled(fd, 0, 0));
		within(state_of(waiters[i]) == 'S');
		usleep(20000);
	}
	expect(0, result(ioctl(fd, CHARD_LIFE_WAKE_ONE)));
	report(within(ended(waiters, 4) == 1), "one of four is woken");
	usleep(100000);
	expect(1, ended(waiters, 4));
	report(state_of(waiters[0]) == 'Z', "the one that has waited longest");
	/* One that is killed is none that was woken. */
	report(dies(waiters[1]), "one is killed");
	expect(0, result(ioctl(fd, CHARD_LIFE_WAKE_ONE)));
	report(within(ended(waiters, 4) == 3), "and another is woken in its place");
	expect(0, result(ioctl(fd, CHARD_LIFE_WAKE_ALL)));
	report(within(ended(waiters, 4) == 4), "then all");
	for (int i = 0; i < 4; i++)
		status_of(waiters[i]);
}

void waits(void)
{
	int fd;

	expect(0, load(KO, ""));
	fd = open(FIRST, O_RDWR);
	signals(fd);
	wakes(fd);
	close(fd);
	expect(0, unload(MODULE));
	report(log_is_clean(), "%s: the log is clean", __func__);
}
