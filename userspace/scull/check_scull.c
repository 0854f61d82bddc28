// SPDX-License-Identifier: GPL-2.0
/* /dev/scull0 and its kin, in a guest and over the handler in this process. */
#define NODE "/dev/scull0"

#define _GNU_SOURCE
#include "chard_scull.h"

#include "../signals.h"
#include "../suite.h"
#include "../tasks.h"

#include <limits.h>
#include <poll.h>
#include <sched.h>

#include "identity.h"

static void empty(const char *node)
{
	ck_assert_int_eq(try_as(root, node, O_WRONLY), 0);
}

static void setup_scull(void)
{
	setup();
	expect(0, ioctl(fd, SCULL_IOCRESET));
	expect(0, ioctl(fd, SCULL_P_IOCTSIZE, SCULL_P_BUFFER));
	empty(NODE);
}

#include "access.h"
#include "pipes.h"

START_TEST(stays_when_it_is_closed)
{
	char bytes[16] = "";

	expect(5, write(fd, "hello", 5));
	expect(0, close(fd));
	fd = open_node(O_RDWR);
	expect(5, read(fd, bytes, sizeof(bytes)));
	ck_assert_str_eq(bytes, "hello");
	expect(0, read(fd, bytes, sizeof(bytes)));
}
END_TEST

static const char *const others_rows[] = {
	"/dev/scull1", "/dev/scull2", "/dev/scull3", SINGLE, UID, WUID,
};

/* All files of one device have the same; other devices have their own. */
START_TEST(others)
{
	int other = open_node(O_RDWR), another = open(others_rows[_i], O_RDWR);
	char bytes[4] = "";

	ck_assert_int_ge(another, 0);
	expect(3, write(fd, "abc", 3));
	expect(3, read(other, bytes, 3));
	ck_assert_str_eq(bytes, "abc");
	expect(2, pwrite(another, "xy", 2, 0));
	expect(3, pread(fd, bytes, 3, 0));
	ck_assert_str_eq(bytes, "abc");
	expect(0, close(other));
	expect(0, close(another));
	another = open(others_rows[_i], O_RDONLY);
	expect(2, read(another, bytes, 3));
	ck_assert_mem_eq(bytes, "xy", 2);
	expect(0, close(another));
	empty(others_rows[_i]);
}
END_TEST

START_TEST(who_only_writes_empties_it)
{
	char byte;

	expect(3, write(fd, "abc", 3));
	expect(0, close(open_node(O_RDONLY)));
	expect(0, close(open_node(O_RDWR)));
	expect(3, size_of(fd));
	expect(0, close(open_node(O_WRONLY)));
	expect(0, size_of(fd));
	expect(0, pread(fd, &byte, 1, 0));
}
END_TEST

START_TEST(a_transfer_ends_with_a_quantum)
{
	static char bytes[3 * SCULL_QUANTUM], back[3 * SCULL_QUANTUM];

	memset(bytes, 'x', sizeof(bytes));
	expect(SCULL_QUANTUM, write(fd, bytes, sizeof(bytes)));
	expect(SCULL_QUANTUM, write(fd, bytes, sizeof(bytes)));
	expect(100, write(fd, bytes, 100));
	expect(1, pread(fd, back, sizeof(back), SCULL_QUANTUM - 1));
	expect(SCULL_QUANTUM, pread(fd, back, sizeof(back), SCULL_QUANTUM));
	ck_assert_mem_eq(bytes, back, SCULL_QUANTUM);
	expect(100, pread(fd, back, sizeof(back), 2 * SCULL_QUANTUM));
	expect(1, pwrite(fd, bytes, 9, SCULL_QUANTUM - 1));
}
END_TEST

