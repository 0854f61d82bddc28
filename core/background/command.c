// SPDX-License-Identifier: GPL-2.0
/*
 * Commands of an io_uring (IORING_OP_URING_CMD): answered at once, or later, from
 * wherever the answer comes.
 *
 * One that is to be answered later has an object of the device's (object.c). Its
 * handler has the handle, but others may end it as well: the device that goes or
 * panics, the ring that goes, the handle that is dropped. The first of these, under
 * the object's lock, is the one to end it; so it ends once.
 *
 * From then on the object knows nothing of the command, and the command nothing of
 * the object: the result lies in the command's own bytes, and goes to user space
 * when the submitter's task comes by (task work), since the ring is its own.
 * Meanwhile the command holds its file, and so the device and the driver.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "core.h"

/**
 * struct chard_pending - a command that is answered later
 * @object: makes it one of its device's
 * @lock: guards the rest
 * @over: it has its answer
 * @cmd: the command, once it has come back from the handler; NULL from its answer on
 * @result: where the answer came before that
 * @extra: likewise
 * @watched: in the list of those whose rings are looked at, where that is done
 */
struct chard_pending {
	struct chard_object object;
	/* see above */
	spinlock_t lock;
	bool over;
	struct io_uring_cmd *cmd;
	long result;
	u64 extra;
	struct list_head watched;
};

/* What lies in a command's own bytes, from the time that the handler is back. */
struct chard_command_data {
	struct chard_pending *pending;
	long result;
	u64 extra;
};

static struct chard_command_data *chard_command_data(struct io_uring_cmd *cmd)
{
	BUILD_BUG_ON(sizeof(struct chard_command_data) > sizeof(cmd->pdu));
	return (struct chard_command_data *)cmd->pdu;
}

static struct chard_pending *chard_pending_of(const struct chard_object *object)
{
	return container_of(object, struct chard_pending, object);
}

/* In the submitter's task, or, when that has ended, in a worker of the kernel's. */
static void chard_command_done(struct io_uring_cmd *cmd, unsigned int flags)
{
	const struct chard_command_data *data = chard_command_data(cmd);

	chard_compat_uring_done(cmd, data->result, data->extra, flags);
}

/*
 * What user space sees: a command is not restarted. A handler may have waited in a
 * worker.
 */
static long chard_command_result(long ret)
{
	return ret == -ERESTARTSYS ? -EINTR : ret;
}

/* Any context. */
CHARD_URING_TASK_WORK(chard_command_complete, chard_command_done)

/*
 * chard_pending_take() - whether the caller is to end a command; under its lock
 *
 * Return: the command, which the caller then completes; NULL where it has its answer,
 * or where its handler is not back, when that answer is taken from @pending.
 */
static struct io_uring_cmd *chard_pending_take(struct chard_pending *pending, long result,
					       u64 extra)
{
	struct io_uring_cmd *cmd = pending->cmd;
	struct chard_command_data *data;

	pending->over = true;
	pending->cmd = NULL;
	if (!cmd) {
		pending->result = result;
		pending->extra = extra;
		return NULL;
	}
	data = chard_command_data(cmd);
	data->pending = NULL;
	data->result = result;
	data->extra = extra;
	return cmd;
}

#if CHARD_RINGS_CANCEL
static void chard_pending_watch(struct chard_pending *pending)
{
}

static void chard_pending_unwatch(struct chard_pending *pending)
{
}

void chard_commands_exit(void)
{
}
#else
/*
 * Before 6.7 no ring says that it goes, though it waits for its commands then, and
 * warns after five minutes. So while there are some, their rings are looked at
 * every second: where one is closed, and where the task that has submitted a command
 * ends or executes another program, it is cancelled, as rings do it later on.
 */
static LIST_HEAD(chard_watched);
/* Guards the list; taken with the lock of one in it held. */
static DEFINE_SPINLOCK(chard_watched_lock);

static void chard_commands_look(struct work_struct *work)
{
	struct chard_pending *pending, *next;
	unsigned long flags;
	bool more;

	spin_lock_irqsave(&chard_watched_lock, flags);
	list_for_each_entry_safe(pending, next, &chard_watched, watched) {
		/* One that is just ending takes the locks the other way round. */
		if (!spin_trylock(&pending->lock))
			continue;
		/* The command has not ended, so its ring and its task are there. */
		if (chard_compat_uring_doomed(pending->cmd)) {
			list_del(&pending->watched);
			chard_command_complete(chard_pending_take(pending, -ECANCELED, 0));
		}
		spin_unlock(&pending->lock);
	}
	more = !list_empty(&chard_watched);
	spin_unlock_irqrestore(&chard_watched_lock, flags);
	if (more)
		schedule_delayed_work(to_delayed_work(work), HZ);
}

