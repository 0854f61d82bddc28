/* SPDX-License-Identifier: GPL-2.0 */
/* What a driver has for each operation: a function of its own, which enters its handler. */
#ifndef CHARD_ENTRIES_H
#define CHARD_ENTRIES_H

#include "enter.h"

/*
 * The entries, written once. Each is inlined into a function of the driver's
 * with the handler's symbol as a constant, so that the call is direct.
 */

static __always_inline int chard_open(const struct chard_driver *driver, struct inode *inode,
				      struct file *file,
				      long (*open)(struct chard_call *call, void *place))
{
	struct chard_call call CHARD_UNZEROED;
	void *place;
	long ret;

	ret = chard_file_new(driver, inode, file);
	if (unlikely(ret < 0))
		return ret;
	place = chard_call_begin_file(&call, file, ret);
	ret = CHARD_CALL(&call, open, place);
	if (unlikely(ret)) {
		chard_file_free(driver, call.filp);
		return ret;
	}
	this_cpu_inc(driver->live->counts->states);
	return 0;
}

static __always_inline int chard_release(const struct chard_driver *driver, struct file *file,
					 long (*release)(struct chard_call *call, void *place))
{
	struct chard_call call CHARD_UNZEROED;
	/* By whichever task is last, or by the kernel: neither its memory nor its rights count. */
	void *place = chard_call_begin_file(&call, file, CHARD_MAY_SLEEP | CHARD_MAY_WAIT);

	if (!CHARD_CALL(&call, release, place))
		this_cpu_dec(driver->live->counts->states);
	chard_file_free(driver, call.filp);
	return 0;
}

/* What a handler's read_iter and write_iter are; see bindings/chard_handler.h. */
typedef long (*chard_move_t)(struct chard_call *call, unsigned long at, unsigned long left,
			     __s64 *pos, __u32 flags, void *place);

static __always_inline ssize_t chard_move(struct kiocb *iocb, struct iov_iter *iter,
					  chard_move_t move)
{
	struct chard_call call CHARD_UNZEROED;
	bool nowait = iocb->ki_flags & IOCB_NOWAIT;
	void *place = chard_call_begin_file(&call, iocb->ki_filp,
					    nowait ? CHARD_MAY_NOWAIT : CHARD_MAY_ALL);
	long error = chard_flags_error(place);

	if (unlikely(error))
		return error;
	return CHARD_CALL(&call, move, (unsigned long)iter, iov_iter_count(iter), &iocb->ki_pos,
			  iocb->ki_flags, place);
}

/*
 * read(2), write(2), pread(2) and pwrite(2), which move one buffer: without the kiocb and
 * the iov_iter that the VFS makes for read_iter, which cost more than all that chard does
 * in a call. A file that is a stream has no position, and begins at 0 each time. The
 * position moves only where bytes have.
 *
 * The kernel's own reads of a file (kernel_read()) are refused where there is this as
 * well as read_iter, as they are for /dev/zero; splice(2) and io_uring go by read_iter.
 */
static __always_inline ssize_t chard_move_buffer(struct file *file, char __user *buffer, size_t len,
						 loff_t *pos, chard_move_t move)
{
	struct chard_call call CHARD_UNZEROED;
	void *place = chard_call_begin_file(&call, file, CHARD_MAY_ALL);
	long error = chard_flags_error(place);
	loff_t none = 0;

	if (unlikely(error))
		return error;
	return CHARD_CALL(&call, move, (__force unsigned long)buffer, len, pos ?: &none,
			  file->f_iocb_flags | CHARD_MOVE_USER, place);
}

/* The VFS takes no lock around a character device's position: as in C. */
static __always_inline loff_t chard_llseek(struct file *file, loff_t offset, int whence,
					   long (*llseek)(struct chard_call *call, __s64 offset,
							  int whence, __s64 pos, void *place))
{
	struct chard_call call CHARD_UNZEROED;
	void *place = chard_call_begin_file(&call, file, CHARD_MAY_ALL);
	loff_t pos = chard_flags_error(place)
			     ?: CHARD_CALL(&call, llseek, offset, whence, file->f_pos, place);

	return pos < 0 ? pos : vfs_setpos(call.filp, pos, LLONG_MAX);
}

