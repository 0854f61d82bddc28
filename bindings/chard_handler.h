/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The part of the contract that a handler fulfils: its entries. Read by
 * chard_contract.h.
 */
#ifndef CHARD_HANDLER_H
#define CHARD_HANDLER_H

/*
 * CHARD_ENTRIES - what a handler exports, a line each: a name and its arguments
 *
 * The handler NAME exports each entry as chard_NAME_<entry>. An entry that belongs to an
 * operation exists only if the handler implements the operation's trait.
 *
 * Each entry but timer and event may sleep, and is entered with preemption and interrupts on.
 * Each returns 0, or what is said here, or a negative errno. An entry that panics
 * ends with -EIO, its frames left as they are.
 *
 *   device_init  make the device's state; on an error nothing is there
 *   device_exit  end it; no file is open, and nothing else of it runs
 *   device_reset make the device fit to answer again, after a panic
 *   registered	  the device has its node, and can be opened
 *   removed	  its node has gone; files of it may be open, whose calls are refused
 *   load	  before the driver's first device; has no device
 *   unload	  after the driver's last device; has no device
 *   open	  make a file's state at call->file->state
 *   release	  end it; no other call of this file runs
 *   read	  move bytes to the caller's buffer @to, at most @len; returns how many, and
 *		  moves @pos as far, or an error where it were none
 *   read_iter	  move bytes to where @to says; likewise
 *   write	  move bytes from the caller's buffer @from; likewise
 *   write_iter	  move bytes from where @from says; likewise
 *   llseek	  @pos is the position before; what is returned is the one after
 *   unlocked_ioctl @arg is what user space passed, widened where it was 32 bits; what
 *		  is returned is ioctl's result. It serves 32-bit callers as well, unless
 *		  there is compat_ioctl.
 *   compat_ioctl the same, of a 32-bit caller alone
 *   poll	  add the queues to @table, which is NULL where the caller does not wait; returns
 *		  EPOLL* bits
 *   fasync	  whether a file may have SIGIO
 *   flush	  a descriptor of the file is closed
 *   fsync	  bring what was written where it lasts
 *   mmap	  whether a part of the device may be mapped; may set
 *		  CHARD_AREA_NEVER_* in the area's flags
 *   fault	  the page @index of the device is touched: puts it, held, where @page
 *		  says; -ENOMEM lets the caller try again, any other error is SIGBUS
 *   uring_cmd	  a command of an io_uring; returns its result, or sets @later
 *   show_fdinfo  what /proc/PID/fdinfo says of the file, behind what the kernel does
 *   attribute_show  the text of the attribute at this place of the handler's table
 *   attribute_store a text was written to it
 *   timer	  a timer has expired; in softirq, must not sleep; returns the
 *		  nanoseconds from the last expiry to the next, 0 for none
 *   work	  work that was queued
 *   thread	  a thread's whole life
 *   event	  the driver's own C says that something has happened; in any context but an NMI,
 *		  must not sleep; returns what C is answered, at least 0. The @len bytes at @data
 *		  are the call's, to be read and written
 *   request	  the same, where it may sleep
 *   suspend	  the hardware is about to lose its power, or to be reset; @why is CHARD_SLEEP_*
 *   resume	  it is back; likewise
 *
 * An entry's first argument is the call's record, and its last one, @place, is where the
 * device's state is: in between, those of the VFS stay in the registers that they come in.
 * @token is what the handler gave when it made the timer, work or thread. @flags are
 * CHARD_IOCB_*: those of the kiocb, or of the file where there is none (read, write).
 */
