/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * /dev/chard-selftest: each ioctl leads into one corner of the crate, good or
 * bad, that a useful driver has no reason to visit. For the tests; it can
 * crash the machine, so only root may open it.
 */
#ifndef CHARD_SELFTEST_H
#define CHARD_SELFTEST_H

#include <linux/ioctl.h>
#include <linux/types.h>

/**
 * struct chard_selftest_reverse - bytes to be turned round
 * @from: address of the bytes
 * @to: address for the same bytes in reverse order
 * @length: how many; 4096 at most, else EINVAL
 */
struct chard_selftest_reverse {
	__u64 from;
	__u64 to;
	__u64 length;
};

/* Answers of CHARD_SELFTEST_FLAGS. */
#define CHARD_SELFTEST_READABLE 1
#define CHARD_SELFTEST_WRITABLE 2
#define CHARD_SELFTEST_NONBLOCK 4

/* Ways to panic, for CHARD_SELFTEST_PANIC. */
#define CHARD_SELFTEST_PANIC_EXPLICIT 0
#define CHARD_SELFTEST_PANIC_BOUNDS 1
#define CHARD_SELFTEST_PANIC_OVERFLOW 2
#define CHARD_SELFTEST_PANIC_UNWRAP 3
#define CHARD_SELFTEST_PANIC_DIVIDE 4
/* Its message panics while it is formatted. */
#define CHARD_SELFTEST_PANIC_MESSAGE 5
/* A destructor panics. */
#define CHARD_SELFTEST_PANIC_DROP 6
/* While it holds the device's lock. */
#define CHARD_SELFTEST_PANIC_HOLDING 7
/* Its message has two lines, and more than there is room for. */
#define CHARD_SELFTEST_PANIC_LONG 8

/* What is to panic from now on, for CHARD_SELFTEST_ARM. */
#define CHARD_SELFTEST_ARM_OPEN 1
#define CHARD_SELFTEST_ARM_RELEASE 2
#define CHARD_SELFTEST_ARM_FILE_DROP 4
#define CHARD_SELFTEST_ARM_DEVICE_DROP 8
/* Between the two pieces of a read. */
#define CHARD_SELFTEST_ARM_READ 16

/* No panic: the flush of a close ends with ENOSPC. */
#define CHARD_SELFTEST_ARM_FLUSH 32

/* Nor these: a read hands out the records; both directions move them by what may be less. */
#define CHARD_SELFTEST_ARM_RECORDS 64
#define CHARD_SELFTEST_ARM_PIECES 128

/* The timer, when it comes. */
#define CHARD_SELFTEST_ARM_TIMER 256

/* What is written are records of so many bytes, of which there are so many at most, else ENOSPC. */
#define CHARD_SELFTEST_RECORD 16
#define CHARD_SELFTEST_RECORDS_MAX 4

/* The first byte of one that is not stored: EINVAL; ENOMEM, which is found out later. */
#define CHARD_SELFTEST_RECORD_BAD 0
#define CHARD_SELFTEST_RECORD_REFUSED 1
/* Of one that is stored, and then ends the write: EIO, unless it counts. */
#define CHARD_SELFTEST_RECORD_KEPT 2

/* When to remove the device, for CHARD_SELFTEST_REMOVE. */
#define CHARD_SELFTEST_REMOVE_NOW 0
#define CHARD_SELFTEST_REMOVE_LOCKED 1	/* now, with the device's lock held */
#define CHARD_SELFTEST_REMOVE_OPEN 2	/* in the next open */
#define CHARD_SELFTEST_REMOVE_RELEASE 3 /* in the next last close of a file */

#define CHARD_SELFTEST_MAGIC 0xED

/* Adds the argument, a value, to the file's own sum; returns the sum. */
#define CHARD_SELFTEST_ADD _IO(CHARD_SELFTEST_MAGIC, 1)

/* Reverses bytes from one buffer to another; returns how many. */
#define CHARD_SELFTEST_REVERSE _IOW(CHARD_SELFTEST_MAGIC, 2, struct chard_selftest_reverse)

/* Returns what the file was opened for and whether it does not block. */
#define CHARD_SELFTEST_FLAGS _IO(CHARD_SELFTEST_MAGIC, 3)

