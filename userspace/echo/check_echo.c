// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/chard-echo, in a guest and over the handler in this process: each
 * behaviour once, good and bad. selftests/drivers/echo goes through more cases.
 */
#define _GNU_SOURCE
#include <limits.h>
#include <pthread.h>
#include <stdint.h>

#define NODE "/dev/chard-echo"

#include "../suite.h"
#include "chard_echo.h"

#define LIMIT CHARD_ECHO_LIMIT_DEFAULT

static long set_limit(__u64 limit)
{
	return ioctl(fd, CHARD_ECHO_SET_LIMIT, &limit);
}

static long size(void)
{
	__u64 size;

	return ioctl(fd, CHARD_ECHO_GET_SIZE, &size) ? -1 : (long)size;
}

static long position(int of)
{
	return lseek(of, 0, SEEK_CUR);
}

static void setup_echo(void)
{
	setup();
	expect(0, ioctl(fd, CHARD_ECHO_CLEAR));
	expect(0, set_limit(LIMIT));
}

START_TEST(reads_what_was_written)
{
	char text[12] = "";

	expect(4, write(fd, "what", 4));
	expect(7, write(fd, " is wri", 7));
	expect(11, position(fd));
	expect(11, size());
	expect(0, read(fd, text, 3));
	expect(0, lseek(fd, 0, SEEK_SET));
	expect(3, read(fd, text, 3));
	expect(8, read(fd, text + 3, 9));
	expect(11, position(fd));
	ck_assert_str_eq(text, "what is wri");
	expect(2, pwrite(fd, "XY", 2, 5));
	expect(4, pread(fd, text, 4, 4));
	ck_assert_mem_eq(text, " XY ", 4);
	expect(11, position(fd));
	expect(0, ioctl(fd, CHARD_ECHO_CLEAR));
	expect(0, size());
	expect(11, position(fd));
}
END_TEST

static const struct {
	off_t at;
	long length;
	long answer;
	long size;
} writes_rows[] = {
	/* Over five bytes that are there, with a limit of ten. */
	{ 0, 5, 5, 5 },
	{ 3, 4, 4, 7 },
	{ 7, 2, 2, 9 },
	{ 9, 1, 1, 10 },
	{ 9, 2, 1, 10 },
	{ 8, 100000, 2, 10 },
	{ 10, 1, -ENOSPC, 5 },
	{ 10, 0, 0, 5 },
	{ 1L << 62, 1, -ENOSPC, 5 },
	{ -1, 1, -EINVAL, 5 },
	{ INT64_MIN, 0, -EINVAL, 5 },
	{ INT64_MAX, 1, -EINVAL, 5 },
	{ INT64_MAX, 0, 0, 5 },
};

START_TEST(writes)
{
	static char bytes[100000], out[16];
	long start = writes_rows[_i].at, moved = writes_rows[_i].answer;
	long i;

	memset(bytes, 'x', sizeof(bytes));
	expect(0, set_limit(10));
	expect(5, write(fd, "abcde", 5));
	expect(moved, pwrite(fd, bytes, writes_rows[_i].length, start));
	expect(writes_rows[_i].size, size());
	expect(writes_rows[_i].size, pread(fd, out, sizeof(out), 0));
	for (i = 0; i < writes_rows[_i].size; i++) {
		bool new = moved > 0 && i >= start &&i < start + moved;

		/* What nobody has written is a hole, of zeros. */
		ck_assert_int_eq(out[i], new ? 'x' : i < 5 ? "abcde"[i] : 0);
	}
}
END_TEST

static const struct {
	off_t offset;
	int whence;
	off_t answer;
} seeks_rows[] = {
	/* From position 4 of a buffer of ten bytes. */
	{ 2, SEEK_SET, 2 },
	{ 3, SEEK_CUR, 7 },
	{ -4, SEEK_CUR, 0 },
	{ -3, SEEK_END, 7 },
	{ 5, SEEK_END, 15 },
	{ INT64_MAX, SEEK_SET, INT64_MAX },
	{ -1, SEEK_SET, -EINVAL },
	{ -5, SEEK_CUR, -EINVAL },
	{ -11, SEEK_END, -EINVAL },
	{ INT64_MAX, SEEK_CUR, -EOVERFLOW },
	{ INT64_MAX, SEEK_END, -EOVERFLOW },
	{ 0, SEEK_DATA, -EINVAL },
	{ 0, 5, -EINVAL },
	{ 0, -1, -EINVAL },
};

