/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* /dev/chard-plug0 and 1: devices of a bus that gives and takes. */
#ifndef CHARD_PLUG_H
#define CHARD_PLUG_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* What goes with an event and a request, and comes back. */
struct chard_plug_message {
	__u32 value;
	__u32 level;
};

/* Values that the handler panics at: at once; with its spinlock. */
#define CHARD_PLUG_PANIC 666
#define CHARD_PLUG_PANIC_LOCKED 667

/* Where an event comes from. */
#define CHARD_PLUG_HARD 0
#define CHARD_PLUG_SOFT 1
#define CHARD_PLUG_TASK 2
#define CHARD_PLUG_TASK_IRQS_OFF 3

struct chard_plug_fire {
	__u32 from;
	__u32 value;
};

/* What C has. */
#define CHARD_PLUG_LEVEL _IOR(0xf5, 1, __u32)
#define CHARD_PLUG_SET _IO(0xf5, 2)
/* Stays in C for so many milliseconds, whatever comes. */
#define CHARD_PLUG_TRANSFER _IO(0xf5, 3)
/* Lets C send an event; what that has answered. */
#define CHARD_PLUG_FIRE _IOW(0xf5, 4, struct chard_plug_fire)
#define CHARD_PLUG_ANSWER _IOR(0xf5, 5, __s32)
/* How many events there were. */
#define CHARD_PLUG_EVENTS _IO(0xf5, 6)
/* Copies a byte from this address, and asks C for the level then; the same with a lock. */
#define CHARD_PLUG_STALL _IO(0xf5, 7)
#define CHARD_PLUG_STALL_LOCKED _IO(0xf5, 8)
/* Takes the lock, and asks C then. */
#define CHARD_PLUG_LOCK _IO(0xf5, 9)
/* Waits for ever in a queue; wakes none. */
#define CHARD_PLUG_WAIT _IO(0xf5, 10)
#define CHARD_PLUG_CREATE _IO(0xf5, 11)
#define CHARD_PLUG_REMOVE _IO(0xf5, 12)
#define CHARD_PLUG_REMOVE_AT _IO(0xf5, 13)
#define CHARD_PLUG_PANICS _IO(0xf5, 14)
/* C adds 3 to the value, and writes the level. */
#define CHARD_PLUG_EXCHANGE _IOWR(0xf5, 15, struct chard_plug_message)
/* As CHARD_PLUG_WAIT, with the lock. */
#define CHARD_PLUG_WAIT_LOCKED _IO(0xf5, 16)

#endif