#define CHARD_ENTRIES(ENTRY)                                                                  \
	ENTRY(device_init);                                                                   \
	ENTRY(device_exit);                                                                   \
	ENTRY(device_reset);                                                                  \
	ENTRY(registered);                                                                    \
	ENTRY(removed);                                                                       \
	ENTRY(load);                                                                          \
	ENTRY(unload);                                                                        \
	ENTRY(open);                                                                          \
	ENTRY(release);                                                                       \
	ENTRY(read, __u64 to, unsigned long len, __s64 *pos, __u32 flags);                    \
	ENTRY(read_iter, struct iov_iter *to, unsigned long len, __s64 *pos, __u32 flags);    \
	ENTRY(write, __u64 from, unsigned long len, __s64 *pos, __u32 flags);                 \
	ENTRY(write_iter, struct iov_iter *from, unsigned long len, __s64 *pos, __u32 flags); \
	ENTRY(llseek, __s64 offset, int whence, __s64 pos);                                   \
	ENTRY(unlocked_ioctl, unsigned int cmd, unsigned long arg);                           \
	ENTRY(compat_ioctl, unsigned int cmd, unsigned long arg);                             \
	ENTRY(poll, struct poll_table_struct *table);                                         \
	ENTRY(fasync);                                                                        \
	ENTRY(flush);                                                                         \
	ENTRY(fsync, __s64 start, __s64 end, int datasync);                                   \
	ENTRY(mmap, struct chard_area *area);                                                 \
	ENTRY(fault, __u64 index, struct page **page);                                        \
	ENTRY(uring_cmd, struct chard_command *command);                                      \
	ENTRY(show_fdinfo, struct chard_text *text);                                          \
	ENTRY(attribute_show, __u32 index, struct chard_text *text);                          \
	ENTRY(attribute_store, __u32 index, struct chard_text *text);                         \
	ENTRY(timer, unsigned long token);                                                    \
	ENTRY(work, unsigned long token);                                                     \
	ENTRY(thread, unsigned long token);                                                   \
	ENTRY(event, __u32 event, void *data, unsigned long len);                             \
	ENTRY(request, __u32 request, void *data, unsigned long len);                         \
	ENTRY(suspend, __u32 why);                                                            \
	ENTRY(resume, __u32 why)

/* Why a device is suspended. */
#define CHARD_SLEEP_SUSPEND 0
#define CHARD_SLEEP_FREEZE 1
#define CHARD_SLEEP_POWEROFF 2
#define CHARD_SLEEP_SHUTDOWN 3
#define CHARD_SLEEP_RESET 4

#define CHARD_RECORD struct chard_call *call
#define CHARD_ENTRY_MEMBER(entry, ...) long (*(entry))(CHARD_RECORD, ##__VA_ARGS__, void *place)

/*
 * struct chard_entries - the entries of a handler; NULL for one that it does not have
 *
 * The crate makes one of each handler, by which rustc compares the crate's entries with
 * this table. A process that stands in for the kernel (userspace/host) calls by it.
 */
struct chard_entries {
	CHARD_ENTRIES(CHARD_ENTRY_MEMBER);
};

/* Kbuild defines CHARD_NAME for the driver's own C: only that calls the entries. */
#ifdef CHARD_NAME
#define CHARD_SYMBOL_OF(name, what) chard_##name##_##what
#define CHARD_SYMBOL_IN(name, what) CHARD_SYMBOL_OF(name, what)
/* CHARD_SYMBOL() - a symbol of this driver, as chard_echo_read */
#define CHARD_SYMBOL(what) CHARD_SYMBOL_IN(CHARD_NAME, what)

#define CHARD_ENTRY_DECLARATION(entry, ...) \
	long CHARD_SYMBOL(entry)(CHARD_RECORD, ##__VA_ARGS__, void *place)
CHARD_ENTRIES(CHARD_ENTRY_DECLARATION);

/* What the handler says of itself. */
#define chard_this_handler CHARD_SYMBOL(handler)
extern const struct chard_handler chard_this_handler;

/* The only entry of a handler that is a system call; it has no device. */
long CHARD_SYMBOL(syscall)(struct chard_call *call, const struct chard_syscall *args);
#endif

#endif
