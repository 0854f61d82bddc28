/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * /dev/chard-context0: tries each operation in each context. The next call of the method
 * that was armed writes what each operation answers into a table, which the test reads.
 */
#ifndef CHARD_CONTEXT_UAPI_H
#define CHARD_CONTEXT_UAPI_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* The method that is to try, and in which way the test calls it. */
#define CHARD_CONTEXT_WAYS 8
#define CHARD_CONTEXT_OPEN 1
#define CHARD_CONTEXT_READ 2
#define CHARD_CONTEXT_WRITE 3
#define CHARD_CONTEXT_SEEK 4
#define CHARD_CONTEXT_IOCTL 5
#define CHARD_CONTEXT_COMPAT_IOCTL 6
#define CHARD_CONTEXT_FLUSH 7
#define CHARD_CONTEXT_FSYNC 8
#define CHARD_CONTEXT_URING_CMD 9
#define CHARD_CONTEXT_POLL 10
#define CHARD_CONTEXT_FASYNC 11
#define CHARD_CONTEXT_MAP 12
#define CHARD_CONTEXT_FAULT 13
#define CHARD_CONTEXT_FDINFO 14
#define CHARD_CONTEXT_RELEASE 15
#define CHARD_CONTEXT_SHOW 16
#define CHARD_CONTEXT_STORE 17
#define CHARD_CONTEXT_TIMER 18
#define CHARD_CONTEXT_WORK 19
#define CHARD_CONTEXT_THREAD 20
#define CHARD_CONTEXT_NEW 21
#define CHARD_CONTEXT_REGISTERED 22
#define CHARD_CONTEXT_REMOVED 23
#define CHARD_CONTEXT_RESET 24
#define CHARD_CONTEXT_EVENT 25
#define CHARD_CONTEXT_REQUEST 26
#define CHARD_CONTEXT_LOAD 27
#define CHARD_CONTEXT_UNLOAD 28
#define CHARD_CONTEXT_FILE_DROP 29
#define CHARD_CONTEXT_DEVICE_DROP 30
#define CHARD_CONTEXT_METHODS 31

/* What the call holds while it tries: nothing, with or without a signal; one of these. */
#define CHARD_CONTEXT_PLAIN 0
#define CHARD_CONTEXT_SIGNAL 1
#define CHARD_CONTEXT_SPIN 2
#define CHARD_CONTEXT_WRITER 3
#define CHARD_CONTEXT_READER 4
#define CHARD_CONTEXT_RCU 5
#define CHARD_CONTEXT_VARIANTS 6

/* The operations. */
#define CHARD_CONTEXT_SPIN_LOCK 0
#define CHARD_CONTEXT_SPIN_TRY 1
#define CHARD_CONTEXT_RW_READ 2
#define CHARD_CONTEXT_RW_WRITE 3
#define CHARD_CONTEXT_RCU_READ 4
#define CHARD_CONTEXT_BOX 5
#define CHARD_CONTEXT_VEC 6
#define CHARD_CONTEXT_LARGE 7
#define CHARD_CONTEXT_DROP_LARGE 8
#define CHARD_CONTEXT_COUNTER 9
#define CHARD_CONTEXT_START_TIMER 10
#define CHARD_CONTEXT_START_WORK 11
#define CHARD_CONTEXT_CANCEL 12
#define CHARD_CONTEXT_WAKE 13
#define CHARD_CONTEXT_COMPLETE 14
#define CHARD_CONTEXT_PARAMETER 15
#define CHARD_CONTEXT_RANDOM 16
#define CHARD_CONTEXT_CLOCK 17
#define CHARD_CONTEXT_PRINT 18
#define CHARD_CONTEXT_ANSWER 19
#define CHARD_CONTEXT_MAKE_LOCK 20
#define CHARD_CONTEXT_MUTEX 21
#define CHARD_CONTEXT_MUTEX_TRY 22
#define CHARD_CONTEXT_SEM_READ 23
#define CHARD_CONTEXT_SEM_WRITE 24
#define CHARD_CONTEXT_RESIZE 25
#define CHARD_CONTEXT_STORE_PAGES 26
#define CHARD_CONTEXT_MAKE_PAGE 27
#define CHARD_CONTEXT_START_THREAD 28
#define CHARD_CONTEXT_MAKE_OBJECTS 29
#define CHARD_CONTEXT_UEVENT 30
#define CHARD_CONTEXT_WAIT_LIMIT 31
#define CHARD_CONTEXT_WAIT 32
#define CHARD_CONTEXT_COMPLETION 33
#define CHARD_CONTEXT_HELD 34
#define CHARD_CONTEXT_HELD_TRY 35
#define CHARD_CONTEXT_RCU_REPLACE 36
#define CHARD_CONTEXT_CANCEL_TIMER 37
#define CHARD_CONTEXT_CANCEL_WORK 38
#define CHARD_CONTEXT_CANCEL_THREAD 39
#define CHARD_CONTEXT_RESTART_THREAD 40
#define CHARD_CONTEXT_COPY_TO 41
#define CHARD_CONTEXT_COPY_FROM 42
#define CHARD_CONTEXT_COPY_ABSENT 43
#define CHARD_CONTEXT_MOVE 44
#define CHARD_CONTEXT_CREATE 45
#define CHARD_CONTEXT_REMOVE 46
#define CHARD_CONTEXT_CALLER 47
#define CHARD_CONTEXT_CAPABLE 48
#define CHARD_CONTEXT_TTY 49
#define CHARD_CONTEXT_TASK 50
#define CHARD_CONTEXT_CHECK 51
#define CHARD_CONTEXT_OPS 52

