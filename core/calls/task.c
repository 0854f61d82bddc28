// SPDX-License-Identifier: GPL-2.0
/*
 * The caller of a method and the opener of a file: what the kernel keeps of them in its
 * structs, by its own numbers, which are those of the first namespaces.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/tty.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>

#include "core.h"

static_assert(sizeof_field(struct chard_task, comm) == TASK_COMM_LEN);

/* The kernel's own numbers are those of its first namespace: there is nothing to look up. */
static void chard_ids(const struct cred *cred, struct chard_ids *ids)
{
	ids->uid = __kuid_val(cred->uid);
	ids->euid = __kuid_val(cred->euid);
	ids->gid = __kgid_val(cred->gid);
	ids->egid = __kgid_val(cred->egid);
}

/*
 * Whose rights count: those of the task that runs, where it is the caller or serves
 * nobody. A task of the kernel's that closes or polls a file for another task may do anything:
 * there it is the opener of the file.
 */
static const struct cred *chard_call_cred(const struct chard_call *call)
{
	if (call->may & CHARD_CALL_CALLER || !call->file)
		return current_cred();
	return call->filp->f_cred;
}

/**
 * chard_call_ids() - the rights that a call's caller acts with; process context
 * @call: the call
 * @ids: which they are
 *
 * They may be others' for a while, as those of io_uring's workers are.
 */
void chard_call_ids(const struct chard_call *call, struct chard_ids *ids)
{
	chard_ids(chard_call_cred(call), ids);
}
EXPORT_SYMBOL_GPL(chard_call_ids);

/**
 * chard_task_current() - the task that runs; process context
 * @task: what of it a handler may know
 */
void chard_task_current(struct chard_task *task)
{
	task->pid = task_pid_nr(current);
	task->tgid = task_tgid_nr(current);
	/*
	 * Without the task's lock, which is not for interrupts: a call may hold a spinlock that
	 * a timer takes. A task that changes the name meanwhile leaves a NUL at its end.
	 */
	data_race(strscpy_pad(task->comm, current->comm, sizeof(task->comm)));
}
EXPORT_SYMBOL_GPL(chard_task_current);

/**
 * chard_file_opener() - the ids of a file's opener; any context
 * @file: the file
 * @ids: as it was then
 */
void chard_file_opener(const struct file *file, struct chard_ids *ids)
{
	chard_ids(file->f_cred, ids);
}
EXPORT_SYMBOL_GPL(chard_file_opener);

/**
 * chard_call_capable() - whether a call's caller has a capability; process context
 * @call: the call
 * @cap: CAP_*
 *
 * In the first user namespace. That the task that runs was asked for it and had it is
 * kept, as ever (PF_SUPERPRIV).
 */
int chard_call_capable(const struct chard_call *call, __u32 cap)
{
	/* The kernel takes another for a bug of its own. */
	if (!cap_valid(cap))
		return 0;
	if (call->may & CHARD_CALL_CALLER || !call->file)
		return capable(cap);
	return file_ns_capable(call->filp, &init_user_ns, cap);
}
EXPORT_SYMBOL_GPL(chard_call_capable);

/**
 * chard_file_capable() - whether a file's opener had a capability when it opened the file
 * @file: the file
 * @cap: CAP_*
 */
int chard_file_capable(const struct file *file, __u32 cap)
{
	return cap_valid(cap) && file_ns_capable(file, &init_user_ns, cap);
}
EXPORT_SYMBOL_GPL(chard_file_capable);

/**
 * chard_call_tty() - the controlling terminal of a call's caller; process context
 * @call: the call
 *
 * Return: its device's number, as stat(2) has it, 0 where there is none, and where the
 * task that runs need not be the caller.
 */
__u32 chard_call_tty(const struct chard_call *call)
{
	struct tty_struct *tty = call->may & CHARD_CALL_CALLER ? get_current_tty() : NULL;
	__u32 number;

	if (!tty)
		return 0;
	number = new_encode_dev(tty_devnum(tty));
	tty_kref_put(tty);
	return number;
}
EXPORT_SYMBOL_GPL(chard_call_tty);

/**
 * chard_task_restart() - the error of a call that is to be begun again behind a signal; any context
 *
 * The kernel converts ERESTARTSYS only while it delivers a signal. Without one that waits, user
 * space would see the number, 512.
 *
 * Return: -ERESTARTSYS, -EINTR where no signal waits.
 */
int chard_task_restart(void)
{
	return signal_pending(current) ? -ERESTARTSYS : -EINTR;
}
EXPORT_SYMBOL_GPL(chard_task_restart);
