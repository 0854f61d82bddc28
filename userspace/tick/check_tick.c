// SPDX-License-Identifier: GPL-2.0
/* /dev/chard-tick, in a guest and over the handler in this process. */
#define NODE "/dev/chard-tick"

#define _GNU_SOURCE
#include "chard_tick.h"

#include "../signals.h"
#include "../suite.h"

#include <poll.h>
#include <pthread.h>

#define MILLISECOND 1000000ULL
/* The longest that can be set: none comes while a test runs. */
#define HOUR 3600000000000ULL

static int set_period(__u64 period)
{
	return ioctl(fd, CHARD_TICK_SET_PERIOD, &period);
}

static __u64 get(unsigned long number)
{
	__u64 value = 0;

	expect(0, ioctl(fd, number, &value));
	return value;
}

/* The ticks of a read that has to end well. */
static __u64 ticks(int from)
{
	__u64 value = 0;

	expect(sizeof(value), read(from, &value, sizeof(value)));
	ck_assert_int_gt(value, 0);
	return value;
}

/*
 * No tick is set going any more, and the file has seen all: how many these were. One
 * that is under way when the period is set may come even now; eventually() is for that.
 */
static __u64 quiet(int of)
{
	int flags = fcntl(of, F_GETFL);
	__u64 sum = 0, value;

	expect(0, set_period(HOUR));
	expect(0, fcntl(of, F_SETFL, flags | O_NONBLOCK));
	while (read(of, &value, sizeof(value)) == sizeof(value))
		sum += value;
	ck_assert_int_eq(errno, EAGAIN);
	expect(0, fcntl(of, F_SETFL, flags));
	return sum;
}

/* Checks what holds once no tick is under way, if not at the first look. */
#define eventually(holds)                                  \
	do {                                               \
		int __looks = 0;                           \
                                                           \
		while (!(holds)) {                         \
			ck_assert_int_lt(++__looks, 1000); \
			usleep(1000);                      \
		}                                          \
	} while (0)

static void setup_tick(void)
{
	setup();
	quiet(fd);
}

static void teardown_tick(void)
{
	expect(0, set_period(CHARD_TICK_PERIOD_DEFAULT));
	teardown();
}

START_TEST(a_read_gives_what_the_file_has_not_seen)
{
	__u64 before = get(CHARD_TICK_GET_COUNT), sum = 0;

	expect(0, set_period(MILLISECOND));
	for (int i = 0; i < 10; i++)
		sum += ticks(fd);
	/* A slow machine takes longer than a millisecond from the read to the count. */
	expect(0, set_period(CHARD_TICK_PERIOD_DEFAULT));
	eventually((sum += quiet(fd)) == get(CHARD_TICK_GET_COUNT) - before);
}
END_TEST

START_TEST(each_file_counts_for_itself)
{
	int other = open_node(O_RDONLY);
	__u64 seen, others = 0;

	expect(0, set_period(MILLISECOND));
	seen = ticks(fd);
	eventually((seen += quiet(fd)) == (others += quiet(other)));
	expect(0, close(other));
}
END_TEST

/* Whether a file that is opened now has nothing to read. */
static bool nothing_at_first(void)
{
	int other = open_node(O_RDONLY | O_NONBLOCK);
	__u64 value;
	bool nothing = read(other, &value, sizeof(value)) < 0;

	ck_assert(!nothing || errno == EAGAIN);
	expect(0, close(other));
	return nothing;
}

START_TEST(what_was_before_the_open_does_not_count)
{
	expect(0, set_period(MILLISECOND));
	ticks(fd);
	quiet(fd);
	eventually(nothing_at_first());
}
END_TEST

START_TEST(nothing_new)
{
	struct pollfd one = { .fd = fd, .events = POLLIN | POLLOUT };

	eventually(!quiet(fd) && !poll(&one, 1, 0));
}
END_TEST

START_TEST(poll_wakes)
{
	struct pollfd one = { .fd = fd, .events = POLLIN };

	expect(0, set_period(MILLISECOND));
	for (int i = 0; i < 5; i++) {
		expect(1, poll(&one, 1, -1));
		ck_assert_int_eq(one.revents, POLLIN);
		ticks(fd);
	}
}
END_TEST

