// SPDX-License-Identifier: GPL-2.0
/*
 * What a handler sets going: timers, work, threads.
 *
 * Each is an object of its device (object.c), which stops it before the handler's
 * state ends, whether its handle was dropped or not. Each comes back to the
 * handler by its own entry, as a call of the device: refused when the device does
 * not answer any more, ended with -EIO by a panic; then it is not armed again.
 */
#include <linux/hrtimer.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/sched/task.h>
#include <linux/spinlock.h>

#include "hold.h"

/* The nanoseconds that a ktime_t holds. */
static ktime_t chard_ktime(u64 ns)
{
	return min_t(u64, ns, KTIME_MAX);
}

/* What is on: refused for a device that is gone, and for another's. */
static int chard_start_error(struct chard_call *call, struct chard_object *object)
{
	if (object->device != chard_call_device(call))
		return -EXDEV;
	return -(int)chard_call_error(call);
}

/* An object that comes back by @entry, which the handler of another type may lack. */
static void *chard_background_new(struct chard_call *call, chard_callback_t entry, size_t size,
				  const struct chard_object_type *type)
{
	if (entry)
		return chard_object_new(call, size, type);
	if (chard_may_log(chard_call_driver(call)))
		pr_err("chard_%s: the driver has no entry for what its handler wants to set going\n",
		       chard_call_driver(call)->name);
	return NULL;
}

/**
 * struct chard_timer - a timer of a device
 * @object: makes it one of its device's
 * @timer: expires in softirq
 * @lock: guards @on, and the time of a timer that is not on
 * @on: it was started, and not cancelled since
 * @token: what the handler knows it by
 */
struct chard_timer {
	struct chard_object object;
	struct hrtimer timer;
	/* see above */
	spinlock_t lock;
	bool on;
	unsigned long token;
};

static struct chard_timer *chard_timer_of(struct chard_object *object)
{
	return container_of(object, struct chard_timer, object);
}

/* The handler says when next. Who has started or cancelled it meanwhile knows better. */
static enum hrtimer_restart chard_timer_expired(struct hrtimer *hrtimer)
{
	struct chard_timer *timer = container_of(hrtimer, struct chard_timer, timer);
	struct chard_device *device = timer->object.device;
	enum hrtimer_restart restart = HRTIMER_NORESTART;
	unsigned long flags;
	long next;

	next = device->driver->timer(device, device->state, timer->token);
	if (next <= 0)
		return HRTIMER_NORESTART;
	spin_lock_irqsave(&timer->lock, flags);
	if (timer->on && !hrtimer_is_queued(hrtimer)) {
		hrtimer_forward_now(hrtimer, chard_ktime(next));
		restart = HRTIMER_RESTART;
	}
	spin_unlock_irqrestore(&timer->lock, flags);
	return restart;
}

static void chard_timer_stop(struct chard_object *object)
{
	hrtimer_cancel(&chard_timer_of(object)->timer);
}

static bool chard_timer_idle(struct chard_object *object)
{
	return hrtimer_try_to_cancel(&chard_timer_of(object)->timer) >= 0;
}

static const struct chard_object_type chard_timer_type = {
	.stop = chard_timer_stop,
	.idle = chard_timer_idle,
};

/**
 * chard_timer_new() - a timer of a call's device, not started; may sleep
 * @call: the call
 * @token: what its entry is given
 *
 * Return: the timer, NULL when there is no memory.
 */
struct chard_object *chard_timer_new(struct chard_call *call, unsigned long token)
{
	struct chard_timer *timer;

	timer = chard_background_new(call, chard_call_driver(call)->timer, sizeof(*timer),
				     &chard_timer_type);
	if (!timer)
		return NULL;
	hrtimer_init(&timer->timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_SOFT);
	timer->timer.function = chard_timer_expired;
	spin_lock_init(&timer->lock);
	timer->token = token;
	return chard_object_add(&timer->object);
}
EXPORT_SYMBOL_GPL(chard_timer_new);

/**
 * chard_timer_start() - let a timer expire, once; any context
 * @call: a call of its device
 * @object: the timer; one that is on starts anew
 * @after: in so many nanoseconds
 *
 * Return: 0, -ENODEV or -EIO when the device does not answer any more, -EXDEV
 * for the timer of another device.
 */
int chard_timer_start(struct chard_call *call, struct chard_object *object, __u64 after)
{
	struct chard_timer *timer = chard_timer_of(object);
	int error = chard_start_error(call, object);
	unsigned long flags;

	if (error)
		return error;
	spin_lock_irqsave(&timer->lock, flags);
	timer->on = true;
	hrtimer_start(&timer->timer, chard_ktime(after), HRTIMER_MODE_REL_SOFT);
	spin_unlock_irqrestore(&timer->lock, flags);
	return 0;
}
EXPORT_SYMBOL_GPL(chard_timer_start);

/**
 * chard_timer_cancel() - let a timer not expire; any context
 * @object: the timer; if it expires just now, that goes on, and is the last
 */
void chard_timer_cancel(struct chard_object *object)
{
	struct chard_timer *timer = chard_timer_of(object);
	unsigned long flags;

	spin_lock_irqsave(&timer->lock, flags);
	timer->on = false;
	hrtimer_try_to_cancel(&timer->timer);
	spin_unlock_irqrestore(&timer->lock, flags);
}
EXPORT_SYMBOL_GPL(chard_timer_cancel);

