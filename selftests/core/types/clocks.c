// SPDX-License-Identifier: GPL-2.0
/* The clocks are those that clock_gettime(2) has; random bytes are. */
#include <sys/ioctl.h>
#include <time.h>

#include "types.h"

static __u64 now(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return time.tv_sec * 1000000000ULL + time.tv_nsec;
}

int main(void)
{
	__u64 monotonic = now(CLOCK_MONOTONIC), boot = now(CLOCK_BOOTTIME);
	__u64 real = now(CLOCK_REALTIME);
	static const char zeros[32];
	struct chard_types_clocks first = {}, second = {};
	int fd = opened();
	bool good;

	report(!ioctl(fd, CHARD_TYPES_CLOCKS, &first) && !ioctl(fd, CHARD_TYPES_CLOCKS, &second),
	       "the time is asked for, twice");
	good = monotonic <= first.monotonic && first.monotonic <= second.monotonic &&
	       second.monotonic <= now(CLOCK_MONOTONIC);
	report(good, "CLOCK_MONOTONIC, between what it was before and behind");
	good = boot <= first.boot && first.boot <= second.boot &&
	       second.boot <= now(CLOCK_BOOTTIME);
	report(good, "CLOCK_BOOTTIME likewise");
	good = real <= first.real && first.real <= second.real &&
	       second.real <= now(CLOCK_REALTIME);
	report(good, "CLOCK_REALTIME likewise");
	good = memcmp(first.random, second.random, sizeof(first.random)) &&
	       memcmp(first.random, zeros, sizeof(first.random));
	report(good, "random bytes are others each time");
	close(fd);
	return report_end();
}
