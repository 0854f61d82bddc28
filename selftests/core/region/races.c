// SPDX-License-Identifier: GPL-2.0
/*
 * Threads that make, remove and open devices of the same few numbers, by handlers
 * and by sysfs, while the driver is loaded and unloaded.
 */
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "region.h"

#define THREADS 6
#define NUMBERS 8

static struct {
	unsigned long made, removed, opened, told, wrong;
	bool stop, closed;
} results;

static void add(unsigned long *counter)
{
	__atomic_add_fetch(counter, 1, __ATOMIC_RELAXED);
}

/* An answer that must not be. */
static void wrong(const char *what, int error)
{
	if (__atomic_fetch_add(&results.wrong, 1, __ATOMIC_RELAXED) < 10)
		printf("# %s: %s\n", what, strerror(error));
}

static void one(unsigned int *seed)
{
	int index = rand_r(seed) % NUMBERS, fd, ret;
	const char number[2] = { '0' + index };

	switch (rand_r(seed) % 4) {
	case 0:
		ret = store(in_sysfs(index, "remove"), "1");
		if (!ret)
			add(&results.removed);
		else if (ret != ENOENT && ret != ENODEV)
			wrong("remove", ret);
		return;
	case 1:
		ret = store(PARENT "add", number);
		if (!ret)
			add(&results.made);
		else if (ret != EEXIST && ret != ENODEV && ret != ENOENT)
			wrong("add", ret);
		return;
	}
	/* It is to be unloaded: sysfs goes on meanwhile. */
	if (__atomic_load_n(&results.closed, __ATOMIC_RELAXED))
		return;
	fd = open(node(index), O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		if (errno != ENOENT && errno != ENODEV && errno != ENXIO)
			wrong("open", errno);
		return;
	}
	add(&results.opened);
	ret = read_index(fd);
	if (ret != index && (ret >= 0 || errno != ENODEV))
		wrong("read", errno);
	/* Others remove the device meanwhile: what it says of itself is over then. */
	for (int i = rand_r(seed) % 4 ? 0 : 50; i && !ioctl(fd, CHARD_MANY_TELL, 0L); i--)
		add(&results.told);
	if (ioctl(fd, CHARD_MANY_TELL, 0L) && errno != ENODEV)
		wrong("uevent", errno);
	index = rand_r(seed) % NUMBERS;
	ret = rand_r(seed) % 2 ? create(fd, index) : destroy(fd, index);
	if (ret < 0 && ret != -ENODEV && ret != -EEXIST && ret != -ENXIO)
		wrong("an ioctl", -ret);
	close(fd);
}

static void *run(void *data)
{
	unsigned int seed = (unsigned long)data;

	while (!__atomic_load_n(&results.stop, __ATOMIC_RELAXED))
		one(&seed);
	return NULL;
}

void races(int seconds)
{
	time_t end = time(NULL) + seconds;
	pthread_t threads[THREADS];
	unsigned int reloads = 0;
	int error;

	expect(0, load(KO, "minors=8"));
	for (long i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, run, (void *)(i + 1));
	while (time(NULL) < end) {
		usleep(50000);
		__atomic_store_n(&results.closed, true, __ATOMIC_RELAXED);
		do {
			usleep(1000);
			error = unload(MODULE);
		} while (error == EAGAIN);
		if (!error)
			error = load(KO, "minors=8"), reloads++;
		__atomic_store_n(&results.closed, false, __ATOMIC_RELAXED);
		if (error)
			wrong("rmmod or insmod", error);
	}
	results.stop = true;
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	printf("# %lu made, %lu removed, %lu opened, %lu uevents, %u reloads\n", results.made,
	       results.removed, results.opened, results.told, reloads);
	expect(0, results.wrong);
	report(results.made && results.removed && results.opened && results.told && reloads,
	       "all of it was done");
	expect(0, unload(MODULE));
	report(log_is_clean() && log_lacks("left behind"), "%s: the log is clean", __func__);
}
