// SPDX-License-Identifier: GPL-2.0
/*
 * Threads that let devices panic, reset, remove and make them, while the driver is loaded and
 * unloaded: udev is told the last state of each device, and nothing of one that has gone.
 */
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "../faults/uevent.h"
#include "region.h"

#define THREADS 4
#define NUMBERS 4

static struct {
	unsigned long panicked, reset, removed, made, told, wrong;
	bool stop;
} results;

/* What udev has been told of a device: it is there, and its state. */
static struct {
	bool there;
	char state[32];
} heard[NUMBERS];

static void wrong(const char *what, const char *how)
{
	if (__atomic_fetch_add(&results.wrong, 1, __ATOMIC_RELAXED) < 10)
		printf("# %s: %s\n", what, how);
}

/* Writes to a file that may just go; counts a success. */
static void may_store(const char *path, const char *text, int good, unsigned long *counter)
{
	int error = store(path, text);

	if (error == good)
		__atomic_add_fetch(counter, 1, __ATOMIC_RELAXED);
	else if (error != ENOENT && error != ENODEV && error != EIO && error != EEXIST)
		wrong(path, strerror(error));
}

static void *run(void *data)
{
	unsigned int seed = (unsigned long)data;

	while (!__atomic_load_n(&results.stop, __ATOMIC_RELAXED)) {
		int index = rand_r(&seed) % NUMBERS;
		const char number[2] = { '0' + index };
		const char *state;

		switch (rand_r(&seed) % 8) {
		case 0:
			may_store(in_sysfs(index, "remove"), "1", 0, &results.removed);
			break;
		case 1:
			may_store(PARENT "add", number, 0, &results.made);
			break;
		case 2:
		case 3:
			may_store(in_sysfs(index, "level"), "99", EIO, &results.panicked);
			break;
		case 4:
		case 5:
			may_store(in_sysfs(index, "reset"), "1", 0, &results.reset);
			break;
		default:
			state = show(in_sysfs(index, "state"));
			if (state && strcmp(state, "ready\n") && strcmp(state, "quarantined\n") &&
			    strcmp(state, "removing\n"))
				wrong("a state", state);
		}
	}
	return NULL;
}

static void hear_one(const char *event, ssize_t length)
{
	const char *action = uevent_value(event, length, "ACTION");
	const char *name = strrchr(event, '/') + 1;
	const char *state = uevent_value(event, length, "CHARD_STATE");
	int index;

	if (strcmp(uevent_value(event, length, "SUBSYSTEM"), "chard"))
		return;
	for (index = 0; index < NUMBERS && strcmp(name, node_name(index)); index++)
		;
	if (index == NUMBERS)
		return;
	if (strcmp(action, "change")) {
		heard[index].there = !strcmp(action, "add");
		strcpy(heard[index].state, "ready");
		return;
	}
	results.told++;
	if (!heard[index].there)
		wrong(event, "of a device that has gone");
	if (strcmp(state, "ready") && strcmp(state, "quarantined"))
		wrong(event, state);
	if (strcmp(uevent_value(event, length, "CHARD_HANDLER"), "many"))
		wrong(event, "of another handler");
	snprintf(heard[index].state, sizeof(heard[index].state), "%s", state);
}

static void hear(int fd)
{
	char event[4096];
	ssize_t length;

	while ((length = recv(fd, event, sizeof(event) - 1, MSG_DONTWAIT)) > 0) {
		event[length] = '\0';
		hear_one(event, length);
	}
	if (errno == ENOBUFS)
		wrong("events", "were lost");
}

/* What was told last is what sysfs says, of each device that is there. */
static void compare(void)
{
	for (int index = 0; index < NUMBERS; index++) {
		const char *state = show(in_sysfs(index, "state"));

		if (!state != !heard[index].there)
			wrong(node_name(index), state ? "is there" : "is not there");
		else if (state && strncmp(state, heard[index].state, strlen(state) - 1))
			wrong(state, heard[index].state);
	}
}

void states(int seconds)
{
	int hears = uevents_open();
	time_t end = time(NULL) + seconds;
	int size = 32 << 20, reloads = 0, turn;
	pthread_t threads[THREADS];

	setsockopt(hears, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	report(hears >= 0, "the kernel can be heard");
	expect(0, load(KO, "minors=4"));
	for (long i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, run, (void *)(i + 1));
	/* An attribute that is written to keeps the module for a while. */
	while (time(NULL) < end || (!reloads && time(NULL) < end + 60)) {
		for (turn = 0; turn < 50; turn++) {
			usleep(1000);
			hear(hears);
		}
		/* No file of a device is open: its module may go at any time. */
		if (!unload(MODULE) && !load(KO, "minors=4"))
			reloads++;
	}
	__atomic_store_n(&results.stop, true, __ATOMIC_RELAXED);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	/* The work items that are queued have sent their events by then. */
	usleep(300000 * slowness());
	hear(hears);
	compare();
	printf("# %lu panicked, %lu reset, %lu removed, %lu made, %lu uevents, %d reloads\n",
	       results.panicked, results.reset, results.removed, results.made, results.told,
	       reloads);
	expect(0, results.wrong);
	report(results.panicked && results.reset && results.removed, "devices were in each state");
	report(results.made && results.told && reloads, "were made, and udev was told");
	close(hears);
	expect(0, unload(MODULE));
	report(log_is_clean() && log_lacks("left behind"), "%s: the log is clean", __func__);
	clear_log();
}