/*
 * A poll may come from a worker of the kernel's (aio) that serves the caller's request, so
 * it has neither the caller's memory nor its rights.
 *
 * The bits are those that poll(2) has for a device that does not answer. An entry's queues
 * are in the table before the flags are looked at: removal sets a flag first and
 * wakes the queues then, so that one of both is seen.
 */
static __always_inline __poll_t chard_poll(struct file *file, struct poll_table_struct *table,
					   long (*poll)(struct chard_call *call,
							struct poll_table_struct *table,
							void *place))
{
	struct chard_call call CHARD_UNZEROED;
	void *place = chard_call_begin_file(&call, file,
					    CHARD_MAY_SLEEP | CHARD_MAY_WAIT | CHARD_CALL_KILLABLE);
	struct poll_table_struct *waits = poll_does_not_wait(table) ? NULL : table;
	long ret = chard_flags_error(place) ?: CHARD_CALL(&call, poll, waits, place);
	long error = chard_flags_error(call.file->place) ?: min(ret, 0L);

	if (unlikely(error))
		return error == -ENODEV ? EPOLLERR | EPOLLHUP : EPOLLERR;
	return (__force __poll_t)ret;
}

/* The end of a subscription is never refused: the last close waits for it. */
static __always_inline int chard_fasync(int fd, struct file *file, int on,
					long (*fasync)(struct chard_call *call, void *place))
{
	long ret = on ? CHARD_OPERATE(file, CHARD_MAY_ALL, fasync) : 0;

	return ret ?: chard_file_fasync(fd, file, on);
}

/*
 * What is called for a device and not for a file: the core does so, by way of
 * the driver, whose handler it is.
 */
static __always_inline long chard_callback(struct chard_device *device, struct chard_object *object,
					   void *place, unsigned long token,
					   long (*entry)(struct chard_call *call,
							 unsigned long token, void *place))
{
	struct chard_call call CHARD_UNZEROED;

	chard_call_begin_device(&call, device, object,
				CHARD_MAY_SLEEP | CHARD_MAY_WAIT | CHARD_MAY_CREATE);
	return chard_flags_error(place) ?: CHARD_CALL(&call, entry, token, place);
}

/*
 * A timer's, in softirq, where preemption is off before the handler begins: so
 * the call's record says how it was.
 */
static __always_inline long chard_timer(struct chard_device *device, struct chard_object *object,
					void *place, unsigned long token,
					long (*timer)(struct chard_call *call, unsigned long token,
						      void *place))
{
	struct chard_call call CHARD_UNZEROED;

	chard_call_begin_device(&call, device, object, 0);
	call.preempt = preempt_count();
	call.sections = rcu_preempt_depth();
	return chard_flags_error(place) ?: CHARD_CALL(&call, timer, token, place);
}

/* Where the device does not answer there is nothing to bring out: close(2) works. */
static __always_inline int chard_flush(struct file *file,
				       long (*flush)(struct chard_call *call, void *place))
{
	struct chard_call call CHARD_UNZEROED;
	void *place = chard_call_begin_file(&call, file, chard_may_here());

	return chard_flags_error(place) ? 0 : CHARD_CALL(&call, flush, place);
}

/* The caller's address space is locked: its memory can not be reached. */
static __always_inline int
chard_mmap(struct file *file, struct vm_area_struct *vma, const struct vm_operations_struct *ops,
	   long (*mmap)(struct chard_call *call, struct chard_area *area, void *place))
{
	struct chard_call call CHARD_UNZEROED;
	void *place = chard_call_begin_file(&call, file,
					    CHARD_MAY_SLEEP | CHARD_MAY_WAIT | CHARD_CALL_CALLER |
						    CHARD_CALL_KILLABLE);
	struct chard_area area;
	long ret;

	chard_area_init(&area, vma);
	ret = chard_flags_error(place) ?: CHARD_CALL(&call, mmap, &area, place);
	if (!ret)
		chard_area_begin(vma, ops, &area);
	return ret;
}

