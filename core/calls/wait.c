// SPDX-License-Identifier: GPL-2.0
/*
 * Queues: tasks that wait for a device, asleep in a call, by poll(2) or for SIGIO.
 *
 * No wake-up is lost. A sleeper enters the queue (chard_wait_begin()), then looks
 * whether what it waits for is there, and sleeps only if it was not woken since it
 * entered: wait_woken() and its wake function keep that in a flag of the entry, so
 * that the look itself may sleep. The waker changes the state first and wakes the
 * queue then. So either the sleeper sees what it waits for, or the other finds it
 * in the queue. A device that goes sets its flag first and wakes the queues then;
 * each sleeper looks at the flag likewise.
 */
#include <linux/jiffies.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include "background/background.h"
#include "calls/hold.h"

/**
 * struct chard_queue - a queue of waiters
 * @object: makes it one of its device's
 * @head: the kernel's queue
 */
struct chard_queue {
	struct chard_object object;
	struct wait_queue_head head;
};

/**
 * struct chard_wait - a call's place in a queue, within its record
 * @hold: links it to the call
 * @queue: which
 * @left: the jiffies that it may still wait, or MAX_SCHEDULE_TIMEOUT
 * @entry: in the queue
 */
struct chard_wait {
	struct chard_hold hold;
	struct chard_queue *queue;
	long left;
	struct wait_queue_entry entry;
};

static_assert(sizeof(struct chard_wait) <= CHARD_WAIT_WORDS * sizeof(long));

static struct chard_queue *chard_queue(struct chard_object *object)
{
	return container_of(object, struct chard_queue, object);
}

/* Wakes @nr of the calls that sleep, 0 for all, and the pollers that it concerns. */
static void chard_queue_wake_some(struct chard_object *object, int nr, __poll_t ready)
{
	__wake_up(&chard_queue(object)->head, TASK_NORMAL, nr, poll_to_key(ready));
}

/* aio and io_uring take what they are woken with for the answer, so it is what is true. */
static void chard_queue_halt(struct chard_object *object)
{
	const struct chard_device *device = READ_ONCE(object->device);

	chard_queue_wake_some(object, 0,
			      device && chard_device_error(device) ? EPOLLERR | EPOLLHUP : 0);
}

static const struct chard_object_type chard_queue_type = {
	.wake = chard_queue_halt,
};

/**
 * chard_queue_new() - a queue of a call's device; sleeps where that is possible
 * @call: the call
 * @name: its lock's class's name for lockdep; static
 * @class: the class; static, one for each place that makes queues
 *
 * Return: the queue, NULL when there is no memory.
 */
struct chard_object *chard_queue_new(struct chard_call *call, const char *name,
				     struct chard_class *class)
{
	struct chard_queue *queue = chard_object_new(call, sizeof(*queue), &chard_queue_type);

	if (!queue)
		return NULL;
	__init_waitqueue_head(&queue->head, name, (struct lock_class_key *)class->key);
	return chard_object_add(&queue->object);
}
EXPORT_SYMBOL_GPL(chard_queue_new);

/**
 * chard_queue_wake() - something has happened that others wait for; any context
 * @call: the call that did it
 * @object: the queue
 * @ready: EPOLL* bits: what the device is ready for now; 0 when that is as before
 * @one: not 0: wake one of the calls that sleep; else all
 *
 * Wakes the pollers that ask for one of @ready, and sends SIGIO to the files that
 * asked the device for it.
 */
void chard_queue_wake(struct chard_call *call, struct chard_object *object, __u32 ready, int one)
{
	__poll_t events = (__force __poll_t)ready;
	struct chard_device *device;

	chard_queue_wake_some(object, one ? 1 : 0, events);
	if (!events)
		return;
	device = chard_call_device(call);
	/*
	 * The queue of another device may outlive that. kill_fasync() would look whether
	 * there is a subscriber, too, but that is a call, in each transfer.
	 */
	if (unlikely(READ_ONCE(device->fasync)) && object->device == device)
		kill_fasync(&device->fasync, SIGIO, events & EPOLLIN ? POLL_IN : POLL_OUT);
}
EXPORT_SYMBOL_GPL(chard_queue_wake);