START_TEST(seeks)
{
	off_t to = seeks_rows[_i].answer;

	expect(10, pwrite(fd, "0123456789", 10, 0));
	expect(4, lseek(fd, 4, SEEK_SET));
	expect(to, lseek(fd, seeks_rows[_i].offset, seeks_rows[_i].whence));
	expect(to < 0 ? 4 : to, position(fd));
}
END_TEST

START_TEST(appends)
{
	int log = open_node(O_RDWR | O_APPEND);
	struct iovec iov = { "gh", 2 };
	char text[9] = "";

	expect(3, write(fd, "abc", 3));
	expect(0, position(log));
	expect(1, write(log, "d", 1));
	expect(4, position(log));
	expect(1, pwrite(log, "e", 1, 0));
	expect(4, position(log));
	expect(0, fcntl(fd, F_SETFL, O_APPEND));
	expect(O_RDWR | O_APPEND, fcntl(fd, F_GETFL) & (O_ACCMODE | O_APPEND));
	expect(1, write(fd, "f", 1));
	expect(6, position(fd));
	expect(0, fcntl(fd, F_SETFL, 0));
	expect(0, lseek(fd, 0, SEEK_SET));
	expect(2, pwritev2(fd, &iov, 1, -1, RWF_APPEND));
	expect(8, position(fd));
	expect(8, pread(fd, text, 9, 0));
	ck_assert_str_eq(text, "abcdefgh");
	expect(0, close(log));
}
END_TEST

START_TEST(vectors)
{
	static struct iovec many[IOV_MAX + 1];
	volatile int too_few = -1;
	char a[4] = "", b[8] = "";
	struct iovec out[] = { { "abc", 3 }, { NULL, 0 }, { "defgh", 5 } };
	struct iovec in[] = { { a, 3 }, { NULL, 0 }, { b, 7 } };

	expect(8, writev(fd, out, 3));
	expect(8, position(fd));
	expect(0, lseek(fd, 0, SEEK_SET));
	expect(8, readv(fd, in, 3));
	ck_assert_str_eq(a, "abc");
	ck_assert_str_eq(b, "defgh");
	expect(6, preadv(fd, in, 3, 2));
	expect(8, pwritev(fd, out, 3, 100));
	expect(8, position(fd));
	expect(8, preadv2(fd, in, 3, 100, 0));
	expect(0, writev(fd, many, IOV_MAX));
	expect(-EINVAL, writev(fd, many, IOV_MAX + 1));
	expect(-EINVAL, readv(fd, many, too_few));
	expect(-EINVAL, preadv(fd, in, 3, -2));
	expect(-EOPNOTSUPP, preadv2(fd, in, 3, 0, RWF_NOWAIT));
	in[2].iov_len = (size_t)-1;
	expect(-EINVAL, readv(fd, in, 3));
	in[2] = (struct iovec){ KERNEL_ADDRESS, 1 };
	expect(-EFAULT, readv(fd, in, 3));
	expect(8, position(fd));
}
END_TEST

START_TEST(modes)
{
	int reader = open_node(O_RDONLY), writer = open_node(O_WRONLY);
	struct iovec iov = { half, 1 };

	expect(-EBADF, write(reader, half, 1));
	expect(-EBADF, pwritev(reader, &iov, 1, 0));
	expect(-EBADF, read(writer, half, 1));
	expect(-EBADF, readv(writer, &iov, 1));
	expect(1, write(writer, half, 1));
	expect(1, read(reader, half, 1));
	expect(0, close(reader));
	expect(0, close(writer));
	expect(-EBADF, read(reader, half, 1));
	expect(-EBADF, close(writer));
}
END_TEST

START_TEST(twins)
{
	int twin = dup(fd), other = open_node(O_RDWR), third = fcntl(fd, F_DUPFD, 0);

	ck_assert_int_ge(twin, 0);
	ck_assert_int_ge(third, 0);
	expect(4, write(twin, "abcd", 4));
	expect(4, position(fd));
	expect(4, position(third));
	expect(0, position(other));
	expect(other, dup2(twin, other));
	expect(4, position(other));
	expect(0, close(twin));
	expect(0, close(third));
	expect(1, lseek(other, 1, SEEK_SET));
	expect(1, position(fd));
	expect(0, close(other));
}
END_TEST