/*
 * What is in a cell: 0 if it was not tried, else the errno, the user or the truth, and 1
 * more. LATER: the device had not gone when its removal returned.
 */
#define CHARD_CONTEXT_LATER 5000

/* The devices that a call removes, and makes; those whose own methods try. */
#define CHARD_CONTEXT_VICTIM 8
#define CHARD_CONTEXT_MADE 9
#define CHARD_CONTEXT_OWN 10

/**
 * struct chard_context_arm - the next call of a method tries all
 * @method: CHARD_CONTEXT_OPEN and so on
 * @way: in which way it is called
 * @signal: not 0: it waits for a signal first, and holds nothing
 * @any_file: not 0: for whichever file; else for this one
 * @address: memory of the caller's that is there
 * @absent: a page of the caller's for each variant, which nobody has touched yet
 */
struct chard_context_arm {
	__u32 method;
	__u32 way;
	__u32 signal;
	__u32 any_file;
	__u64 address;
	__u64 absent;
};

/**
 * struct chard_context_row - what was found
 * @method: of this method
 * @way: called in this way
 * @variant: with what held
 * @pad: 0
 * @cells: for each operation
 */
struct chard_context_row {
	__u32 method;
	__u32 way;
	__u32 variant;
	__u32 pad;
	__u16 cells[CHARD_CONTEXT_OPS];
};

#define CHARD_CONTEXT_ARM _IOW(0xf8, 1, struct chard_context_arm)
#define CHARD_CONTEXT_ROW _IOWR(0xf8, 2, struct chard_context_row)
/* Whether nothing is armed and no call tries. */
#define CHARD_CONTEXT_IDLE _IO(0xf8, 3)
/* Tries, where it is armed. */
#define CHARD_CONTEXT_TRY _IO(0xf8, 4)
/* Starts one of the device's: CHARD_CONTEXT_TIMER, WORK or THREAD. */
#define CHARD_CONTEXT_START _IO(0xf8, 5)
/* Wakes the pollers. */
#define CHARD_CONTEXT_POKE _IO(0xf8, 6)
#define CHARD_CONTEXT_PANIC _IO(0xf8, 7)
/* Memory for DROP_LARGE, in each variant; whether there is a lock that another holds. */
#define CHARD_CONTEXT_PREPARE _IO(0xf8, 8)

/* Commands of an io_uring: answered later, by ANSWER; tries; tries in a worker. */
#define CHARD_CONTEXT_CMD_LATER 1
#define CHARD_CONTEXT_CMD_TRY 2
#define CHARD_CONTEXT_CMD_TRY_WORKER 3

#endif
