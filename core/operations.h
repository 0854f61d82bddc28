/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A driver's operations: for each a function that calls the handler's entry, and its
 * place in the driver's tables.
 *
 * A driver's C file includes this, so each driver has its own copy of these functions,
 * which call its handler directly: a system call makes one indirect call, the VFS's, as
 * in a driver written by hand.
 *
 * rust-handlers/entries.sh writes a header, which handler.mk has the compiler read first:
 * CHARD_EXPORTS_<entry> for each entry that the handler exports. The compiler drops a
 * function whose entry the handler lacks.
 */
#ifndef CHARD_OPERATIONS_H
#define CHARD_OPERATIONS_H

#include <linux/compat.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/poll.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>
#include <linux/uio.h>

#include "enter.h"
#include "this_driver.h"

static CHARD_ENTRANCE int chard_open(struct inode *inode, struct file *file)
{
	struct chard_call call CHARD_UNZEROED;
	struct chard_device *device;
	long ret;

	ret = chard_file_new(&chard_this_driver, inode, file);
	if (unlikely(ret < 0))
		return ret;
	device = chard_call_begin_file(&call, file, ret);
	ret = chard_call_count(&call, device) ?: CHARD_CALL(&call, open, device->state);
	ret = chard_call_end(&call, ret);
	if (unlikely(ret)) {
		chard_file_free(&chard_this_driver, call.filp);
		return ret;
	}
	this_cpu_inc(chard_live.counts->states);
	return 0;
}

/*
 * The last task to close the file calls this, or the kernel: the call has neither the
 * opener's memory nor the opener's rights.
 */
static CHARD_ENTRANCE int chard_release(struct inode *inode, struct file *file)
{
	struct chard_call call CHARD_UNZEROED;
	struct chard_device *device = chard_call_begin_file(&call, file, CHARD_MAY_KERNEL);

	/* Also when the device does not answer, or is not bound any more. */
	chard_call_count(&call, device);
	if (!chard_call_end(&call, CHARD_CALL(&call, release, device->state)))
		this_cpu_dec(chard_live.counts->states);
	chard_file_free(&chard_this_driver, call.filp);
	return 0;
}

/*
 * read(2), write(2), pread(2) and pwrite(2) come by chard_read() and chard_write(), with
 * one buffer: without the kiocb and the iov_iter that the VFS makes for read_iter, which
 * cost more than all that chard does in a call. All other transfers come by
 * chard_read_iter() and chard_write_iter(). The VFS refuses the kernel's own reads of a
 * file that has both (kernel_read()), as it does for /dev/zero.
 *
 * The VFS passes no position for a stream; each transfer of a stream begins at 0.
 */
static CHARD_ENTRANCE ssize_t chard_read(struct file *file, char __user *to, size_t len,
					 loff_t *pos)
{
	loff_t none = 0;

	return CHARD_CALL_FILE(file, CHARD_MAY_ALL, read, (__force uintptr_t)to, len, pos ?: &none,
			       file->f_iocb_flags);
}

static CHARD_ENTRANCE ssize_t chard_write(struct file *file, const char __user *from, size_t len,
					  loff_t *pos)
{
	loff_t none = 0;

	return CHARD_CALL_FILE(file, CHARD_MAY_ALL, write, (__force uintptr_t)from, len,
			       pos ?: &none, file->f_iocb_flags);
}

/*
 * What a transfer may do: its caller may have asked not to wait. An iov_iter of kernel
 * memory is that of splice(2), which holds the lock of its pipe, of an io_uring's registered
 * buffer, or of the kernel itself, whose task may have no address space.
 */
static __always_inline u32 chard_may_transfer(const struct kiocb *iocb, const struct iov_iter *iter)
{
	u32 may = likely(user_backed_iter(iter)) ? chard_may_task()
						 : chard_may_here() & ~CHARD_MAY_REMOVE;

	return iocb->ki_flags & IOCB_NOWAIT ? (may & CHARD_MAY_NOWAIT) | CHARD_CALL_NOWAIT : may;
}

static CHARD_ENTRANCE ssize_t chard_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	return CHARD_CALL_FILE(iocb->ki_filp, chard_may_transfer(iocb, to), read_iter, to,
			       iov_iter_count(to), &iocb->ki_pos, iocb->ki_flags);
}

static CHARD_ENTRANCE ssize_t chard_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	return CHARD_CALL_FILE(iocb->ki_filp, chard_may_transfer(iocb, from), write_iter, from,
			       iov_iter_count(from), &iocb->ki_pos, iocb->ki_flags);
}

/* The VFS takes no lock around a character device's position: as in C. */
static CHARD_ENTRANCE loff_t chard_llseek(struct file *file, loff_t offset, int whence)
{
	loff_t pos = CHARD_CALL_FILE(file, CHARD_MAY_ALL, llseek, offset, whence, file->f_pos);

	return pos < 0 ? pos : vfs_setpos(file, pos, LLONG_MAX);
}

