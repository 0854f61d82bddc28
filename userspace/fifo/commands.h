/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The commands of an io_uring, and the device's end, over the handler in this process
 * alone. In a guest selftests/drivers/fifo has them, with rings.
 */

static struct host_command *submit(unsigned int op, __u64 bytes)
{
	struct chard_fifo_wait wait = { bytes };

	return host_command_submit(fd, op, &wait, sizeof(wait));
}

static long command(unsigned int op, __u64 bytes)
{
	unsigned long long extra = 7;
	long ret = host_command_end(submit(op, bytes), &extra);

	ck_assert_uint_eq(extra, 0);
	return ret;
}

START_TEST(commands_that_are_answered_at_once)
{
	ck_assert_int_eq(command(CHARD_FIFO_CMD_FILL, 0), 0);
	ck_assert_int_eq(command(CHARD_FIFO_CMD_WAIT, 0), 0);
	expect(3, write(fd, "abc", 3));
	ck_assert_int_eq(command(CHARD_FIFO_CMD_FILL, 0), 3);
	ck_assert_int_eq(command(CHARD_FIFO_CMD_WAIT, 3), 3);
	ck_assert_int_eq(command(CHARD_FIFO_CMD_WAIT, 2), 3);
	ck_assert_int_eq(command(0, 0), -EOPNOTSUPP);
	ck_assert_int_eq(command(~0U, 0), -EOPNOTSUPP);
	ck_assert_int_eq(command(CHARD_FIFO_CMD_WAIT, CHARD_FIFO_SIZE_DEFAULT + 1), -EINVAL);
	ck_assert_int_eq(command(CHARD_FIFO_CMD_WAIT, ~0ULL), -EINVAL);
	ck_assert_uint_eq(get(CHARD_FIFO_GET_FILL), 3);
}
END_TEST

static void *write_singly(void *unused)
{
	(void)unused;
	for (int i = 0; i < 3; i++)
		expect(1, write(fd, "x", 1));
	return NULL;
}

START_TEST(a_command_waits)
{
	struct host_command *waits = submit(CHARD_FIFO_CMD_WAIT, 3);
	struct host_command *other = submit(CHARD_FIFO_CMD_WAIT, 4);
	pthread_t writer;

	ck_assert(!host_command_ended(waits));
	expect(2, write(fd, "ab", 2));
	ck_assert(!host_command_ended(waits));
	expect(1, write(fd, "c", 1));
	ck_assert(host_command_ended(waits));
	ck_assert(!host_command_ended(other));
	ck_assert_int_eq(host_command_end(waits, NULL), 3);
	expect(0, pthread_create(&writer, NULL, write_singly, NULL));
	ck_assert_int_eq(host_command_end(other, NULL), 4);
	expect(0, pthread_join(writer, NULL));
}
END_TEST

START_TEST(a_command_that_can_not_end)
{
	struct host_command *three = submit(CHARD_FIFO_CMD_WAIT, 3);
	struct host_command *two = submit(CHARD_FIFO_CMD_WAIT, 2);

	expect(0, set_size(2));
	ck_assert_int_eq(host_command_end(three, NULL), -EINVAL);
	ck_assert(!host_command_ended(two));
	expect(2, write(fd, "ab", 2));
	ck_assert_int_eq(host_command_end(two, NULL), 2);
}
END_TEST

/* One whose ring goes makes room for another. */
START_TEST(more_commands_than_may_wait)
{
	struct host_command *commands[CHARD_FIFO_WAITS_MAX];

	for (int i = 0; i < CHARD_FIFO_WAITS_MAX; i++)
		commands[i] = submit(CHARD_FIFO_CMD_WAIT, 1);
	ck_assert_int_eq(command(CHARD_FIFO_CMD_WAIT, 1), -EBUSY);
	host_command_cancel(commands[7]);
	ck_assert_int_eq(host_command_end(commands[7], NULL), -ECANCELED);
	commands[7] = submit(CHARD_FIFO_CMD_WAIT, 1);
	ck_assert(!host_command_ended(commands[7]));
	ck_assert_int_eq(command(CHARD_FIFO_CMD_WAIT, 1), -EBUSY);
	expect(1, write(fd, "a", 1));
	for (int i = 0; i < CHARD_FIFO_WAITS_MAX; i++)
		ck_assert_int_eq(host_command_end(commands[i], NULL), 1);
}
END_TEST

#define ROUNDS 200

static void *commands_and_cancels(void *unused)
{
	(void)unused;
	for (int i = 0; i < ROUNDS; i++) {
		struct host_command *one = submit(CHARD_FIFO_CMD_WAIT, 1 + i % 3);
		long ret;

		if (i % 2)
			host_command_cancel(one);
		ret = host_command_end(one, NULL);
		ck_assert(ret > i % 3 || (i % 2 && ret == -ECANCELED));
	}
	return NULL;
}

static int stop;

static void *traffic(void *unused)
{
	char bytes[4];

	(void)unused;
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		(void)!write(nonblock, "abcd", 4);
		(void)!read(nonblock, bytes, 4);
	}
	return NULL;
}

/* Each ends once, by the first of two: the bytes that come, or the end of its ring. */
START_TEST(commands_of_many_threads)
{
	pthread_t threads[PAIRS], writer;

	stop = 0;
	expect(0, pthread_create(&writer, NULL, traffic, NULL));
	for (int i = 0; i < PAIRS; i++)
		expect(0, pthread_create(&threads[i], NULL, commands_and_cancels, NULL));
	for (int i = 0; i < PAIRS; i++)
		expect(0, pthread_join(threads[i], NULL));
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	expect(0, pthread_join(writer, NULL));
}
END_TEST

/* They end with the process, whose end says if anything is left. */
START_TEST(commands_that_are_left_behind)
{
	int other = open_node(O_RDWR);
	struct chard_fifo_wait wait = { 1000 };

	for (int i = 0; i < 10; i++)
		host_command_submit(other, CHARD_FIFO_CMD_WAIT, &wait, sizeof(wait));
	expect(0, close(other));
}
END_TEST

/* The last: the device does not come back. */
START_TEST(the_device_goes)
{
	struct task reader = { .call = call_read, .len = 1 };
	struct host_command *waits = submit(CHARD_FIFO_CMD_WAIT, 3);
	char byte;

	begin(&reader);
	host_remove(fd);
	ck_assert_int_eq(end(&reader), -ENODEV);
	ck_assert_int_eq(host_command_end(waits, NULL), -ENODEV);
	ck_assert_int_eq(command(CHARD_FIFO_CMD_FILL, 0), -ENODEV);
	expect(-ENODEV, read(nonblock, &byte, 1));
	ck_assert_int_eq(ready(), POLLERR | POLLHUP);
	expect(-ENODEV, open(NODE, O_RDWR));
	gone = true;
}
END_TEST

static void add_commands(TCase *tests)
{
	tcase_add_test(tests, commands_that_are_answered_at_once);
	tcase_add_test(tests, a_command_waits);
	tcase_add_test(tests, a_command_that_can_not_end);
	tcase_add_test(tests, more_commands_than_may_wait);
	tcase_add_test(tests, commands_of_many_threads);
	tcase_add_test(tests, commands_that_are_left_behind);
	tcase_add_test(tests, the_device_goes);
}