START_TEST(sigio)
{
	siginfo_t info;

	subscribe(fd, 0);
	expect(0, set_period(MILLISECOND));
	for (int i = 0; i < 3; i++)
		ck_assert_int_ne(next_signal(SIGIO, 10000, &info), -1);
	expect(0, fcntl(fd, F_SETFL, O_RDWR));
	/* Those that were sent before; then none. */
	while (next_signal(SIGIO, 0, &info) != -1)
		;
	quiet(fd);
	expect(0, set_period(MILLISECOND));
	ticks(fd);
	ck_assert_int_eq(next_signal(SIGIO, 0, &info), -1);
}
END_TEST

/*
 * At this period 2000 of them come meanwhile if they come at all, some hundreds on a
 * machine that has much to do. Those of just before the close and just after the open
 * count as well; they are not that many in each of the rounds.
 */
START_TEST(none_while_nobody_has_it_open)
{
	bool idle = false;

	expect(0, set_period(CHARD_TICK_PERIOD_MIN));
	for (int i = 0; i < 20 && !idle; i++) {
		__u64 before = get(CHARD_TICK_GET_COUNT);

		expect(0, close(fd));
		usleep(200000);
		fd = open_node(O_RDWR);
		idle = get(CHARD_TICK_GET_COUNT) - before < 50;
	}
	ck_assert(idle);
	ticks(fd);
}
END_TEST

static const struct {
	__u64 period;
	long ret;
} periods_rows[] = {
	{ 0, -EINVAL },
	{ CHARD_TICK_PERIOD_MIN - 1, -EINVAL },
	{ CHARD_TICK_PERIOD_MIN, 0 },
	{ HOUR, 0 },
	{ HOUR + 1, -EINVAL },
	{ ~0ULL, -EINVAL },
};

START_TEST(periods)
{
	__u64 period = periods_rows[_i].period;

	expect(0, set_period(MILLISECOND));
	expect(periods_rows[_i].ret, set_period(period));
	ck_assert_uint_eq(get(CHARD_TICK_GET_PERIOD), periods_rows[_i].ret ? MILLISECOND : period);
}
END_TEST

START_TEST(periods_are_the_device_s)
{
	int other = open_node(O_RDONLY);
	__u64 period = 2 * MILLISECOND;

	expect(0, ioctl(other, CHARD_TICK_SET_PERIOD, &period));
	expect(0, close(other));
	ck_assert_uint_eq(get(CHARD_TICK_GET_PERIOD), period);
}
END_TEST

static const unsigned long bad_memory_rows[] = {
	CHARD_TICK_GET_PERIOD,
	CHARD_TICK_SET_PERIOD,
	CHARD_TICK_GET_COUNT,
};

START_TEST(bad_memory)
{
	unsigned long number = bad_memory_rows[_i];

	expect(-EFAULT, ioctl(fd, number, NULL));
	expect(-EFAULT, ioctl(fd, number, half + page - 4));
	expect(-EFAULT, ioctl(fd, number, KERNEL_ADDRESS));
}
END_TEST

static const unsigned long unknown_rows[] = {
	_IO(CHARD_TICK_MAGIC, 99),
	_IOR(CHARD_TICK_MAGIC, 1, __u32),
	_IOW(CHARD_TICK_MAGIC, 1, __u64),
	_IOR(CHARD_TICK_MAGIC - 1, 1, __u64),
};

START_TEST(unknown)
{
	__u64 value;

	expect(-ENOTTY, ioctl(fd, unknown_rows[_i], &value));
}
END_TEST

START_TEST(too_little_room)
{
	__u64 values[2] = {}, count = get(CHARD_TICK_GET_COUNT);

	expect(-EINVAL, read(fd, values, 7));
	expect(-EINVAL, read(fd, values, 0));
	expect(0, set_period(MILLISECOND));
	/* More is no harm. */
	expect(8, read(fd, values, 16));
	eventually((values[0] += quiet(fd)) == get(CHARD_TICK_GET_COUNT) - count);
	ck_assert_uint_eq(values[1], 0);
}
END_TEST

