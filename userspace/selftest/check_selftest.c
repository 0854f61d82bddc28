// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/chard-selftest, in a guest and over the handler in this process: the
 * corners of the crate that leave the machine as it was.
 */
#define NODE "/dev/chard-selftest"

#include "../suite-host.h"
#include "../suite.h"
#include "chard_selftest.h"

START_TEST(each_file_has_its_sum)
{
	int other = open_node(O_RDONLY);

	expect(5, ioctl(fd, CHARD_SELFTEST_ADD, 5));
	expect(3, ioctl(other, CHARD_SELFTEST_ADD, 3));
	expect(12, ioctl(fd, CHARD_SELFTEST_ADD, 7));
	expect(-EINVAL, ioctl(fd, CHARD_SELFTEST_ADD, 1L << 32));
	expect(12, ioctl(fd, CHARD_SELFTEST_ADD, 0));
	expect(0, close(other));
}
END_TEST

/* A pointer and a long, by a 32-bit caller's layout and by the other one. */
START_TEST(layouts)
{
	struct chard_selftest_words *words;
	struct chard_selftest_words32 *small;

	small = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT,
		     -1, 0);
	ck_assert_ptr_ne(small, MAP_FAILED);
	words = (void *)(small + 1);
	*small = (struct chard_selftest_words32){ 1, 2 };
	*words = (struct chard_selftest_words){ 3, 4 };
	expect(sizeof(*words), ioctl(fd, CHARD_SELFTEST_WORDS, words));
	ck_assert(words->pointer == ~3ULL && words->word == ~4ULL);
	if (host_compat_ioctl) {
		ck_assert_int_eq(host_compat_ioctl(fd, CHARD_SELFTEST_WORDS, (unsigned long)small),
				 sizeof(*small));
		ck_assert(small->pointer == ~1U && small->word == ~2U);
		ck_assert_int_eq(host_compat_ioctl(fd, CHARD_SELFTEST_WORDS, 0), -EFAULT);
		/* What has one layout is the same. */
		ck_assert_int_eq(host_compat_ioctl(fd, CHARD_SELFTEST_ADD, 5), 5);
		ck_assert_int_eq(host_compat_ioctl(fd, 0x1234, 0), -ENOTTY);
	}
	expect(0, munmap(small, page));
}
END_TEST

static long reverse(const char *from, char *to, __u64 length)
{
	struct chard_selftest_reverse request = {
		.from = (__u64)from,
		.to = (__u64)to,
		.length = length,
	};

	return ioctl(fd, CHARD_SELFTEST_REVERSE, &request);
}

START_TEST(reverses)
{
	char from[] = "stressed", to[16] = "-----------";

	expect(8, reverse(from, to, 8));
	ck_assert_str_eq(to, "desserts---");
	/* Onto itself: it is read before it is written. */
	expect(8, reverse(from, from, 8));
	ck_assert_str_eq(from, "desserts");
	/* Up to the last byte before memory ends. */
	expect(8, reverse(to, half + page - 8, 8));
	ck_assert_mem_eq(half + page - 8, "stressed", 8);
	expect(4096, reverse(half, half, 4096));
	expect(-EINVAL, reverse(half, half, 4097));
	expect(-EINVAL, reverse(from, to, ~0ULL));
	expect(0, reverse(NULL, KERNEL_ADDRESS, 0));
}
END_TEST

START_TEST(each_close_flushes)
{
	int other = dup(fd);

	expect(0, ioctl(fd, CHARD_SELFTEST_FLUSHES));
	expect(0, close(other));
	expect(1, ioctl(fd, CHARD_SELFTEST_FLUSHES));
	other = dup(fd);
	expect(0, ioctl(fd, CHARD_SELFTEST_ARM, CHARD_SELFTEST_ARM_FLUSH));
	expect(-ENOSPC, close(other));
	expect(-EBADF, close(other));
	expect(0, ioctl(fd, CHARD_SELFTEST_ARM, 0));
	expect(2, ioctl(fd, CHARD_SELFTEST_FLUSHES));
}
END_TEST

/* It was set going, and comes once more; libcheck ends what waits too long. */
static void comes(unsigned long what)
{
	long times = ioctl(fd, CHARD_SELFTEST_CAME, what);

	expect(0, ioctl(fd, CHARD_SELFTEST_START, what));
	while (ioctl(fd, CHARD_SELFTEST_CAME, what) == times)
		usleep(1000);
	expect(times + 1, ioctl(fd, CHARD_SELFTEST_CAME, what));
}

