/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* /dev/chard-gauge: its ioctls, each of which calls a function of C. */
#ifndef CHARD_GAUGE_H
#define CHARD_GAUGE_H

#include <linux/ioctl.h>
#include <linux/types.h>
#include <linux/watchdog.h>

#define CHARD_GAUGE_MAGIC 0xE9

/* struct gauge_bytes - eight bytes; @byte, to fill them with; @skip: leave them as they are */
struct gauge_bytes {
	__u8 bytes[8];
	__u8 byte;
	__u8 skip;
	__u8 pad[6];
};

/* struct gauge_timer - what the device's timer has seen: @boot, and the sum of 1, 2 and 3 */
struct gauge_timer {
	__u64 boot;
	__u64 sum;
};

/* struct gauge_polled - what poll(2) has got of C: a negative errno, or what C has returned */
struct gauge_polled {
	__s32 fill;
	__s32 nap;
};

#define CHARD_GAUGE_BOOT _IOR(CHARD_GAUGE_MAGIC, 1, __u64)
#define CHARD_GAUGE_CPUS _IOR(CHARD_GAUGE_MAGIC, 2, __u32)
#define CHARD_GAUGE_SUM _IOWR(CHARD_GAUGE_MAGIC, 3, __u64)
#define CHARD_GAUGE_ERROR _IO(CHARD_GAUGE_MAGIC, 4)
#define CHARD_GAUGE_LONG _IO(CHARD_GAUGE_MAGIC, 5)
#define CHARD_GAUGE_NICE _IOR(CHARD_GAUGE_MAGIC, 6, __s32)
#define CHARD_GAUGE_FILL _IOWR(CHARD_GAUGE_MAGIC, 7, struct gauge_bytes)
#define CHARD_GAUGE_NAP _IO(CHARD_GAUGE_MAGIC, 8)
/* With a spinlock held. */
#define CHARD_GAUGE_NAP_LOCKED _IO(CHARD_GAUGE_MAGIC, 9)
#define CHARD_GAUGE_FILL_LOCKED _IO(CHARD_GAUGE_MAGIC, 10)
#define CHARD_GAUGE_MSLEEP_LOCKED _IO(CHARD_GAUGE_MAGIC, 11)
#define CHARD_GAUGE_BOOT_LOCKED _IOR(CHARD_GAUGE_MAGIC, 12, __u64)
#define CHARD_GAUGE_TIMER _IOR(CHARD_GAUGE_MAGIC, 13, struct gauge_timer)
#define CHARD_GAUGE_POLLED _IOR(CHARD_GAUGE_MAGIC, 14, struct gauge_polled)

/* The rest is a watchdog's, as linux/watchdog.h has it, but that nothing is watched. */
#define CHARD_GAUGE_TIMEOUT WDIOC_SETTIMEOUT
#define CHARD_GAUGE_OPTIONS (WDIOF_SETTIMEOUT)
enum gauge_level {
	GAUGE_LOW,
	GAUGE_HIGH = 7,
};

#define CHARD_GAUGE_FIRMWARE GAUGE_HIGH
/* An ioctl that no table of the handler's has: the sum of its number and its argument. */
#define CHARD_GAUGE_OTHER _IO(CHARD_GAUGE_MAGIC, 0x80)

#endif
