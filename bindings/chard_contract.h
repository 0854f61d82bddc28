/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The contract between chard's C and a handler's Rust.
 *
 * bindgen reads this file at build time; C includes it. It names no field of
 * a kernel struct: those are opaque here, and what Rust must know of them
 * (sizes, flag values) comes as constants that the target tree's own compiler
 * has worked out (constants.c).
 *
 * Three groups: what the two sides hand each other, what a handler exports,
 * what chard.ko exports to handlers. Anything that changes here changes
 * CHARD_CONTRACT, so that modules of different builds refuse each other.
 */
#ifndef CHARD_CONTRACT_H
#define CHARD_CONTRACT_H

#include <linux/errno.h>
#include <linux/types.h>

#include "chard_constants.h"

/* Version of everything below; core, driver and handler must agree on it. */
#ifndef CHARD_CONTRACT
#define CHARD_CONTRACT 4
#endif

struct chard_call;
struct chard_device;
struct chard_driver;
struct chard_object;
struct file;
struct iov_iter;
struct page;
struct poll_table_struct;

/*
 * Why a device does not answer: it was removed (ENODEV), or a call of it has
 * panicked (EIO). Set at any time; the second alone can be taken back, by the
 * attribute "reset". C tests both at once before it enters the handler, but for
 * release.
 */
#define CHARD_DEVICE_GONE 1
#define CHARD_DEVICE_PANICKED 2

/**
 * struct chard_file - one open file of a device, as both sides see it
 * @device: the device, core's own
 * @flags: the device's CHARD_DEVICE_*, which may come at any time
 * @device_state: the handler's state of the device; lives as long as @device
 * @state: the handler's state of this file, within the same allocation
 * @file: the VFS's file
 *
 * Made before the handler's open and gone after its release.
 */
struct chard_file {
	struct chard_device *device;
	const __u32 *flags;
	void *device_state;
	void *state;
	struct file *file;
};

/**
 * struct chard_hold - something that a call holds and must give back
 * @next: what it took before this
 * @kind: CHARD_HOLD_*
 *
 * Lies in what is held, or in C's frame, never in Rust's: a guard is an ordinary
 * Rust value, which may be moved and forgotten, and its frame may be skipped.
 * Only the call that holds it may look at it.
 */
struct chard_hold {
	struct chard_hold *next;
	__u32 kind;
};

/* A struct chard_lock, a mutex or a spinlock; the call's place in a queue. */
#define CHARD_HOLD_MUTEX 0
#define CHARD_HOLD_SPIN 1
#define CHARD_HOLD_WAIT 2

/**
 * struct chard_lock - a mutex or a spinlock that a call may hold
 * @lock: storage for the kernel's struct, as machine words
 * @hold: links it to the call that holds it
 * @holder: the call that holds it, or NULL
 * @flags: of a spinlock, the state of interrupts before it was taken
 * @poisoned: CHARD_POISON_*: a call ended while it held the lock, so what the
 *	      lock guards may be half changed
 * @forced: how many calls' ends are releasing it right now; its memory is not
 *	    given back meanwhile
 */
struct chard_lock {
	unsigned long lock[CHARD_LOCK_WORDS];
	struct chard_hold hold;
	struct chard_call *holder;
	unsigned long flags;
	__u32 poisoned;
	__u32 forced;
};

/* The guard was forgotten: the value is whole for Rust, if not for the handler. */
#define CHARD_POISON_FORGOTTEN 1
/*
 * The holder panicked: destructors were skipped by which safe code keeps values
 * whole (a sort has one element twice then). Nobody may look at the value again.
 */
#define CHARD_POISON_PANICKED 2

/**
 * struct chard_class - storage for a lockdep class, one per place in the code
 * @key: the kernel's struct lock_class_key
 */
struct chard_class {
	unsigned long key[CHARD_CLASS_WORDS];
};

/**
 * struct chard_call - one call from C into a handler
 * @file: the file it is for; NULL where it is for the device alone
 * @device: the device, where there is no file
 * @driver: the driver whose handler runs
 * @held: what it holds, the last taken first
 * @panicking: how many panics it has begun to report
 * @nowait: it must not sleep: the caller said so (RWF_NOWAIT, io_uring)
 * @preempt: what preempt_count() was when it began
 * @sections: how many RCU sections it began in
 * @wait: its place in a queue, where it waits; not zeroed
 *
 * Lies in the C caller's frame and is the first argument of every entry. What
 * a call holds is reachable from here, so that C can release it whichever way
 * the handler ended.
 */
