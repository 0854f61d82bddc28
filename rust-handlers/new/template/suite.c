// SPDX-License-Identifier: GPL-2.0
/* /dev/chard-@name@, in a guest and over the handler in this process. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "chard_@name@.h"

START_TEST(reads)
{
	char text[64] = "";
	int fd = open("/dev/chard-@name@", O_RDONLY);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_gt(read(fd, text, sizeof(text) - 1), 0);
	ck_assert_str_eq(text, "hello from @name@\n");
	ck_assert_int_eq(read(fd, text, sizeof(text)), 0);
	ck_assert_int_eq(close(fd), 0);
}
END_TEST

START_TEST(counts_opens)
{
	__u64 opens = 0;
	int fd = open("/dev/chard-@name@", O_RDONLY);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(ioctl(fd, CHARD_@NAME@_GET_OPENS, &opens), 0);
	ck_assert_uint_ge(opens, 1);
	ck_assert_int_eq(ioctl(fd, CHARD_@NAME@_GET_OPENS, NULL), -1);
	ck_assert_int_eq(errno, EFAULT);
	ck_assert_int_eq(close(fd), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("@name@");
	TCase *tests = tcase_create("calls");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tests);
	tcase_add_test(tests, reads);
	tcase_add_test(tests, counts_opens);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