/* Many sets, which the sizes of small ones make; each byte is where it was put. */
START_TEST(sets_and_quanta)
{
	expect(SCULL_QUANTUM, ioctl(fd, SCULL_IOCHQUANTUM, 3));
	expect(SCULL_QSET, ioctl(fd, SCULL_IOCHQSET, 2));
	/* From when it is emptied on. */
	expect(6, pwrite(fd, "abcdef", 6, 0));
	empty(NODE);
	for (unsigned char i = 0; i < 200; i++)
		expect(1, write(fd, &i, 1));
	for (unsigned int i = 0; i < 200; i++) {
		unsigned char byte = 0;

		expect(1, pread(fd, &byte, 1, i));
		ck_assert_uint_eq(byte, i);
	}
	expect(0, ioctl(fd, SCULL_IOCRESET));
	/* The device keeps what it was filled with. */
	expect(3, pwrite(fd, "abcdef", 6, 300));
	empty(NODE);
	expect(6, pwrite(fd, "abcdef", 6, 300));
}
END_TEST

/* Over the handler alone: in a guest the view is in debugfs, for root (selftests/drivers/scull). */
START_TEST(view)
{
	char text[4096], before[4096];

	ck_assert_int_gt(host_show(fd, "scullmem", before, sizeof(before)), 0);
	expect(5, write(fd, "hello", 5));
	ck_assert_int_gt(host_show(fd, "scullmem", text, sizeof(text)), 0);
	ck_assert_str_ne(before, text);
	ck_assert_ptr_nonnull(strstr(text, " 5"));
	ck_assert_int_eq(host_show(fd, "scullmem", text, 4), -EFBIG);
	ck_assert_int_eq(host_show(fd, "nothing", text, sizeof(text)), -ENOENT);
}
END_TEST

START_TEST(holes)
{
	char bytes[8];

	/* Far beyond what there is memory for. */
	expect(1, pwrite(fd, "z", 1, 1LL << 40));
	expect((1LL << 40) + 1, size_of(fd));
	expect(1, pread(fd, bytes, 8, 1LL << 40));
	ck_assert_int_eq(bytes[0], 'z');
	/* They are not filled: a read finds the end there. */
	expect(0, pread(fd, bytes, 8, 0));
	/* What is beside a byte in its quantum is zeros. */
	expect(1, pwrite(fd, "y", 1, 10));
	expect(8, pread(fd, bytes, 8, 3));
	ck_assert_mem_eq(bytes, "\0\0\0\0\0\0\0y", 8);
}
END_TEST

START_TEST(positions)
{
	expect(10, write(fd, "0123456789", 10));
	expect(4, lseek(fd, 4, SEEK_SET));
	expect(6, lseek(fd, 2, SEEK_CUR));
	expect(7, lseek(fd, -3, SEEK_END));
	expect(100, lseek(fd, 90, SEEK_END));
	expect(-EINVAL, lseek(fd, -1, SEEK_SET));
	expect(-EINVAL, lseek(fd, -101, SEEK_CUR));
	expect(-EINVAL, lseek(fd, -11, SEEK_END));
	expect(-EINVAL, lseek(fd, 0, 77));
	expect(100, lseek(fd, 0, SEEK_CUR));
}
END_TEST

/* What is there already has its end where it was. */
START_TEST(overwrites)
{
	char bytes[16] = "";

	expect(10, write(fd, "0123456789", 10));
	expect(2, pwrite(fd, "ab", 2, 3));
	expect(10, size_of(fd));
	expect(10, pread(fd, bytes, sizeof(bytes), 0));
	ck_assert_str_eq(bytes, "012ab56789");
}
END_TEST

START_TEST(appends)
{
	int other = open_node(O_RDWR | O_APPEND);

	expect(3, write(fd, "abc", 3));
	expect(2, write(other, "de", 2));
	expect(5, lseek(other, 0, SEEK_CUR));
	expect(5, size_of(fd));
	expect(0, close(other));
}
END_TEST

