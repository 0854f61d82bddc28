/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * /dev/chard-tick: a timer that ticks while somebody has the node open.
 *
 * A read waits for a tick that this file has not seen, and gives how many there
 * were since its last read, a __u64: as with timerfd, EINVAL for less room than
 * that. The period is the device's, and begins when it is set or when the first
 * file is opened.
 */
#ifndef CHARD_TICK_H
#define CHARD_TICK_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* Nanoseconds from tick to tick: when loaded, and the least that can be set. */
#define CHARD_TICK_PERIOD_DEFAULT 10000000
#define CHARD_TICK_PERIOD_MIN 100000

#define CHARD_TICK_MAGIC 0xEF

/* The period, in nanoseconds. */
#define CHARD_TICK_GET_PERIOD _IOR(CHARD_TICK_MAGIC, 1, __u64)

/* Sets it, and starts anew; EINVAL for less than CHARD_TICK_PERIOD_MIN or over an hour. */
#define CHARD_TICK_SET_PERIOD _IOW(CHARD_TICK_MAGIC, 2, __u64)

/* How many ticks there were since the device is there. */
#define CHARD_TICK_GET_COUNT _IOR(CHARD_TICK_MAGIC, 3, __u64)

#endif