/* As for mmap; and the task that touches the memory need not be the caller. */
static __always_inline vm_fault_t chard_fault(struct vm_fault *vmf,
					      long (*fault)(struct chard_call *call, __u64 index,
							    struct page **page, void *place))
{
	struct chard_call call CHARD_UNZEROED;
	void *place = chard_call_begin_file(&call, vmf->vma->vm_file,
					    CHARD_MAY_SLEEP | CHARD_MAY_WAIT | CHARD_CALL_KILLABLE);
	struct page *page = NULL;
	long ret;

	ret = chard_flags_error(place) ?: CHARD_CALL(&call, fault, vmf->pgoff, &page, place);
	return chard_fault_end(vmf, page, ret);
}

/*
 * A command of an io_uring. That one is to be cancelled comes here as well, and is
 * the core's affair: the handler learns of it by what it holds.
 */
static __always_inline int
chard_uring_cmd(struct io_uring_cmd *cmd, unsigned int flags,
		long (*entry)(struct chard_call *call, struct chard_command *command, void *place))
{
	struct chard_call call CHARD_UNZEROED;
	struct chard_command command CHARD_UNZEROED;
	struct file *file = chard_command_begin(&command, cmd, flags);
	void *place;
	long ret;

	if (!file)
		return 0;
	place = chard_call_begin_file(&call, file,
				      command.nowait ? CHARD_MAY_NOWAIT : CHARD_MAY_ALL);
	ret = chard_flags_error(place) ?: CHARD_CALL(&call, entry, &command, place);
	/* An error, or a 0, is all the answer there is, as a rule. */
	if (likely(ret <= 0 && ret > -ERESTARTSYS && !command.pending && !command.extra))
		return ret;
	return chard_command_end(&command, cmd, flags, ret);
}

/*
 * The handler writes into what room there is; where that is not enough, seq_file
 * comes again with more. A device that does not answer has nothing to say.
 */
static __always_inline void chard_show_fdinfo(struct seq_file *seq, struct file *file,
					      long (*show)(struct chard_call *call,
							   struct chard_text *text, void *place))
{
	struct chard_text text = {};

	text.size = seq_get_buf(seq, &text.bytes);
	CHARD_OPERATE(file,
		      CHARD_MAY_SLEEP | CHARD_MAY_WAIT | CHARD_CALL_CALLER | CHARD_CALL_KILLABLE,
		      show, &text);
	seq_commit(seq, text.cut ? -1 : (int)text.len);
}

/*
 * An operation OP has three lines here: CHARD_ENTRY_OP, the driver's function
 * for it, CHARD_FIELD_OP, its place in the table of the VFS, and CHARD_HOOK_OP,
 * that in struct chard_driver for what the core calls. open and release are in
 * every driver, since chard_file comes and goes with them.
 */
