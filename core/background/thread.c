// SPDX-License-Identifier: GPL-2.0
/*
 * Threads of a device.
 *
 * A thread is made by its start, and gone when its handler returns, whether a call waits
 * for that or not; then it can be started again. Its last instructions run with nothing
 * that holds chard.ko; it does not sleep there, and chard_exit() waits for such tasks.
 */
#include <linux/kthread.h>
#include <linux/sched.h>

#include "background/background.h"

/**
 * struct chard_thread - a thread of a device
 * @background: what it has in common with others
 * @task: the thread, until it ends, which it says here under the lock; else NULL
 */
struct chard_thread {
	struct chard_background background;
	struct task_struct *task;
};

static struct chard_thread *chard_thread_of(struct chard_background *background)
{
	return container_of(background, struct chard_thread, background);
}

static int chard_thread_run(void *data)
{
	struct chard_thread *thread = data;
	struct chard_background *background = &thread->background;

	/* Cancelled before it began, it was woken all the same: only it can end itself. */
	if (!READ_ONCE(background->cancelled))
		chard_background_enter(background, background->object.driver->thread);
	spin_lock_irq(&background->lock);
	thread->task = NULL;
	spin_unlock_irq(&background->lock);
	chard_background_put(background);
	return 0;
}

static int chard_thread_prepare(struct chard_background *background, bool again)
{
	struct chard_thread *thread = chard_thread_of(background);
	struct task_struct *task;
	int ret = 0;

	task = kthread_create(chard_thread_run, thread, "%s", background->object.device->name);
	if (IS_ERR(task))
		return PTR_ERR(task);
	spin_lock_irq(&background->lock);
	/* A device that ends waits for threads that it finds active, and for no later ones. */
	if (background->active) {
		ret = -EBUSY;
	} else if (READ_ONCE(background->object.device->ending)) {
		ret = -ENODEV;
	} else {
		chard_background_get(background);
		background->cancelled = false;
		thread->task = task;
	}
	spin_unlock_irq(&background->lock);
	/* It has not run, and ends without. */
	if (ret)
		kthread_stop(task);
	return ret;
}

static void chard_thread_start(struct chard_background *background, u64 after, bool again)
{
	struct task_struct *task = chard_thread_of(background)->task;

	if (task)
		wake_up_process(task);
}

/* It ends itself: its waits end with an error, and one that has not begun does not. */
static bool chard_thread_cancel(struct chard_background *background)
{
	chard_thread_start(background, 0, false);
	return false;
}

static const struct chard_background_type chard_thread_type = {
	.object = {
		.wake = chard_background_wake,
		.stop = chard_background_stop,
		.cancel = chard_background_cancel,
	},
	.sleeps = true,
	.waits = true,
	.prepare = chard_thread_prepare,
	.start = chard_thread_start,
	.cancel = chard_thread_cancel,
};

/**
 * chard_thread_new() - a thread of a call's device, not started; sleeps where that is possible
 * @call: the call
 * @token: what its entry is given
 *
 * Return: the thread, NULL when there is no memory.
 */
struct chard_object *chard_thread_new(struct chard_call *call, unsigned long token)
{
	chard_callback_t entry = chard_call_driver(call)->thread;
	struct chard_thread *thread;

	thread = chard_background_new(call, entry, token, sizeof(*thread), &chard_thread_type);
	return thread ? chard_object_add(&thread->background.object) : NULL;
}
EXPORT_SYMBOL_GPL(chard_thread_new);
