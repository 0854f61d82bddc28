// SPDX-License-Identifier: GPL-2.0
/* /dev/chard-fifo, in a guest and over the handler in this process. */
#define NODE "/dev/chard-fifo"

#define _GNU_SOURCE
#include "chard_fifo.h"

#include "../signals.h"
#include "../suite.h"
#include "../tasks.h"

#include <poll.h>

static int nonblock;
static bool gone; /* the device, by its last test */

static int set_size(__u64 size)
{
	return ioctl(fd, CHARD_FIFO_SET_SIZE, &size);
}

static __u64 get(unsigned long number)
{
	__u64 value = 99;

	expect(0, ioctl(fd, number, &value));
	return value;
}

static void drain(void)
{
	char bytes[4096];

	while (read(nonblock, bytes, sizeof(bytes)) > 0)
		;
	ck_assert_int_eq(errno, EAGAIN);
	expect(0, set_size(CHARD_FIFO_SIZE_DEFAULT));
}

static void setup_fifo(void)
{
	setup();
	nonblock = open_node(O_RDWR | O_NONBLOCK);
	drain();
}

static void teardown_fifo(void)
{
	if (!gone)
		drain();
	expect(0, close(nonblock));
	teardown();
}

START_TEST(bytes_come_out_in_order)
{
	char bytes[8] = "";

	expect(3, write(fd, "abc", 3));
	expect(2, write(nonblock, "de", 2));
	ck_assert_uint_eq(get(CHARD_FIFO_GET_FILL), 5);
	expect(4, read(fd, bytes, 4));
	expect(1, read(fd, bytes + 4, 4));
	ck_assert_str_eq(bytes, "abcde");
	ck_assert_uint_eq(get(CHARD_FIFO_GET_FILL), 0);
}
END_TEST

START_TEST(they_go_round_the_end)
{
	char bytes[8] = "";

	expect(0, set_size(5));
	for (int i = 0; i < 20; i++) {
		char text[] = { 'a' + i, 'A' + i, '0' };

		expect(3, write(nonblock, text, 3));
		expect(3, read(nonblock, bytes, 8));
		ck_assert_mem_eq(bytes, text, 3);
	}
}
END_TEST

START_TEST(vectors)
{
	char one[2], other[4];
	struct iovec in[] = { { "ab", 2 }, { "", 0 }, { "cde", 3 } };
	struct iovec out[] = { { one, 2 }, { other, 4 } };

	expect(5, writev(fd, in, 3));
	expect(5, readv(fd, out, 2));
	ck_assert_mem_eq(one, "ab", 2);
	ck_assert_mem_eq(other, "cde", 3);
}
END_TEST

START_TEST(who_does_not_wait)
{
	char bytes[8];

	expect(-EAGAIN, read(nonblock, bytes, 1));
	expect(0, set_size(5));
	expect(5, write(nonblock, "abcdefg", 7));
	expect(-EAGAIN, write(nonblock, "f", 1));
	expect(2, read(nonblock, bytes, 2));
	expect(2, write(nonblock, "fgh", 3));
	expect(5, read(nonblock, bytes, 8));
	ck_assert_mem_eq(bytes, "cdefg", 5);
	/* It is the file's, and goes with it. */
	expect(0, fcntl(fd, F_SETFL, O_RDWR | O_NONBLOCK));
	expect(-EAGAIN, read(fd, bytes, 1));
}
END_TEST

/* As with pipes: nothing to wait for. */
START_TEST(nothing_to_move)
{
	char byte;

	expect(0, read(fd, &byte, 0));
	expect(0, read(nonblock, &byte, 0));
	expect(0, set_size(1));
	expect(1, write(fd, "a", 1));
	expect(0, write(fd, "b", 0));
	expect(0, write(nonblock, "b", 0));
}
END_TEST

static const struct {
	__u64 size;
	long ret;
} sizes_rows[] = {
	{ 0, -EINVAL },
	{ 1, -EBUSY },
	{ 2, -EBUSY },
	{ 3, 0 },
	{ CHARD_FIFO_SIZE_DEFAULT, 0 },
	{ CHARD_FIFO_SIZE_MAX, 0 },
	{ CHARD_FIFO_SIZE_MAX + 1, -EINVAL },
	{ 1ULL << 32, -EINVAL },
	{ ~0ULL, -EINVAL },
};