static CHARD_ENTRANCE long chard_unlocked_ioctl(struct file *file, unsigned int cmd,
						unsigned long arg)
{
	return CHARD_CALL_FILE(file, CHARD_MAY_ALL, unlocked_ioctl, cmd, arg);
}

#ifdef CONFIG_COMPAT
/* Of a handler without compat_ioctl: the crate admits no payload whose layout differs. */
static CHARD_ENTRANCE long chard_compat_ioctl_same(struct file *file, unsigned int cmd,
						   unsigned long arg)
{
	return chard_unlocked_ioctl(file, cmd, (unsigned long)compat_ptr(arg));
}

static CHARD_ENTRANCE long chard_compat_ioctl(struct file *file, unsigned int cmd,
					      unsigned long arg)
{
	return CHARD_CALL_FILE(file, CHARD_MAY_ALL, compat_ioctl, cmd,
			       (unsigned long)compat_ptr(arg));
}
#endif

/*
 * A poll may come from a worker of the kernel's (aio) that serves the caller's request, so
 * it has neither the caller's memory nor its rights. epoll holds locks of its own, one of
 * which all processes share, so it does not wait.
 *
 * A device that does not answer gets the bits that poll(2) has for that. The handler adds
 * its queues to the table before the flags are read: a removal sets its flag first and
 * wakes the queues then, so the caller sees one of both.
 */
static CHARD_ENTRANCE __poll_t chard_poll(struct file *file, struct poll_table_struct *table)
{
	struct chard_call call CHARD_UNZEROED;
	struct chard_device *device = chard_call_begin_file(&call, file, CHARD_MAY_BRIEF);
	/* As poll_wait() asks; a poll without it only looks. */
	struct poll_table_struct *waits = table && table->_qproc ? table : NULL;
	long ret = chard_call_admit(&call, device), error;

	/* It is suspended: the poller is to be woken, by queues that it is not added to again. */
	while (CHARD_COUNTS_CALLS && ret == -EAGAIN) {
		CHARD_CALL(&call, poll, waits, device->state);
		if (chard_device_is_asleep(device))
			return 0;
		waits = NULL;
		ret = chard_call_admit(&call, device);
	}
	ret = ret ?: chard_call_end(&call, CHARD_CALL(&call, poll, waits, device->state));
	error = chard_device_error(call.file->device) ?: min(ret, 0L);
	return likely(!error) ? (__force __poll_t)ret : chard_file_poll_error(call.filp, error);
}

/* The end of a subscription is never refused: the last close waits for it. */
static CHARD_ENTRANCE int chard_fasync(int fd, struct file *file, int on)
{
	long ret = on ? CHARD_CALL_FILE(file, CHARD_MAY_ALL, fasync) : 0;

	return ret ?: chard_file_fasync(fd, file, on);
}

/* close(2) of a device that does not answer works: the handler has nothing to bring out. */
static CHARD_ENTRANCE int chard_flush(struct file *file, fl_owner_t id)
{
	struct chard_call call CHARD_UNZEROED;
	struct chard_device *device = chard_call_begin_file(&call, file, chard_may_here());

	return chard_call_admit(&call, device)
		       ? 0
		       : chard_call_end(&call, CHARD_CALL(&call, flush, device->state));
}

static CHARD_ENTRANCE int chard_fsync(struct file *file, loff_t start, loff_t end, int datasync)
{
	return CHARD_CALL_FILE(file, chard_may_here(), fsync, start, end, datasync);
}

/*
 * The caller's address space is locked: its memory cannot be reached. The task that
 * touches the memory need not be the caller.
 */
static CHARD_ENTRANCE vm_fault_t chard_fault(struct vm_fault *vmf)
{
	/* An exit looks through its futexes in what is mapped, and no signal reaches it. */
	u32 may = unlikely(current->flags & PF_EXITING) ? CHARD_MAY_BRIEF | CHARD_CALL_NOWAIT
							: CHARD_MAY_KERNEL | CHARD_CALL_KILLABLE;
	struct page *page = NULL;
	long ret = CHARD_CALL_FILE(vmf->vma->vm_file, may, fault, vmf->pgoff, &page);

	return chard_fault_end(vmf, page, ret);
}

static const struct vm_operations_struct chard_vm_ops = {
	.fault = chard_fault,
};

/* The caller's address space is locked, as for a fault. */
static CHARD_ENTRANCE int chard_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct chard_area area;
	long ret;

	chard_area_init(&area, vma);
	ret = CHARD_CALL_FILE(file, CHARD_MAY_DEVICE, mmap, &area);
	if (!ret)
		chard_area_begin(vma, &chard_vm_ops, &area);
	return ret;
}

