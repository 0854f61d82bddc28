/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * /dev/chard-types: what a handler may use, step by step as a test says, and by
 * many calls at once.
 */
#ifndef CHARD_TYPES_H
#define CHARD_TYPES_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define CHARD_TYPES_MAGIC 0xEE

/* Steps of one call. What they take is held until the call ends. */
#define CHARD_TYPES_END 0
#define CHARD_TYPES_MUTEX 1
#define CHARD_TYPES_SPIN 2
#define CHARD_TYPES_SEM_READ 3 /* of ten locks each, @which */
#define CHARD_TYPES_SEM_WRITE 4
#define CHARD_TYPES_LOCK_READ 5
#define CHARD_TYPES_LOCK_WRITE 6
#define CHARD_TYPES_RCU_READ 7
#define CHARD_TYPES_RCU_REPLACE 8
#define CHARD_TYPES_DROP 9    /* what the step @which has taken */
#define CHARD_TYPES_FORGET 10 /* likewise */
#define CHARD_TYPES_PANIC 11
#define CHARD_TYPES_SLEEP 12 /* for a millisecond */
#define CHARD_TYPES_ALLOC 13
#define CHARD_TYPES_COPY 14	    /* a byte, to @address; from there if @which is 1 */
#define CHARD_TYPES_LOCK_DROPPED 15 /* an own lock: read, forgotten, dropped */
#define CHARD_TYPES_RCU_DROPPED 16  /* likewise */
#define CHARD_TYPES_AWAIT 17	    /* the completion */
#define CHARD_TYPES_RCU_OLD 18	    /* reads what is replaced meanwhile */

#define CHARD_TYPES_STEPS 16

/**
 * struct chard_types_steps - what the next read(2) does
 * @address: for CHARD_TYPES_COPY
 * @step: CHARD_TYPES_*
 * @which: its operand
 *
 * What is read is a __u16 for each step, its errno or 0.
 */
struct chard_types_steps {
	__u64 address;
	__u8 step[CHARD_TYPES_STEPS];
	__u8 which[CHARD_TYPES_STEPS];
};

#define CHARD_TYPES_ARM _IOW(CHARD_TYPES_MAGIC, 101, struct chard_types_steps)

/* New values for all locks that are poisoned. */
#define CHARD_TYPES_MEND _IO(CHARD_TYPES_MAGIC, 102)

/* What many threads do at once. */
#define CHARD_TYPES_SEM_READS 1
#define CHARD_TYPES_SEM_WRITES 2
#define CHARD_TYPES_LOCK_READS 3
#define CHARD_TYPES_LOCK_WRITES 4
#define CHARD_TYPES_RCU_READS 5
#define CHARD_TYPES_RCU_REPLACES 6
#define CHARD_TYPES_COUNTS 7
#define CHARD_TYPES_ARCS 8
#define CHARD_TYPES_COMPLETES 9
#define CHARD_TYPES_WAITS 10

/**
 * struct chard_types_hammer - one of these, again and again
 * @what: CHARD_TYPES_*
 * @rounds: so often
 *
 * EINVAL when anything is not as it must be.
 */
struct chard_types_hammer {
	__u32 what;
	__u32 rounds;
};

#define CHARD_TYPES_HAMMER _IOW(CHARD_TYPES_MAGIC, 103, struct chard_types_hammer)

/* What CHARD_TYPES_COUNTS has added up to, and the values that RCU has alive. */
#define CHARD_TYPES_SUM _IOR(CHARD_TYPES_MAGIC, 104, __u64)
#define CHARD_TYPES_ALIVE _IOR(CHARD_TYPES_MAGIC, 105, __u64)

/* The completion. */
#define CHARD_TYPES_WAIT _IO(CHARD_TYPES_MAGIC, 106)
#define CHARD_TYPES_WAIT_SHORTLY _IO(CHARD_TYPES_MAGIC, 107)
#define CHARD_TYPES_COMPLETE _IO(CHARD_TYPES_MAGIC, 108)
#define CHARD_TYPES_COMPLETE_ALL _IO(CHARD_TYPES_MAGIC, 109)
#define CHARD_TYPES_RESET _IO(CHARD_TYPES_MAGIC, 110)