/**
 * chard_queue_watch() - poll(2) is to be woken by a queue; may sleep
 * @call: the call of the entry poll
 * @object: the queue
 * @table: what poll was called with
 *
 * A poller has the address of the queue as long as the file is open: IOCB_CMD_POLL takes
 * its lock even when it has been woken. So the file has a reference to the queue.
 *
 * Return: 0, -EDEADLK where the call must not sleep, -EXDEV for the queue of another
 * device, -ENOSPC for one more than a file may watch, -ENOMEM.
 */
int chard_queue_watch(struct chard_call *call, struct chard_object *object,
		      struct poll_table_struct *table)
{
	int ret = chard_call_may(call, CHARD_MAY_SLEEP);

	if (ret)
		return ret;
	if (READ_ONCE(object->device) != chard_call_device(call))
		return -EXDEV;
	ret = chard_file_watch(call->file, object);
	if (!ret)
		poll_wait(call->filp, &chard_queue(object)->head, table);
	return ret;
}
EXPORT_SYMBOL_GPL(chard_queue_watch);

/*
 * chard_call_error() - why a call should not wait any longer; any context
 *
 * Return: 0 if it need not; -ENODEV or -EIO where the device does not answer any more,
 * -ECANCELED where the call's timer, work or thread was cancelled.
 */
int chard_call_error(const struct chard_call *call)
{
	int flags = atomic_read(&chard_call_device(call)->flags);

	if (call->may & CHARD_CALL_RESETS)
		flags &= ~CHARD_DEVICE_PANICKED;
	if (flags)
		return flags & CHARD_DEVICE_GONE ? -ENODEV : -EIO;
	return chard_call_is_cancelled(call) ? -ECANCELED : 0;
}

/**
 * chard_call_pause() - let other tasks run, in the middle of what may take long; sleeps where
 *			that is possible
 * @call: the call
 *
 * Not every kernel takes the CPU away from code of its own that does not offer it.
 *
 * Return: 0, -EINTR where the caller was killed or cancelled.
 */
int chard_call_pause(const struct chard_call *call)
{
	if (!chard_call_can(call, CHARD_MAY_SLEEP))
		return 0;
	cond_resched();
	return signal_pending_state(chard_call_state(call), current) ? -EINTR : 0;
}
EXPORT_SYMBOL_GPL(chard_call_pause);

/**
 * chard_call_check() - whether a call that goes on for long should go on; sleeps where
 *			that is possible
 * @call: the call
 *
 * A suspend of the device keeps it here, where it holds no lock.
 *
 * Return: 0, -EINTR as chard_call_pause(), else as chard_call_error().
 */
int chard_call_check(struct chard_call *call)
{
	if (call->may & CHARD_MAY_SLEEP && !chard_call_has_lock(call))
		chard_gate_pass(call);
	return chard_call_pause(call) ?: chard_call_error(call);
}
EXPORT_SYMBOL_GPL(chard_call_check);

/**
 * chard_wait_begin() - enter a queue, before looking for what is waited for
 * @call: the call; may hold locks that sleep, which others then wait for as well
 * @object: the queue
 * @timeout: nanoseconds to wait in all, rounded up to jiffies; 0 for no limit
 *
 * Return: 0, what chard_call_may() gives where the call can not wait, -EDEADLK where it is
 * in a queue already, -EXDEV for the queue of another device, whose removal would not wake
 * this call.
 */