struct chard_call {
	struct chard_file *file;
	struct chard_device *device;
	const struct chard_driver *driver;
	struct chard_hold *held;
	__u32 panicking;
	__u32 nowait;
	__u32 preempt;
	__u32 sections;
	unsigned long wait[CHARD_WAIT_WORDS];
};

/**
 * struct chard_io - a transfer between user space and a handler
 * @iter: the caller's buffers
 * @left: bytes that may still be moved
 * @done: bytes moved
 * @pos: the file position; moves with @done
 * @flags: the kiocb's flags, CHARD_IOCB_*
 *
 * The crate alone moves the counts, by what was really copied: a handler can
 * not claim bytes that it has not written.
 */
struct chard_io {
	struct iov_iter *iter;
	unsigned long left;
	unsigned long done;
	__s64 pos;
	__u32 flags;
};

/**
 * struct chard_iter - storage for a struct iov_iter over one user buffer
 * @iter: the kernel's struct
 */
struct chard_iter {
	unsigned long iter[CHARD_ITER_WORDS];
};

/**
 * struct chard_area - what mmap(2) asks for
 * @offset: where in the device it begins, in bytes, a multiple of the page size
 * @length: bytes, a multiple of the page size; @offset + @length does not overflow
 * @flags: CHARD_AREA_*
 */
struct chard_area {
	__u64 offset;
	__u64 length;
	__u32 flags;
};

/* PROT_READ, PROT_WRITE, PROT_EXEC and MAP_SHARED. */
#define CHARD_AREA_READ 1
#define CHARD_AREA_WRITE 2
#define CHARD_AREA_EXEC 4
#define CHARD_AREA_SHARED 8

/**
 * struct chard_handler - what a handler says of itself
 * @contract: CHARD_CONTRACT as the handler was built with
 * @device_size: bytes of its state for each device
 * @device_align: their alignment
 * @file_size: bytes of its state for each open file
 * @file_align: their alignment
 * @after_panic: CHARD_AFTER_*, what becomes of the device when a call panics
 * @flags: CHARD_HANDLER_*
 */
struct chard_handler {
	__u32 contract;
	__u32 device_size;
	__u32 device_align;
	__u32 file_size;
	__u32 file_align;
	__u32 after_panic;
	__u32 flags;
};

/* It answers EIO until it is reset; it answers as before; the caller dies. */
#define CHARD_AFTER_QUARANTINE 0
#define CHARD_AFTER_CARRY_ON 1
#define CHARD_AFTER_BUG 2

/* Its reads and writes can do without sleeping (FMODE_NOWAIT). */
#define CHARD_HANDLER_NOWAIT 1

/*
 * What a handler NAME exports, each as chard_NAME_<what>. Of the operations
 * only those exist that the handler implements.
 *
 * Each but timer may sleep, and is entered with preemption and interrupts on.
 * Each returns 0, or what is said here, or a negative errno. One that panics
 * ends with -EIO, its frames left as they are.
 *
 *   handler	  struct chard_handler
 *   device_init  make a device's state at @place; on an error nothing is there
 *   device_exit  end it; no file is open, and nothing else of it runs
 *   device_reset make the device fit to answer again, after a panic
 *   open	  make a file's state at call->file->state
 *   release	  end it; no other call of this file runs
 *   read_iter	  move bytes to user space
 *   write_iter	  move bytes from user space
 *   llseek	  @pos is the position before; what is returned is the one after
 *   ioctl	  @arg is what user space passed, widened where it was 32 bits; what
 *		  is returned is ioctl's result
 *   poll	  enter the queues that matter in @table; returns EPOLL* bits
 *   fasync	  whether a file may have SIGIO
 *   flush	  a descriptor of the file is closed
 *   fsync	  bring what was written where it lasts
 *   mmap	  whether a part of the device may be mapped
 *   fault	  the page @index of the device is touched: puts it, held, where @page
 *		  says; -ENOMEM lets the caller try again, any other error is SIGBUS
 *   timer	  a timer has expired; in softirq, must not sleep; returns the
 *		  nanoseconds from the last expiry to the next, 0 for none
 *   work	  work that was queued
 *   thread	  a thread's whole life
 *
 * @token is what the handler gave when it made the timer, work or thread.
 */
#define CHARD_HANDLER_DEVICE(name)                                              \
	extern const struct chard_handler chard_##name##_handler;               \
	long chard_##name##_device_init(struct chard_call *call, void *place);  \
	long chard_##name##_device_exit(struct chard_call *call, void *place);  \
	long chard_##name##_device_reset(struct chard_call *call, void *place); \
	long chard_##name##_open(struct chard_call *call);                      \
	long chard_##name##_release(struct chard_call *call)
