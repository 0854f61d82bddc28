/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between kernels, all of it: docs/new-kernel.md says what one does when a
 * new one is out.
 *
 * A difference is a block of forms, the newest first. The build compiles each form
 * against the headers at hand (compat.sh), and the first that compiles is CHARD_FORM_<name>
 * in chard_forms.h. No version is asked for: a distribution may carry a change into an
 * older kernel. Where no form compiles, the build names the block and ends.
 *
 * Each form stands alone, with the includes it needs. A form must not compile against a
 * kernel that it is wrong for: where only a type differs, it asserts that type.
 */
#ifndef CHARD_COMPAT_H
#define CHARD_COMPAT_H

#ifndef CHARD_PROBE
#include "chard_forms.h"
#endif

/* 1: since 6.5 splice(2) reads into pages, and then moves them into the pipe. */
#if CHARD_FORM_SPLICE_READ == 1
#include <linux/fs.h>
static inline ssize_t chard_compat_splice_read(struct file *in, loff_t *pos,
					       struct pipe_inode_info *pipe, size_t len,
					       unsigned int flags)
{
	return copy_splice_read(in, pos, pipe, len, flags);
}

#define CHARD_ITER_ALLOCATES(_iter) false

/* 2: before, it reads into the pipe, which allocates pages as bytes come. */
#elif CHARD_FORM_SPLICE_READ == 2
#include <linux/fs.h>
#include <linux/uio.h>
static inline ssize_t chard_compat_splice_read(struct file *in, loff_t *pos,
					       struct pipe_inode_info *pipe, size_t len,
					       unsigned int flags)
{
	return generic_file_splice_read(in, pos, pipe, len, flags);
}

#define CHARD_ITER_ALLOCATES(_iter) iov_iter_is_pipe(_iter)
#endif

/* 1: since 6.3 vm_flags is const. */
#if CHARD_FORM_VMA_FLAGS == 1
#include <linux/mm.h>
static inline void chard_compat_vma_flags(struct vm_area_struct *vma, unsigned long set,
					  unsigned long clear)
{
	vm_flags_mod(vma, set, clear);
}

/* 2: before, a driver writes to it. */
#elif CHARD_FORM_VMA_FLAGS == 2
#include <linux/mm.h>
static inline void chard_compat_vma_flags(struct vm_area_struct *vma, unsigned long set,
					  unsigned long clear)
{
	vma->vm_flags = (vma->vm_flags | set) & ~clear;
}
#endif

/* 1: since 6.2 a class works a node's name and mode out from a device that is const. */
#if CHARD_FORM_DEVNODE == 1
#include <linux/device/class.h>
#define CHARD_DEVNODE_DEVICE const struct device
static_assert(__same_type(((struct class *)0)->devnode,
			  (char *(*)(const struct device *, umode_t *))0));

/* 2: before, it is not. */
#elif CHARD_FORM_DEVNODE == 2
#include <linux/device/class.h>
#define CHARD_DEVNODE_DEVICE struct device
static_assert(__same_type(((struct class *)0)->devnode, (char *(*)(struct device *, umode_t *))0));
#endif

/* 1: since 6.13 a timer's function is set with the rest; since 6.15 there is no other way. */
#if CHARD_FORM_HRTIMER == 1
#include <linux/hrtimer.h>
static inline void chard_compat_hrtimer_setup(struct hrtimer *timer,
					      enum hrtimer_restart (*function)(struct hrtimer *))
{
	hrtimer_setup(timer, function, CLOCK_MONOTONIC, HRTIMER_MODE_REL_SOFT);
}

/* 2: before, it is set behind the rest. */
#elif CHARD_FORM_HRTIMER == 2
#include <linux/hrtimer.h>
static inline void chard_compat_hrtimer_setup(struct hrtimer *timer,
					      enum hrtimer_restart (*function)(struct hrtimer *))
{
	hrtimer_init(timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_SOFT);
	timer->function = function;
}
#endif

/* 1: since 6.3 the probe of a chip is given no id. */
#if CHARD_FORM_CHIP_PROBE == 1
#include <linux/i2c.h>
#define CHARD_COMPAT_CHIP_PROBE .probe
static_assert(__same_type(((struct i2c_driver *)0)->probe, (int (*)(struct i2c_client *))0));

/* 2: before, one that wants none has a name of its own. */
#elif CHARD_FORM_CHIP_PROBE == 2
#include <linux/i2c.h>
#define CHARD_COMPAT_CHIP_PROBE .probe_new
static_assert(__same_type(((struct i2c_driver *)0)->probe_new, (int (*)(struct i2c_client *))0));
#endif

/* 1: since 7.0 the payload's type is told, and its size checked against the entry's. */
#if CHARD_FORM_URING_PAYLOAD == 1
#include <linux/io_uring/cmd.h>
static inline const void *chard_compat_uring_payload(const struct io_uring_cmd *cmd)
{
	return io_uring_sqe_cmd(cmd->sqe, u8);
}