/* It waits first; the tick is gone then. */
START_TEST(nowhere_to_put_it)
{
	expect(0, set_period(MILLISECOND));
	expect(-EFAULT, read(fd, half + page, 8));
	/* Half a number is none. */
	expect(-EFAULT, read(fd, half + page - 4, 8));
	expect(-EFAULT, read(fd, KERNEL_ADDRESS, 8));
}
END_TEST

START_TEST(what_it_does_not_do)
{
	__u64 value = 1;
	int other = open_node(O_WRONLY);

	expect(-EINVAL, write(fd, &value, sizeof(value)));
	expect(-EBADF, read(other, &value, sizeof(value)));
	expect(-ESPIPE, lseek(fd, 0, SEEK_CUR));
	expect(-ESPIPE, pread(fd, &value, sizeof(value), 0));
	expect(0, close(other));
}
END_TEST

static void *first_tick(void *unused)
{
	(void)unused;
	ticks(fd);
	return NULL;
}

/* A new period wakes nobody by itself, but its first tick does. */
START_TEST(a_shorter_period)
{
	pthread_t reader;

	expect(0, pthread_create(&reader, NULL, first_tick, NULL));
	expect(0, set_period(MILLISECOND));
	expect(0, pthread_join(reader, NULL));
}
END_TEST

#define READERS 4
#define READS 50

static void *sums(void *sum)
{
	for (int i = 0; i < READS; i++)
		*(__u64 *)sum += ticks(fd);
	return NULL;
}

/* Of several readers of one file, exactly one gets each tick. */
START_TEST(a_file_of_many_threads)
{
	__u64 before = get(CHARD_TICK_GET_COUNT), parts[READERS] = {}, sum = 0;
	pthread_t threads[READERS];

	expect(0, set_period(CHARD_TICK_PERIOD_MIN));
	for (int i = 0; i < READERS; i++)
		expect(0, pthread_create(&threads[i], NULL, sums, &parts[i]));
	for (int i = 0; i < READERS; i++) {
		expect(0, pthread_join(threads[i], NULL));
		sum += parts[i];
	}
	eventually((sum += quiet(fd)) == get(CHARD_TICK_GET_COUNT) - before);
}
END_TEST

static void *opens(void *unused)
{
	(void)unused;
	for (int i = 0; i < READS; i++) {
		int other = open_node(O_RDONLY);

		ticks(other);
		expect(0, close(other));
	}
	return NULL;
}

/* The first open starts it and the last close stops it, whichever files these are. */
START_TEST(opens_and_closes)
{
	pthread_t threads[READERS];

	expect(0, set_period(CHARD_TICK_PERIOD_MIN));
	expect(0, close(fd));
	for (int i = 0; i < READERS; i++)
		expect(0, pthread_create(&threads[i], NULL, opens, NULL));
	for (int i = 0; i < READERS; i++)
		expect(0, pthread_join(threads[i], NULL));
	fd = open_node(O_RDWR);
	ticks(fd);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("ticks");

	block_signals();
	tcase_add_checked_fixture(tests, setup_tick, teardown_tick);
	tcase_add_test(tests, a_read_gives_what_the_file_has_not_seen);
	tcase_add_test(tests, each_file_counts_for_itself);
	tcase_add_test(tests, what_was_before_the_open_does_not_count);
	tcase_add_test(tests, nothing_new);
	tcase_add_test(tests, poll_wakes);
	tcase_add_test(tests, sigio);
	tcase_add_test(tests, none_while_nobody_has_it_open);
	add_table(tests, periods);
	tcase_add_test(tests, periods_are_the_device_s);
	add_table(tests, bad_memory);
	add_table(tests, unknown);
	tcase_add_test(tests, too_little_room);
	tcase_add_test(tests, nowhere_to_put_it);
	tcase_add_test(tests, what_it_does_not_do);
	tcase_add_test(tests, a_shorter_period);
	tcase_add_test(tests, a_file_of_many_threads);
	tcase_add_test(tests, opens_and_closes);
	return run(tests);
}
