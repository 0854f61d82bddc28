/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a libcheck suite of a device starts from: the device open, and memory
 * that ends at a known byte. The file that includes this says NODE first, and
 * runs twice: in a guest, and in a process that holds the handler.
 */
#ifndef CHARD_SUITE_H
#define CHARD_SUITE_H

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "suite-host.h"

#define KERNEL_ADDRESS ((char *)0xffff888000000000UL)

/* Checks a call's result, or its errno as a negative number. */
#define expect(expected, call)                                                \
	do {                                                                  \
		long __ret = (call);                                          \
		ck_assert_int_eq(__ret < 0 ? -(long)errno : __ret, expected); \
	} while (0)

/* Adds a test that runs once for each row of the table TEST_rows. */
#define add_table(tests, test) \
	tcase_add_loop_test(tests, test, 0, sizeof(test##_rows) / sizeof(*test##_rows))

static int fd;
static long page;
static char *half; /* a page; behind it there is none */

static inline void setup(void)
{
	page = sysconf(_SC_PAGESIZE);
	half = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(half, MAP_FAILED);
	expect(0, munmap(half + page, page));
	fd = open(NODE, O_RDWR);
	ck_assert_int_ge(fd, 0);
}

static inline void teardown(void)
{
	expect(0, close(fd));
	expect(0, munmap(half, page));
}

/* Another file of the device. */
static inline int open_node(int flags)
{
	int other = open(NODE, flags);

	ck_assert_int_ge(other, 0);
	return other;
}

/* Runs these TCases; what main() returns. */
#define run(...) \
	run_all((TCase *[]){ __VA_ARGS__ }, sizeof((TCase *[]){ __VA_ARGS__ }) / sizeof(TCase *))

static inline int run_all(TCase *const *cases, size_t nr)
{
	Suite *suite = suite_create(NODE);
	SRunner *runner = srunner_create(suite);
	int failed;

	for (size_t i = 0; i < nr; i++) {
		suite_add_tcase(suite, cases[i]);
		/* A kernel full of checks, in an emulator, takes its time. */
		tcase_set_timeout(cases[i], 60);
	}
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
