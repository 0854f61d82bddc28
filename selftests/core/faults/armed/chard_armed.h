/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* /dev/chard-armed: every operation, each of which panics once when it is armed. */
#ifndef CHARD_ARMED_H
#define CHARD_ARMED_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* What is to panic, for CHARD_ARMED_ARM. */
#define CHARD_ARMED_READ 0x1
#define CHARD_ARMED_WRITE 0x2
#define CHARD_ARMED_SEEK 0x4
#define CHARD_ARMED_POLL 0x8
#define CHARD_ARMED_FASYNC 0x10
#define CHARD_ARMED_FLUSH 0x20
#define CHARD_ARMED_FSYNC 0x40
#define CHARD_ARMED_TIMER 0x80
#define CHARD_ARMED_WORK 0x100
#define CHARD_ARMED_THREAD 0x200
#define CHARD_ARMED_RESET 0x400
#define CHARD_ARMED_LOCKED 0x800	/* under two spinlocks */
#define CHARD_ARMED_WAITING 0x1000	/* in the condition of a wait, in the queue */
#define CHARD_ARMED_TIMER_LOCKED 0x2000 /* in the timer, under a spinlock */

#define CHARD_ARMED_MAP 0x4000
#define CHARD_ARMED_FAULT 0x8000       /* with a page in hand */
#define CHARD_ARMED_OTHER_PAGE 0x10000 /* no panic: the fault gives the page behind */

/* No panic: the fault has its page and waits, for a signal or until the device goes. */
#define CHARD_ARMED_LATE_FAULT 0x20000

#define CHARD_ARMED_COMMAND 0x40000
#define CHARD_ARMED_COMMAND_LATER 0x80000 /* with what would answer it in hand */

/* No panic: the next timer, work or thread answers the kept command. */
#define CHARD_ARMED_ANSWER 0x100000
#define CHARD_ARMED_NO_PAGE 0x200000 /* a fault refuses with ENOMEM */

/*
 * Commands of an io_uring: each is to be answered later, but for the last three.
 * KEEP keeps it. DROP and FORGET do that, FAIL keeps it and ends with ENOSPC, NOW keeps
 * it and answers 5, EARLY has answered it with 7 and a second 8 when it comes back.
 */
#define CHARD_ARMED_CMD_KEEP 1
#define CHARD_ARMED_CMD_DROP 2
#define CHARD_ARMED_CMD_FORGET 3
#define CHARD_ARMED_CMD_FAIL 4
#define CHARD_ARMED_CMD_NOW 5
#define CHARD_ARMED_CMD_EARLY 6
#define CHARD_ARMED_CMD_EXTRA 7	 /* answers 1, and a second result, its first eight bytes */
#define CHARD_ARMED_CMD_LARGE 8	 /* answers 16 bits of the sum of ten words, EINVAL without those */
#define CHARD_ARMED_CMD_SIGNAL 9 /* ends with ERESTARTSYS */

/* Bytes that can be mapped. */
#define CHARD_ARMED_BYTES 16384

#define CHARD_ARMED_MAGIC 0xED

/* Arms these, the argument, a value. */
#define CHARD_ARMED_ARM _IO(CHARD_ARMED_MAGIC, 101)

/* Starts a timer that comes back every millisecond; work; a thread. */
#define CHARD_ARMED_START_TIMER _IO(CHARD_ARMED_MAGIC, 102)
#define CHARD_ARMED_START_WORK _IO(CHARD_ARMED_MAGIC, 103)
#define CHARD_ARMED_START_THREAD _IO(CHARD_ARMED_MAGIC, 104)

/* Takes two spinlocks and gives them back, the first one first; EIO when poisoned. */
#define CHARD_ARMED_LOCKS _IO(CHARD_ARMED_MAGIC, 105)

/* Waits until the device is gone or a signal comes. */
#define CHARD_ARMED_WAIT _IO(CHARD_ARMED_MAGIC, 106)

/* What must be refused under a spinlock: 0 if each was, with EDEADLK. */
#define CHARD_ARMED_SLEEP_LOCKED _IO(CHARD_ARMED_MAGIC, 107)

/* How often timer, work and thread have come back. */
#define CHARD_ARMED_COUNT _IOR(CHARD_ARMED_MAGIC, 108, __u64)

/* Drops the timer, forgets another that is on, drops a queue. */
#define CHARD_ARMED_DROP _IO(CHARD_ARMED_MAGIC, 109)

/* Makes the pages holes, and wakes the waiters. */
#define CHARD_ARMED_PUNCH _IO(CHARD_ARMED_MAGIC, 110)

/* Answers the kept command with the argument; returns 1 if that is the answer, ENOENT for none. */
#define CHARD_ARMED_ANSWER_KEPT _IO(CHARD_ARMED_MAGIC, 111)

/* Drops the kept command. */
#define CHARD_ARMED_DROP_KEPT _IO(CHARD_ARMED_MAGIC, 112)

/* Returns 1 if the kept command is over, else 0. */
#define CHARD_ARMED_KEPT_OVER _IO(CHARD_ARMED_MAGIC, 113)

/*
 * Pages and work of the call's own: written, read and dropped; queued for later, taken off
 * the queue and dropped. EINVAL where what is read is not what was written.
 */
#define CHARD_ARMED_OWN _IO(CHARD_ARMED_MAGIC, 114)

#endif