/* Takes the device's lock and gives it back; EIO when it is poisoned. */
#define CHARD_SELFTEST_LOCK _IO(CHARD_SELFTEST_MAGIC, 4)

/* Takes the device's lock twice: EDEADLK. */
#define CHARD_SELFTEST_LOCK_TWICE _IO(CHARD_SELFTEST_MAGIC, 5)

/* Takes the device's lock and forgets the guard, which poisons the lock. */
#define CHARD_SELFTEST_FORGET _IO(CHARD_SELFTEST_MAGIC, 6)

/* Ends the poisoning of both locks, with new values. */
#define CHARD_SELFTEST_MEND _IO(CHARD_SELFTEST_MAGIC, 7)

/* Drops a lock of its own whose guard was forgotten: a leak, counted. */
#define CHARD_SELFTEST_FORGET_DROP _IO(CHARD_SELFTEST_MAGIC, 8)

/* Leaks a box, counted. */
#define CHARD_SELFTEST_LEAK _IO(CHARD_SELFTEST_MAGIC, 9)

/* Writes a short line, a long one and one of the device's to the log. */
#define CHARD_SELFTEST_PRINT _IO(CHARD_SELFTEST_MAGIC, 10)

/* Dumps the stack, in the midst of Rust. */
#define CHARD_SELFTEST_DUMP _IO(CHARD_SELFTEST_MAGIC, 11)

/* Panics; the argument, a value, says how. */
#define CHARD_SELFTEST_PANIC _IO(CHARD_SELFTEST_MAGIC, 12)

/* Allocates the argument's bytes, a value, and gives them back; ENOMEM. */
#define CHARD_SELFTEST_ALLOC _IO(CHARD_SELFTEST_MAGIC, 13)

/* Returns the argument, a value; EOVERFLOW where that looks like an error. */
#define CHARD_SELFTEST_RETURN _IO(CHARD_SELFTEST_MAGIC, 14)

/* Removes the device; the argument, a value, says when. */
#define CHARD_SELFTEST_REMOVE _IO(CHARD_SELFTEST_MAGIC, 15)

/*
 * Panics half-way in the sorting of 8 boxes, of which there is one twice then,
 * while it holds the device's lock and that of the boxes.
 */
#define CHARD_SELFTEST_PANIC_LOCKED _IO(CHARD_SELFTEST_MAGIC, 16)

/* Arms panics; the argument, a value, holds those of CHARD_SELFTEST_ARM_*. */
#define CHARD_SELFTEST_ARM _IO(CHARD_SELFTEST_MAGIC, 17)

/* A struct of a pointer and a long, as callers of 64 and of 32 bits have it. */
struct chard_selftest_words {
	__u64 pointer;
	__u64 word;
};

struct chard_selftest_words32 {
	__u32 pointer;
	__u32 word;
};

/* Returns the bytes of the struct, and changes each of its words to its complement. */
#define CHARD_SELFTEST_WORDS _IO(CHARD_SELFTEST_MAGIC, 18)

/* What comes back to the device, for CHARD_SELFTEST_START and CHARD_SELFTEST_CAME. */
#define CHARD_SELFTEST_TIMER 0
#define CHARD_SELFTEST_WORK 1
#define CHARD_SELFTEST_LATER 2	/* work, in a hundredth of a second */
#define CHARD_SELFTEST_THREAD 3 /* once in the device's life, else EBUSY */

/* Sets one of these going, the argument, a value; each comes once. */
#define CHARD_SELFTEST_START _IO(CHARD_SELFTEST_MAGIC, 20)

/* Returns how often this has come. */
#define CHARD_SELFTEST_CAME _IO(CHARD_SELFTEST_MAGIC, 21)

/* Returns how often a descriptor of the file was closed. */
#define CHARD_SELFTEST_FLUSHES _IO(CHARD_SELFTEST_MAGIC, 19)

/* Writes lines for debugging, of the driver and of the device, one that comes once, and
 * fifty of a place whose rate is limited.
 */
#define CHARD_SELFTEST_DEBUG _IO(CHARD_SELFTEST_MAGIC, 23)

/* Takes all records away; returns how many there were. */
#define CHARD_SELFTEST_RECORDS _IO(CHARD_SELFTEST_MAGIC, 22)

#endif