/* Whatever becomes of it, the bytes in it stay, which go round the end here. */
START_TEST(sizes)
{
	__u64 size = sizes_rows[_i].size;
	char bytes[8];

	expect(0, set_size(4));
	expect(3, write(nonblock, "xyz", 3));
	expect(2, read(nonblock, bytes, 2));
	expect(2, write(nonblock, "ab", 2));
	expect(sizes_rows[_i].ret, set_size(size));
	ck_assert_uint_eq(get(CHARD_FIFO_GET_SIZE), sizes_rows[_i].ret ? 4 : size);
	ck_assert_uint_eq(get(CHARD_FIFO_GET_FILL), 3);
	expect(3, read(nonblock, bytes, 8));
	ck_assert_mem_eq(bytes, "zab", 3);
}
END_TEST

static short ready_of(int fd)
{
	struct pollfd one = { .fd = fd, .events = POLLIN | POLLOUT | POLLPRI };

	ck_assert_int_ge(poll(&one, 1, 0), 0);
	return one.revents;
}

static short ready(void)
{
	return ready_of(fd);
}

START_TEST(polls_its_directions)
{
	int in = open_node(O_RDONLY), out = open_node(O_WRONLY);

	expect(0, set_size(2));
	ck_assert_int_eq(ready_of(in), 0);
	ck_assert_int_eq(ready_of(out), POLLOUT);
	expect(1, write(out, "a", 1));
	ck_assert_int_eq(ready_of(in), POLLIN);
	ck_assert_int_eq(ready_of(out), POLLOUT);
	expect(1, write(out, "b", 1));
	ck_assert_int_eq(ready_of(in), POLLIN);
	ck_assert_int_eq(ready_of(out), 0);
	expect(0, close(in));
	expect(0, close(out));
}
END_TEST

START_TEST(polls)
{
	char byte;

	expect(0, set_size(2));
	ck_assert_int_eq(ready(), POLLOUT);
	expect(1, write(fd, "a", 1));
	ck_assert_int_eq(ready(), POLLIN | POLLOUT);
	expect(1, write(fd, "b", 1));
	ck_assert_int_eq(ready(), POLLIN);
	expect(1, read(fd, &byte, 1));
	ck_assert_int_eq(ready(), POLLIN | POLLOUT);
}
END_TEST

static long call_read(struct task *task)
{
	return read(fd, task->bytes, task->len);
}

static long call_write(struct task *task)
{
	return write(fd, task->bytes, task->len);
}

static long call_poll_in(struct task *task)
{
	struct pollfd one = { .fd = fd, .events = POLLIN };

	(void)task;
	return poll(&one, 1, -1) == 1 ? one.revents : -1;
}

static long call_poll_out(struct task *task)
{
	struct pollfd one = { .fd = fd, .events = POLLOUT };

	(void)task;
	return poll(&one, 1, -1) == 1 ? one.revents : -1;
}

START_TEST(a_read_waits_for_bytes)
{
	struct task task = { .call = call_read, .len = 8 };

	begin(&task);
	expect(2, write(fd, "ab", 2));
	ck_assert_int_eq(end(&task), 2);
	ck_assert_mem_eq(task.bytes, "ab", 2);
}
END_TEST

/* Until all of it is in. */
START_TEST(a_write_waits_for_room)
{
	struct task task = { .call = call_write, .bytes = "abcde", .len = 5 };
	char bytes[5] = "";

	expect(0, set_size(2));
	begin(&task);
	for (int i = 0; i < 5; i++)
		expect(1, read(fd, bytes + i, 1));
	ck_assert_int_eq(end(&task), 5);
	ck_assert_mem_eq(bytes, "abcde", 5);
}
END_TEST

START_TEST(a_larger_pipe_has_room)
{
	struct task task = { .call = call_write, .bytes = "abcde", .len = 5 };

	expect(0, set_size(2));
	begin(&task);
	/* What it has in it already is not less than 1. */
	while (set_size(CHARD_FIFO_SIZE_DEFAULT))
		;
	ck_assert_int_eq(end(&task), 5);
	ck_assert_uint_eq(get(CHARD_FIFO_GET_FILL), 5);
}
END_TEST

