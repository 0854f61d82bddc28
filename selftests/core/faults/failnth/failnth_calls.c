// SPDX-License-Identifier: GPL-2.0
/* Calls of misc devices. */
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

#include "chard_echo.h"
#include "chard_selftest.h"
#include "failnth.h"
#include "../module.h"

#define ECHO "/dev/chard-echo"
#define SELFTEST "/dev/chard-selftest"

static int echo = -1, selftest = -1;
static char bytes[5000] = "ABCDEF";

static int load_chard(void)
{
	return load("chard.ko", "");
}

static int unload_chard(void)
{
	return unload("chard");
}

static int load_echo(void)
{
	return load("chard_echo.ko", "");
}

static int unload_echo(void)
{
	return unload("chard_echo");
}

static int load_selftest(void)
{
	return load("chard_selftest.ko", "");
}

static int unload_selftest(void)
{
	return unload("chard_selftest");
}

static int open_echo(void)
{
	echo = open(ECHO, O_RDWR);
	return result(echo);
}

static int close_echo(void)
{
	return result(close(echo));
}

static int open_selftest(void)
{
	selftest = open(SELFTEST, O_RDWR);
	return result(selftest);
}

static int close_selftest(void)
{
	return result(close(selftest));
}

/* Grows, so that there is something to allocate. */
static int write_echo(void)
{
	return result(pwrite(echo, bytes, sizeof(bytes), 0));
}

static int write_vector(void)
{
	struct iovec vector[12];

	for (unsigned int i = 0; i < ARRAY_SIZE(vector); i++)
		vector[i] = (struct iovec){ bytes, 100 };
	return result(pwritev(echo, vector, ARRAY_SIZE(vector), 0));
}

static int read_echo(void)
{
	return result(pread(echo, bytes, sizeof(bytes), 0));
}

static int seek_echo(void)
{
	return result(lseek(echo, 0, SEEK_END));
}

static int size_echo(void)
{
	__u64 size;

	return result(ioctl(echo, CHARD_ECHO_GET_SIZE, &size));
}

static int sum_echo(void)
{
	struct chard_echo_sum sum = { .length = 10 };

	return result(ioctl(echo, CHARD_ECHO_SUM, &sum));
}

static int limit_echo(void)
{
	__u64 limit = 100000;

	return result(ioctl(echo, CHARD_ECHO_SET_LIMIT, &limit));
}

static int clear_echo(void)
{
	return result(ioctl(echo, CHARD_ECHO_CLEAR));
}

static int read_selftest(void)
{
	return result(read(selftest, bytes, sizeof(bytes)));
}

static int alloc_selftest(void)
{
	return result(ioctl(selftest, CHARD_SELFTEST_ALLOC, 20000));
}

static int reverse_selftest(void)
{
	struct chard_selftest_reverse request = { (uintptr_t)bytes, (uintptr_t)bytes, 4096 };

	return result(ioctl(selftest, CHARD_SELFTEST_REVERSE, &request));
}

static int print_selftest(void)
{
	return result(ioctl(selftest, CHARD_SELFTEST_PRINT));
}

static int lock_selftest(void)
{
	return result(ioctl(selftest, CHARD_SELFTEST_LOCK));
}

const struct step call_steps[] = {
	{ "insmod chard", load_chard, unload_chard, false },
	{ "", load_chard, NULL, false },
	{ "insmod echo", load_echo, unload_echo, false },
	{ "", load_echo, NULL, false },
	{ "", load_selftest, NULL, false },
	{ "open echo", open_echo, close_echo, true },
	{ "open selftest", open_selftest, close_selftest, true },
	{ "", open_echo, NULL, true },
	{ "", open_selftest, NULL, true },
	{ "write", write_echo, clear_echo, true },
	{ "writev", write_vector, clear_echo, true },
	{ "", write_echo, NULL, true },
	{ "read", read_echo, nothing, true },
	{ "lseek", seek_echo, nothing, true },
	{ "ioctl GET_SIZE", size_echo, nothing, true },
	{ "ioctl SUM", sum_echo, nothing, true },
	{ "ioctl SET_LIMIT", limit_echo, nothing, true },
	{ "ioctl CLEAR", clear_echo, write_echo, true },
	{ "read selftest", read_selftest, nothing, true },
	{ "ioctl ALLOC", alloc_selftest, nothing, true },
	{ "ioctl REVERSE", reverse_selftest, nothing, true },
	{ "ioctl PRINT", print_selftest, nothing, true },
	{ "ioctl LOCK", lock_selftest, nothing, true },
	{ "", close_echo, NULL, true },
	{ "", close_selftest, NULL, true },
	{ "rmmod selftest", unload_selftest, load_selftest, false },
	{ "", unload_selftest, NULL, false },
	{ "", unload_echo, NULL, false },
	{},
};
