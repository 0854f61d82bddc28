// SPDX-License-Identifier: GPL-2.0
/* panic NODE - has the handler of selftest panic, and looks whether that is contained. */
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>

#include "chard_selftest.h"

int main(int argc, char **argv)
{
	int fd = open(argc > 1 ? argv[1] : "", O_RDWR);

	return !(fd >= 0 && ioctl(fd, CHARD_SELFTEST_PANIC, CHARD_SELFTEST_PANIC_EXPLICIT) &&
		 errno == EIO);
}
