// SPDX-License-Identifier: GPL-2.0
/* The clocks are those that clock_gettime(2) has; random bytes are. */
#include <sys/ioctl.h>
#include <time.h>

#include "types.h"

static uint64_t now(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return time.tv_sec * UINT64_C(1000000000) + time.tv_nsec;
}

int main(void)
{
	uint64_t monotonic = now(CLOCK_MONOTONIC), boot = now(CLOCK_BOOTTIME);
	uint64_t real = now(CLOCK_REALTIME);
	struct chard_types_clocks first = {}, second = {};
	int fd = opened();

	report(!ioctl(fd, CHARD_TYPES_CLOCKS, &first) && !ioctl(fd, CHARD_TYPES_CLOCKS, &second),
	       "the time is asked for, twice");
	report(monotonic <= first.monotonic && first.monotonic <= second.monotonic &&
		       second.monotonic <= now(CLOCK_MONOTONIC),
	       "CLOCK_MONOTONIC, between what it was before and behind");
	report(boot <= first.boot && first.boot <= second.boot &&
		       second.boot <= now(CLOCK_BOOTTIME),
	       "CLOCK_BOOTTIME likewise");
	report(real <= first.real && first.real <= second.real &&
		       second.real <= now(CLOCK_REALTIME),
	       "CLOCK_REALTIME likewise");
	report(memcmp(first.random, second.random, sizeof(first.random)) &&
		       memcmp(first.random, (char[32]){}, sizeof(first.random)),
	       "random bytes are others each time");
	close(fd);
	return report_end();
}
