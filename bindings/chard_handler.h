/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The part of the contract that a handler fulfils: its entries. Read by
 * chard_contract.h.
 */
#ifndef CHARD_HANDLER_H
#define CHARD_HANDLER_H

/*
 * What a handler NAME exports, each as chard_NAME_<what>. Of the operations
 * only those exist that the handler implements.
 *
 * Each but timer may sleep, and is entered with preemption and interrupts on.
 * Each returns 0, or what is said here, or a negative errno. One that panics
 * ends with -EIO, its frames left as they are.
 *
 *   handler	  struct chard_handler
 *   device_init  make the device's state; on an error nothing is there
 *   device_exit  end it; no file is open, and nothing else of it runs
 *   device_reset make the device fit to answer again, after a panic
 *   registered	  the device has its node, and can be opened
 *   removed	  its node has gone; files of it may be open, whose calls are refused
 *   load	  before the driver's first device; has no device
 *   unload	  after the driver's last device; has no device
 *   open	  make a file's state at call->file->state
 *   release	  end it; no other call of this file runs
 *   read_iter	  move bytes to user space, at most @left; returns how many, and
 *		  moves @pos as far, or an error where it were none. @at is the address of
 *		  a struct iov_iter, or with CHARD_MOVE_USER in @flags the caller's buffer
 *   write_iter	  move bytes from user space; likewise
 *   llseek	  @pos is the position before; what is returned is the one after
 *   ioctl	  @arg is what user space passed, widened where it was 32 bits; what
 *		  is returned is ioctl's result
 *   compat_ioctl the same of a 32-bit caller, where a driver has it beside ioctl
 *   poll	  enter the queues that matter in @table, NULL where nobody waits; returns
 *		  EPOLL* bits
 *   fasync	  whether a file may have SIGIO
 *   flush	  a descriptor of the file is closed
 *   fsync	  bring what was written where it lasts
 *   mmap	  whether a part of the device may be mapped; may set
 *		  CHARD_AREA_NEVER_* in the area's flags
 *   fault	  the page @index of the device is touched: puts it, held, where @page
 *		  says; -ENOMEM lets the caller try again, any other error is SIGBUS
 *   uring_cmd	  a command of an io_uring; returns its result, or sets @later
 *   timer	  a timer has expired; in softirq, must not sleep; returns the
 *		  nanoseconds from the last expiry to the next, 0 for none
 *   work	  work that was queued
 *   thread	  a thread's whole life
 *   show_fdinfo  what /proc/PID/fdinfo says of the file, behind what the kernel does
 *   attributes	  the table of the devices' files, and where @count says how many there
 *		  are; comes with the next two, and is the one that has no record of a call
 *   attribute_show	the text of the one at this place of the table
 *   attribute_store	a text was written to it
 *
 * @place is where the device's state is; the last argument, so that those of the VFS stay
 * in the registers that they come in. @token is what the handler gave when it
 * made the timer, work or thread. @flags are the kiocb's, CHARD_IOCB_*, and
 * CHARD_MOVE_*.
 *
 * A handler that is a system call has no device; beside chard_NAME_handler it has
 *
 *   syscall	  the system call; returns its result
 */
#define CHARD_HANDLER_ENTRY(name, what, ...) \
	long chard_##name##_##what(struct chard_call *call, ##__VA_ARGS__, void *place)

#define CHARD_HANDLER_DEVICE(name)                                \
	extern const struct chard_handler chard_##name##_handler; \
	CHARD_HANDLER_ENTRY(name, device_init);                   \
	CHARD_HANDLER_ENTRY(name, device_exit);                   \
	CHARD_HANDLER_ENTRY(name, device_reset);                  \
	CHARD_HANDLER_ENTRY(name, registered);                    \
	CHARD_HANDLER_ENTRY(name, removed);                       \
	CHARD_HANDLER_ENTRY(name, load);                          \
	CHARD_HANDLER_ENTRY(name, unload);                        \
	CHARD_HANDLER_ENTRY(name, open);                          \
	CHARD_HANDLER_ENTRY(name, release)
#define CHARD_HANDLER_SYSCALL(name)                               \
	extern const struct chard_handler chard_##name##_handler; \
	long chard_##name##_syscall(struct chard_call *call, const struct chard_syscall *args)
#define CHARD_HANDLER_read_iter(name)                                                          \
	CHARD_HANDLER_ENTRY(name, read_iter, unsigned long at, unsigned long left, __s64 *pos, \
			    __u32 flags)
#define CHARD_HANDLER_write_iter(name)                                                          \
	CHARD_HANDLER_ENTRY(name, write_iter, unsigned long at, unsigned long left, __s64 *pos, \
			    __u32 flags)
#define CHARD_HANDLER_llseek(name) \
	CHARD_HANDLER_ENTRY(name, llseek, __s64 offset, int whence, __s64 pos)
#define CHARD_HANDLER_ioctl(name) \
	CHARD_HANDLER_ENTRY(name, ioctl, unsigned int cmd, unsigned long arg)
/* The same entry: whether it is for 32-bit callers as well is C's affair. */
#define CHARD_HANDLER_unlocked_ioctl(name)                                             \
	CHARD_HANDLER_ENTRY(name, unlocked_ioctl, unsigned int cmd, unsigned long arg) \
	asm("chard_" #name "_ioctl")
#define CHARD_HANDLER_compat_ioctl(name) \
	CHARD_HANDLER_ENTRY(name, compat_ioctl, unsigned int cmd, unsigned long arg)
#define CHARD_HANDLER_poll(name) CHARD_HANDLER_ENTRY(name, poll, struct poll_table_struct *table)
#define CHARD_HANDLER_fasync(name) CHARD_HANDLER_ENTRY(name, fasync)
#define CHARD_HANDLER_flush(name) CHARD_HANDLER_ENTRY(name, flush)
#define CHARD_HANDLER_fsync(name) \
	CHARD_HANDLER_ENTRY(name, fsync, __s64 start, __s64 end, int datasync)
#define CHARD_HANDLER_mmap(name)                                  \
	CHARD_HANDLER_ENTRY(name, mmap, struct chard_area *area); \
	CHARD_HANDLER_ENTRY(name, fault, __u64 index, struct page **page)
#define CHARD_HANDLER_uring_cmd(name) \
	CHARD_HANDLER_ENTRY(name, uring_cmd, struct chard_command *command)
#define CHARD_HANDLER_timer(name) CHARD_HANDLER_ENTRY(name, timer, unsigned long token)
#define CHARD_HANDLER_work(name) CHARD_HANDLER_ENTRY(name, work, unsigned long token)
#define CHARD_HANDLER_thread(name) CHARD_HANDLER_ENTRY(name, thread, unsigned long token)
#define CHARD_HANDLER_show_fdinfo(name) \
	CHARD_HANDLER_ENTRY(name, show_fdinfo, struct chard_text *text)
#define CHARD_HANDLER_attributes(name)                                                   \
	const struct chard_attribute *chard_##name##_attributes(__u32 *count);           \
	CHARD_HANDLER_ENTRY(name, attribute_show, __u32 index, struct chard_text *text); \
	CHARD_HANDLER_ENTRY(name, attribute_store, __u32 index, struct chard_text *text)

#endif