START_TEST(bad_memory)
{
	char bytes[4] = "";

	expect(-EFAULT, write(fd, half + page, 3));
	expect(-EFAULT, write(fd, KERNEL_ADDRESS, 3));
	expect(0, size_of(fd));
	expect(0, write(fd, "", 0));
	memcpy(half + page - 2, "ab", 2);
	expect(2, write(fd, half + page - 2, 4));
	expect(-EFAULT, pread(fd, half + page, 2, 0));
	expect(-EFAULT, pread(fd, KERNEL_ADDRESS, 2, 0));
	expect(1, pread(fd, half + page - 1, 2, 0));
	expect(2, pread(fd, bytes, 4, 0));
	ck_assert_mem_eq(bytes, "ab", 2);
}
END_TEST

START_TEST(is_ready_at_any_time)
{
	ck_assert_int_eq(ready(POLLIN | POLLOUT, 0), POLLIN | POLLOUT);
}
END_TEST

START_TEST(is_full_some_time)
{
	static char bytes[SCULL_QUANTUM];
	long written = 0, ret;
	int other;

	while ((ret = write(fd, bytes, sizeof(bytes))) > 0)
		written += ret;
	ck_assert_int_eq(ret < 0 ? errno : 0, ENOMEM);
	ck_assert_int_le(written, SCULL_MEMORY_MAX);
	ck_assert_int_ge(written, SCULL_MEMORY_MAX / 10 * 9);
	/* For all devices; what there is can still be written. */
	other = open("/dev/scull1", O_WRONLY);
	expect(-ENOMEM, write(other, bytes, sizeof(bytes)));
	expect(1, pwrite(fd, "a", 1, 0));
	empty(NODE);
	expect(sizeof(bytes), write(other, bytes, sizeof(bytes)));
	expect(0, close(other));
	empty("/dev/scull1");
}
END_TEST

#define WRITERS 4
#define RECORDS 200

/* Each writes its own places, of a store whose sets and quanta all of them make. */
static long write_records(struct task *task)
{
	for (int i = 0; i < RECORDS; i++) {
		if (pwrite(fd, task->bytes, 1, i * WRITERS + task->bytes[0]) != 1)
			return -1;
	}
	return 0;
}

START_TEST(writers)
{
	struct task tasks[WRITERS] = {};
	char byte;

	expect(0, ioctl(fd, SCULL_IOCTQUANTUM, 5));
	expect(0, ioctl(fd, SCULL_IOCTQSET, 3));
	empty(NODE);
	for (int i = 0; i < WRITERS; i++) {
		tasks[i].call = write_records;
		tasks[i].bytes[0] = i;
		expect(0, pthread_create(&tasks[i].thread, NULL, run_task, &tasks[i]));
	}
	for (int i = 0; i < WRITERS; i++)
		ck_assert_int_eq(end(&tasks[i]), 0);
	for (int i = 0; i < RECORDS * WRITERS; i++) {
		expect(1, pread(fd, &byte, 1, i));
		ck_assert_int_eq(byte, i % WRITERS);
	}
}
END_TEST

#include "ioctls.h"

int main(void)
{
	TCase *tests = tcase_create("memory"), *access = tcase_create("access"),
	      *pipes = tcase_create("pipes"), *ioctls = tcase_create("ioctls");

	block_signals();
	if (host_be)
		be(&root);
	tcase_add_checked_fixture(tests, setup_scull, teardown);
	tcase_add_test(tests, stays_when_it_is_closed);
	add_table(tests, others);
	tcase_add_test(tests, who_only_writes_empties_it);
	tcase_add_test(tests, a_transfer_ends_with_a_quantum);
	tcase_add_test(tests, sets_and_quanta);
	if (host_show)
		tcase_add_test(tests, view);
	tcase_add_test(tests, holes);
	tcase_add_test(tests, positions);
	tcase_add_test(tests, overwrites);
	tcase_add_test(tests, appends);
	tcase_add_test(tests, bad_memory);
	tcase_add_test(tests, is_ready_at_any_time);
	tcase_add_test(tests, is_full_some_time);
	tcase_add_test(tests, writers);
	tcase_add_checked_fixture(access, setup_scull, teardown);
	add_access(access);
	add_pipes(pipes);
	add_ioctls(ioctls);
	return run(tests, access, pipes, ioctls);
}
