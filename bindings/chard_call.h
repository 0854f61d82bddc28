/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The part of the contract that is about one call from C into a handler: its record, what
 * it may do, and what it holds. Read by chard_contract.h.
 */
#ifndef CHARD_CALL_H
#define CHARD_CALL_H

/**
 * struct chard_hold - something that a call holds and must give back
 * @next: what it took before this
 * @flags: where it keeps interrupts off, their state before it was taken
 * @kind: CHARD_HOLD_*
 *
 * Lies in what is held, or in C's frame, never in Rust's: a guard is an ordinary
 * Rust value, which may be moved and forgotten, and its frame may be skipped.
 * Only the call that holds it may look at it.
 */
struct chard_hold {
	struct chard_hold *next;
	unsigned long flags;
	__u32 kind;
};

/* Of a kind: its holder can not sleep; interrupts are off; it lies in a slot of the call. */
#define CHARD_HOLD_ATOMIC 0x10
#define CHARD_HOLD_IRQS_OFF 0x20
#define CHARD_HOLD_SLOT 0x40

/*
 * A struct chard_lock: a mutex, a spinlock, one that readers share and that sleeps
 * or spins; the call's place in a queue; an RCU section.
 */
#define CHARD_HOLD_MUTEX 0
#define CHARD_HOLD_SPIN (1 | CHARD_HOLD_ATOMIC | CHARD_HOLD_IRQS_OFF)
#define CHARD_HOLD_WAIT 2
#define CHARD_HOLD_RWSEM 3
#define CHARD_HOLD_RWSEM_SHARED (4 | CHARD_HOLD_SLOT)
#define CHARD_HOLD_RWLOCK (5 | CHARD_HOLD_ATOMIC | CHARD_HOLD_IRQS_OFF)
#define CHARD_HOLD_RWLOCK_SHARED (6 | CHARD_HOLD_ATOMIC | CHARD_HOLD_IRQS_OFF | CHARD_HOLD_SLOT)
#define CHARD_HOLD_RCU (7 | CHARD_HOLD_ATOMIC | CHARD_HOLD_SLOT)
/* A mutex that was given back where its call could not sleep, and will be when it can. */
#define CHARD_HOLD_MUTEX_LATE 8

/**
 * struct chard_lock - a lock that a call may hold, of any kind
 * @hold: links it to the call that holds it for itself; its @next is NULL while
 *	  it is not linked
 * @poisoned: CHARD_POISON_*: a call ended while it held the lock for itself, so
 *	      what the lock guards may be half changed
 * @pins: how many calls have it, or give it back as they end right now; its memory
 *	  is not given back meanwhile. The holder of a mutex is not counted: that says itself
 *	  that it is locked.
 * @lock: storage for the kernel's struct, as machine words
 */
struct chard_lock {
	struct chard_hold hold;
	__u32 poisoned;
	__u32 pins;
	unsigned long lock[CHARD_LOCK_WORDS];
};

/**
 * struct chard_slot - what a call holds that others hold as well
 * @hold: links it to the call
 * @lock: the lock, NULL for an RCU section
 *
 * The others would want the lock's own node; so each lies in its call's record.
 */
struct chard_slot {
	struct chard_hold hold;
	struct chard_lock *lock;
};

/* How many of these a call may hold at once. */
#define CHARD_SLOTS 8
/*
 * How many locks in all; sections of RCU come on top. lockdep has room for 48 locks of a task,
 * which may be in two calls: a copy of the one may end in a fault of a device's, and a device
 * may be made in it. A third of them is left to the kernel.
 */
#define CHARD_HOLDS 16

/* The guard was forgotten: the value is whole for Rust, if not for the handler. */
#define CHARD_POISON_FORGOTTEN 1
/*
 * The holder panicked: destructors were skipped by which safe code keeps values
 * whole (a sort has one element twice then). The value must not be read again.
 */
#define CHARD_POISON_PANICKED 2

/**
 * struct chard_class - storage for a lockdep class, one per place in the code
 * @key: the kernel's struct lock_class_key
 */
struct chard_class {
	unsigned long key[CHARD_CLASS_WORDS];
};

/*
 * What a call may do. Its entry grants it (core/operations.h), by the context that the
 * kernel calls the entry in; core/calls/context.h is the one place that answers whether a call
 * may do something now. docs/context.md has the table.
 *
 * SLEEP: sleep for what is soon there: memory, a lock that is never held for long
 * WAIT: wait for another task, for as long as that takes
 * COPY: reach the caller's memory by its address: the address space is the caller's, and
 *	 is not locked
 * CREATE: make a device
 * REMOVE: wait until a device has gone, or be frozen: no lock of the kernel's is held
 */
#define CHARD_MAY_SLEEP 1
#define CHARD_MAY_WAIT 2
#define CHARD_MAY_COPY 4
#define CHARD_MAY_CREATE 8
#define CHARD_MAY_REMOVE 16

