// SPDX-License-Identifier: GPL-2.0
/* /dev/chard-shm, in a guest and over the handler in this process. */
#define NODE "/dev/chard-shm"

#define _GNU_SOURCE
#include "chard_shm.h"

#include "../suite.h"

#include <setjmp.h>
#include <signal.h>

#define RW (PROT_READ | PROT_WRITE)

static void empty(void)
{
	__u64 size = 0;

	setup();
	expect(0, ioctl(fd, CHARD_SHM_SET_SIZE, &size));
	size = CHARD_SHM_SIZE_DEFAULT;
	expect(0, ioctl(fd, CHARD_SHM_SET_SIZE, &size));
}

static int set_size(__u64 size)
{
	return ioctl(fd, CHARD_SHM_SET_SIZE, &size);
}

static int change(unsigned long cmd, __u64 offset, __u64 length)
{
	struct chard_shm_range range = { offset, length };

	return ioctl(fd, cmd, &range);
}

static char *map(long pages, int protection, int flags, off_t offset)
{
	char *at = mmap(NULL, pages * page, protection, flags, fd, offset);

	ck_assert_ptr_ne(at, MAP_FAILED);
	return at;
}

static sigjmp_buf touched;

static void touch_failed(int signal)
{
	siglongjmp(touched, signal);
}

/* The signal that a touch ends with, 0 for none. */
static int touch(char *at, bool write)
{
	struct sigaction action = { .sa_handler = touch_failed, .sa_flags = SA_NODEFER }, bus, segv;
	int signal;

	sigaction(SIGBUS, &action, &bus);
	sigaction(SIGSEGV, &action, &segv);
	signal = sigsetjmp(touched, 1);
	if (!signal) {
		if (write)
			__atomic_store_n(at, 'w', __ATOMIC_RELAXED);
		else
			__atomic_load_n(at, __ATOMIC_RELAXED);
	}
	sigaction(SIGBUS, &bus, NULL);
	sigaction(SIGSEGV, &segv, NULL);
	return signal;
}

START_TEST(reads_and_writes)
{
	char bytes[16] = "";

	expect(6, write(fd, "abcdef", 6));
	expect(6, lseek(fd, 0, SEEK_CUR));
	expect(8, pread(fd, bytes, 8, 0));
	ck_assert_mem_eq(bytes, "abcdef\0", 8);
	expect(page, pread(fd, half, 2 * page, 10 * page));
	expect(4, pwrite(fd, "abcdefgh", 8, CHARD_SHM_SIZE_DEFAULT - 4));
	expect(-ENOSPC, pwrite(fd, "x", 1, CHARD_SHM_SIZE_DEFAULT));
	expect(0, pwrite(fd, "x", 0, CHARD_SHM_SIZE_DEFAULT));
	expect(0, pread(fd, bytes, 8, CHARD_SHM_SIZE_DEFAULT));
	expect(-EFAULT, pread(fd, KERNEL_ADDRESS, 8, 0));
	expect(-EFAULT, pwrite(fd, half + page, 8, 0));
	expect(0, fsync(fd));
}
END_TEST

START_TEST(sizes)
{
	__u64 size = 0;

	expect(0, ioctl(fd, CHARD_SHM_GET_SIZE, &size));
	ck_assert_uint_eq(size, CHARD_SHM_SIZE_DEFAULT);
	expect(-EINVAL, set_size(CHARD_SHM_SIZE_MAX + 1));
	expect(-EINVAL, set_size(~0ULL));
	expect(0, set_size(CHARD_SHM_SIZE_MAX));
	expect(CHARD_SHM_SIZE_MAX, lseek(fd, 0, SEEK_END));
	expect(0, set_size(0));
	expect(-ENOSPC, pwrite(fd, "x", 1, 0));
}
END_TEST

