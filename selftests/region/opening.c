// SPDX-License-Identifier: GPL-2.0
/* Opens that wait: they keep nobody else's from going on. */
#define _GNU_SOURCE
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "region.h"

struct opener {
	pthread_t thread;
	pid_t task;
	int fd;
	int error;
	bool done;
};

static void *run(void *data)
{
	struct opener *opener = data;

	__atomic_store_n(&opener->task, gettid(), __ATOMIC_RELEASE);
	opener->fd = open(node(1), O_RDWR);
	opener->error = opener->fd < 0 ? errno : 0;
	__atomic_store_n(&opener->done, true, __ATOMIC_RELEASE);
	return NULL;
}

/* Returns when it sleeps in its open, or has not got so far in 10 s. */
static bool begin(struct opener *opener)
{
	char path[64];

	*opener = (struct opener){ .fd = -1 };
	pthread_create(&opener->thread, NULL, run, opener);
	for (int i = 0; i < 1000 * slowness(); i++) {
		pid_t task = __atomic_load_n(&opener->task, __ATOMIC_ACQUIRE);

		snprintf(path, sizeof(path), "/proc/self/task/%d/stack", task);
		if (task && show(path) && strstr(show(path), "chard_wait_sleep"))
			return true;
		usleep(10000);
	}
	return false;
}

static int end(struct opener *opener)
{
	pthread_join(opener->thread, NULL);
	if (opener->fd >= 0)
		close(opener->fd);
	return opener->error;
}

static void nothing(int number)
{
	(void)number;
}

void opening(void)
{
	struct sigaction action = { .sa_handler = nothing };
	struct opener opener;
	int holder;

	sigaction(SIGUSR1, &action, NULL);
	expect(0, load(KO, ""));
	holder = open(node(1), O_RDWR);
	expect(0, result(ioctl(holder, CHARD_MANY_HOLD, 1L)));

	report(begin(&opener), "an open waits");
	expect(0, open_error(FIRST));
	report(!opener.done, "others are opened meanwhile");
	expect(0, result(ioctl(holder, CHARD_MANY_HOLD, 0L)));
	expect(0, end(&opener));

	expect(0, result(ioctl(holder, CHARD_MANY_HOLD, 1L)));
	report(begin(&opener), "another waits");
	pthread_kill(opener.thread, SIGUSR1);
	expect(EINTR, end(&opener));

	report(begin(&opener), "a third");
	expect(0, store(in_sysfs(1, "remove"), "1"));
	expect(ENODEV, end(&opener));
	close(holder);
	expect(0, unload(MODULE));
	report(log_is_clean(), "%s: the log is clean", __func__);
}
