// SPDX-License-Identifier: GPL-2.0
/* Work of a device, on a queue of its driver's. */
#include <linux/jiffies.h>
#include <linux/workqueue.h>

#include "background/background.h"

/**
 * struct chard_work - work of a device
 * @background: what it has in common with others
 * @work: on the queue of its driver
 */
struct chard_work {
	struct chard_background background;
	struct delayed_work work;
};

/*
 * chard_work_begin() - a queue for the work of a driver; -ENOMEM; may sleep
 *
 * A handler's work may wait for as long as it likes. On one of the kernel's queues it would
 * keep the work of others waiting: so many run there at once and no more.
 */
int chard_work_begin(const struct chard_driver *driver)
{
	if (!driver->work)
		return 0;
	driver->live->work = alloc_workqueue("chard-%s", WQ_UNBOUND, 0, driver->name);
	return driver->live->work ? 0 : -ENOMEM;
}

/* chard_work_end() - the reverse, when the driver has no work any more; may sleep */
void chard_work_end(const struct chard_driver *driver)
{
	if (driver->live->work)
		destroy_workqueue(driver->live->work);
	driver->live->work = NULL;
}

static struct chard_work *chard_work_of(struct chard_background *background)
{
	return container_of(background, struct chard_work, background);
}

static void chard_work_run(struct work_struct *work_struct)
{
	struct chard_work *work = container_of(work_struct, struct chard_work, work.work);

	chard_background_enter(&work->background, work->background.object.driver->work);
	chard_background_put(&work->background);
}

static void chard_work_start(struct chard_background *background, u64 after, bool again)
{
	u64 delay = after ? min_t(u64, nsecs_to_jiffies64(after) + 1, MAX_JIFFY_OFFSET) : 0;
	struct workqueue_struct *queue = background->object.driver->live->work;
	struct delayed_work *work = &chard_work_of(background)->work;
	bool was_queued;

	if (again)
		was_queued = mod_delayed_work(queue, work, delay);
	else
		was_queued = !queue_delayed_work(queue, work, delay);
	/* It can not have ended before: its end takes the lock. */
	if (!was_queued)
		chard_background_get(background);
}

static bool chard_work_cancel(struct chard_background *background)
{
	return cancel_delayed_work(&chard_work_of(background)->work);
}

static const struct chard_background_type chard_work_type = {
	.object = {
		.wake = chard_background_wake,
		.stop = chard_background_stop,
		.cancel = chard_background_cancel,
	},
	.waits = true,
	.start = chard_work_start,
	.cancel = chard_work_cancel,
};

/**
 * chard_work_new() - work of a call's device, not queued; sleeps where that is possible
 * @call: the call
 * @token: what its entry is given
 *
 * Return: the work, NULL when there is no memory.
 */
struct chard_object *chard_work_new(struct chard_call *call, unsigned long token)
{
	struct chard_work *work = chard_background_new(call, chard_call_driver(call)->work, token,
						       sizeof(*work), &chard_work_type);

	if (!work)
		return NULL;
	INIT_DELAYED_WORK(&work->work, chard_work_run);
	return chard_object_add(&work->background.object);
}
EXPORT_SYMBOL_GPL(chard_work_new);
