// SPDX-License-Identifier: GPL-2.0
/* What stands in for gauge_c.c, and for msleep(), where the handler runs in a process. */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "gauge_c.h"

__u64 gauge_boot(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

__u32 gauge_cpus(void)
{
	return sysconf(_SC_NPROCESSORS_ONLN);
}

__u64 gauge_sum(const __u8 *data, size_t len)
{
	__u64 sum = 0;

	while (len--)
		sum += *data++;
	return sum;
}

int gauge_error(__s32 error)
{
	return error;
}

long gauge_long(__s64 error)
{
	return error;
}

__s32 gauge_nice(void)
{
	return nice(0);
}

int gauge_fill(__u8 *to, size_t len, __u8 byte, bool skipped)
{
	if (!skipped)
		memset(to, byte, len);
	return len;
}

int gauge_nap(__u32 ms)
{
	return usleep(ms * 1000) ? -EINTR : 0;
}

void msleep(unsigned int msecs)
{
	usleep(msecs * 1000);
}