#define CHARD_HANDLER_read_iter(name) \
	long chard_##name##_read_iter(struct chard_call *call, struct chard_io *io)
#define CHARD_HANDLER_write_iter(name) \
	long chard_##name##_write_iter(struct chard_call *call, struct chard_io *io)
#define CHARD_HANDLER_llseek(name) \
	long chard_##name##_llseek(struct chard_call *call, __s64 offset, int whence, __s64 pos)
#define CHARD_HANDLER_ioctl(name) \
	long chard_##name##_ioctl(struct chard_call *call, unsigned int cmd, unsigned long arg)
#define CHARD_HANDLER_poll(name) \
	long chard_##name##_poll(struct chard_call *call, struct poll_table_struct *table)
#define CHARD_HANDLER_fasync(name) long chard_##name##_fasync(struct chard_call *call)
#define CHARD_HANDLER_flush(name) long chard_##name##_flush(struct chard_call *call)
#define CHARD_HANDLER_fsync(name) \
	long chard_##name##_fsync(struct chard_call *call, __s64 start, __s64 end, int datasync)
#define CHARD_HANDLER_mmap(name)                                                    \
	long chard_##name##_mmap(struct chard_call *call, struct chard_area *area); \
	long chard_##name##_fault(struct chard_call *call, __u64 index, struct page **page)
#define CHARD_HANDLER_timer(name) \
	long chard_##name##_timer(struct chard_call *call, void *place, unsigned long token)
#define CHARD_HANDLER_work(name) \
	long chard_##name##_work(struct chard_call *call, void *place, unsigned long token)
#define CHARD_HANDLER_thread(name) \
	long chard_##name##_thread(struct chard_call *call, void *place, unsigned long token)

/*
 * CHARD_EACH(m, name, a, b) is m(name, a) m(name, b): what is to be done for
 * each operation that a driver names.
 */
#define CHARD_EACH_0(m, n)
#define CHARD_EACH_1(m, n, op) m(n, op)
#define CHARD_EACH_2(m, n, op, ...) m(n, op) CHARD_EACH_1(m, n, __VA_ARGS__)
#define CHARD_EACH_3(m, n, op, ...) m(n, op) CHARD_EACH_2(m, n, __VA_ARGS__)
#define CHARD_EACH_4(m, n, op, ...) m(n, op) CHARD_EACH_3(m, n, __VA_ARGS__)
#define CHARD_EACH_5(m, n, op, ...) m(n, op) CHARD_EACH_4(m, n, __VA_ARGS__)
#define CHARD_EACH_6(m, n, op, ...) m(n, op) CHARD_EACH_5(m, n, __VA_ARGS__)
#define CHARD_EACH_7(m, n, op, ...) m(n, op) CHARD_EACH_6(m, n, __VA_ARGS__)
#define CHARD_EACH_8(m, n, op, ...) m(n, op) CHARD_EACH_7(m, n, __VA_ARGS__)
#define CHARD_EACH_9(m, n, op, ...) m(n, op) CHARD_EACH_8(m, n, __VA_ARGS__)
#define CHARD_EACH_10(m, n, op, ...) m(n, op) CHARD_EACH_9(m, n, __VA_ARGS__)
#define CHARD_EACH_11(m, n, op, ...) m(n, op) CHARD_EACH_10(m, n, __VA_ARGS__)
#define CHARD_EACH_12(m, n, op, ...) m(n, op) CHARD_EACH_11(m, n, __VA_ARGS__)
#define CHARD_EACH_13(m, n, op, ...) m(n, op) CHARD_EACH_12(m, n, __VA_ARGS__)
#define CHARD_EACH_14(m, n, op, ...) m(n, op) CHARD_EACH_13(m, n, __VA_ARGS__)
#define CHARD_EACH_15(m, n, op, ...) m(n, op) CHARD_EACH_14(m, n, __VA_ARGS__)
#define CHARD_EACH_16(m, n, op, ...) m(n, op) CHARD_EACH_15(m, n, __VA_ARGS__)
#define CHARD_EACH_N(a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, \
		     each, ...)                                                                 \
	each