START_TEST(a_poll_waits)
{
	struct task in = { .call = call_poll_in }, out = { .call = call_poll_out };
	char byte;

	begin(&in);
	expect(1, write(fd, "a", 1));
	ck_assert_int_eq(end(&in), POLLIN);
	expect(0, set_size(1));
	begin(&out);
	expect(1, read(fd, &byte, 1));
	ck_assert_int_eq(end(&out), POLLOUT);
}
END_TEST

#define PAIRS 3
#define BYTES 3000

static unsigned int seen[PAIRS];

static void *writes(void *number)
{
	char bytes[7];

	memset(bytes, (long)number, sizeof(bytes));
	for (size_t left = BYTES; left;) {
		size_t len = left < sizeof(bytes) ? left : sizeof(bytes);

		expect(len, write(fd, bytes, len));
		left -= len;
	}
	return NULL;
}

static void *reads(void *unused)
{
	unsigned char bytes[5];

	(void)unused;
	for (size_t left = BYTES; left;) {
		long got = read(fd, bytes, left < sizeof(bytes) ? left : sizeof(bytes));

		ck_assert_int_gt(got, 0);
		for (long i = 0; i < got; i++)
			__atomic_add_fetch(&seen[bytes[i]], 1, __ATOMIC_RELAXED);
		left -= got;
	}
	return NULL;
}

/* Each byte comes out once, of whomever it is. */
START_TEST(many_threads)
{
	pthread_t threads[2 * PAIRS];

	memset(seen, 0, sizeof(seen));
	expect(0, set_size(16));
	for (long i = 0; i < PAIRS; i++) {
		expect(0, pthread_create(&threads[i], NULL, writes, (void *)i));
		expect(0, pthread_create(&threads[PAIRS + i], NULL, reads, NULL));
	}
	for (int i = 0; i < 2 * PAIRS; i++)
		expect(0, pthread_join(threads[i], NULL));
	for (int i = 0; i < PAIRS; i++)
		ck_assert_uint_eq(seen[i], BYTES);
	ck_assert_uint_eq(get(CHARD_FIFO_GET_FILL), 0);
}
END_TEST

/* What can not be given stays in; of what can not be taken, what was before it goes in. */
START_TEST(bad_memory)
{
	char bytes[8] = "";

	expect(-EFAULT, write(fd, half + page, 3));
	expect(-EFAULT, write(fd, KERNEL_ADDRESS, 3));
	ck_assert_uint_eq(get(CHARD_FIFO_GET_FILL), 0);
	memcpy(half + page - 2, "ab", 2);
	expect(2, write(fd, half + page - 2, 4));
	expect(2, write(fd, "cd", 2));
	expect(-EFAULT, read(fd, half + page, 3));
	expect(-EFAULT, read(fd, KERNEL_ADDRESS, 3));
	ck_assert_uint_eq(get(CHARD_FIFO_GET_FILL), 4);
	expect(1, read(fd, half + page - 1, 4));
	ck_assert_int_eq(half[page - 1], 'a');
	expect(3, read(fd, bytes, 8));
	ck_assert_mem_eq(bytes, "bcd", 3);
	expect(-EFAULT, ioctl(fd, CHARD_FIFO_GET_FILL, NULL));
	expect(-EFAULT, ioctl(fd, CHARD_FIFO_GET_SIZE, half + page - 4));
	expect(-EFAULT, ioctl(fd, CHARD_FIFO_SET_SIZE, KERNEL_ADDRESS));
}
END_TEST

static const unsigned long unknown_rows[] = {
	_IO(CHARD_FIFO_MAGIC, 0),
	_IOR(CHARD_FIFO_MAGIC, 1, __u32),
	_IOR(CHARD_FIFO_MAGIC, 3, __u64),
	_IOR(CHARD_FIFO_MAGIC - 1, 1, __u64),
};

START_TEST(unknown)
{
	__u64 value;

	expect(-ENOTTY, ioctl(fd, unknown_rows[_i], &value));
}
END_TEST

