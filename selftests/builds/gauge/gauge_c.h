/* SPDX-License-Identifier: GPL-2.0 */
/* What the handler of /dev/chard-gauge may call of C, and where. */
#ifndef GAUGE_C_H
#define GAUGE_C_H

#include <linux/types.h>

#include "chard_needs.h"

/* Nanoseconds since the machine was started, those in suspend among them. */
CHARD_ANY_CONTEXT
__u64 gauge_boot(void);
/* Processors that are online. */
CHARD_ANY_CONTEXT
__u32 gauge_cpus(void);
/* The sum of bytes. */
CHARD_ANY_CONTEXT
__u64 gauge_sum(const __u8 *data, size_t len);
/* Returns @error as it is: the suite looks at how an error of C reaches Rust. */
CHARD_ANY_CONTEXT
int gauge_error(__s32 error);
CHARD_ANY_CONTEXT
long gauge_long(__s64 error);
/* The nice value of the task that runs. */
CHARD_TASK_CONTEXT
__s32 gauge_nice(void);
/* Fills @to with @byte, or where that is @skipped leaves it as it is; takes a mutex. */
CHARD_NEEDS(SLEEP)
int gauge_fill(__u8 *to, size_t len, __u8 byte, bool skipped);
/* Sleeps for @ms milliseconds; -EINTR where a signal came first. */
CHARD_NEEDS(SLEEP, WAIT)
int gauge_nap(__u32 ms);
/* The kernel's own, of exactly this type. */
CHARD_NEEDS(SLEEP, WAIT)
void msleep(unsigned int msecs);

#endif