#define CHARD_ENTRY_open(name)                                                               \
	static CHARD_ENTRANCE int name##_open(struct inode *inode, struct file *file)        \
	{                                                                                    \
		return chard_open(&chard_##name##_driver, inode, file, chard_##name##_open); \
	}
#define CHARD_FIELD_open(name) .open = name##_open,
#define CHARD_HOOK_open(name)

/*
 * No operations, but entered from the driver's C as well: that is in its table of sites.
 * None makes devices: each of those would come here again, on the same stack.
 */
#define CHARD_ENTRY_DEVICE(name, what, may)                                                \
	static CHARD_ENTRANCE long name##_##what(struct chard_device *device, void *place) \
	{                                                                                  \
		struct chard_call call CHARD_UNZEROED;                                     \
		chard_call_begin_device(&call, device, NULL,                               \
					CHARD_MAY_SLEEP | CHARD_MAY_WAIT | (may));         \
		return CHARD_CALL(&call, chard_##name##_##what, place);                    \
	}
#define CHARD_ENTRY_device(name)                                                        \
	CHARD_ENTRY_DEVICE(name, device_init, CHARD_CALL_CALLER | CHARD_CALL_KILLABLE)  \
	CHARD_ENTRY_DEVICE(name, device_exit, 0)                                        \
	CHARD_ENTRY_DEVICE(name, device_reset,                                          \
			   CHARD_CALL_CALLER | CHARD_CALL_KILLABLE | CHARD_CALL_RESETS) \
	CHARD_ENTRY_DEVICE(name, registered, CHARD_CALL_CALLER | CHARD_CALL_KILLABLE)   \
	CHARD_ENTRY_DEVICE(name, removed, 0)                                            \
	CHARD_ENTRY_DEVICE(name, load, CHARD_CALL_CALLER | CHARD_CALL_KILLABLE)         \
	CHARD_ENTRY_DEVICE(name, unload, 0)

#define CHARD_ENTRY_release(name)                                                           \
	static CHARD_ENTRANCE int name##_release(struct inode *inode, struct file *file)    \
	{                                                                                   \
		return chard_release(&chard_##name##_driver, file, chard_##name##_release); \
	}
#define CHARD_FIELD_release(name) .release = name##_release,
#define CHARD_HOOK_release(name)

#define CHARD_ENTRY_read_iter(name)                                                               \
	CHARD_HANDLER_read_iter(name);                                                            \
	static CHARD_ENTRANCE ssize_t name##_read_iter(struct kiocb *iocb, struct iov_iter *to)   \
	{                                                                                         \
		return chard_move(iocb, to, chard_##name##_read_iter);                            \
	}                                                                                         \
	static CHARD_ENTRANCE ssize_t name##_read(struct file *file, char __user *to, size_t len, \
						  loff_t *pos)                                    \
	{                                                                                         \
		return chard_move_buffer(file, to, len, pos, chard_##name##_read_iter);           \
	}
#define CHARD_FIELD_read_iter(name) \
	.read = name##_read, .read_iter = name##_read_iter, .splice_read = chard_splice_read,
#define CHARD_HOOK_read_iter(name)

#define CHARD_ENTRY_write_iter(name)                                                               \
	CHARD_HANDLER_write_iter(name);                                                            \
	static CHARD_ENTRANCE ssize_t name##_write_iter(struct kiocb *iocb, struct iov_iter *from) \
	{                                                                                          \
		return chard_move(iocb, from, chard_##name##_write_iter);                          \
	}                                                                                          \
	static CHARD_ENTRANCE ssize_t name##_write(struct file *file, const char __user *from,     \
						   size_t len, loff_t *pos)                        \
	{                                                                                          \
		return chard_move_buffer(file, (char __user *)from, len, pos,                      \
					 chard_##name##_write_iter);                               \
	}
#define CHARD_FIELD_write_iter(name)                            \
	.write = name##_write, .write_iter = name##_write_iter, \
	.splice_write = iter_file_splice_write,
#define CHARD_HOOK_write_iter(name)

#define CHARD_ENTRY_llseek(name)                                                                 \
	CHARD_HANDLER_llseek(name);                                                              \
	static CHARD_ENTRANCE loff_t name##_llseek(struct file *file, loff_t offset, int whence) \
	{                                                                                        \
		return chard_llseek(file, offset, whence, chard_##name##_llseek);                \
	}
#define CHARD_FIELD_llseek(name) .llseek = name##_llseek,
#define CHARD_HOOK_llseek(name)

/*
 * ioctl is one entry for callers of 64 and 32 bits, since the crate admits no payload
 * whose layout differs; a driver may name two in its place.
 */
#define CHARD_ENTRY_ioctl(name)                                         \
	CHARD_ENTRY_unlocked_ioctl(name);                               \
	static CHARD_ENTRANCE long __maybe_unused name##_compat_ioctl(  \
		struct file *file, unsigned int cmd, unsigned long arg) \
	{                                                               \
		return name##_ioctl(file, cmd, CHARD_COMPAT_ARG(arg));  \
	}
#define CHARD_FIELD_ioctl(name) CHARD_FIELD_unlocked_ioctl(name) CHARD_FIELD_compat_ioctl(name)
#define CHARD_HOOK_ioctl(name)

#define CHARD_ENTRY_unlocked_ioctl(name)                                                      \
	CHARD_HANDLER_unlocked_ioctl(name);                                                   \
	static CHARD_ENTRANCE long name##_ioctl(struct file *file, unsigned int cmd,          \
						unsigned long arg)                            \
	{                                                                                     \
		return CHARD_OPERATE(file, CHARD_MAY_ALL, chard_##name##_unlocked_ioctl, cmd, \
				     arg);                                                    \
	}
#define CHARD_FIELD_unlocked_ioctl(name) .unlocked_ioctl = name##_ioctl,
#define CHARD_HOOK_unlocked_ioctl(name)

#define CHARD_ENTRY_compat_ioctl(name)                                                      \
	CHARD_HANDLER_compat_ioctl(name);                                                   \
	static CHARD_ENTRANCE long __maybe_unused name##_compat_ioctl(                      \
		struct file *file, unsigned int cmd, unsigned long arg)                     \
	{                                                                                   \
		return CHARD_OPERATE(file, CHARD_MAY_ALL, chard_##name##_compat_ioctl, cmd, \
				     CHARD_COMPAT_ARG(arg));                                \
	}
#ifdef CONFIG_COMPAT
#define CHARD_COMPAT_ARG(arg) ((unsigned long)compat_ptr(arg))
#define CHARD_FIELD_compat_ioctl(name) .compat_ioctl = name##_compat_ioctl,
#else
#define CHARD_COMPAT_ARG(arg) (arg)
#define CHARD_FIELD_compat_ioctl(name)
#endif
#define CHARD_HOOK_compat_ioctl(name)

#define CHARD_ENTRY_poll(name)                                                      \
	CHARD_HANDLER_poll(name);                                                   \
	static CHARD_ENTRANCE __poll_t name##_poll(struct file *file,               \
						   struct poll_table_struct *table) \
	{                                                                           \
		return chard_poll(file, table, chard_##name##_poll);                \
	}
#define CHARD_FIELD_poll(name) .poll = name##_poll,
#define CHARD_HOOK_poll(name)

#define CHARD_ENTRY_fasync(name)                                                   \
	CHARD_HANDLER_fasync(name);                                                \
	static CHARD_ENTRANCE int name##_fasync(int fd, struct file *file, int on) \
	{                                                                          \
		return chard_fasync(fd, file, on, chard_##name##_fasync);          \
	}
#define CHARD_FIELD_fasync(name) .fasync = name##_fasync,
#define CHARD_HOOK_fasync(name)

#define CHARD_ENTRY_flush(name)                                                  \
	CHARD_HANDLER_flush(name);                                               \
	static CHARD_ENTRANCE int name##_flush(struct file *file, fl_owner_t id) \
	{                                                                        \
		return chard_flush(file, chard_##name##_flush);                  \
	}
#define CHARD_FIELD_flush(name) .flush = name##_flush,
#define CHARD_HOOK_flush(name)

#define CHARD_ENTRY_fsync(name)                                                                \
	CHARD_HANDLER_fsync(name);                                                             \
	static CHARD_ENTRANCE int name##_fsync(struct file *file, loff_t start, loff_t end,    \
					       int datasync)                                   \
	{                                                                                      \
		return CHARD_OPERATE(file, chard_may_here(), chard_##name##_fsync, start, end, \
				     datasync);                                                \
	}
#define CHARD_FIELD_fsync(name) .fsync = name##_fsync,
#define CHARD_HOOK_fsync(name)

#define CHARD_ENTRY_mmap(name)                                                               \
	CHARD_HANDLER_mmap(name);                                                            \
	static CHARD_ENTRANCE vm_fault_t name##_fault(struct vm_fault *vmf)                  \
	{                                                                                    \
		return chard_fault(vmf, chard_##name##_fault);                               \
	}                                                                                    \
	static const struct vm_operations_struct name##_vm_ops = {                           \
		.fault = name##_fault,                                                       \
	};                                                                                   \
	static CHARD_ENTRANCE int name##_mmap(struct file *file, struct vm_area_struct *vma) \
	{                                                                                    \
		return chard_mmap(file, vma, &name##_vm_ops, chard_##name##_mmap);           \
	}
#define CHARD_FIELD_mmap(name) .mmap = name##_mmap,
#define CHARD_HOOK_mmap(name)

#define CHARD_ENTRY_uring_cmd(name)                                                              \
	CHARD_HANDLER_uring_cmd(name);                                                           \
	static CHARD_ENTRANCE int name##_uring_cmd(struct io_uring_cmd *cmd, unsigned int flags) \
	{                                                                                        \
		return chard_uring_cmd(cmd, flags, chard_##name##_uring_cmd);                    \
	}
#define CHARD_FIELD_uring_cmd(name) .uring_cmd = name##_uring_cmd,
#define CHARD_HOOK_uring_cmd(name)

#define CHARD_ENTRY_timer(name)                                                           \
	CHARD_HANDLER_timer(name);                                                        \
	static CHARD_ENTRANCE long name##_timer(struct chard_device *device,              \
						struct chard_object *object, void *place, \
						unsigned long token)                      \
	{                                                                                 \
		return chard_timer(device, object, place, token, chard_##name##_timer);   \
	}
#define CHARD_FIELD_timer(name)
#define CHARD_HOOK_timer(name) .timer = name##_timer,

#define CHARD_ENTRY_CALLBACK(name, what)                                                    \
	CHARD_HANDLER_##what(name);                                                         \
	static CHARD_ENTRANCE long name##_##what(struct chard_device *device,               \
						 struct chard_object *object, void *place,  \
						 unsigned long token)                       \
	{                                                                                   \
		return chard_callback(device, object, place, token, chard_##name##_##what); \
	}
#define CHARD_ENTRY_work(name) CHARD_ENTRY_CALLBACK(name, work)
#define CHARD_FIELD_work(name)
#define CHARD_HOOK_work(name) .work = name##_work,
#define CHARD_ENTRY_thread(name) CHARD_ENTRY_CALLBACK(name, thread)
#define CHARD_FIELD_thread(name)
#define CHARD_HOOK_thread(name) .thread = name##_thread,

#define CHARD_ENTRY_show_fdinfo(name)                                                          \
	CHARD_HANDLER_show_fdinfo(name);                                                       \
	static CHARD_ENTRANCE void name##_show_fdinfo(struct seq_file *seq, struct file *file) \
	{                                                                                      \
		chard_show_fdinfo(seq, file, chard_##name##_show_fdinfo);                      \
	}
#define CHARD_FIELD_show_fdinfo(name) .show_fdinfo = name##_show_fdinfo,
#define CHARD_HOOK_show_fdinfo(name)

#define CHARD_ENTRY_ATTRIBUTE(name, what)                                                       \
	static CHARD_ENTRANCE long name##_##what(struct chard_device *device, void *place,      \
						 u32 index, struct chard_text *text)            \
	{                                                                                       \
		struct chard_call call CHARD_UNZEROED;                                          \
		chard_call_begin_device(&call, device, NULL,                                    \
					CHARD_MAY_SLEEP | CHARD_MAY_WAIT | CHARD_MAY_CREATE |   \
						CHARD_CALL_CALLER | CHARD_CALL_KILLABLE);       \
		return chard_flags_error(place)                                                 \
			       ?: CHARD_CALL(&call, chard_##name##_##what, index, text, place); \
	}
#define CHARD_ENTRY_attributes(name)    \
	CHARD_HANDLER_attributes(name); \
	CHARD_ENTRY_ATTRIBUTE(name, attribute_show) CHARD_ENTRY_ATTRIBUTE(name, attribute_store)
#define CHARD_FIELD_attributes(name)
#define CHARD_HOOK_attributes(name)                                                       \
	.attributes = chard_##name##_attributes, .attribute_show = name##_attribute_show, \
	.attribute_store = name##_attribute_store,

#endif