static const struct {
	long from_half; /* bytes before its end, or -1 for @at */
	char *at;
} bad_memory_rows[] = {
	{ 0, NULL },
	{ -1, NULL },
	{ -1, KERNEL_ADDRESS },
	{ -1, (char *)0x0000800000000000UL },
	{ -1, (char *)0x8000000000000000UL },
	{ -1, (char *)-4096L },
};

START_TEST(bad_memory)
{
	char *at = bad_memory_rows[_i].from_half ? bad_memory_rows[_i].at : half + page;
	struct iovec iov = { at, 4 };

	expect(8, write(fd, "abcdefgh", 8));
	expect(-EFAULT, write(fd, at, 4));
	expect(-EFAULT, pwrite(fd, at, 99999, 5000));
	expect(-EFAULT, pread(fd, at, 4, 0));
	expect(-EFAULT, preadv(fd, &iov, 1, 0));
	expect(-EFAULT, writev(fd, (struct iovec *)at, 1));
	/* Past the end nothing is copied. What the VFS refuses unseen differs. */
	if (read(fd, at, 4))
		ck_assert_int_eq(errno, EFAULT);
	expect(-EFAULT, ioctl(fd, CHARD_ECHO_GET_SIZE, at));
	expect(-EFAULT, ioctl(fd, CHARD_ECHO_SET_LIMIT, at));
	expect(-EFAULT, ioctl(fd, CHARD_ECHO_SUM, at));
	expect(8, position(fd));
	expect(8, size());
}
END_TEST

static const int partly_rows[] = { 1, 3, 7, 8, 9, 63, 64, 65, 1000, 4000 };

/* Memory that ends after some bytes: those count, to the byte. */
START_TEST(partly)
{
	long n = partly_rows[_i];
	char *from = half + page - n;
	struct iovec iov[] = { { "ab", 2 }, { from, n + 5 }, { "cd", 2 } };

	memset(half, 'h', page);
	expect(n, write(fd, from, n + 100));
	expect(n, position(fd));
	expect(n, size());
	expect(2 + n, pwritev(fd, iov, 3, 0));
	expect(2 + n, size());
	memset(half, '-', page);
	expect(n, pread(fd, from, n + 100, 0));
	ck_assert_mem_eq(from, "abhhhhhh", n < 8 ? n : 8);
	ck_assert_int_eq(half[page - n - 1], '-');
}
END_TEST

static const size_t lengths_rows[] = { SSIZE_MAX, (size_t)SSIZE_MAX + 1, SIZE_MAX };

/* They reach beyond user space: refused before the driver is asked. */
START_TEST(lengths)
{
	/* volatile: the compiler knows better than to allow it. */
	volatile size_t length = lengths_rows[_i];

	expect(-EFAULT, write(fd, half, length));
	expect(-EFAULT, read(fd, half, length));
	expect(0, size());
}
END_TEST

START_TEST(limits)
{
	expect(-EINVAL, set_limit(0));
	expect(-EINVAL, set_limit(CHARD_ECHO_LIMIT_MAX + 1));
	expect(-EINVAL, set_limit((1ULL << 32) + 10));
	expect(0, set_limit(CHARD_ECHO_LIMIT_MAX));
	expect(4, write(fd, "abcd", 4));
	expect(-EBUSY, set_limit(3));
	expect(0, set_limit(4));
	expect(-ENOSPC, write(fd, "e", 1));
}
END_TEST

static const struct chard_echo_sum sums_rows[] = {
	/* Of the bytes 1, 2, 4, 128. */
	{ 0, 4, 135, 4 },     { 1, 2, 6, 2 }, { 2, 0, 0, 0 },	       { 3, 1000, 128, 1 },
	{ 2, ~0ULL, 132, 2 }, { 4, 1, 0, 0 }, { 1ULL << 63, 9, 0, 0 }, { ~0ULL, ~0ULL, 0, 0 },
};

START_TEST(sums)
{
	struct chard_echo_sum good = sums_rows[_i], sum = { good.offset, good.length, 7, 7 };

	expect(4, write(fd, "\001\002\004\200", 4));
	expect(0, ioctl(fd, CHARD_ECHO_SUM, &sum));
	ck_assert_mem_eq(&sum, &good, sizeof(sum));
	expect(4, position(fd));
}
END_TEST