START_TEST(holes)
{
	expect(-ENXIO, lseek(fd, 0, SEEK_DATA));
	expect(0, lseek(fd, 0, SEEK_HOLE));
	expect(1, pwrite(fd, "x", 1, 3 * page + 5));
	expect(1, pwrite(fd, "x", 1, 5 * page - 1));
	expect(3 * page, lseek(fd, 0, SEEK_DATA));
	expect(5 * page, lseek(fd, 3 * page + 7, SEEK_HOLE));
	expect(-ENXIO, lseek(fd, 5 * page, SEEK_DATA));
	expect(-ENXIO, lseek(fd, -1, SEEK_DATA));
	expect(-ENXIO, lseek(fd, CHARD_SHM_SIZE_DEFAULT, SEEK_HOLE));
	expect(0, change(CHARD_SHM_ZERO, 0, ~0ULL));
	expect(3 * page, lseek(fd, 0, SEEK_DATA));
	expect(0, change(CHARD_SHM_PUNCH, 2 * page, 2 * page));
	expect(4 * page, lseek(fd, 0, SEEK_DATA));
	expect(-EINVAL, change(CHARD_SHM_PUNCH, 2, ~0ULL - 1));
	expect(-EFAULT, ioctl(fd, CHARD_SHM_ZERO, NULL));
}
END_TEST

START_TEST(zeros)
{
	char *at = map(4, RW, MAP_SHARED, 0);

	memset(at, 'x', 4 * page);
	expect(0, change(CHARD_SHM_ZERO, page - 1, 2));
	ck_assert_mem_eq(at + page - 2, "x\0\0x", 4);
	expect(0, change(CHARD_SHM_PUNCH, 2 * page - 1, page + 2));
	ck_assert_mem_eq(at + 2 * page - 2, "x\0\0", 3);
	ck_assert_mem_eq(at + 3 * page - 1, "\0\0x", 3);
	/* What is cut off comes back as zeros, and so does what was written beyond. */
	expect(0, set_size(10));
	memset(at, 'y', page);
	expect(0, set_size(2 * page));
	ck_assert_mem_eq(at + 9, "y\0\0", 3);
	ck_assert_int_eq(at[page], 0);
	expect(0, munmap(at, 4 * page));
}
END_TEST

START_TEST(mappings)
{
	char *shared = map(2, RW, MAP_SHARED, page), *private = map(2, RW, MAP_PRIVATE, page);
	char byte = '?';

	expect(1, pwrite(fd, "d", 1, page));
	ck_assert_int_eq(shared[0], 'd');
	ck_assert_int_eq(private[0], 'd');
	private[0] = 'p';
	ck_assert_int_eq(shared[0], 'd');
	shared[0] = 's';
	expect(1, pread(fd, &byte, 1, page));
	ck_assert_int_eq(byte, 's');
	ck_assert_int_eq(private[0], 'p');
	expect(0, msync(shared, 2 * page, MS_SYNC));
	expect(0, change(CHARD_SHM_PUNCH, 0, 4 * page));
	ck_assert_int_eq(shared[0], 0);
	ck_assert_int_eq(private[0], 'p');
	expect(0, set_size(0));
	ck_assert_int_eq(touch(shared, false), SIGBUS);
	ck_assert_int_eq(touch(private, true), SIGBUS);
	expect(0, munmap(shared, 2 * page));
	expect(0, munmap(private, 2 * page));
}
END_TEST

