// SPDX-License-Identifier: GPL-2.0
/* A completion: for one, for all, by a timer; interrupted; ended by the device's removal. */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include "types.h"

static pid_t waiter;

static void *wait_for_it(void *argument)
{
	int fd = *(int *)argument;

	__atomic_store_n(&waiter, syscall(SYS_gettid), __ATOMIC_RELEASE);
	return (void *)(long)control(fd, CHARD_TYPES_WAIT, 0);
}

/* A thread that waits, and does so by now. */
static pthread_t start(int *fd)
{
	char path[64], state = 0;
	pthread_t thread;

	waiter = 0;
	if (pthread_create(&thread, NULL, wait_for_it, fd))
		exit(EXIT_FAILURE);
	while (state != 'S') {
		FILE *file;

		snprintf(path, sizeof(path), "/proc/self/task/%d/stat",
			 __atomic_load_n(&waiter, __ATOMIC_ACQUIRE));
		file = fopen(path, "r");
		if (file && fscanf(file, "%*d %*s %c", &state) != 1)
			state = 0;
		if (file)
			fclose(file);
		usleep(1000);
	}
	return thread;
}

static long result(pthread_t thread)
{
	void *error;

	pthread_join(thread, &error);
	return (long)error;
}

static int signals;

static void noted(int number)
{
	(void)number;
	__atomic_add_fetch(&signals, 1, __ATOMIC_RELAXED);
}

static void removal(int *fd)
{
	int attribute = open("/sys/class/misc/chard-types/remove", O_WRONLY);
	pthread_t thread = start(fd);

	report(write(attribute, "1", 1) == 1, "the device is removed");
	report(result(thread) == ENODEV, "who waits learns so: ENODEV");
	report(control(*fd, CHARD_TYPES_WAIT, 0) == ENODEV, "as does who comes later");
	close(attribute);
}

int main(void)
{
	struct sigaction action = { .sa_handler = noted };
	pthread_t first, second;
	int fd = opened();
	bool good;

	report(control(fd, CHARD_TYPES_WAIT_SHORTLY, 0) == ETIMEDOUT, "nothing has happened");
	report(!control(fd, CHARD_TYPES_COMPLETE, 0) && !control(fd, CHARD_TYPES_COMPLETE, 0),
	       "it happens, twice");
	good = !control(fd, CHARD_TYPES_WAIT, 0) && !control(fd, CHARD_TYPES_WAIT, 0) &&
	       control(fd, CHARD_TYPES_WAIT_SHORTLY, 0) == ETIMEDOUT;
	report(good, "two go on, the third does not");
	first = start(&fd);
	report(!control(fd, CHARD_TYPES_COMPLETE, 0) && !result(first), "one who waits goes on");
	first = start(&fd);
	second = start(&fd);
	report(!control(fd, CHARD_TYPES_COMPLETE_ALL, 0) && !result(first) && !result(second),
	       "all who wait go on");
	good = !control(fd, CHARD_TYPES_WAIT, 0) && !control(fd, CHARD_TYPES_COMPLETE, 0) &&
	       !control(fd, CHARD_TYPES_WAIT, 0);
	report(good, "so do all who come");
	good = !control(fd, CHARD_TYPES_RESET, 0) &&
	       control(fd, CHARD_TYPES_WAIT_SHORTLY, 0) == ETIMEDOUT;
	report(good, "until it is reset");
	first = start(&fd);
	report(!control(fd, CHARD_TYPES_TIMER, 0) && !result(first),
	       "a timer uses what it may, and completes");

	sigaction(SIGUSR1, &action, NULL);
	first = start(&fd);
	pthread_kill(first, SIGUSR1);
	report(result(first) == EINTR, "a signal ends the wait: EINTR");

	sigaction(SIGIO, &action, NULL);
	__atomic_store_n(&signals, 0, __ATOMIC_RELAXED);
	fcntl(fd, F_SETOWN, getpid());
	fcntl(fd, F_SETFL, O_ASYNC);
	good = !control(fd, CHARD_TYPES_COMPLETE, 0) && !control(fd, CHARD_TYPES_WAIT, 0) &&
	       !__atomic_load_n(&signals, __ATOMIC_RELAXED);
	report(good, "a completion sends no SIGIO");

	mark_log();
	first = start(&fd);
	report(!control(fd, CHARD_TYPES_TIMER_PANIC, 0) && !result(first),
	       "a timer panics, with locks held and while it reads");
	while (!strstr(read_log(), ": in a timer"))
		usleep(1000);
	report(log_is_clean(), "the kernel has nothing to say");
	good = !control(fd, CHARD_TYPES_MEND, 0) && !control(fd, CHARD_TYPES_TIMER, 0) &&
	       !control(fd, CHARD_TYPES_WAIT, 0) && all_good(RUN(fd, { CHARD_TYPES_RCU_REPLACE }));
	report(good, "behind it all goes on");
	removal(&fd);
	close(fd);
	return report_end();
}
