/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* Devices of the driver many: each can make and remove others, and keep opens waiting. */
#ifndef CHARD_MANY_H
#define CHARD_MANY_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define CHARD_MANY_MAGIC 0xF0

/* A number that stands for the first that is free. */
#define CHARD_MANY_ANY 0x7fffffff

/* Makes the device of the number that is passed as a value; returns the number. */
#define CHARD_MANY_CREATE _IO(CHARD_MANY_MAGIC, 101)

/* Removes the device of the number that is passed as a value. */
#define CHARD_MANY_REMOVE _IO(CHARD_MANY_MAGIC, 102)

/* Opens of this device wait, value 1, or wait no more, 0. */
#define CHARD_MANY_HOLD _IO(CHARD_MANY_MAGIC, 103)

/* Tells udev: 0 with variables, 1 with one that is none, 2 with too many, 3 with the core's. */
#define CHARD_MANY_TELL _IO(CHARD_MANY_MAGIC, 104)

/* The next device panics while it is made, value 1, or refuses to be, 2. */
#define CHARD_MANY_SPOIL _IO(CHARD_MANY_MAGIC, 105)

/* Makes a device, and removes one, under a spinlock: 0 if both are refused with EDEADLK. */
#define CHARD_MANY_LOCKED _IO(CHARD_MANY_MAGIC, 106)

/* Removes this device, with its lock held. */
#define CHARD_MANY_REMOVE_LOCKED _IO(CHARD_MANY_MAGIC, 108)

/* The parameter shift with which a device has a node for a while, and refuses then to be. */
#define CHARD_MANY_LATE 404

/* A module parameter, as the handler reads it. */
struct chard_many_params {
	__s64 offset;
	__u32 quantum;
	__s32 shift;
	__u32 verbose;
	__u32 sizes[4];
	__u32 count;
	__u32 length;
	__u32 unused;
	char label[32];
};

#define CHARD_MANY_PARAMS _IOR(CHARD_MANY_MAGIC, 107, struct chard_many_params)

#endif
