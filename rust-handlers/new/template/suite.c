// SPDX-License-Identifier: GPL-2.0
/* /dev/chard-@name@, in a guest and over the handler in this process. */
#include "chard_@name@.h"

#define NODE "/dev/chard-@name@"
#include "suite.h"

START_TEST(reads)
{
	static const char greeting[] = "hello from @name@\n";

	expect(sizeof(greeting) - 1, read(fd, half, page));
	ck_assert_str_eq(half, greeting);
	expect(0, read(fd, half, page));
	/* Behind half there is no memory: what fits before counts. */
	expect(2, pread(fd, half + page - 2, 4, 0));
	expect(-EFAULT, pread(fd, half + page, 4, 0));
}
END_TEST

START_TEST(counts_opens)
{
	__u64 before, after;

	expect(0, ioctl(fd, CHARD_@NAME@_GET_OPENS, &before));
	expect(0, close(open_node(O_RDONLY)));
	expect(0, ioctl(fd, CHARD_@NAME@_GET_OPENS, &after));
	ck_assert_uint_eq(after, before + 1);
	expect(-EFAULT, ioctl(fd, CHARD_@NAME@_GET_OPENS, NULL));
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("calls");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, reads);
	tcase_add_test(tests, counts_opens);
	return run(tests);
}
