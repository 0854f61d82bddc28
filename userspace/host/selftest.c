// SPDX-License-Identifier: GPL-2.0
/*
 * selftest CORNER [VALUE]: one ioctl of /dev/chard-selftest that would leave a
 * machine the worse, in a process of its own.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "chard_selftest.h"

static const struct {
	const char *name;
	unsigned int number;
} corners[] = {
	{ "panic", CHARD_SELFTEST_PANIC },
	{ "leak", CHARD_SELFTEST_LEAK },
	{ "forget-drop", CHARD_SELFTEST_FORGET_DROP },
	{ "print", CHARD_SELFTEST_PRINT },
	{ "dump", CHARD_SELFTEST_DUMP },
	{ "remove", CHARD_SELFTEST_REMOVE },
};

static int error(long ret)
{
	return ret < 0 ? errno : 0;
}

/* What a device answers that is gone: to files that are open, and to others. */
static void show_answers(int fd)
{
	char byte;
	int reads = error(read(fd, &byte, 1));
	int ioctls = error(ioctl(fd, CHARD_SELFTEST_FLAGS));
	int opens = error(open("/dev/chard-selftest", O_RDWR));

	printf("read %d ioctl %d open %d close %d\n", reads, ioctls, opens, error(close(fd)));
}

int main(int argc, char **argv)
{
	int fd = open("/dev/chard-selftest", O_RDWR);
	size_t i;

	for (i = 0; argc > 1 && i < sizeof(corners) / sizeof(*corners); i++) {
		if (strcmp(argv[1], corners[i].name))
			continue;
		if (!ioctl(fd, corners[i].number, argc > 2 ? strtoul(argv[2], NULL, 0) : 0)) {
			if (corners[i].number == CHARD_SELFTEST_REMOVE)
				show_answers(fd);
			return EXIT_SUCCESS;
		}
		perror(argv[1]);
	}
	return 2;
}
