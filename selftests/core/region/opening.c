// SPDX-License-Identifier: GPL-2.0
/* Opens that wait: they keep nobody else's from going on. */
#define _GNU_SOURCE
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "region.h"

struct opener {
	char path[64];
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
	opener->fd = open(opener->path, O_RDWR);
	opener->error = opener->fd < 0 ? errno : 0;
	__atomic_store_n(&opener->done, true, __ATOMIC_RELEASE);
	return NULL;
}

/* Returns when it sleeps in its open, or has not got so far in 10 s. */
static bool begin(struct opener *opener, const char *at)
{
	char path[64];

	*opener = (struct opener){ .fd = -1 };
	snprintf(opener->path, sizeof(opener->path), "%s", at);
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

	report(begin(&opener, node(1)), "an open waits");
	expect(0, open_error(FIRST));
	report(!opener.done, "others are opened meanwhile");
	expect(0, result(ioctl(holder, CHARD_MANY_HOLD, 0L)));
	expect(0, end(&opener));

	expect(0, result(ioctl(holder, CHARD_MANY_HOLD, 1L)));
	report(begin(&opener, node(1)), "another waits");
	pthread_kill(opener.thread, SIGUSR1);
	expect(EINTR, end(&opener));

	report(begin(&opener, node(1)), "a third");
	expect(0, store(in_sysfs(1, "remove"), "1"));
	expect(ENODEV, end(&opener));
	close(holder);
	expect(0, unload(MODULE));
	report(log_is_clean(), "%s: the log is clean", __func__);
}

/* A misc device of the kernel's own. */
#define OTHER "/dev/userfaultfd"
#define ALONE "/dev/alone"
#define BY_NUMBER "/alone"

void opening_misc(void)
{
	struct opener opener;
	int holder, fd;

	/* Opened before there is such a device: this node leads to misc_open() for good. */
	unlink(BY_NUMBER);
	expect(0, result(mknod(BY_NUMBER, S_IFCHR | 0600, makedev(10, 77))));
	fd = open(BY_NUMBER, O_RDWR);
	report(fd < 0, "there is no such misc device yet");

	expect(0, load("chard_alone.ko", "minors=77"));
	holder = open(ALONE, O_RDWR);
	report(holder >= 0, "a misc device whose open may wait");
	expect(0, open_error(BY_NUMBER));
	expect(0, result(ioctl(holder, CHARD_MANY_HOLD, 1L)));
	report(begin(&opener, ALONE), "an open of it waits");
	expect(0, open_error(OTHER));
	report(!opener.done, "and keeps no other misc device from being opened");
	expect(EAGAIN, open_error(BY_NUMBER));
	expect(0, result(ioctl(holder, CHARD_MANY_HOLD, 0L)));
	expect(0, end(&opener));
	close(holder);
	expect(0, store("/sys/class/misc/alone/remove", "1"));
	expect(0, unload("chard_alone"));
	unlink(BY_NUMBER);
}

/* What is not for a driver to choose: those above 255 are the kernel's to give away. */
void minors_of_misc(void)
{
	clear_log();
	expect(EINVAL, load("chard_alone.ko", "minors=256"));
	report(logged("alone: invalid minor range: 1 devices, 1 at load, first minor 256"),
	       "the log says which minor");
	expect(0, load("chard_alone.ko", "minors=255"));
	expect(0, unload("chard_alone"));
	report(log_is_clean(), "%s: the log is clean", __func__);
}