/*
 * A command of an io_uring. The kernel cancels one by the same operation; the core
 * handles that, and the handler learns of it by the command that it holds.
 */
static CHARD_ENTRANCE int chard_uring_cmd(struct io_uring_cmd *cmd, unsigned int flags)
{
	struct chard_command command CHARD_UNZEROED;
	struct file *file = chard_command_begin(&command, cmd, flags);
	long ret;

	if (IS_ERR_OR_NULL(file))
		return PTR_ERR(file);
	ret = CHARD_CALL_FILE(file, command.nowait ? CHARD_MAY_NOWAIT : chard_may_task(), uring_cmd,
			      &command);
	/* Most commands are answered by an error or by 0 alone. */
	if (likely(ret <= 0 && ret > -ERESTARTSYS && !command.pending && !command.extra))
		return ret;
	return chard_command_end(&command, cmd, flags, ret);
}

/*
 * The handler writes into the room that seq_file has; where that is not enough, seq_file
 * calls again with more. A device that does not answer shows nothing.
 */
static CHARD_ENTRANCE void chard_show_fdinfo(struct seq_file *seq, struct file *file)
{
	struct chard_text text = {};

	text.size = seq_get_buf(seq, &text.bytes);
	CHARD_CALL_FILE(file, CHARD_MAY_BRIEF | CHARD_CALL_CALLER, show_fdinfo, &text);
	chard_text_commit(seq, &text);
}

/*
 * The life of a device, each step called by the core. No step may create a device: the
 * creation would call the same step again, on the same stack.
 */
static CHARD_ENTRANCE long chard_device_init(struct chard_device *device)
{
	return CHARD_CALL_LIFE(device, CHARD_MAY_DEVICE, device_init);
}

static CHARD_ENTRANCE long chard_device_exit(struct chard_device *device)
{
	return CHARD_CALL_LIFE(device, CHARD_MAY_KERNEL, device_exit);
}

static CHARD_ENTRANCE long chard_reset(struct chard_device *device)
{
	return CHARD_CALL_LIFE(device, CHARD_MAY_DEVICE | CHARD_CALL_RESETS | CHARD_CALL_AWAITED,
			       device_reset);
}

static CHARD_ENTRANCE long chard_registered(struct chard_device *device)
{
	return CHARD_CALL_LIFE(device, CHARD_MAY_DEVICE | CHARD_CALL_AWAITED, registered);
}

static CHARD_ENTRANCE long chard_removed(struct chard_device *device)
{
	/* The calls of a bound device have ended, and it is still bound. */
	u32 bound = CHARD_COUNTS_CALLS && READ_ONCE(device->gate) == CHARD_GATE_GONE
			    ? CHARD_CALL_BOUND
			    : 0;

	return CHARD_CALL_LIFE(device, CHARD_MAY_KERNEL | bound, removed);
}

/* There is no device before the first one and after the last one. */
static CHARD_ENTRANCE long chard_load(struct chard_device *none)
{
	struct chard_call call CHARD_UNZEROED;

	chard_call_begin_device(&call, none, NULL, CHARD_MAY_DEVICE);
	return CHARD_CALL(&call, load, NULL);
}

static CHARD_ENTRANCE long chard_unload(struct chard_device *none)
{
	struct chard_call call CHARD_UNZEROED;

	chard_call_begin_device(&call, none, NULL, CHARD_MAY_KERNEL);
	return CHARD_CALL(&call, unload, NULL);
}

/* Attributes, timers, work and threads are for a device without a file. */
#define CHARD_MAY_ATTRIBUTE (CHARD_MAY_DEVICE | CHARD_MAY_CREATE | CHARD_CALL_AWAITED)

static CHARD_ENTRANCE long chard_attribute_show(struct chard_device *device, u32 index,
						struct chard_text *text)
{
	return CHARD_CALL_DEVICE(device, NULL, CHARD_MAY_ATTRIBUTE, attribute_show, index, text);
}

static CHARD_ENTRANCE long chard_attribute_store(struct chard_device *device, u32 index,
						 struct chard_text *text)
{
	return CHARD_CALL_DEVICE(device, NULL, CHARD_MAY_ATTRIBUTE, attribute_store, index, text);
}

/*
 * chard_call_begin_atomic() - begin a call that must not sleep
 *
 * Preemption, and for @may of CHARD_CALL_IRQS_OFF interrupts, are off before the handler begins:
 * the record keeps the state of the CPU, by which a panic is judged.
 */
static __always_inline void chard_call_begin_atomic(struct chard_call *call,
						    struct chard_device *device,
						    struct chard_object *object, u32 may)
{
	chard_call_begin_device(call, device, object, may);
	call->preempt = preempt_count();
	call->sections = rcu_preempt_depth();
#ifdef CONFIG_SMP
	call->pinned = current->migration_disabled;
#endif
	call->faults_off = pagefault_disabled();
}