/* Completes from a timer, which has used all that one may use there; panics there. */
#define CHARD_TYPES_TIMER _IO(CHARD_TYPES_MAGIC, 111)
#define CHARD_TYPES_TIMER_PANIC _IO(CHARD_TYPES_MAGIC, 112)

/**
 * struct chard_types_who - who calls, and who has opened the file
 * @uid: the caller's, real and effective, as all below
 * @euid: see @uid
 * @gid: see @uid
 * @egid: see @uid
 * @opener_uid: the opener's
 * @opener_euid: see @opener_uid
 * @pid: of the thread
 * @tgid: of the process
 * @tty: the terminal's number, or 0
 * @tty_error: why there is none
 * @capable: CHARD_TYPES_CAP_*, the caller's
 * @opener_capable: the opener's
 * @comm: the name
 */
struct chard_types_who {
	__u32 uid;
	__u32 euid;
	__u32 gid;
	__u32 egid;
	__u32 opener_uid;
	__u32 opener_euid;
	__s32 pid;
	__s32 tgid;
	__u32 tty;
	__u32 tty_error;
	__u32 capable;
	__u32 opener_capable;
	__u8 comm[16];
};

#define CHARD_TYPES_CAP_DAC_OVERRIDE 1
#define CHARD_TYPES_CAP_SYS_ADMIN 2
#define CHARD_TYPES_CAP_CHECKPOINT_RESTORE 4

#define CHARD_TYPES_WHO _IOR(CHARD_TYPES_MAGIC, 113, struct chard_types_who)

/**
 * struct chard_types_clocks - the time now
 * @monotonic: nanoseconds, as all below
 * @boot: see @monotonic
 * @real: see @monotonic
 * @random: random bytes
 */
struct chard_types_clocks {
	__u64 monotonic;
	__u64 boot;
	__u64 real;
	__u8 random[32];
};

#define CHARD_TYPES_CLOCKS _IOR(CHARD_TYPES_MAGIC, 114, struct chard_types_clocks)

/* The collections against simple ones, at random from the seed; EINVAL where they differ. */
#define CHARD_TYPES_COLLECT _IO(CHARD_TYPES_MAGIC, 115)
/* What is refused memory stays as it was; else EINVAL. */
#define CHARD_TYPES_TOO_LARGE _IO(CHARD_TYPES_MAGIC, 116)

/* A value of each size, whose bits are turned round. */
#define CHARD_TYPES_TURN_1 _IOWR(CHARD_TYPES_MAGIC, 117, __u8)
#define CHARD_TYPES_TURN_2 _IOWR(CHARD_TYPES_MAGIC, 118, __u16)
#define CHARD_TYPES_TURN_4 _IOWR(CHARD_TYPES_MAGIC, 119, __u32)
#define CHARD_TYPES_TURN_8 _IOWR(CHARD_TYPES_MAGIC, 120, __u64)

/**
 * struct chard_types_value - what write(2) takes, one after the other; with
 *			      O_APPEND each under a spinlock
 * @number: a number
 * @text: bytes
 */
struct chard_types_value {
	__u32 number;
	__u8 text[8];
};

/* The last one of them. */
#define CHARD_TYPES_WRITTEN _IOR(CHARD_TYPES_MAGIC, 121, struct chard_types_value)

/* Elements of the device's tables, which are larger than the kernel's stack. */
#define CHARD_TYPES_LARGE 8192

/* The square of an index, and how often it was asked for before; EINVAL for no index. */
#define CHARD_TYPES_LARGE_AT _IOWR(CHARD_TYPES_MAGIC, 122, __u64)
/* A table whose making fails half-way leaves nothing; else EIO. */
#define CHARD_TYPES_LARGE_IN_VAIN _IO(CHARD_TYPES_MAGIC, 123)

#endif