/*
 * How a call came.
 *
 * CALLER: the task that runs is the caller; else it serves the file of another task
 * KILLABLE: a fatal signal ends its waits for locks; a call without it must get through,
 *	     as the last close of a file
 * NOWAIT: its caller asked not to wait (RWF_NOWAIT, io_uring)
 * RESETS: it makes a device answer again, which does not yet do so for others
 * BRIEF: others wait behind it, or no signal would end its wait: it tries for
 *	  some CHARD_BRIEF_MS to have a lock that another has; where that was in vain, calls of
 *	  the same driver do not try so for CHARD_BRIEF_AGAIN_MS
 * IRQS_OFF: it began with interrupts off; of a call that may not sleep only
 * BOUND: its device is bound: what that stands for, a piece of hardware, is there
 * COUNTED: the end of the binding waits for it (core/devices/bound.c)
 * AWAITED: the end of its device waits for it, and ends its waits for locks
 * WORKER: a worker of an io_uring serves the caller; what cancels the request is a signal that
 *	   does not kill, and ends its waits for locks
 */
#define CHARD_CALL_CALLER 32
#define CHARD_CALL_KILLABLE 64
#define CHARD_CALL_NOWAIT 128
#define CHARD_CALL_RESETS 256
#define CHARD_CALL_BRIEF 512
#define CHARD_CALL_IRQS_OFF 1024
#define CHARD_CALL_BOUND 2048
#define CHARD_CALL_COUNTED 4096
#define CHARD_CALL_AWAITED 8192
#define CHARD_CALL_WORKER 16384
#define CHARD_BRIEF_MS 20
#define CHARD_BRIEF_AGAIN_MS 1000

/* What a system call on a file may do. */
#define CHARD_MAY_ALL                                                                              \
	(CHARD_MAY_SLEEP | CHARD_MAY_WAIT | CHARD_MAY_COPY | CHARD_MAY_CREATE | CHARD_MAY_REMOVE | \
	 CHARD_CALL_CALLER | CHARD_CALL_KILLABLE)
/* What is left of it where the caller asked not to wait. */
#define CHARD_MAY_NOWAIT                                                              \
	(CHARD_MAY_SLEEP | CHARD_MAY_COPY | CHARD_CALL_CALLER | CHARD_CALL_KILLABLE | \
	 CHARD_CALL_NOWAIT)

/* What a call for a device may do, without a file, where the task that runs is the caller. */
#define CHARD_MAY_DEVICE \
	(CHARD_MAY_SLEEP | CHARD_MAY_WAIT | CHARD_CALL_CALLER | CHARD_CALL_KILLABLE)
/* What a call may do behind which others wait. */
#define CHARD_MAY_BRIEF (CHARD_MAY_SLEEP | CHARD_CALL_KILLABLE | CHARD_CALL_BRIEF)
/* What a suspend or a resume may do: a lock may be held by a call that waits for its end. */
#define CHARD_MAY_SUSPEND (CHARD_MAY_SLEEP | CHARD_MAY_WAIT | CHARD_CALL_BRIEF | CHARD_CALL_BOUND)
/* What a call of the kernel's own may do: work, threads, the end of a device. */
#define CHARD_MAY_KERNEL (CHARD_MAY_SLEEP | CHARD_MAY_WAIT)

/* What a function that handlers call needs of the call. */
#include "chard_needs.h"

/**
 * struct chard_call - one call from C into a handler
 * @file: the file it is for; NULL where it is for the device alone
 * @filp: the VFS's file; only where there is a file
 * @device: the device; only where there is no file
 * @object: the timer, work or thread that it came by, or NULL; only where there is no
 *	    file
 * @held: what it holds, the last taken first; what it can not sleep with lies on
 *	  top, since nothing that sleeps is taken then
 * @panicking: how many panics it has begun to report
 * @traced: @began is set
 * @atomic: how much it holds that it can not sleep with
 * @may: CHARD_MAY_* and CHARD_CALL_*
 * @preempt: what preempt_count() was when it began; of a call that may not sleep only
 * @sections: how many RCU sections it began in; likewise
 * @pinned: what kept its task on its CPU when it began; likewise
 * @faults_off: whether page faults were off then; likewise
 * @began: when it entered the handler, in nanoseconds; of a call that is traced only
 * @wait: its place in a queue, where it waits
 * @slots: what it shares with other calls; those in use are in @held
 *
 * Lies in the C caller's frame and is the first argument of every entry. What
 * a call holds is reachable from here, so that C can release it whichever way
 * the handler ended. From @preempt on nothing is zeroed: that would cost as much
 * as all the rest.
 */
struct chard_call {
	struct chard_file *file;
	struct file *filp;
	struct chard_device *device;
	struct chard_object *object;
	struct chard_hold *held;
	__u8 panicking;
	__u8 traced;
	__u16 atomic;
	__u32 may;
	__u32 preempt;
	__u32 sections;
	__u16 pinned;
	__u16 faults_off;
	__u64 began;
	unsigned long wait[CHARD_WAIT_WORDS];
	struct chard_slot slots[CHARD_SLOTS];
};

#endif