/* In softirq. */
static CHARD_ENTRANCE long chard_timer(struct chard_device *device, struct chard_object *object,
				       unsigned long token)
{
	struct chard_call call CHARD_UNZEROED;

	chard_call_begin_atomic(&call, device, object, 0);
	return chard_call_admit(&call, device)
		       ?: chard_call_end(&call, CHARD_CALL(&call, timer, token, device->state));
}

static CHARD_ENTRANCE long chard_work(struct chard_device *device, struct chard_object *object,
				      unsigned long token)
{
	return CHARD_CALL_DEVICE(device, object, CHARD_MAY_KERNEL | CHARD_MAY_CREATE, work, token);
}

static CHARD_ENTRANCE long chard_thread(struct chard_device *device, struct chard_object *object,
					unsigned long token)
{
	return CHARD_CALL_DEVICE(device, object, CHARD_MAY_KERNEL | CHARD_MAY_CREATE, thread,
				 token);
}

/* In whichever context the driver's own C is. */
static CHARD_ENTRANCE long chard_event(struct chard_device *device, u32 event, void *data,
				       size_t len)
{
	struct chard_call call CHARD_UNZEROED;

	chard_call_begin_atomic(&call, device, NULL, irqs_disabled() ? CHARD_CALL_IRQS_OFF : 0);
	return chard_call_admit(&call, device)
		       ?: chard_call_end(&call,
					 CHARD_CALL(&call, event, event, data, len, device->state));
}

static CHARD_ENTRANCE long chard_request(struct chard_device *device, u32 request, void *data,
					 size_t len)
{
	return CHARD_CALL_DEVICE(device, NULL, CHARD_MAY_KERNEL | CHARD_CALL_AWAITED, request,
				 request, data, len);
}

/* No other call reaches the hardware, and no interrupt. */
static CHARD_ENTRANCE long chard_suspend(struct chard_device *device, u32 why)
{
	return CHARD_CALL_LIFE(device, CHARD_MAY_SUSPEND, suspend, why);
}

static CHARD_ENTRANCE long chard_resume(struct chard_device *device, u32 why)
{
	return CHARD_CALL_LIFE(device, CHARD_MAY_SUSPEND, resume, why);
}

/* CHARD_OP() - the function, if the handler exports the entry; else NULL */
#define CHARD_OP(entry, function) (IS_ENABLED(CHARD_EXPORTS_##entry) ? (function) : NULL)

static const struct file_operations chard_fops = {
	.owner = THIS_MODULE,
	.open = chard_open,
	.release = chard_release,
	.read = CHARD_OP(read, chard_read),
	.read_iter = CHARD_OP(read_iter, chard_read_iter),
	.splice_read = CHARD_OP(read_iter, chard_splice_read),
	.write = CHARD_OP(write, chard_write),
	.write_iter = CHARD_OP(write_iter, chard_write_iter),
	.splice_write = CHARD_OP(write_iter, iter_file_splice_write),
	.llseek = CHARD_OP(llseek, chard_llseek),
	.unlocked_ioctl = CHARD_OP(unlocked_ioctl, chard_unlocked_ioctl),
#ifdef CONFIG_COMPAT
	.compat_ioctl = CHARD_OP(compat_ioctl, chard_compat_ioctl)
				?: CHARD_OP(unlocked_ioctl, chard_compat_ioctl_same),
#endif
	.poll = CHARD_OP(poll, chard_poll),
	.fasync = CHARD_OP(fasync, chard_fasync),
	.flush = CHARD_OP(flush, chard_flush),
	.fsync = CHARD_OP(fsync, chard_fsync),
	.mmap = CHARD_OP(mmap, chard_mmap),
	.uring_cmd = CHARD_OP(uring_cmd, chard_uring_cmd),
	.show_fdinfo = CHARD_OP(show_fdinfo, chard_show_fdinfo),
};

/* CHARD_DRIVER_DEVICES - the members of a driver that has devices */
#define CHARD_DRIVER_DEVICES                                                                     \
	.fops = &chard_fops, .device_init = chard_device_init, .device_exit = chard_device_exit, \
	.device_reset = chard_reset, .registered = chard_registered, .removed = chard_removed,   \
	.load = chard_load, .unload = chard_unload, .timer = CHARD_OP(timer, chard_timer),       \
	.work = CHARD_OP(work, chard_work), .thread = CHARD_OP(thread, chard_thread),            \
	.event = CHARD_OP(event, chard_event), .request = CHARD_OP(request, chard_request),      \
	.suspend = CHARD_OP(suspend, chard_suspend), .resume = CHARD_OP(resume, chard_resume),   \
	.attribute_show = CHARD_OP(attribute_show, chard_attribute_show),                        \
	.attribute_store = CHARD_OP(attribute_store, chard_attribute_store)

#endif