START_TEST(a_timer_comes)
{
	comes(CHARD_SELFTEST_TIMER);
	comes(CHARD_SELFTEST_TIMER);
}
END_TEST

START_TEST(work_comes)
{
	comes(CHARD_SELFTEST_WORK);
	comes(CHARD_SELFTEST_LATER);
	comes(CHARD_SELFTEST_WORK);
}
END_TEST

START_TEST(a_thread_comes)
{
	comes(CHARD_SELFTEST_THREAD);
	/* It has ended, or is just ending. */
	while (ioctl(fd, CHARD_SELFTEST_START, CHARD_SELFTEST_THREAD) && errno == EBUSY)
		usleep(1000);
	while (ioctl(fd, CHARD_SELFTEST_CAME, CHARD_SELFTEST_THREAD) < 2)
		usleep(1000);
}
END_TEST

START_TEST(reverse_of_bad_memory)
{
	char *const bad[] = { NULL,	      half + page, half + page - 7, half + page - 1,
			      KERNEL_ADDRESS, (char *)-8L };
	char good[] = "stressed";

	memset(half, '-', page);
	expect(-EFAULT, reverse(bad[_i], good, 8));
	ck_assert_str_eq(good, "stressed");
	expect(-EFAULT, reverse(good, bad[_i], 8));
	expect(-EFAULT, ioctl(fd, CHARD_SELFTEST_REVERSE, bad[_i]));
}
END_TEST

static const struct {
	int open;
	int answer;
} flags_rows[] = {
	{ O_RDONLY, CHARD_SELFTEST_READABLE },
	{ O_WRONLY, CHARD_SELFTEST_WRITABLE },
	{ O_RDWR, CHARD_SELFTEST_READABLE | CHARD_SELFTEST_WRITABLE },
	/* Neither: for ioctls alone. */
	{ O_ACCMODE, 0 },
	{ O_RDONLY | O_NONBLOCK, CHARD_SELFTEST_READABLE | CHARD_SELFTEST_NONBLOCK },
};

START_TEST(flags)
{
	int other = open_node(flags_rows[_i].open);

	expect(flags_rows[_i].answer, ioctl(other, CHARD_SELFTEST_FLAGS));
	/* O_NONBLOCK comes and goes, the mode stays. */
	expect(0, fcntl(other, F_SETFL, O_NONBLOCK));
	expect(flags_rows[_i].answer | CHARD_SELFTEST_NONBLOCK, ioctl(other, CHARD_SELFTEST_FLAGS));
	expect(0, fcntl(other, F_SETFL, 0));
	expect(flags_rows[_i].answer & ~CHARD_SELFTEST_NONBLOCK,
	       ioctl(other, CHARD_SELFTEST_FLAGS));
	expect(0, close(other));
}
END_TEST

START_TEST(locks)
{
	expect(0, ioctl(fd, CHARD_SELFTEST_LOCK));
	expect(-EDEADLK, ioctl(fd, CHARD_SELFTEST_LOCK_TWICE));
	/* The first of the two was given back. */
	expect(0, ioctl(fd, CHARD_SELFTEST_LOCK));
}
END_TEST

START_TEST(forgotten_guard_poisons)
{
	int other = open_node(O_RDONLY);

	expect(0, ioctl(fd, CHARD_SELFTEST_FORGET));
	expect(-EIO, ioctl(other, CHARD_SELFTEST_LOCK));
	expect(-EIO, ioctl(fd, CHARD_SELFTEST_LOCK_TWICE));
	expect(-EIO, ioctl(fd, CHARD_SELFTEST_FORGET));
	expect(0, ioctl(other, CHARD_SELFTEST_MEND));
	expect(0, ioctl(fd, CHARD_SELFTEST_LOCK));
	expect(0, close(other));
}
END_TEST

static const struct {
	unsigned long value;
	long answer;
} results_rows[] = {
	{ 0, 0 },
	{ 1, 1 },
	{ 0x7fffffff, 0x7fffffff },
	/* These would look like errors. */
	{ 0x80000000, -EOVERFLOW },
	{ 0xffffffff, -EOVERFLOW },
};

START_TEST(results)
{
	expect(results_rows[_i].answer, ioctl(fd, CHARD_SELFTEST_RETURN, results_rows[_i].value));
}
END_TEST

static const struct {
	unsigned long size;
	long answer;
} memory_rows[] = {
	{ 0, 0 },
	{ 1, 0 },
	{ 4097, 0 },
	{ 1000000, 0 },
	{ 1UL << 31, -ENOMEM },
	{ 1UL << 40, -ENOMEM },
	{ 1UL << 63, -ENOMEM },
	{ ~0UL, -ENOMEM },
};

