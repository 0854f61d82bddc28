// SPDX-License-Identifier: GPL-2.0
/* Time and random numbers. */
#include <linux/random.h>
#include <linux/ktime.h>

#include "core.h"

/** chard_clock() - the time of a clock, CHARD_CLOCK_*, in nanoseconds; any context */
__u64 chard_clock(__u32 clock)
{
	switch (clock) {
	case CHARD_CLOCK_BOOT:
		return ktime_get_boottime_ns();
	case CHARD_CLOCK_REAL:
		return ktime_get_real_ns();
	default:
		return ktime_get_ns();
	}
}
EXPORT_SYMBOL_GPL(chard_clock);

/** chard_random() - so many random bytes; any context */
void chard_random(void *bytes, unsigned long len)
{
	get_random_bytes(bytes, len);
}
EXPORT_SYMBOL_GPL(chard_random);
