// SPDX-License-Identifier: GPL-2.0
/*
 * selftest CORNER [VALUE]: one ioctl of /dev/chard-selftest that would leave a
 * machine the worse, in a process of its own.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

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

int main(int argc, char **argv)
{
	int fd = open("/dev/chard-selftest", O_RDWR);
	size_t i;

	for (i = 0; argc > 1 && i < sizeof(corners) / sizeof(*corners); i++) {
		if (strcmp(argv[1], corners[i].name))
			continue;
		if (!ioctl(fd, corners[i].number, argc > 2 ? strtoul(argv[2], NULL, 0) : 0))
			return EXIT_SUCCESS;
		perror(argv[1]);
	}
	return 2;
}