START_TEST(memory)
{
	expect(memory_rows[_i].answer, ioctl(fd, CHARD_SELFTEST_ALLOC, memory_rows[_i].size));
}
END_TEST

/* The handler writes twice: what the first has moved counts. */
START_TEST(read_in_two_pieces)
{
	char text[16] = "";

	expect(9, read(fd, text, sizeof(text)));
	ck_assert_str_eq(text, "selftest\n");
	expect(9, pread(fd, text, sizeof(text), 1000));
	expect(6, read(fd, text, 6));
	expect(2, read(fd, half + page - 2, 9));
	ck_assert_mem_eq(half + page - 2, "se", 2);
	expect(4, read(fd, half + page - 4, 9));
	expect(5, read(fd, half + page - 5, 9));
	ck_assert_mem_eq(half + page - 5, "selft", 5);
	expect(-EFAULT, read(fd, half + page, 9));
	expect(0, read(fd, text, 0));
}
END_TEST

/* How records are written, and read: by a call, or in two pieces by another. */
static ssize_t whole(bool out, char *at, size_t len)
{
	return out ? read(fd, at, len) : write(fd, at, len);
}

static ssize_t in_pieces(bool out, char *at, size_t len)
{
	struct iovec both[] = { { at, len / 3 }, { at + len / 3, len - len / 3 } };

	return out ? readv(fd, both, 2) : writev(fd, both, 2);
}

static ssize_t (*const ways[])(bool out, char *at, size_t len) = { whole, in_pieces };

/*
 * A device of records: what it stores and what write(2) says have to agree. A row is what is
 * written, the first byte of each record and how many bytes at its end are not there.
 */
static const struct {
	const char *records;
	int beyond;
	int answer;
	int stored;
} records_rows[] = {
	{ "a", 0, 16, 1 },
	{ "abcd", 0, 64, 4 },
	/* Half-way, before anything is stored, and behind that. */
	{ "a", 1, -EFAULT, 0 },
	{ "a", 8, -EFAULT, 0 },
	{ "a", 15, -EFAULT, 0 },
	{ "a", 16, -EFAULT, 0 },
	{ "ab", 1, 16, 1 },
	{ "ab", 16, 16, 1 },
	{ "ab", 24, -EFAULT, 0 },
	{ "abc", 8, 32, 2 },
	/* One that the handler refuses when it has read it. */
	{ "0", 0, -EINVAL, 0 },
	{ "a0", 0, 16, 1 },
	{ "0a", 0, -EINVAL, 0 },
	{ "1", 0, -ENOMEM, 0 },
	{ "ab1a", 0, 32, 2 },
	{ "abcde", 0, 64, 4 },
	/* One that is stored before the error. */
	{ "2a", 0, 16, 1 },
	{ "a2a", 0, 32, 2 },
};

START_TEST(records)
{
	const __auto_type row = &records_rows[_i];
	size_t count = strlen(row->records), len = count * CHARD_SELFTEST_RECORD;
	char bytes[8 * CHARD_SELFTEST_RECORD];
	unsigned int arm, way;

	for (size_t i = 0; i < count; i++) {
		char first = row->records[i];

		memset(bytes + i * CHARD_SELFTEST_RECORD, first, CHARD_SELFTEST_RECORD);
		if (first <= '2')
			bytes[i * CHARD_SELFTEST_RECORD] = first - '0';
	}
	memcpy(half + page - len + row->beyond, bytes, len - row->beyond);
	for (arm = 0; arm <= CHARD_SELFTEST_ARM_PIECES; arm += CHARD_SELFTEST_ARM_PIECES) {
		expect(0, ioctl(fd, CHARD_SELFTEST_ARM, arm));
		for (way = 0; way < 2; way++) {
			expect(row->answer, ways[way](false, half + page - len + row->beyond, len));
			expect(row->stored, ioctl(fd, CHARD_SELFTEST_RECORDS));
		}
	}
	expect(0, ioctl(fd, CHARD_SELFTEST_ARM, 0));
}
END_TEST