#define CHARD_EACH(m, n, ...)                                                                  \
	CHARD_EACH_N(dummy, ##__VA_ARGS__, CHARD_EACH_16, CHARD_EACH_15, CHARD_EACH_14,        \
		     CHARD_EACH_13, CHARD_EACH_12, CHARD_EACH_11, CHARD_EACH_10, CHARD_EACH_9, \
		     CHARD_EACH_8, CHARD_EACH_7, CHARD_EACH_6, CHARD_EACH_5, CHARD_EACH_4,     \
		     CHARD_EACH_3, CHARD_EACH_2, CHARD_EACH_1, CHARD_EACH_0)                   \
	(m, n, ##__VA_ARGS__)

/*
 * What chard.ko exports to handlers (helpers.c). Only the crate calls these.
 */

unsigned long chard_copy_to_iter(struct iov_iter *iter, const void *from, unsigned long len);
unsigned long chard_copy_from_iter(struct iov_iter *iter, void *to, unsigned long len);
void chard_iter_init(struct chard_iter *iter, __u64 user, unsigned long len, int source);
unsigned long chard_copy_to_user(__u64 to, const void *from, unsigned long len);
unsigned long chard_copy_from_user(void *to, __u64 from, unsigned long len);

void *chard_alloc(const struct chard_driver *driver, unsigned long size, unsigned long align);
void chard_free(const struct chard_driver *driver, const void *old);

void chard_lock_init(struct chard_lock *lock, const char *name, struct chard_class *class);
void chard_lock_destroy(struct chard_lock *lock);
int chard_lock_acquire(struct chard_call *call, struct chard_lock *lock);
void chard_lock_release(struct chard_call *call, struct chard_lock *lock);
void chard_spin_init(struct chard_lock *lock, const char *name, struct chard_class *class);
int chard_spin_acquire(struct chard_call *call, struct chard_lock *lock);
void chard_spin_release(struct chard_call *call, struct chard_lock *lock);

struct chard_object *chard_queue_new(struct chard_call *call, const char *name,
				     struct chard_class *class);
void chard_queue_wake(struct chard_call *call, struct chard_object *object, __u32 ready);
void chard_queue_watch(struct chard_call *call, struct chard_object *object,
		       struct poll_table_struct *table);
int chard_wait_begin(struct chard_call *call, struct chard_object *object, __u64 timeout);
int chard_wait_sleep(struct chard_call *call);
void chard_wait_end(struct chard_call *call);

struct chard_object *chard_timer_new(struct chard_call *call, unsigned long token);
int chard_timer_start(struct chard_call *call, struct chard_object *object, __u64 after);
void chard_timer_cancel(struct chard_object *object);
struct chard_object *chard_work_new(struct chard_call *call, unsigned long token);
int chard_work_start(struct chard_call *call, struct chard_object *object, __u64 after);
void chard_work_cancel(struct chard_object *object);
struct chard_object *chard_thread_new(struct chard_call *call, unsigned long token);
int chard_thread_start(struct chard_call *call, struct chard_object *object);
void chard_object_drop(struct chard_object *object);
__u32 chard_call_error(const struct chard_call *call);

struct chard_object *chard_pages_new(struct chard_call *call, __u64 size);
__u64 chard_pages_size(const struct chard_object *object);
int chard_pages_resize(struct chard_call *call, struct chard_object *object, __u64 size);
long chard_pages_read(struct chard_call *call, struct chard_object *object, struct iov_iter *to,
		      __u64 pos, unsigned long len);
long chard_pages_write(struct chard_call *call, struct chard_object *object, struct iov_iter *from,
		       __u64 pos, unsigned long len);
long chard_pages_load(struct chard_call *call, struct chard_object *object, void *to, __u64 pos,
		      unsigned long len);
long chard_pages_store(struct chard_call *call, struct chard_object *object, const void *from,
		       __u64 pos, unsigned long len);
int chard_pages_zero(struct chard_call *call, struct chard_object *object, __u64 start, __u64 end);
int chard_pages_punch(struct chard_call *call, struct chard_object *object, __u64 start, __u64 end);
__s64 chard_pages_seek(const struct chard_object *object, __u64 pos, int hole);
int chard_pages_get(struct chard_call *call, struct chard_object *object, __u64 index,
		    struct page **page);
void chard_page_put(const struct chard_driver *driver, struct page *page);

__u32 chard_file_flags(const struct file *file);
__u32 chard_file_mode(const struct file *file);

void chard_device_remove(const struct chard_file *cf);

void chard_print(const struct chard_driver *driver, __u32 level, const char *text,
		 unsigned long len);
void chard_print_device(const struct chard_call *call, __u32 level, const char *text,
			unsigned long len);
void chard_dump_stack(void);
__u32 chard_panicking(const struct chard_driver *driver);
void chard_panic(const struct chard_driver *driver, const char *text, unsigned long len,
		 const void *place);

#endif
