// SPDX-License-Identifier: GPL-2.0
/*
 * Binding and unbinding, suspends and resumes, under callers that read, wait, poll, call C and are
 * called by it.
 */
#include <poll.h>
#include <time.h>

#include "bound_test.h"

#define SECONDS 5
#define SLEEP PIECE "sleep"

static bool stop;
static unsigned long opened, answered, gone, slept;

static bool stopped(void)
{
	return __atomic_load_n(&stop, __ATOMIC_RELAXED);
}

static void count(unsigned long *what)
{
	__atomic_add_fetch(what, 1, __ATOMIC_RELAXED);
}

static void *calls(void *data)
{
	unsigned int seed = (unsigned long)data;

	while (!stopped()) {
		int fd = open(FIRST, O_RDWR | O_NONBLOCK), i;
		struct chard_plug_fire fire = { rand_r(&seed) % 4, 1 };

		if (fd < 0)
			continue;
		count(&opened);
		for (i = 0; i < 20 && !stopped(); i++) {
			struct pollfd polled = { .fd = fd, .events = POLLIN };
			char text[16];
			long got;

			switch (rand_r(&seed) % 6) {
			case 0:
				got = result(ioctl(fd, CHARD_PLUG_TRANSFER, 1));
				break;
			case 1:
				got = result(ioctl(fd, CHARD_PLUG_FIRE, &fire));
				break;
			case 2:
				got = result(read(fd, text, sizeof(text)));
				break;
			case 3:
				poll(&polled, 1, 1);
				got = 0;
				break;
			case 4:
				got = result(ioctl(fd, CHARD_PLUG_LOCK));
				break;
			default:
				got = result(ioctl(fd, CHARD_PLUG_SET, i));
			}
			count(got == ENODEV ? &gone : &answered);
		}
		close(fd);
	}
	return NULL;
}

static void *asks(void *data)
{
	while (!stopped()) {
		store(PIECE "ask", "4");
		number_of(SYSFS "level");
	}
	return data;
}

static void *waits(void *data)
{
	while (!stopped()) {
		int fd = open(FIRST, O_RDWR);

		/* Until the device goes. */
		if (fd >= 0 && result(ioctl(fd, CHARD_PLUG_WAIT)) == ENODEV)
			count(&gone);
		close(fd);
	}
	return data;
}

/*
 * What is refused, since the device goes just now, is not counted. Readers have an event each time,
 * which the others would wait for.
 */
static void *sleeps(void *data)
{
	struct chard_plug_fire fire = { CHARD_PLUG_TASK, 1 };

	while (!stopped()) {
		int fd = open(FIRST, O_RDWR);

		if (!store(SLEEP, "0") && !number_of(SLEEP))
			count(&slept);
		usleep(rand() % 5 * 1000);
		store(SLEEP, "-1");
		ioctl(fd, CHARD_PLUG_FIRE, &fire);
		close(fd);
		usleep(rand() % 50 * 1000);
	}
	return data;
}

/* Those that wait end with the device. */
static void *(*const runs[])(void *) = { sleeps, calls, calls, calls, asks, waits, waits };

static void storm_of(bool unbinds, bool suspends)
{
	pthread_t threads[ARRAY_SIZE(runs)];
	unsigned long i, rounds = 0;
	time_t end;

	expect(0, load(KO, ""));
	stop = false;
	opened = 0;
	answered = 0;
	gone = 0;
	slept = 0;
	for (i = !suspends; i < ARRAY_SIZE(runs); i++)
		pthread_create(&threads[i], NULL, runs[i], (void *)i);
	end = time(NULL) + SECONDS * slowness();
	while (time(NULL) < end) {
		if (unbinds && (unbind() || bind_again()))
			break;
		rounds += unbinds;
		usleep(unbinds ? rounds % 7 * (suspends ? 50000 : 1000) : 10000);
	}
	report(time(NULL) >= end, "it is bound and unbound %lu times, and suspended %lu times",
	       rounds, slept);
	if (!unbinds)
		report(!gone, "no call was refused while it was bound");
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	if (suspends)
		pthread_join(threads[0], NULL);
	expect(0, unbind());
	for (i = 1; i < ARRAY_SIZE(runs); i++)
		pthread_join(threads[i], NULL);
	report(opened && answered && gone && !slept == !suspends,
	       "%lu files, %lu calls answered, %lu refused", opened, answered, gone);
	/* It does not reach what sleeps. */
	if (!suspends)
		expect(0, counts_now().removed_not);
	expect(0, bind_again());
	expect(0, unload(MODULE));
	report(log_is_clean(), "%s: the log is clean", __func__);
}

void storm(void)
{
	storm_of(true, false);
	storm_of(false, true);
	storm_of(true, true);
}
