/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CHARD_HOST_TIMEKEEPING_H
#define CHARD_HOST_TIMEKEEPING_H

#include <stdint.h>
#include <time.h>

#define NSEC_PER_MSEC 1000000ULL

typedef uint64_t u64;

static inline u64 ktime_get_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

#endif
