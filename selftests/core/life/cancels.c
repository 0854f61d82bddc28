// SPDX-License-Identifier: GPL-2.0
/* Timers, work and threads that are dropped, cancelled, restarted, and that remove themselves. */
#include "life_test.h"

/* The number behind a word at the beginning of a line of a file. */
static long number_in(const char *path, const char *word)
{
	char line[256];
	FILE *file = fopen(path, "r");
	long number = -1;

	while (file && fgets(line, sizeof(line), file)) {
		if (!strncmp(line, word, strlen(word)))
			number = strtol(line + strlen(word), NULL, 10);
	}
	if (file)
		fclose(file);
	return number;
}

static void drops(int fd)
{
	int came = count(fd, CHARD_LIFE_CAME);
	long before, after = 0;

	expect(0, result(ioctl(fd, CHARD_LIFE_DROP, 1)));
	/* Its thread may have begun; that has ended then. */
	usleep(200000);
	report(count(fd, CHARD_LIFE_CAME) <= came + 1, "what was dropped does not come");
	expect(count(fd, CHARD_LIFE_CAME) - came, count(fd, CHARD_LIFE_CANCELLED));

	/* A kernel with KASAN keeps what was freed for a while. */
	if (slowness() > 1)
		return;
	before = number_in("/proc/meminfo", "SUnreclaim:");
	for (int i = 0; i < 20; i++)
		expect(0, result(ioctl(fd, CHARD_LIFE_DROP, 100)));
	/* They wait for RCU, and the threads' stacks for a while. */
	report(within((after = number_in("/proc/meminfo", "SUnreclaim:")) < before + 2000),
	       "2,000 of each leave nothing (%ld kB before, %ld behind)", before, after);
}

static void threads(int fd)
{
	int cancelled = count(fd, CHARD_LIFE_CANCELLED);

	expect(0, result(ioctl(fd, CHARD_LIFE_THREAD_START)));
	expect(EBUSY, result(ioctl(fd, CHARD_LIFE_THREAD_START)));
	expect(0, result(ioctl(fd, CHARD_LIFE_THREAD_CANCEL)));
	report(count(fd, CHARD_LIFE_CANCELLED) <= cancelled + 1,
	       "a thread that is waited for has ended");
	cancelled = count(fd, CHARD_LIFE_CANCELLED);
	expect(0, result(ioctl(fd, CHARD_LIFE_THREAD_START)));
	usleep(50000);
	expect(0, result(ioctl(fd, CHARD_LIFE_THREAD_RESTART)));
	expect(cancelled + 1, count(fd, CHARD_LIFE_CANCELLED));
	usleep(50000);
	expect(0, result(ioctl(fd, CHARD_LIFE_THREAD_CANCEL)));
	expect(cancelled + 2, count(fd, CHARD_LIFE_CANCELLED));
	expect(0, result(ioctl(fd, CHARD_LIFE_THREAD_CANCEL)));
}

static void queued(int fd)
{
	int came = count(fd, CHARD_LIFE_CAME);

	clear_log();
	expect(EDEADLK, ioctl(fd, CHARD_LIFE_WORK_ITSELF));
	report(logged("life: refused with EDEADLK: it would wait for its own end"),
	       "and the log says why");
	expect(0, result(ioctl(fd, CHARD_LIFE_WORK_RESTART)));
	report(within(count(fd, CHARD_LIFE_CAME) == came + 2), "work that is restarted comes now");
	expect(0, result(ioctl(fd, CHARD_LIFE_WORK_MUTUAL)));
	report(within(logged("two that wait for each other: Err(ECANCELED)")),
	       "of two works that wait for each other one learns that it is cancelled");
}

/* It waits in a queue, and learns of the cancel there. */
static void waiting_work(int fd)
{
	int cancelled = count(fd, CHARD_LIFE_CANCELLED);
	pid_t waiter = child(result(ioctl(fd, CHARD_LIFE_WORK_CANCEL)));
	bool ends = within(state_of(waiter) == 'Z');

	report(ends, "work that waits is cancelled");
	if (!ends)
		kill(waiter, SIGKILL);
	expect(0, status_of(waiter));
	expect(cancelled + 1, count(fd, CHARD_LIFE_CANCELLED));
}

/* Cancelled behind a start, in the callback: it must not wait for the hour. */
static void armed_again(int fd)
{
	pid_t waiter = child(result(ioctl(fd, CHARD_LIFE_TIMER_REARMED)));
	bool ends = within(state_of(waiter) == 'Z');

	report(ends, "a timer that was armed again while it ran is cancelled");
	if (!ends)
		kill(waiter, SIGKILL);
	expect(0, status_of(waiter));
}

static void removes_itself(void)
{
	for (int i = 0; i < 60; i++) {
		int fd, index = 2 + i % 2;
		char number[8], node[32];

		snprintf(number, sizeof(number), "%d", index);
		snprintf(node, sizeof(node), "/dev/chard-life%d", index);
		if (store("/sys/devices/chard-life/add", number)) {
			report(false, "device %d can not be made", index);
			return;
		}
		fd = open(node, O_RDWR);
		ioctl(fd, CHARD_LIFE_REMOVE_SELF, i * 37 % 400);
		/* The last reference goes here, in the removal, or in the thread. */
		close(fd);
		if (!within(access(node, F_OK))) {
			report(false, "device %d does not go", index);
			return;
		}
	}
	report(true, "a device whose thread removes it goes, wherever the last reference does");
}

void cancels(void)
{
	int fd;

	expect(0, load(KO, ""));
	fd = open(FIRST, O_RDWR);
	drops(fd);
	threads(fd);
	queued(fd);
	armed_again(fd);
	waiting_work(fd);
	removes_itself();
	expect(0, store(SYSFS "remove", "1"));
	close(fd);
	expect(0, unload(MODULE));
	report(log_is_clean(), "%s: the log is clean", __func__);
}