int chard_wait_begin(struct chard_call *call, struct chard_object *object, __u64 timeout)
{
	struct chard_wait *wait = (struct chard_wait *)call->wait;
	int ret = chard_call_may(call, CHARD_MAY_SLEEP | CHARD_MAY_WAIT);
	struct chard_hold *hold;

	if (ret)
		return ret;
	for (hold = call->held; hold; hold = hold->next) {
		if (hold->kind == CHARD_HOLD_WAIT)
			return chard_call_deadlock(call, "the call is in a queue already");
	}
	if (READ_ONCE(object->device) != chard_call_device(call))
		return -EXDEV;

	wait->queue = chard_queue(object);
	wait->left = timeout ? min_t(u64, nsecs_to_jiffies64(timeout) + 1, MAX_SCHEDULE_TIMEOUT - 1)
			     : MAX_SCHEDULE_TIMEOUT;
	init_waitqueue_func_entry(&wait->entry, woken_wake_function);
	wait->entry.private = current;
	wait->entry.flags = 0;
	add_wait_queue_exclusive(&wait->queue->head, &wait->entry);
	wait->hold.kind = CHARD_HOLD_WAIT;
	chard_hold_link(call, &wait->hold);
	return 0;
}
EXPORT_SYMBOL_GPL(chard_wait_begin);

/**
 * chard_wait_sleep() - sleep until the queue is woken
 * @call: the call, between chard_wait_begin() and chard_wait_end()
 *
 * What ended the sleep is said by the next one: the caller first looks whether
 * what it waits for is there.
 *
 * Where no lock is held, the freezer stops a system call where it is, and its time goes on when it
 * is thawed; else a suspend of the machine ends the sleep, as a signal does. A suspend of the
 * device lets any call sleep on that holds no lock, and keeps it when it is woken.
 *
 * A system call that is restarted behind a signal would wait for its whole time again. So
 * a wait with a limit ends with -EINTR, as that of a socket with SO_RCVTIMEO does.
 *
 * Return: 0, then look again; -EDEADLK where the call holds a spinlock or reads by RCU by
 * now; what chard_call_error() gives; for a signal -ERESTARTSYS,
 * -EINTR where there is a limit; -ETIMEDOUT when the time is over.
 */
int chard_wait_sleep(struct chard_call *call)
{
	struct chard_wait *wait = (struct chard_wait *)call->wait;
	/* The handler may have taken what it can not sleep with since it has entered. */
	int error = chard_call_may(call, CHARD_MAY_SLEEP | CHARD_MAY_WAIT)
			    ?: chard_call_error(call);
	bool counted = false, alone;
	int state = TASK_INTERRUPTIBLE;

	if (error)
		return error;
	if (signal_pending(current))
		return wait->left == MAX_SCHEDULE_TIMEOUT ? -ERESTARTSYS : -EINTR;
	if (!wait->left)
		return -ETIMEDOUT;
	alone = !chard_call_has_lock(call);
	/* A task that is frozen does not run when it is woken: no end of a binding waits for it. */
	if (alone && call->may & CHARD_MAY_REMOVE)
		state |= TASK_FREEZABLE;
	/* No suspend of the device waits for what sleeps here: shutting the gate wakes it. */
	if (state & TASK_FREEZABLE || (alone && chard_device_is_asleep(chard_call_device(call))))
		counted = chard_bound_leave(call);
	wait->left = wait_woken(&wait->entry, state, wait->left);
	/* wait_woken() returns at once if the queue was woken meanwhile, maybe by this call. */
	cond_resched();
	chard_bound_return(call, counted);
	return 0;
}
EXPORT_SYMBOL_GPL(chard_wait_sleep);

/**
 * chard_wait_end() - leave the queue
 * @call: the call
 */
void chard_wait_end(struct chard_call *call)
{
	struct chard_wait *wait = (struct chard_wait *)call->wait;

	chard_hold_unlink(call, &wait->hold);
	remove_wait_queue(&wait->queue->head, &wait->entry);
	/* It may have been the one call that was woken, and end for another reason. */
	if (READ_ONCE(wait->entry.flags) & WQ_FLAG_WOKEN)
		chard_queue_wake_some(&wait->queue->object, 1, 0);
}
EXPORT_SYMBOL_GPL(chard_wait_end);