/* 2: since 6.4 it is found by the entry; since 6.8 by this header. */
#elif CHARD_FORM_URING_PAYLOAD == 2
#include <linux/io_uring/cmd.h>
static inline const void *chard_compat_uring_payload(const struct io_uring_cmd *cmd)
{
	return io_uring_sqe_cmd(cmd->sqe);
}

/* 3: before, by the command. */
#elif CHARD_FORM_URING_PAYLOAD == 3
#include <linux/io_uring.h>
static inline const void *chard_compat_uring_payload(const struct io_uring_cmd *cmd)
{
	return cmd->cmd;
}
#endif

/* 1: since 6.18 a result with a second word, of a completion of 32 bytes, has its own name. */
#if CHARD_FORM_URING_DONE == 1
#include <linux/io_uring/cmd.h>
static inline void chard_compat_uring_done(struct io_uring_cmd *cmd, long result, u64 extra,
					   unsigned int flags)
{
	if (extra)
		io_uring_cmd_done32(cmd, result, extra, flags);
	else
		io_uring_cmd_done(cmd, result, flags);
}

/* 2: since 6.8 a header is the commands'. */
#elif CHARD_FORM_URING_DONE == 2
#include <linux/io_uring/cmd.h>
static inline void chard_compat_uring_done(struct io_uring_cmd *cmd, long result, u64 extra,
					   unsigned int flags)
{
	io_uring_cmd_done(cmd, result, extra, flags);
}

/* 3: before, it is all of io_uring's. */
#elif CHARD_FORM_URING_DONE == 3
#include <linux/io_uring.h>
static inline void chard_compat_uring_done(struct io_uring_cmd *cmd, long result, u64 extra,
					   unsigned int flags)
{
	io_uring_cmd_done(cmd, result, extra, flags);
}
#endif

/*
 * 1: since 6.18 a command may ask for any number of completions. It ends by none of the
 * results that others end by.
 */
#if CHARD_FORM_URING_MULTISHOT == 1
#include <linux/io_uring/cmd.h>
static inline bool chard_compat_uring_multishot(const struct io_uring_cmd *cmd)
{
	return cmd->flags & IORING_URING_CMD_MULTISHOT;
}

/* 2: before, the kernel refuses what it would take the buffers from. */
#elif CHARD_FORM_URING_MULTISHOT == 2
#include <linux/io_uring.h>
static inline bool chard_compat_uring_multishot(const struct io_uring_cmd *cmd)
{
	return false;
}
#endif

/*
 * CHARD_URING_TASK_WORK(name, body) defines name(), which runs body(cmd, flags) in the
 * submitter's task.
 */
/* 1: since 6.19 task work is told the request; the flags are always the same. */
#if CHARD_FORM_URING_TASK == 1
#include <linux/io_uring/cmd.h>
#define CHARD_URING_TASK_WORK(_name, _body)                                           \
	static void _name##_here(struct io_tw_req req, io_tw_token_t token)           \
	{                                                                             \
		_body(io_uring_cmd_from_tw(req), IO_URING_CMD_TASK_WORK_ISSUE_FLAGS); \
	}                                                                             \
	static void _name(struct io_uring_cmd *cmd)                                   \
	{                                                                             \
		io_uring_cmd_complete_in_task(cmd, _name##_here);                     \
	}
static_assert(__same_type(io_req_tw_func_t, void (*)(struct io_tw_req, io_tw_token_t)));

/* 2: before, the command and the flags. */
#elif CHARD_FORM_URING_TASK == 2
#include <linux/io_uring_types.h>
#define CHARD_URING_TASK_WORK(_name, _body)                \
	static void _name(struct io_uring_cmd *cmd)        \
	{                                                  \
		io_uring_cmd_complete_in_task(cmd, _body); \
	}
#endif

/* 1: since 6.7 a ring that goes asks the operation to cancel what it still has. */
#if CHARD_FORM_URING_CANCEL == 1
#include <linux/io_uring/cmd.h>
#define CHARD_RINGS_CANCEL 1
static inline bool chard_compat_uring_cancels(unsigned int flags)
{
	return flags & IO_URING_F_CANCEL;
}

static inline void chard_compat_uring_cancelable(struct io_uring_cmd *cmd, unsigned int flags)
{
	io_uring_cmd_mark_cancelable(cmd, flags);
}

/* 2: before, a ring that goes waits: command.c looks at rings itself. */
#elif CHARD_FORM_URING_CANCEL == 2
#include <linux/io_uring_types.h>
#define CHARD_RINGS_CANCEL 0
static inline bool chard_compat_uring_cancels(unsigned int flags)
{
	return false;
}

static inline void chard_compat_uring_cancelable(struct io_uring_cmd *cmd, unsigned int flags)
{
}

static inline bool chard_compat_uring_doomed(struct io_uring_cmd *cmd)
{
	struct io_kiocb *req = cmd_to_io_kiocb(cmd);

	return percpu_ref_is_dying(&req->ctx->refs) || READ_ONCE(req->task->flags) & PF_EXITING ||
	       req->task->in_execve;
}
#endif

#endif /* CHARD_COMPAT_H */
