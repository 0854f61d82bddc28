// SPDX-License-Identifier: GPL-2.0
/* ioctl NODE NUMBER VALUE: one ioctl, in a process of its own that it may end. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>

int main(int argc, char **argv)
{
	int fd;

	if (argc != 4)
		return 2;
	fd = open(argv[1], O_RDWR);
	if (fd < 0 || ioctl(fd, strtoul(argv[2], NULL, 0), strtoul(argv[3], NULL, 0)) < 0) {
		perror(argv[1]);
		return 1;
	}
	return 0;
}
