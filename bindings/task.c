// SPDX-License-Identifier: GPL-2.0
/*
 * Who calls, and who has opened a file: what the kernel keeps of them in its
 * structs, by its own numbers, which are those of the first namespaces.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/pid.h>
#include <linux/sched.h>
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

/**
 * chard_task_ids() - the rights that the task that runs acts with; process context
 * @ids: which they are
 *
 * They may be others' for a while, as those of io_uring's workers are.
 */
void chard_task_ids(struct chard_ids *ids)
{
	chard_ids(current_cred(), ids);
}
EXPORT_SYMBOL_GPL(chard_task_ids);

/**
 * chard_task_current() - the task that runs; process context
 * @task: what of it a handler may know
 */
void chard_task_current(struct chard_task *task)
{
	task->pid = task_pid_nr(current);
	task->tgid = task_tgid_nr(current);
	get_task_comm(task->comm, current);
}
EXPORT_SYMBOL_GPL(chard_task_current);

/**
 * chard_file_opener() - who has opened a file; any context
 * @file: the file
 * @ids: as it was then
 */
void chard_file_opener(const struct file *file, struct chard_ids *ids)
{
	chard_ids(file->f_cred, ids);
}
EXPORT_SYMBOL_GPL(chard_file_opener);

/**
 * chard_capable() - whether the task that runs has a capability; process context
 * @cap: CAP_*
 *
 * In the first user namespace. That it was asked for and had is kept, as ever
 * (PF_SUPERPRIV).
 */
int chard_capable(__u32 cap)
{
	/* The kernel takes another for a bug of its own. */
	return cap_valid(cap) && capable(cap);
}
EXPORT_SYMBOL_GPL(chard_capable);

/**
 * chard_file_capable() - whether who opened a file had a capability then
 * @file: the file
 * @cap: CAP_*
 */
int chard_file_capable(const struct file *file, __u32 cap)
{
	return cap_valid(cap) && file_ns_capable(file, &init_user_ns, cap);
}
EXPORT_SYMBOL_GPL(chard_file_capable);

/**
 * chard_tty() - the controlling terminal of the task that runs; process context
 *
 * Return: its device's number, as stat(2) has it, 0 where there is none.
 */
__u32 chard_tty(void)
{
	struct tty_struct *tty = get_current_tty();
	__u32 number;

	if (!tty)
		return 0;
	number = new_encode_dev(tty_devnum(tty));
	tty_kref_put(tty);
	return number;
}
EXPORT_SYMBOL_GPL(chard_tty);
