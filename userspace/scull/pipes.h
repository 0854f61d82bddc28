/* SPDX-License-Identifier: GPL-2.0 */
/* scullpipe: reads wait for bytes, writes for room; O_NONBLOCK, poll, SIGIO. */

#define PIPE "/dev/scullpipe0"

static int nonblock;

static void setup_pipe(void)
{
	setup_scull();
	expect(0, close(fd));
	fd = open(PIPE, O_RDWR);
	nonblock = open(PIPE, O_RDWR | O_NONBLOCK);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_ge(nonblock, 0);
}

/* What is in it goes with the last file. */
static void teardown_pipe(void)
{
	expect(0, close(nonblock));
	teardown();
}

START_TEST(bytes_come_out_in_order)
{
	char bytes[8] = "";

	expect(3, write(fd, "abc", 3));
	expect(2, write(nonblock, "de", 2));
	expect(4, read(fd, bytes, 4));
	expect(1, read(fd, bytes + 4, 4));
	ck_assert_str_eq(bytes, "abcde");
}
END_TEST

START_TEST(they_go_round_the_end)
{
	static char in[3000], out[3000];

	for (int i = 0; i < 8; i++) {
		memset(in, 'a' + i, sizeof(in));
		in[i] = 'A';
		expect(3000, write(nonblock, in, sizeof(in)));
		expect(3000, read(nonblock, out, sizeof(out)));
		ck_assert_mem_eq(in, out, sizeof(in));
	}
}
END_TEST

START_TEST(what_there_is_room_for)
{
	static char bytes[SCULL_P_BUFFER + 10];

	expect(-EAGAIN, read(nonblock, bytes, 8));
	expect(0, read(fd, bytes, 0));
	expect(10, write(fd, bytes, 10));
	/* Without waiting for more. */
	expect(SCULL_P_BUFFER - 10, write(fd, bytes, sizeof(bytes)));
	expect(-EAGAIN, write(nonblock, bytes, 1));
	expect(0, write(fd, bytes, 0));
	expect(SCULL_P_BUFFER, read(fd, bytes, sizeof(bytes)));
	expect(-EAGAIN, read(nonblock, bytes, 1));
}
END_TEST

START_TEST(no_position)
{
	char byte;

	expect(-ESPIPE, lseek(fd, 0, SEEK_SET));
	expect(-ESPIPE, pread(nonblock, &byte, 1, 0));
	expect(-ESPIPE, pwrite(nonblock, "a", 1, 0));
}
END_TEST

/* Each has its bytes; and they go with its last file. */
START_TEST(pipes)
{
	char byte = 'x';
	int other;

	expect(1, write(fd, &byte, 1));
	for (int i = 1; i < 4; i++) {
		char node[] = PIPE;

		node[strlen(node) - 1] = '0' + i;
		other = open(node, O_RDWR | O_NONBLOCK);
		expect(-EAGAIN, read(other, &byte, 1));
		expect(1, write(other, "y", 1));
		expect(0, close(other));
		other = open(node, O_RDWR | O_NONBLOCK);
		expect(-EAGAIN, read(other, &byte, 1));
		expect(0, close(other));
	}
	expect(0, close(nonblock));
	nonblock = open(PIPE, O_RDWR | O_NONBLOCK);
	expect(1, read(nonblock, &byte, 1));
	ck_assert_int_eq(byte, 'x');
}
END_TEST

/* The first open takes it. */
START_TEST(buffers)
{
	char bytes[16];
	int other;

	expect(0, ioctl(fd, SCULL_P_IOCTSIZE, 5));
	expect(16, write(nonblock, "0123456789abcdef", 16));
	other = open("/dev/scullpipe1", O_RDWR | O_NONBLOCK);
	expect(5, write(other, "0123456789abcdef", 16));
	expect(0, ioctl(other, SCULL_P_IOCTSIZE, SCULL_P_BUFFER));
	expect(-EAGAIN, write(other, "x", 1));
	expect(5, read(other, bytes, 16));
	expect(0, close(other));
	other = open("/dev/scullpipe1", O_RDWR | O_NONBLOCK);
	expect(16, write(other, "0123456789abcdef", 16));
	expect(0, close(other));
}
END_TEST

static short ready(short events, int timeout)
{
	struct pollfd one = { .fd = fd, .events = events };
	int ret = poll(&one, 1, timeout);

	return ret < 0 ? -1 : one.revents;
}

static long poll_in(struct task *task)
{
	(void)task;
	return ready(POLLIN, -1);
}

static long poll_out(struct task *task)
{
	(void)task;
	return ready(POLLOUT, -1);
}