START_TEST(protections)
{
	int other = open_node(O_RDONLY);
	char *both = map(1, PROT_NONE, MAP_SHARED, 0),
	     *reads = mmap(NULL, page, PROT_READ, MAP_SHARED, other, 0),
	     *private = map(1, PROT_READ, MAP_PRIVATE, 0);

	expect(0, close(other));
	expect(0, mprotect(both, page, PROT_READ));
	ck_assert_int_eq(touch(both, true), SIGSEGV);
	expect(0, mprotect(both, page, RW));
	ck_assert_int_eq(touch(both, true), 0);
	*both = 0;
	ck_assert_ptr_ne(reads, MAP_FAILED);
	expect(-EACCES, mprotect(reads, page, RW));
	expect(0, mprotect(reads, page, PROT_READ | PROT_EXEC));
	ck_assert_int_eq(touch(reads, true), SIGSEGV);
	expect(0, mprotect(reads, page, PROT_NONE));
	ck_assert_int_eq(touch(reads, false), SIGSEGV);
	expect(0, mprotect(reads, page, PROT_READ));
	ck_assert_int_eq(touch(reads, false), 0);
	expect(0, mprotect(private, page, RW));
	ck_assert_int_eq(touch(private, true), 0);
	ck_assert_int_eq(*reads, 0);
	expect(0, munmap(both, page));
	expect(0, munmap(reads, page));
	expect(0, munmap(private, page));
}
END_TEST

static const struct {
	size_t length;
	int protection, flags;
	off_t offset;
	int file, error;
} bad_mmaps_rows[] = {
	{ 4096, RW, MAP_SHARED, CHARD_SHM_SIZE_MAX, O_RDWR, ENXIO },
	{ CHARD_SHM_SIZE_MAX + 1, RW, MAP_PRIVATE, 0, O_RDWR, ENXIO },
	{ 4096, RW, MAP_SHARED, 100, O_RDWR, EINVAL },
	{ 0, RW, MAP_SHARED, 0, O_RDWR, EINVAL },
	{ 4096, RW, 0, 0, O_RDWR, EINVAL },
	{ 4096, RW, MAP_SHARED, -4096, O_RDWR, EOVERFLOW },
	{ 4096, RW, MAP_SHARED, 0, O_RDONLY, EACCES },
	{ 4096, PROT_WRITE, MAP_SHARED, 0, O_WRONLY, EACCES },
	{ 4096, PROT_NONE, MAP_PRIVATE, 0, O_WRONLY, EACCES },
};

START_TEST(bad_mmaps)
{
	const __auto_type row = &bad_mmaps_rows[_i];
	int other = open_node(row->file);

	errno = 0;
	ck_assert_ptr_eq(mmap(NULL, row->length, row->protection, row->flags, other, row->offset),
			 MAP_FAILED);
	ck_assert_int_eq(errno, row->error);
	expect(0, close(other));
}
END_TEST

/* A mapping holds its file, in as many parts as there are of it. */
START_TEST(outlives_its_descriptor)
{
	int other = open_node(O_RDWR);
	char *at = mmap(NULL, 4 * page, RW, MAP_SHARED, other, 0);

	ck_assert_ptr_ne(at, MAP_FAILED);
	expect(0, close(other));
	expect(0, munmap(at + page, page));
	strcpy(at, "still here");
	expect(0, munmap(at, page));
	ck_assert_int_eq(touch(at + 3 * page, true), 0);
	expect(0, munmap(at + 2 * page, 2 * page));
}
END_TEST

START_TEST(buffers_that_are_mapped_here)
{
	char *at = map(8, RW, MAP_SHARED, 0);

	expect(2 * page, pwrite(fd, at, 2 * page, 4 * page));
	expect(2 * page, pread(fd, at + 6 * page, 2 * page, 0));
	expect(6, pwrite(fd, "itself", 6, 0));
	expect(page, pread(fd, at, page, 0));
	expect(page, pwrite(fd, at, page, 0));
	ck_assert_str_eq(at, "itself");
	expect(0, munmap(at, 8 * page));
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("calls");

	tcase_add_checked_fixture(tests, empty, teardown);
	tcase_add_test(tests, reads_and_writes);
	tcase_add_test(tests, sizes);
	tcase_add_test(tests, holes);
	tcase_add_test(tests, zeros);
	tcase_add_test(tests, mappings);
	tcase_add_test(tests, protections);
	add_table(tests, bad_mmaps);
	tcase_add_test(tests, outlives_its_descriptor);
	tcase_add_test(tests, buffers_that_are_mapped_here);
	return run(tests);
}