static DECLARE_DELAYED_WORK(chard_commands_work, chard_commands_look);

static void chard_pending_watch(struct chard_pending *pending)
{
	spin_lock(&chard_watched_lock);
	list_add(&pending->watched, &chard_watched);
	spin_unlock(&chard_watched_lock);
	schedule_delayed_work(&chard_commands_work, HZ);
}

static void chard_pending_unwatch(struct chard_pending *pending)
{
	spin_lock(&chard_watched_lock);
	list_del(&pending->watched);
	spin_unlock(&chard_watched_lock);
}

/* No driver is left, and so no command. */
void chard_commands_exit(void)
{
	cancel_delayed_work_sync(&chard_commands_work);
}
#endif

/* Whether this is the answer; any context. */
static bool chard_pending_end(struct chard_pending *pending, long result, u64 extra)
{
	struct io_uring_cmd *cmd = NULL;
	unsigned long flags;
	bool first;

	spin_lock_irqsave(&pending->lock, flags);
	first = !pending->over;
	if (first)
		cmd = chard_pending_take(pending, result, extra);
	if (cmd)
		chard_pending_unwatch(pending);
	spin_unlock_irqrestore(&pending->lock, flags);
	if (cmd)
		chard_command_complete(cmd);
	return first;
}

/*
 * chard_pending_begin() - the handler is back: the command is this object's from now on
 *
 * A device that goes sets its flag, then looks for objects. This one is found, or was
 * not there yet, and then the flag is seen here.
 *
 * Return: whether it has no answer yet. Where it has none, the command may be gone.
 */
static bool chard_pending_begin(struct chard_pending *pending, struct io_uring_cmd *cmd)
{
	const struct chard_file *cf = cmd->file->private_data;
	unsigned long flags;
	bool begins;
	long error;

	spin_lock_irqsave(&pending->lock, flags);
	error = chard_device_error(cf->device);
	if (error && !pending->over)
		chard_pending_take(pending, error, 0);
	begins = !pending->over;
	if (begins) {
		pending->cmd = cmd;
		chard_command_data(cmd)->pending = pending;
		chard_pending_watch(pending);
	}
	spin_unlock_irqrestore(&pending->lock, flags);
	return begins;
}

static void chard_pending_wake(struct chard_object *object)
{
	const struct chard_device *device = READ_ONCE(object->device);
	long error = device ? chard_device_error(device) : 0;

	if (error)
		chard_pending_end(chard_pending_of(object), error, 0);
}

static const struct chard_object_type chard_pending_type = {
	.wake = chard_pending_wake,
};

/*
 * The ring goes, and holds its lock: the command is still there. Its object is as
 * well, while objects can not be freed, if the command knows it.
 */
static noinline void chard_command_cancel(struct io_uring_cmd *cmd, unsigned int flags)
{
	struct chard_pending *pending;
	unsigned long irqs;
	bool first = false;

	spin_lock_irqsave(&chard_objects_lock, irqs);
	pending = READ_ONCE(chard_command_data(cmd)->pending);
	if (pending) {
		spin_lock(&pending->lock);
		if (pending->cmd) {
			chard_pending_unwatch(pending);
			chard_pending_take(pending, -ECANCELED, 0);
			first = true;
		}
		spin_unlock(&pending->lock);
	}
	spin_unlock_irqrestore(&chard_objects_lock, irqs);
	if (first)
		chard_command_done(cmd, flags);
}

/**
 * chard_command_begin() - what the kernel hands a driver's uring_cmd
 * @command: is filled with it
 * @cmd: as the kernel gives it
 * @flags: IO_URING_F_*
 *
 * Return: the file that it is for; NULL where it was to be cancelled, which is done;
 * -EOPNOTSUPP for one that asks for several answers.
 */
