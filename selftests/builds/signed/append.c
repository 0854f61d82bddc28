// SPDX-License-Identifier: GPL-2.0
/* append VARIABLE FILE - appends a signed list to a variable of the firmware's, in efivarfs. */
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Non-volatile, seen at boot and at run time, with a signature and its time, appended. */
#define ATTRIBUTES 0x67

int main(int argc, char **argv)
{
	char written[65536] = { ATTRIBUTES };
	int list, variable, flags = 0;
	ssize_t length;

	if (argc != 3)
		return 2;
	list = open(argv[2], O_RDONLY);
	length = read(list, written + 4, sizeof(written) - 4);
	/* Such a file is immutable, so that nobody deletes it by chance. */
	variable = open(argv[1], O_RDONLY);
	if (length <= 0) {
		perror(argv[2]);
		return 1;
	}
	if (ioctl(variable, FS_IOC_SETFLAGS, &flags)) {
		perror(argv[1]);
		return 1;
	}
	variable = open(argv[1], O_WRONLY);
	/* At once: a variable is what one write has. */
	if (write(variable, written, length + 4) != length + 4) {
		perror(argv[1]);
		return 1;
	}
	return 0;
}