/* Out as well: a record that the caller has not got stays. */
START_TEST(records_out)
{
	const size_t len = 3 * CHARD_SELFTEST_RECORD;
	char bytes[3 * CHARD_SELFTEST_RECORD];
	unsigned int arm, way;

	for (arm = 0; arm <= CHARD_SELFTEST_ARM_PIECES; arm += CHARD_SELFTEST_ARM_PIECES) {
		expect(0, ioctl(fd, CHARD_SELFTEST_ARM, arm | CHARD_SELFTEST_ARM_RECORDS));
		for (way = 0; way < 2; way++) {
			memset(bytes, 'a', CHARD_SELFTEST_RECORD);
			memset(bytes + CHARD_SELFTEST_RECORD, 'b', CHARD_SELFTEST_RECORD);
			memset(bytes + 2 * CHARD_SELFTEST_RECORD, 'c', CHARD_SELFTEST_RECORD);
			expect(len, write(fd, bytes, len));
			expect(-EFAULT, ways[way](true, half + page - 15, 16));
			expect(16, ways[way](true, half + page - 24, 32));
			ck_assert_int_eq(half[page - 24], 'a');
			expect(32, ways[way](true, half + page - 32, 40));
			ck_assert_int_eq(half[page - 32], 'b');
			ck_assert_int_eq(half[page - 1], 'c');
			expect(0, ways[way](true, half, 16));
		}
	}
	expect(0, ioctl(fd, CHARD_SELFTEST_ARM, CHARD_SELFTEST_ARM_RECORDS));
	expect(16, write(fd, bytes, 16));
	expect(-EINVAL, read(fd, half, 15));
	expect(-EINVAL, write(fd, bytes, 15));
	expect(16, write(fd, bytes, 20));
	expect(2, ioctl(fd, CHARD_SELFTEST_RECORDS));
	expect(0, ioctl(fd, CHARD_SELFTEST_ARM, 0));
}
END_TEST

/* What the handler denies mprotect(2) does not add, whatever the file's mode. */
START_TEST(denied_to_mappings)
{
	char *at = mmap(NULL, page, PROT_READ, MAP_SHARED, fd, 0);

	ck_assert_ptr_ne(at, MAP_FAILED);
	ck_assert_int_eq(*at, 0);
	expect(-EACCES, mprotect(at, page, PROT_READ | PROT_WRITE));
	expect(-EACCES, mprotect(at, page, PROT_READ | PROT_EXEC));
	expect(0, mprotect(at, page, PROT_NONE));
	expect(-EACCES, mprotect(at, page, PROT_WRITE));
	expect(0, mprotect(at, page, PROT_READ));
	ck_assert_int_eq(*at, 0);
	expect(0, munmap(at, page));
	expect(-EACCES, (long)mmap(NULL, page, PROT_WRITE, MAP_SHARED, fd, 0));
	expect(-EACCES, (long)mmap(NULL, page, PROT_EXEC, MAP_SHARED, fd, 0));
	expect(-EACCES, (long)mmap(NULL, page, PROT_EXEC, MAP_PRIVATE, fd, 0));
	at = mmap(NULL, page, PROT_READ, MAP_PRIVATE, fd, 0);
	ck_assert_ptr_ne(at, MAP_FAILED);
	expect(-EACCES, mprotect(at, page, PROT_READ | PROT_EXEC));
	expect(0, mprotect(at, page, PROT_READ | PROT_WRITE));
	*at = 'p';
	expect(0, munmap(at, page));
}
END_TEST

START_TEST(absent_operations)
{
	expect(-ESPIPE, lseek(fd, 0, SEEK_SET));
	expect(-ESPIPE, lseek(fd, 0, SEEK_END));
	expect(-EINVAL, lseek(fd, 0, 99));
	expect(-ENOTTY, ioctl(fd, _IO(CHARD_SELFTEST_MAGIC, 99)));
	expect(-ENOTTY, ioctl(fd, _IOR(CHARD_SELFTEST_MAGIC, 1, __u32)));
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("calls");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, each_file_has_its_sum);
	tcase_add_test(tests, layouts);
	tcase_add_test(tests, reverses);
	tcase_add_test(tests, each_close_flushes);
	tcase_add_test(tests, a_timer_comes);
	tcase_add_test(tests, work_comes);
	tcase_add_test(tests, a_thread_comes);
	tcase_add_loop_test(tests, reverse_of_bad_memory, 0, 6);
	add_table(tests, flags);
	tcase_add_test(tests, locks);
	tcase_add_test(tests, forgotten_guard_poisons);
	add_table(tests, results);
	add_table(tests, memory);
	tcase_add_test(tests, read_in_two_pieces);
	add_table(tests, records);
	tcase_add_test(tests, records_out);
	tcase_add_test(tests, denied_to_mappings);
	tcase_add_test(tests, absent_operations);
	return run(tests);
}