struct file *chard_command_begin(struct chard_command *command, struct io_uring_cmd *cmd,
				 unsigned int flags)
{
	/* A ring that goes says so by another call of the operation. */
	if (unlikely(chard_compat_uring_cancels(flags))) {
		chard_command_cancel(cmd, flags);
		return NULL;
	}
	if (unlikely(chard_compat_uring_multishot(cmd)))
		return ERR_PTR(-EOPNOTSUPP);
	command->op = cmd->cmd_op;
	/* What is behind the fields of an entry, linux/io_uring.h. */
	command->size = flags & IO_URING_F_SQE128 ? 80 : 16;
	command->payload = chard_compat_uring_payload(cmd);
	command->pending = NULL;
	command->extra = 0;
	command->later = 0;
	command->nowait = !!(flags & IO_URING_F_NONBLOCK);
	chard_command_data(cmd)->pending = NULL;
	return cmd->file;
}
EXPORT_SYMBOL_GPL(chard_command_begin);

/* The answer comes later, or has come before the handler was back. */
static int chard_pending_issue(const struct chard_command *command, struct io_uring_cmd *cmd,
			       unsigned int flags)
{
	struct chard_pending *pending = chard_pending_of(command->pending);

	/* From here on the command is in a list, and nothing but its completion ends it. */
	chard_compat_uring_cancelable(cmd, flags);
	if (!chard_pending_begin(pending, cmd))
		chard_compat_uring_done(cmd, pending->result, pending->extra, flags);
	chard_object_put(command->pending);
	return -EIOCBQUEUED;
}

/**
 * chard_command_end() - what a driver's uring_cmd returns
 * @command: as the handler has left it
 * @cmd: as the kernel gave it
 * @flags: likewise
 * @ret: what the handler has returned: where it is an error that is the answer,
 *	 whatever the handler has kept
 *
 * May sleep.
 *
 * Return: the result, a negative errno, -EAGAIN among them where it must not sleep
 * and is to come again, or -EIOCBQUEUED.
 */
int chard_command_end(struct chard_command *command, struct io_uring_cmd *cmd, unsigned int flags,
		      long ret)
{
	long result = chard_command_result(ret);

	if (unlikely(command->pending)) {
		/* An answer of the handler's own counts, whatever it has kept. */
		if (ret >= 0 && command->later)
			return chard_pending_issue(command, cmd, flags);
		chard_pending_end(chard_pending_of(command->pending), result, 0);
		chard_object_put(command->pending);
	}
	/* One above 0 that is returned is a failure to 6.1, and in a worker it is lost. */
	if (result < 0 || (!result && !command->extra))
		return result;
	chard_compat_uring_done(cmd, result, command->extra, flags);
	return -EIOCBQUEUED;
}
EXPORT_SYMBOL_GPL(chard_command_end);

/**
 * chard_command_payload() - copy what goes with a command
 * @command: the command
 * @to: to here
 * @len: so many bytes, at most its @size
 *
 * User space may write to it meanwhile: every byte is read once.
 */
void chard_command_payload(const struct chard_command *command, void *to, unsigned long len)
{
	memcpy(to, command->payload, len);
}
EXPORT_SYMBOL_GPL(chard_command_payload);

/**
 * chard_command_later() - a command is to be answered later; sleeps where that is possible
 * @call: the call of the entry uring_cmd
 * @command: what that was called with; once
 *
 * An answer may come at once, before the entry is back, whose error is the answer
 * then.
 *
 * Return: what answers it, NULL when there is no memory.
 */
struct chard_object *chard_command_later(struct chard_call *call, struct chard_command *command)
{
	struct chard_pending *pending =
		chard_object_new(call, sizeof(*pending), &chard_pending_type);

	if (!pending)
		return NULL;
	spin_lock_init(&pending->lock);
	/* The entry has one as well, until it is done with the command. */
	refcount_inc(&pending->object.refs);
	command->pending = chard_object_add(&pending->object);
	return command->pending;
}
EXPORT_SYMBOL_GPL(chard_command_later);

/**
 * chard_command_answer() - answer a command; any context
 * @object: what answers it
 * @result: what user space gets, or a negative errno
 * @extra: the second result, for rings that have room for it
 *
 * Return: whether this is the answer: it has none yet.
 */
int chard_command_answer(struct chard_object *object, long result, __u64 extra)
{
	return chard_pending_end(chard_pending_of(object), chard_command_result(result), extra);
}
EXPORT_SYMBOL_GPL(chard_command_answer);

/**
 * chard_command_over() - whether a command has its answer; any context
 * @object: what answers it
 */
int chard_command_over(const struct chard_object *object)
{
	return READ_ONCE(chard_pending_of(object)->over);
}
EXPORT_SYMBOL_GPL(chard_command_over);
