// SPDX-License-Identifier: GPL-2.0
/* /dev/chard-gauge, in a guest by its own C, and in this process by stand-ins for that. */
#define _GNU_SOURCE
#include <limits.h>
#include <poll.h>
#include <time.h>

#include "chard_gauge.h"

#define NODE "/dev/chard-gauge"
#include "suite.h"

static __u64 boot(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

START_TEST(numbers)
{
	__u64 before = boot(), seen, sum = 0x0101010101010103;
	__u32 cpus;
	__s32 level;

	expect(0, ioctl(fd, CHARD_GAUGE_BOOT, &seen));
	ck_assert_uint_le(before, seen);
	ck_assert_uint_le(seen, boot());
	expect(0, ioctl(fd, CHARD_GAUGE_CPUS, &cpus));
	ck_assert_uint_eq(cpus, sysconf(_SC_NPROCESSORS_ONLN));
	expect(0, ioctl(fd, CHARD_GAUGE_SUM, &sum));
	ck_assert_uint_eq(sum, 10);
	expect(0, ioctl(fd, CHARD_GAUGE_NICE, &level));
	ck_assert_int_eq(level, nice(0));
	ck_assert_int_eq(nice(3), level + 3);
	expect(0, ioctl(fd, CHARD_GAUGE_NICE, &level));
	ck_assert_int_eq(level, nice(0));
}
END_TEST

START_TEST(errors)
{
	expect(7, ioctl(fd, CHARD_GAUGE_ERROR, 7));
	expect(0, ioctl(fd, CHARD_GAUGE_ERROR, 0));
	expect(-ENOENT, ioctl(fd, CHARD_GAUGE_ERROR, -ENOENT));
	expect(-EHWPOISON, ioctl(fd, CHARD_GAUGE_ERROR, -EHWPOISON));
	/* What is an errno of the kernel's own: ENOTSUPP has a name for callers. */
	expect(-EOPNOTSUPP, ioctl(fd, CHARD_GAUGE_ERROR, -524));
	expect(-EIO, ioctl(fd, CHARD_GAUGE_ERROR, -529));
	expect(-EIO, ioctl(fd, CHARD_GAUGE_ERROR, -4095));
	/* What is negative and no errno. */
	expect(-EIO, ioctl(fd, CHARD_GAUGE_ERROR, -4096));
	expect(-EIO, ioctl(fd, CHARD_GAUGE_ERROR, INT_MIN));
	expect(9, ioctl(fd, CHARD_GAUGE_LONG, 9));
	expect(-ENOSPC, ioctl(fd, CHARD_GAUGE_LONG, (long)-ENOSPC));
	expect(-EIO, ioctl(fd, CHARD_GAUGE_LONG, LONG_MIN));
}
END_TEST

START_TEST(bytes)
{
	struct gauge_bytes it = { .bytes = "1234567", .byte = 'x', .skip = 1 };

	expect(0, ioctl(fd, CHARD_GAUGE_FILL, &it));
	ck_assert_mem_eq(it.bytes, "1234567", 8);
	it.skip = 0;
	expect(0, ioctl(fd, CHARD_GAUGE_FILL, &it));
	ck_assert_mem_eq(it.bytes, "xxxxxxxx", 8);
}
END_TEST

START_TEST(sleeps)
{
	__u64 before = boot();
	struct iovec to = { half, page };

	expect(0, ioctl(fd, CHARD_GAUGE_NAP, 20));
	ck_assert_uint_ge(boot(), before + 10000000);
	ck_assert_int_gt(read(fd, half, page), 0);
	ck_assert_uint_ge(strtoull(half, NULL, 10), before);
	/* Asked not to wait, which a process cannot. */
	expect(host_show ? -EOPNOTSUPP : -EAGAIN, preadv2(fd, &to, 1, 0, RWF_NOWAIT));
}
END_TEST

START_TEST(refused)
{
	__u64 seen;

	expect(-EDEADLK, ioctl(fd, CHARD_GAUGE_NAP_LOCKED));
	expect(-EDEADLK, ioctl(fd, CHARD_GAUGE_FILL_LOCKED));
	expect(-EDEADLK, ioctl(fd, CHARD_GAUGE_MSLEEP_LOCKED));
	expect(0, ioctl(fd, CHARD_GAUGE_BOOT_LOCKED, &seen));
	ck_assert_uint_le(seen, boot());
	/* The lock was given back each time. */
	expect(0, ioctl(fd, CHARD_GAUGE_NAP, 0));
}
END_TEST

/* A poll may sleep for what is soon there, and must not wait. */
START_TEST(polls)
{
	struct pollfd polled = { .fd = fd, .events = POLLIN };
	struct gauge_polled got;

	expect(1, poll(&polled, 1, 0));
	expect(0, ioctl(fd, CHARD_GAUGE_POLLED, &got));
	ck_assert_int_eq(got.fill, 3);
	ck_assert_int_eq(got.nap, -EDEADLK);
}
END_TEST

START_TEST(timer)
{
	struct gauge_timer saw = { 0 };
	__u64 before = boot();
	int left;

	expect(0, close(open_node(O_RDWR)));
	for (left = 100; left && saw.boot < before; left--) {
		usleep(10000);
		expect(0, ioctl(fd, CHARD_GAUGE_TIMER, &saw));
	}
	ck_assert_uint_ge(saw.boot, before);
	ck_assert_uint_eq(saw.sum, 6);
}
END_TEST

/* A watchdog's ioctls, by the kernel's own header; two of the numbers lie. */
START_TEST(watchdog)
{
	struct gauge_polled seen;
	struct watchdog_info info;
	unsigned char degrees[4] = { 9, 9, 9, 9 };
	int seconds = 30, options = WDIOS_ENABLECARD;

	expect(0, ioctl(fd, WDIOC_GETSUPPORT, &info));
	ck_assert_uint_eq(info.options, WDIOF_KEEPALIVEPING | WDIOF_SETTIMEOUT);
	ck_assert_uint_eq(info.firmware_version, 7);
	ck_assert_str_eq((char *)info.identity, "gauge");
	expect(0, ioctl(fd, WDIOC_SETTIMEOUT, &seconds));
	expect(0, ioctl(fd, WDIOC_SETOPTIONS, &options));
	expect(0, ioctl(fd, CHARD_GAUGE_POLLED, &seen));
	ck_assert_int_eq(seen.nap, 30);
	ck_assert_int_eq(seen.fill, WDIOS_ENABLECARD);
	seconds = 0;
	expect(-EINVAL, ioctl(fd, WDIOC_SETTIMEOUT, &seconds));
	/* It carries nothing, whatever it says. */
	expect(0, ioctl(fd, WDIOC_KEEPALIVE, NULL));
	expect(0, ioctl(fd, CHARD_GAUGE_POLLED, &seen));
	ck_assert_int_eq(seen.nap, 0);
	expect(-EFAULT, ioctl(fd, WDIOC_SETOPTIONS, NULL));
	expect(0, ioctl(fd, WDIOC_GETTEMP, degrees));
	ck_assert_uint_eq(degrees[0], 36);
	ck_assert_uint_eq(degrees[1], 9);
}
END_TEST

START_TEST(others)
{
	expect(0x85, ioctl(fd, CHARD_GAUGE_OTHER, 5));
	/* More than ioctl(2) can return. */
	expect(-EOVERFLOW, ioctl(fd, CHARD_GAUGE_OTHER, 0x7fffffffUL));
	expect(-EINVAL, ioctl(fd, CHARD_GAUGE_OTHER, -1L));
	expect(-ENOTTY, ioctl(fd, WDIOC_GETTIMELEFT, NULL));
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("calls");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, numbers);
	tcase_add_test(tests, errors);
	tcase_add_test(tests, bytes);
	tcase_add_test(tests, sleeps);
	tcase_add_test(tests, refused);
	tcase_add_test(tests, polls);
	tcase_add_test(tests, timer);
	tcase_add_test(tests, watchdog);
	tcase_add_test(tests, others);
	return run(tests);
}