START_TEST(what_it_does_not_do)
{
	int in = open_node(O_RDONLY), out = open_node(O_WRONLY);
	char byte = 'x';

	expect(-EBADF, write(in, &byte, 1));
	expect(-EBADF, read(out, &byte, 1));
	expect(-ESPIPE, lseek(fd, 0, SEEK_CUR));
	expect(-ESPIPE, pread(fd, &byte, 1, 0));
	expect(-ESPIPE, pwrite(fd, &byte, 1, 0));
	expect(-EINVAL, fsync(fd));
	expect(0, close(in));
	expect(0, close(out));
}
END_TEST

START_TEST(sigio)
{
	siginfo_t info;

	subscribe(fd, 0);
	expect(1, write(nonblock, "a", 1));
	ck_assert_int_ne(next_signal(SIGIO, 10000, &info), -1);
	expect(0, fcntl(fd, F_SETFL, O_RDWR));
	expect(1, write(nonblock, "a", 1));
	ck_assert_int_eq(next_signal(SIGIO, 0, &info), -1);
}
END_TEST

START_TEST(a_signal_of_choice_says_which_file_and_what)
{
	siginfo_t info;
	char byte;

	subscribe(fd, SIGRTMIN);
	expect(1, write(nonblock, "a", 1));
	ck_assert_int_eq(next_signal(SIGRTMIN, 10000, &info), POLL_IN);
	ck_assert_int_eq(info.si_fd, fd);
	ck_assert_int_ne(info.si_band & POLLIN, 0);
	expect(1, read(nonblock, &byte, 1));
	ck_assert_int_eq(next_signal(SIGRTMIN, 10000, &info), POLL_OUT);
	ck_assert_int_ne(info.si_band & POLLOUT, 0);
}
END_TEST

START_TEST(a_file_is_closed_that_has_sigio)
{
	int other = open_node(O_RDWR);
	siginfo_t info;

	subscribe(other, 0);
	expect(0, close(other));
	expect(1, write(nonblock, "a", 1));
	ck_assert_int_eq(next_signal(SIGIO, 0, &info), -1);
}
END_TEST

/* What the file's info has behind the kernel's. */
static const char *shown(void)
{
	static char text[1024];
	char path[64];
	ssize_t length;
	int info;

	if (host_fdinfo)
		return host_fdinfo(fd, text, sizeof(text)) < 0 ? "" : text;
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	info = open(path, O_RDONLY);
	length = read(info, text, sizeof(text) - 1);
	text[length < 0 ? 0 : length] = '\0';
	close(info);
	return text;
}

START_TEST(its_info)
{
	ck_assert_ptr_nonnull(strstr(shown(), "fifo-fill:\t0\nfifo-size:\t65536\n"));
	expect(3, write(fd, "abc", 3));
	ck_assert_ptr_nonnull(strstr(shown(), "fifo-fill:\t3\nfifo-size:\t65536\n"));
}
END_TEST

#include "commands.h"

int main(void)
{
	TCase *tests = tcase_create("calls");

	block_signals();
	tcase_add_checked_fixture(tests, setup_fifo, teardown_fifo);
	tcase_add_test(tests, bytes_come_out_in_order);
	tcase_add_test(tests, they_go_round_the_end);
	tcase_add_test(tests, vectors);
	tcase_add_test(tests, who_does_not_wait);
	tcase_add_test(tests, nothing_to_move);
	add_table(tests, sizes);
	tcase_add_test(tests, its_info);
	tcase_add_test(tests, polls);
	tcase_add_test(tests, polls_its_directions);
	tcase_add_test(tests, a_read_waits_for_bytes);
	tcase_add_test(tests, a_write_waits_for_room);
	tcase_add_test(tests, a_larger_pipe_has_room);
	tcase_add_test(tests, a_poll_waits);
	tcase_add_test(tests, many_threads);
	tcase_add_test(tests, bad_memory);
	add_table(tests, unknown);
	tcase_add_test(tests, what_it_does_not_do);
	tcase_add_test(tests, sigio);
	tcase_add_test(tests, a_signal_of_choice_says_which_file_and_what);
	tcase_add_test(tests, a_file_is_closed_that_has_sigio);
	if (host_command_submit)
		add_commands(tests);
	return run(tests);
}
