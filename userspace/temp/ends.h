/* SPDX-License-Identifier: GPL-2.0 */
/* The tests of a chip that goes, of several chips and of many callers: a part of check_temp.c. */

/* An old file answers ENODEV for good. */
static void is_dead(int of)
{
	__s32 limit = 0;

	expect(-ENODEV, pread(of, half, page, 0));
	expect(-ENODEV, pread(of, half, page, 1));
	expect(-ENODEV, ioctl(of, CHARD_TEMP_GET_LIMIT, &limit));
	ck_assert_int_eq(ready(of), POLLERR | POLLHUP);
	ck_assert_int_eq(host_show(of, "temp1_max", half, page), -ENODEV);
}

START_TEST(chip_goes)
{
	static struct host_chip another;
	struct task poller;
	unsigned int begun;
	int again;

	begin_poller(&poller);
	ck_assert_int_eq(host_unbind(0), 0);
	begun = host_chip_begun(&chip);
	ck_assert_int_eq(end(&poller), POLLERR | POLLHUP);
	is_dead(fd);
	expect(-ENXIO, open(NODE, O_RDWR));
	/* Another chip has its number, and a limit of its own. */
	ck_assert_int_eq(host_bind(&another), 0);
	again = open_node(O_RDWR);
	reads(again, "0\n");
	ck_assert_int_eq(get_limit(again), CHARD_TEMP_LIMIT_DEFAULT);
	is_dead(fd);
	usleep(3000 * CHARD_TEMP_INTERVAL);
	ck_assert_int_eq(host_chip_begun(&chip), begun);
	expect(0, close(again));
	ck_assert_int_eq(host_unbind(0), 0);
}
END_TEST

/* Transfers take 50 ms while @is_slow is set; so many are in progress. */
static int is_slow, in_progress;

static int slow(struct host_chip *chip, struct host_transfer *it)
{
	__atomic_add_fetch(&in_progress, 1, __ATOMIC_RELAXED);
	if (__atomic_load_n(&is_slow, __ATOMIC_RELAXED))
		usleep(50000);
	__atomic_sub_fetch(&in_progress, 1, __ATOMIC_RELAXED);
	return host_chip_answer(chip, it);
}

static long read_text(struct task *task)
{
	return pread(fd, task->bytes, sizeof(task->bytes), 0);
}

START_TEST(chip_goes_during_a_transfer)
{
	struct task reader = { .call = read_text };
	unsigned int begun;

	bind_with(slow);
	begun = host_chip_begun(&chip);
	__atomic_store_n(&is_slow, 1, __ATOMIC_RELAXED);
	begin(&reader);
	eventually(host_chip_begun(&chip) > begun);
	ck_assert_int_eq(host_unbind(0), 0);
	ck_assert_int_eq(__atomic_load_n(&in_progress, __ATOMIC_RELAXED), 0);
	__atomic_store_n(&is_slow, 0, __ATOMIC_RELAXED);
	begun = host_chip_begun(&chip);
	/* It was in before, and has its text, or came too late. */
	if (end(&reader) != -ENODEV)
		ck_assert_mem_eq(reader.bytes, "20000\n", 6);
	is_dead(fd);
	ck_assert_int_eq(host_chip_begun(&chip), begun);
}
END_TEST

START_TEST(several_chips)
{
	static struct host_chip others[8];
	int other;

	for (int i = 1; i < 8; i++)
		ck_assert_int_eq(host_bind(&others[i]), i);
	ck_assert_int_eq(host_bind(&others[0]), -ENOSPC);
	other = open("/dev/chard-temp3", O_RDWR);
	ck_assert_int_ge(other, 0);
	reads(other, "0\n");
	reads(fd, "20000\n");
	expect(0, set_limit(other, 12345));
	ck_assert_int_eq(get_limit(fd), CHARD_TEMP_LIMIT_DEFAULT);
	host_chip_fail(&others[3], 0, ~0U, -ENXIO);
	expect(-ENXIO, pread(other, half, page, 0));
	reads(fd, "20000\n");
	for (int i = 1; i < 8; i++)
		ck_assert_int_eq(host_unbind(i), 0);
	is_dead(other);
	reads(fd, "20000\n");
	expect(0, close(other));
}
END_TEST

/* Reads, polls and sets limits with the file of this number, until the device goes. */
static long use(struct task *task)
{
	int other = task->len, polled = 0;
	char text[16];

	while (pread(other, text, sizeof(text), 0) > 0 && !set_limit(other, 20000 + polled % 2))
		polled += ready(other) & POLLIN;
	return close(other);
}

START_TEST(many_callers)
{
	struct task callers[4] = {};

	for (int i = 0; i < 4; i++) {
		callers[i].call = use;
		callers[i].len = open_node(O_RDWR);
		ck_assert_int_eq(pthread_create(&callers[i].thread, NULL, run_task, &callers[i]),
				 0);
	}
	for (int i = 0; i < 200; i++) {
		heat(i);
		usleep(500);
	}
	ck_assert_int_eq(host_unbind(0), 0);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(end(&callers[i]), 0);
	is_dead(fd);
}
END_TEST