static void fill(void)
{
	static const char bytes[SCULL_P_BUFFER];

	ck_assert_int_gt(write(nonblock, bytes, sizeof(bytes)), 0);
	expect(-EAGAIN, write(nonblock, bytes, 1));
}

START_TEST(polls)
{
	struct task in = { .call = poll_in }, out = { .call = poll_out };
	char byte;

	ck_assert_int_eq(ready(POLLIN | POLLOUT, 0), POLLOUT);
	begin(&in);
	expect(1, write(nonblock, "a", 1));
	ck_assert_int_eq(end(&in), POLLIN);
	ck_assert_int_eq(ready(POLLIN | POLLOUT, 0), POLLIN | POLLOUT);
	fill();
	ck_assert_int_eq(ready(POLLIN | POLLOUT, 0), POLLIN);
	begin(&out);
	expect(1, read(nonblock, &byte, 1));
	ck_assert_int_eq(end(&out), POLLOUT);
}
END_TEST

static long read_pipe(struct task *task)
{
	return read(fd, task->bytes, task->len);
}

static long write_pipe(struct task *task)
{
	return write(fd, task->bytes, task->len);
}

START_TEST(a_read_waits)
{
	struct task task = { .call = read_pipe, .len = 8 };

	begin(&task);
	expect(2, write(nonblock, "ab", 2));
	ck_assert_int_eq(end(&task), 2);
	ck_assert_mem_eq(task.bytes, "ab", 2);
}
END_TEST

START_TEST(a_write_waits)
{
	struct task task = { .call = write_pipe, .bytes = "xyz", .len = 3 };
	static char bytes[SCULL_P_BUFFER];

	fill();
	begin(&task);
	expect(1, read(nonblock, bytes, 1));
	/* As much as there is room for then. */
	ck_assert_int_eq(end(&task), 1);
	expect(SCULL_P_BUFFER, read(nonblock, bytes, sizeof(bytes)));
	ck_assert_int_eq(bytes[SCULL_P_BUFFER - 1], 'x');
}
END_TEST

START_TEST(sigio)
{
	siginfo_t info;
	char byte;

	subscribe(fd, SIGRTMIN);
	expect(1, write(nonblock, "a", 1));
	ck_assert_int_eq(next_signal(SIGRTMIN, 10000, &info), POLL_IN);
	ck_assert_int_eq(info.si_fd, fd);
	/* It is for readers. */
	expect(1, read(nonblock, &byte, 1));
	ck_assert_int_eq(next_signal(SIGRTMIN, 0, &info), -1);
}
END_TEST

#define PAIRS 3
#define BYTES 2000

static long write_all(struct task *task)
{
	for (int left = BYTES; left;) {
		long ret = write(fd, task->bytes, left < 7 ? left : 7);

		if (ret <= 0)
			return -1;
		left -= ret;
	}
	return 0;
}

static unsigned int seen[PAIRS];

static long read_all(struct task *task)
{
	(void)task;
	for (int left = BYTES; left;) {
		unsigned char bytes[5];
		long ret = read(fd, bytes, left < 5 ? left : 5);

		if (ret <= 0)
			return -1;
		for (long i = 0; i < ret; i++)
			__atomic_add_fetch(&seen[bytes[i]], 1, __ATOMIC_RELAXED);
		left -= ret;
	}
	return 0;
}

START_TEST(many_threads)
{
	struct task tasks[2 * PAIRS] = {};
	char byte;

	memset(seen, 0, sizeof(seen));
	for (int i = 0; i < 2 * PAIRS; i++) {
		memset(tasks[i].bytes, i / 2, sizeof(tasks[i].bytes));
		tasks[i].call = i % 2 ? read_all : write_all;
		expect(0, pthread_create(&tasks[i].thread, NULL, run_task, &tasks[i]));
	}
	for (int i = 0; i < 2 * PAIRS; i++)
		ck_assert_int_eq(end(&tasks[i]), 0);
	for (int i = 0; i < PAIRS; i++)
		ck_assert_uint_eq(seen[i], BYTES);
	expect(-EAGAIN, read(nonblock, &byte, 1));
}
END_TEST

static void add_pipes(TCase *tests)
{
	tcase_add_checked_fixture(tests, setup_pipe, teardown_pipe);
	tcase_add_test(tests, bytes_come_out_in_order);
	tcase_add_test(tests, they_go_round_the_end);
	tcase_add_test(tests, what_there_is_room_for);
	tcase_add_test(tests, no_position);
	tcase_add_test(tests, pipes);
	tcase_add_test(tests, buffers);
	tcase_add_test(tests, polls);
	tcase_add_test(tests, a_read_waits);
	tcase_add_test(tests, a_write_waits);
	tcase_add_test(tests, sigio);
	tcase_add_test(tests, many_threads);
}
