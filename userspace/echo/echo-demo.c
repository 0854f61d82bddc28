// SPDX-License-Identifier: GPL-2.0
/*
 * echo-demo: a write, a read and each ioctl of /dev/chard-echo, with what the
 * kernel answers. Ends with 1 at the first answer that is not as it should be.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "chard_echo.h"

/* Prints a call and its answer, which must be @expected (with @error if -1). */
static void answer(const char *call, long result, long expected, int error)
{
	int got = errno;

	printf("%-46s = %ld", call, result);
	if (result < 0)
		printf(" %s (%s)", strerrorname_np(got), strerror(got));
	putchar('\n');
	if (result != expected || (result < 0 && got != error)) {
		printf("expected %ld\n", expected);
		exit(1);
	}
}

int main(void)
{
	static const char text[] = "hello, Rust";
	struct chard_echo_sum sum = { .offset = 0, .length = 5 };
	char buffer[64] = "";
	__u64 number;
	int fd = open("/dev/chard-echo", O_RDWR);

	if (fd < 0) {
		perror("/dev/chard-echo");
		return 1;
	}
	answer("write(\"hello, Rust\")", write(fd, text, strlen(text)), strlen(text), 0);
	answer("lseek(0, SEEK_SET)", lseek(fd, 0, SEEK_SET), 0, 0);
	answer("read(64)", read(fd, buffer, sizeof(buffer)), strlen(text), 0);
	printf("  it reads: %s\n", buffer);
	answer("ioctl(CHARD_ECHO_GET_SIZE)", ioctl(fd, CHARD_ECHO_GET_SIZE, &number), 0, 0);
	printf("  size: %llu bytes\n", number);
	answer("ioctl(CHARD_ECHO_SUM, offset 0, length 5)", ioctl(fd, CHARD_ECHO_SUM, &sum), 0, 0);
	printf("  sum of \"hello\": %llu, bytes covered: %llu\n", sum.sum, sum.covered);
	number = 4;
	answer("ioctl(CHARD_ECHO_SET_LIMIT, 4)", ioctl(fd, CHARD_ECHO_SET_LIMIT, &number), -1,
	       EBUSY);
	answer("ioctl(CHARD_ECHO_CLEAR)", ioctl(fd, CHARD_ECHO_CLEAR), 0, 0);
	answer("ioctl(CHARD_ECHO_SET_LIMIT, 4)", ioctl(fd, CHARD_ECHO_SET_LIMIT, &number), 0, 0);
	answer("pwrite(\"hello, Rust\", 0)", pwrite(fd, text, strlen(text), 0), 4, 0);
	answer("pwrite(\"hello, Rust\", 4)", pwrite(fd, text, strlen(text), 4), -1, ENOSPC);
	answer("ioctl(_IO(CHARD_ECHO_MAGIC, 99))", ioctl(fd, _IO(CHARD_ECHO_MAGIC, 99)), -1,
	       ENOTTY);
	number = CHARD_ECHO_LIMIT_DEFAULT;
	answer("ioctl(CHARD_ECHO_SET_LIMIT, 65536)", ioctl(fd, CHARD_ECHO_SET_LIMIT, &number), 0,
	       0);
	answer("ioctl(CHARD_ECHO_CLEAR)", ioctl(fd, CHARD_ECHO_CLEAR), 0, 0);
	return close(fd) ? 1 : 0;
}
