// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/chard-lines0: in a guest as a process sees it whose lines nobody has requested; over the
 * handler in this process also what its C does, the chip and the end of a binding.
 */
#include <poll.h>
#include <pthread.h>

#include "chard_lines.h"
#include "lines_host.h"

#define NODE "/dev/chard-lines0"
#include "suite.h"

#define NONE "00000000\n"
#define SIZE (CHARD_LINES + 1)

static struct lines_chip chip;

static void set_up(void)
{
	chip = (struct lines_chip){ .present = 1, .requested = 5 };
	if (host_bind)
		ck_assert_int_eq(host_bind(&chip), 0);
	setup();
	/* Inputs, which a test before this one may have set. */
	expect(SIZE, write(fd, NONE, SIZE));
}

static void tear_down(void)
{
	teardown();
	/* The test may have done it. */
	if (host_unbind)
		host_unbind(0);
}

static short ready(int fd)
{
	struct pollfd polled = { .fd = fd, .events = POLLIN | POLLOUT };

	return poll(&polled, 1, 0) ? polled.revents : 0;
}

/* What a read has, which does not wait. */
static void reads(int fd, const char *text)
{
	ck_assert_int_eq(ready(fd), POLLIN | POLLOUT);
	memset(half, 0, page);
	expect(SIZE, read(fd, half, page));
	ck_assert_str_eq(half, text);
	ck_assert_int_eq(ready(fd), POLLOUT);
}

START_TEST(levels)
{
	int other;

	reads(fd, NONE);
	expect(SIZE, write(fd, "1-1----1\n", SIZE));
	reads(fd, "10100001\n");
	expect(SIZE, write(fd, "0------1\n", SIZE));
	reads(fd, "00100001\n");
	/* Nothing has changed. */
	expect(SIZE, write(fd, "0-1-----\n", SIZE));
	ck_assert_int_eq(ready(fd), POLLOUT);
	/* A file of its own has seen nothing. */
	other = open_node(O_RDONLY);
	reads(other, "00100001\n");
	expect(0, close(other));
}
END_TEST

START_TEST(refusals)
{
	expect(-EINVAL, write(fd, "1-1----2\n", SIZE));
	expect(-EINVAL, write(fd, "1-1----1x", SIZE));
	expect(-EFAULT, write(fd, half + page, SIZE));
	/* The whole text is refused. */
	reads(fd, NONE);
	expect(0, fcntl(fd, F_SETFL, O_NONBLOCK));
	expect(-EAGAIN, read(fd, half, page));
}
END_TEST

/* What a callback of the chip is answered. */
static long event(unsigned int event, unsigned int line, unsigned int level)
{
	struct lines_message message = { line, level };

	return host_event(0, event, &message, sizeof(message));
}

START_TEST(events)
{
	reads(fd, NONE);
	ck_assert_int_eq(event(LINES_OUTPUT, 1, 1), 0);
	reads(fd, "01000000\n");
	ck_assert_int_eq(event(LINES_GET, 1, 0), 1);
	/* What is outside does not reach an output. */
	expect(SIZE, write(fd, "00000001\n", SIZE));
	reads(fd, "01000001\n");
	ck_assert_int_eq(event(LINES_GET, 7, 0), 1);
	ck_assert_int_eq(event(LINES_SET, 1, 0), 0);
	reads(fd, "00000001\n");
	/* Set, and shown when it is an output. */
	ck_assert_int_eq(event(LINES_SET, 2, 1), 0);
	ck_assert_int_eq(event(LINES_GET, 2, 0), 0);
	ck_assert_int_eq(event(LINES_INPUT, 1, 0), 0);
	ck_assert_int_eq(ready(fd), POLLOUT);
	ck_assert_int_eq(event(LINES_GET, 8, 0), -EINVAL);
	ck_assert_int_eq(event(LINES_SET + 1, 0, 0), -EINVAL);
	ck_assert_int_eq(host_event(0, LINES_GET, NULL, 0), -EINVAL);
	ck_assert_int_eq(host_request(0, LINES_GET, NULL, 0), -EOPNOTSUPP);
}
END_TEST