/**
 * struct chard_work - work of a device
 * @object: makes it one of its device's
 * @work: on a queue of the kernel's
 * @token: what the handler knows it by
 */
struct chard_work {
	struct chard_object object;
	struct delayed_work work;
	unsigned long token;
};

static struct chard_work *chard_work_of(struct chard_object *object)
{
	return container_of(object, struct chard_work, object);
}

static void chard_work_run(struct work_struct *work_struct)
{
	struct chard_work *work = container_of(work_struct, struct chard_work, work.work);
	struct chard_device *device = work->object.device;

	device->driver->work(device, device->state, work->token);
}

static void chard_work_stop(struct chard_object *object)
{
	cancel_delayed_work_sync(&chard_work_of(object)->work);
}

static const struct chard_object_type chard_work_type = {
	.stop = chard_work_stop,
};

/**
 * chard_work_new() - work of a call's device, not queued; may sleep
 * @call: the call
 * @token: what its entry is given
 *
 * Return: the work, NULL when there is no memory.
 */
struct chard_object *chard_work_new(struct chard_call *call, unsigned long token)
{
	struct chard_work *work;

	work = chard_background_new(call, chard_call_driver(call)->work, sizeof(*work),
				    &chard_work_type);
	if (!work)
		return NULL;
	INIT_DELAYED_WORK(&work->work, chard_work_run);
	work->token = token;
	return chard_object_add(&work->object);
}
EXPORT_SYMBOL_GPL(chard_work_new);

/**
 * chard_work_start() - queue work; any context
 * @call: a call of its device
 * @object: the work; if it is queued it stays so, if it runs it runs once more
 * @after: in so many nanoseconds, rounded up to jiffies
 *
 * Return: as chard_timer_start().
 */
int chard_work_start(struct chard_call *call, struct chard_object *object, __u64 after)
{
	int error = chard_start_error(call, object);
	u64 delay = after ? min_t(u64, nsecs_to_jiffies64(after) + 1, MAX_JIFFY_OFFSET) : 0;

	if (error)
		return error;
	queue_delayed_work(system_unbound_wq, &chard_work_of(object)->work, delay);
	return 0;
}
EXPORT_SYMBOL_GPL(chard_work_start);

/**
 * chard_work_cancel() - take work off its queue; any context
 * @object: the work; if it runs, that goes on
 */
void chard_work_cancel(struct chard_object *object)
{
	cancel_delayed_work(&chard_work_of(object)->work);
}
EXPORT_SYMBOL_GPL(chard_work_cancel);

/**
 * struct chard_thread - a thread of a device
 * @object: makes it one of its device's
 * @task: the thread, held; NULL until it is started
 * @token: what the handler knows it by
 */
struct chard_thread {
	struct chard_object object;
	struct task_struct *task;
	unsigned long token;
};

static struct chard_thread *chard_thread_of(struct chard_object *object)
{
	return container_of(object, struct chard_thread, object);
}

static int chard_thread_run(void *data)
{
	struct chard_thread *thread = data;
	struct chard_device *device = thread->object.device;

	return device->driver->thread(device, device->state, thread->token);
}

/* The handler has returned, or will: its waits end with ENODEV. */
static void chard_thread_stop(struct chard_object *object)
{
	struct task_struct *task = xchg(&chard_thread_of(object)->task, NULL);

	if (!task)
		return;
	kthread_stop(task);
	put_task_struct(task);
}

static const struct chard_object_type chard_thread_type = {
	.stop = chard_thread_stop,
};

/**
 * chard_thread_new() - a thread of a call's device, not started; may sleep
 * @call: the call
 * @token: what its entry is given
 *
 * Return: the thread, NULL when there is no memory.
 */
struct chard_object *chard_thread_new(struct chard_call *call, unsigned long token)
{
	struct chard_thread *thread;

	thread = chard_background_new(call, chard_call_driver(call)->thread, sizeof(*thread),
				      &chard_thread_type);
	if (!thread)
		return NULL;
	thread->token = token;
	return chard_object_add(&thread->object);
}
EXPORT_SYMBOL_GPL(chard_thread_new);

/**
 * chard_thread_start() - let a thread run; may sleep
 * @call: a call of its device
 * @object: the thread; it runs once
 *
 * Return: as chard_timer_start(); -EBUSY when it was started before, -EDEADLK
 * where the call holds a spinlock, -ENOMEM, -EINTR when the caller is killed
 * meanwhile.
 */
int chard_thread_start(struct chard_call *call, struct chard_object *object)
{
	struct chard_thread *thread = chard_thread_of(object);
	int error = chard_sleep_error(call) ?: chard_start_error(call, object);
	struct task_struct *task;

	if (error)
		return error;
	task = kthread_create(chard_thread_run, thread, "%s", object->device->name);
	if (IS_ERR(task))
		return PTR_ERR(task);
	get_task_struct(task);
	if (cmpxchg(&thread->task, NULL, task)) {
		/* It has not run, and ends without. */
		kthread_stop(task);
		put_task_struct(task);
		return -EBUSY;
	}
	wake_up_process(task);
	return 0;
}
EXPORT_SYMBOL_GPL(chard_thread_start);
