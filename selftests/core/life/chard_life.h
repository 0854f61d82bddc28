/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* /dev/chard-life0 and 1: what begins with a device, what ends, and what is waited for. */
#ifndef CHARD_LIFE_H
#define CHARD_LIFE_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* The module's parameter "fail": what the driver refuses, with ENOTTY. */
#define CHARD_LIFE_FAIL_LOAD 1
#define CHARD_LIFE_FAIL_NEW 2
#define CHARD_LIFE_FAIL_REGISTERED 3

/* What happens to a device; CHARD_LIFE_COUNT gives how often it has. */
#define CHARD_LIFE_REGISTERED 0
#define CHARD_LIFE_TIMER 1
#define CHARD_LIFE_WORK 2
#define CHARD_LIFE_THREAD 3
/* A timer, work or a thread that found the state in pieces. */
#define CHARD_LIFE_BROKEN 4
/* One of those three that came before the device was registered. */
#define CHARD_LIFE_EARLY 5
/* Of what an ioctl has made: one came back; a thread ended, by ECANCELED. */
#define CHARD_LIFE_CAME 6
#define CHARD_LIFE_CANCELLED 7
/* A poll by a task of the kernel's, and one that could reach user memory or was root's. */
#define CHARD_LIFE_POLLED 8
#define CHARD_LIFE_POLLED_AS_ROOT 9
#define CHARD_LIFE_POLL_REACHED 10
/* A close that could reach user memory. */
#define CHARD_LIFE_CLOSE_REACHED 11
#define CHARD_LIFE_EVENTS 12

#define CHARD_LIFE_COUNT _IO(0xf6, 1)
#define CHARD_LIFE_PANIC _IO(0xf6, 2)
/* The next reset refuses, when it has started all. */
#define CHARD_LIFE_REFUSE_RESET _IO(0xf6, 3)
/* Makes and drops as many timers, works and threads, all started. */
#define CHARD_LIFE_DROP _IO(0xf6, 4)
/* Starts a thread that waits for an hour; cancels it, and waits for that; starts it anew. */
#define CHARD_LIFE_THREAD_START _IO(0xf6, 5)
#define CHARD_LIFE_THREAD_CANCEL _IO(0xf6, 6)
#define CHARD_LIFE_THREAD_RESTART _IO(0xf6, 7)
/* Queues work that cancels itself and waits for that: what that answers. */
#define CHARD_LIFE_WORK_ITSELF _IO(0xf6, 8)
/* Two works that cancel each other and wait for that. */
#define CHARD_LIFE_WORK_MUTUAL _IO(0xf6, 9)
/* Restarts work that is queued for an hour, for now. */
#define CHARD_LIFE_WORK_RESTART _IO(0xf6, 10)
/* A thread removes its own device after as many microseconds. */
#define CHARD_LIFE_REMOVE_SELF _IO(0xf6, 11)
/* Waits for ever, or for so many milliseconds; wakes one that waits, or all. */
#define CHARD_LIFE_WAIT _IO(0xf6, 12)
#define CHARD_LIFE_WAKE_ONE _IO(0xf6, 13)
#define CHARD_LIFE_WAKE_ALL _IO(0xf6, 14)
/* Copies a byte from this address with the device's lock held. */
#define CHARD_LIFE_STALL _IO(0xf6, 15)
/* Takes the lock; only if nobody has it. */
#define CHARD_LIFE_LOCK _IO(0xf6, 16)
#define CHARD_LIFE_TRY_LOCK _IO(0xf6, 17)
/* Drops the queue that was polled last, and wakes its pollers. */
#define CHARD_LIFE_DROP_QUEUE _IO(0xf6, 18)
/* An address of the caller's that a poll and a close try to write to. */
#define CHARD_LIFE_ADDRESS _IO(0xf6, 19)
/* A timer that arms itself for an hour and cancels itself, while it runs: waits for its end. */
#define CHARD_LIFE_TIMER_REARMED _IO(0xf6, 20)
/* Work that waits for an hour is cancelled while it does, and waited for. */
#define CHARD_LIFE_WORK_CANCEL _IO(0xf6, 23)
/* From now on a poll takes the lock first. */
#define CHARD_LIFE_POLL_LOCKS _IO(0xf6, 21)
/* Queues so many works that take the lock; they are dropped by the next of these. */
#define CHARD_LIFE_WORKS _IO(0xf6, 22)
/* Keeps so many blocks, asked for with a spinlock held; an error or the next gives them back. */
#define CHARD_LIFE_KEEP _IO(0xf6, 24)
#define CHARD_LIFE_BLOCK 2000

#endif
