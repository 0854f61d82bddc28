// SPDX-License-Identifier: GPL-2.0
/* Timers of a device: an hrtimer each, which expires in softirq. */
#include <linux/hrtimer.h>

#include "background/background.h"
#include "compat.h"

/**
 * struct chard_timer - a timer of a device
 * @background: what it has in common with others
 * @timer: expires in softirq
 * @on: it was started, and not cancelled since
 */
struct chard_timer {
	struct chard_background background;
	struct hrtimer timer;
	bool on;
};

static struct chard_timer *chard_timer_of(struct chard_background *background)
{
	return container_of(background, struct chard_timer, background);
}

/*
 * It has expired while its device is suspended: it is due then, at once. Under its lock.
 *
 * Return: the nanoseconds to its next expiry, 0 for none: the resume starts it.
 */
static long chard_timer_defer(struct chard_background *background)
{
	if (!chard_device_is_asleep(background->object.device))
		return 1;
	background->due = true;
	background->again = false;
	background->after = 0;
	return 0;
}

/* The handler says when next. A start or a cancel that came meanwhile counts for more. */
static enum hrtimer_restart chard_timer_expired(struct hrtimer *hrtimer)
{
	struct chard_timer *timer = container_of(hrtimer, struct chard_timer, timer);
	struct chard_background *background = &timer->background;
	unsigned long flags;
	long next = 0;

	/* It may have been armed again, and cancelled, while it ran. */
	if (READ_ONCE(timer->on))
		next = chard_background_enter(background, background->object.driver->timer);
	rcu_read_lock();
	spin_lock_irqsave(&background->lock, flags);
	if (next == -EAGAIN && timer->on && !hrtimer_is_queued(hrtimer))
		next = chard_timer_defer(background);
	if (next > 0 && timer->on && !hrtimer_is_queued(hrtimer)) {
		hrtimer_forward_now(hrtimer, chard_ktime(next));
		hrtimer_start_expires(hrtimer, HRTIMER_MODE_ABS_SOFT);
	} else if (!hrtimer_is_queued(hrtimer)) {
		timer->on = false;
		chard_background_put_locked(background);
	}
	spin_unlock_irqrestore(&background->lock, flags);
	rcu_read_unlock();
	/* HRTIMER_RESTART would arm it behind the lock, where a cancel does not see it yet. */
	return HRTIMER_NORESTART;
}

static void chard_timer_start(struct chard_background *background, u64 after, bool again)
{
	struct chard_timer *timer = chard_timer_of(background);

	/* One reference, from here until it neither is armed nor runs. */
	if (!background->active)
		chard_background_get(background);
	timer->on = true;
	hrtimer_start(&timer->timer, chard_ktime(after), HRTIMER_MODE_REL_SOFT);
}

static bool chard_timer_cancel(struct chard_background *background)
{
	struct chard_timer *timer = chard_timer_of(background);

	timer->on = false;
	if (hrtimer_try_to_cancel(&timer->timer) > 0)
		return true;
	/*
	 * It runs just now. Where it is armed again already, it can not be taken off the queue:
	 * so it expires at once behind that, finds that it is off, and ends.
	 */
	if (hrtimer_is_queued(&timer->timer))
		hrtimer_start(&timer->timer, 0, HRTIMER_MODE_REL_SOFT);
	return false;
}

static const struct chard_background_type chard_timer_type = {
	.object = {
		.wake = chard_background_wake,
		.stop = chard_background_stop,
		.cancel = chard_background_cancel,
	},
	.start = chard_timer_start,
	.cancel = chard_timer_cancel,
};

/**
 * chard_timer_new() - a timer of a call's device, not started; sleeps where that is possible
 * @call: the call
 * @token: what its entry is given
 *
 * Return: the timer, NULL when there is no memory.
 */
struct chard_object *chard_timer_new(struct chard_call *call, unsigned long token)
{
	struct chard_timer *timer = chard_background_new(call, chard_call_driver(call)->timer,
							 token, sizeof(*timer), &chard_timer_type);

	if (!timer)
		return NULL;
	chard_compat_hrtimer_setup(&timer->timer, chard_timer_expired);
	return chard_object_add(&timer->background.object);
}
EXPORT_SYMBOL_GPL(chard_timer_new);