static const unsigned int unknown_rows[] = {
	_IO(CHARD_ECHO_MAGIC, 0),
	_IO(CHARD_ECHO_MAGIC, 5),
	_IOW(CHARD_ECHO_MAGIC, 1, __u64),
	_IOR(CHARD_ECHO_MAGIC, 1, __u32),
	_IOR(CHARD_ECHO_MAGIC, 2, __u64),
	_IOWR(CHARD_ECHO_MAGIC, 3, __u64),
	_IOR(CHARD_ECHO_MAGIC + 1, 1, __u64),
	0x5401,
	0xffffffff,
};

START_TEST(unknown)
{
	struct chard_echo_sum sum = { 0, 0, 0, 0 };

	expect(-ENOTTY, ioctl(fd, unknown_rows[_i], &sum));
	expect(-ENOTTY, ioctl(fd, unknown_rows[_i], NULL));
}
END_TEST

#define THREADS 3
#define RECORDS 300

/* What the threads see wrong they count: only the test's own may say it. */
static int wrong;

static void must(bool good)
{
	if (!good)
		__atomic_add_fetch(&wrong, 1, __ATOMIC_RELAXED);
}

static void *append_records(void *name)
{
	char record[8];
	int log = open(NODE, O_WRONLY | O_APPEND), i;

	memset(record, *(char *)name, sizeof(record));
	for (i = 0; i < RECORDS; i++)
		must(write(log, record, sizeof(record)) == sizeof(record));
	must(!close(log));
	return NULL;
}

/* Half of the buffer lies in the page that comes and goes. */
static void *come_and_go(void *stop)
{
	while (!__atomic_load_n((int *)stop, __ATOMIC_RELAXED)) {
		must(!mprotect(half, page, PROT_NONE));
		must(!mprotect(half, page, PROT_READ | PROT_WRITE));
	}
	return NULL;
}

static void *overwrite(void *stop)
{
	do {
		long got = pread(fd, half, 100, 0);

		/* The page may go while it is copied: then some bytes count. */
		must((got > 0 && got <= 100) || (got < 0 && errno == EFAULT));
		got = pwrite(fd, half, 100, 0);
		must((got > 0 && got <= 100) || (got < 0 && errno == EFAULT));
	} while (!__atomic_load_n((int *)stop, __ATOMIC_RELAXED));
	return NULL;
}

START_TEST(threads)
{
	static char names[THREADS] = { 'a', 'b', 'c' };
	pthread_t appending[THREADS], others[2];
	int i, j, stop = 0, counts[THREADS] = { 0 };
	char record[8];

	expect(100, pwrite(fd, half, 100, 0));
	expect(100, lseek(fd, 100, SEEK_SET));
	expect(0, pthread_create(&others[0], NULL, come_and_go, &stop));
	expect(0, pthread_create(&others[1], NULL, overwrite, &stop));
	for (i = 0; i < THREADS; i++)
		expect(0, pthread_create(&appending[i], NULL, append_records, &names[i]));
	for (i = 0; i < THREADS; i++)
		expect(0, pthread_join(appending[i], NULL));
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	for (i = 0; i < 2; i++)
		expect(0, pthread_join(others[i], NULL));
	ck_assert_int_eq(wrong, 0);
	/* Each record is whole, and none is lost. */
	for (i = 0; i < THREADS * RECORDS; i++) {
		expect(8, read(fd, record, sizeof(record)));
		for (j = 1; j < 8; j++)
			ck_assert_int_eq(record[j], record[0]);
		counts[record[0] - 'a']++;
	}
	expect(0, read(fd, record, sizeof(record)));
	for (i = 0; i < THREADS; i++)
		ck_assert_int_eq(counts[i], RECORDS);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("calls");

	tcase_add_checked_fixture(tests, setup_echo, teardown);
	tcase_add_test(tests, reads_what_was_written);
	add_table(tests, writes);
	add_table(tests, seeks);
	tcase_add_test(tests, appends);
	tcase_add_test(tests, vectors);
	tcase_add_test(tests, modes);
	tcase_add_test(tests, twins);
	add_table(tests, bad_memory);
	add_table(tests, partly);
	add_table(tests, lengths);
	tcase_add_test(tests, limits);
	add_table(tests, sums);
	add_table(tests, unknown);
	tcase_add_test(tests, threads);
	return run(tests);
}