START_TEST(functions)
{
	ck_assert_int_gt(host_show(fd, "requested", half, page), 0);
	ck_assert_str_eq(half, "0x05\n");
	/* C has its error. */
	chip.present = 0;
	ck_assert_int_eq(host_show(fd, "requested", half, page), -ENXIO);
	ck_assert_int_eq(chip.asked, 2);
	/* There is one chip, and nobody else makes a device. */
	ck_assert_int_eq(host_bind(&chip), -ENOSPC);
	ck_assert_int_eq(host_add(0), -EOPNOTSUPP);
}
END_TEST

static void *read_one(void *text)
{
	return (void *)(read(fd, text, SIZE) < 0 ? (long)errno : 0);
}

static void *show(void *text)
{
	return (void *)host_show(fd, "requested", text, page);
}

/* Ends the binding, and the chip at once. */
static void unbind(void)
{
	ck_assert_int_eq(host_unbind(0), 0);
	__atomic_store_n(&chip.present, 0, __ATOMIC_RELAXED);
}

/* An old file answers ENODEV for good. */
static void is_dead(int fd)
{
	expect(-ENODEV, read(fd, half, page));
	expect(-ENODEV, write(fd, NONE, SIZE));
	ck_assert_int_eq(ready(fd), POLLERR | POLLHUP);
	ck_assert_int_eq(host_show(fd, "requested", half, page), -ENODEV);
}

START_TEST(ends)
{
	struct lines_chip another = { .present = 1, .requested = 3 };
	pthread_t reader;
	void *error;
	int again;

	reads(fd, NONE);
	ck_assert_int_eq(pthread_create(&reader, NULL, read_one, half), 0);
	usleep(20000);
	unbind();
	ck_assert_int_eq(pthread_join(reader, &error), 0);
	ck_assert_int_eq((long)error, ENODEV);
	is_dead(fd);
	expect(-ENXIO, open(NODE, O_RDWR));
	ck_assert_int_eq(event(LINES_GET, 0, 0), -ENODEV);
	ck_assert_int_eq(host_wake(0, POLLIN), -ENODEV);
	ck_assert_int_eq(host_unbind(0), -ENODEV);
	/* Another device has its number. */
	ck_assert_int_eq(host_bind(&another), 0);
	again = open_node(O_RDWR);
	reads(again, NONE);
	is_dead(fd);
	ck_assert_int_gt(host_show(again, "requested", half, page), 0);
	ck_assert_str_eq(half, "0x03\n");
	expect(0, close(again));
	/* The chip that is on this stack goes. */
	ck_assert_int_eq(host_unbind(0), 0);
}
END_TEST

START_TEST(end_waits)
{
	pthread_t caller;
	void *shown;

	chip.slow = 1;
	ck_assert_int_eq(pthread_create(&caller, NULL, show, half), 0);
	while (!__atomic_load_n(&chip.asked, __ATOMIC_RELAXED))
		usleep(1000);
	unbind();
	ck_assert_int_eq(pthread_join(caller, &shown), 0);
	/* The chip was there as long as the call needed it. */
	ck_assert_int_eq((long)shown, 5);
	is_dead(fd);
}
END_TEST

/* An administrator removes the device, and its C learns of it. */
START_TEST(removed)
{
	host_remove(fd);
	is_dead(fd);
	ck_assert_int_eq(event(LINES_GET, 0, 0), -ENODEV);
	unbind();
}
END_TEST

START_TEST(wakes)
{
	pthread_t reader;
	void *error;

	reads(fd, NONE);
	ck_assert_int_eq(pthread_create(&reader, NULL, read_one, half), 0);
	usleep(20000);
	/* It looks again, and waits on. */
	ck_assert_int_eq(host_wake(0, POLLIN), 0);
	usleep(20000);
	ck_assert_int_eq(event(LINES_OUTPUT, 0, 1), 0);
	ck_assert_int_eq(pthread_join(reader, &error), 0);
	ck_assert_int_eq((long)error, 0);
	ck_assert_mem_eq(half, "10000000\n", SIZE);
}
END_TEST

int main(void)
{
	TCase *file = tcase_create("file"), *chips = tcase_create("chip");

	tcase_add_checked_fixture(file, set_up, tear_down);
	tcase_add_test(file, levels);
	tcase_add_test(file, refusals);
	tcase_add_checked_fixture(chips, set_up, tear_down);
	if (host_bind) {
		tcase_add_test(chips, events);
		tcase_add_test(chips, functions);
		tcase_add_test(chips, ends);
		tcase_add_test(chips, end_waits);
		tcase_add_test(chips, removed);
		tcase_add_test(chips, wakes);
	}
	return run(file, chips);
}
