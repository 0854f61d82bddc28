// SPDX-License-Identifier: GPL-2.0
/* A state of a device that is larger than the kernel's stack. */
#include <errno.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "types.h"

/* What the device answers, or a negative errno. */
static long at(int fd, __u64 index)
{
	__u64 value = index;

	return ioctl(fd, CHARD_TYPES_LARGE_AT, &value) ? -errno : (long)value;
}

int main(void)
{
	int fd = opened();
	bool good = true;

	for (__u64 again = 0; again < 2; again++) {
		for (__u64 index = 0; index < CHARD_TYPES_LARGE; index++)
			good &= at(fd, index) == (long)(index * index + again);
	}
	report(good, "each element of a table is made by a function, or is zero");
	expect(-EINVAL, at(fd, CHARD_TYPES_LARGE));
	expect(0, control(fd, CHARD_TYPES_LARGE_IN_VAIN, 0));
	close(fd);
	return report_end();
}
