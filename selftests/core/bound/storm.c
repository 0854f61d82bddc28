// SPDX-License-Identifier: GPL-2.0
/* Binding and unbinding under callers that read, wait, poll, call C and are called by it. */
#include <poll.h>
#include <time.h>

#include "bound_test.h"

#define SECONDS 10

static bool stop;
static unsigned long opened, answered, gone;

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

void storm(void)
{
	void *(*runs[])(void *) = { calls, calls, calls, asks, waits, waits };
	pthread_t threads[ARRAY_SIZE(runs)];
	unsigned long i, rounds = 0;
	time_t end;

	expect(0, load(KO, ""));
	for (i = 0; i < ARRAY_SIZE(runs); i++)
		pthread_create(&threads[i], NULL, runs[i], (void *)i);
	end = time(NULL) + SECONDS * slowness();
	while (time(NULL) < end) {
		if (unbind() || bind_again())
			break;
		rounds++;
		usleep(rounds % 7 * 1000);
	}
	report(time(NULL) >= end, "it is bound and unbound %lu times", rounds);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	/* Those that wait end with the device. */
	expect(0, unbind());
	for (i = 0; i < ARRAY_SIZE(runs); i++)
		pthread_join(threads[i], NULL);
	report(opened && answered && gone, "%lu files, %lu calls answered, %lu refused", opened,
	       answered, gone);
	expect(0, counts_now().removed_not);
	expect(0, bind_again());
	expect(0, unload(MODULE));
	report(log_is_clean(), "%s: the log is clean", __func__);
}
