/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A piece of hardware that is there as long as @present, and not @asleep; all that touches it
 * looks.
 */
#ifndef PLUG_H
#define PLUG_H

#include <linux/hrtimer.h>
#include <linux/irq_work.h>
#include <linux/workqueue.h>

#include "chard_device.h"
#include "chard_plug.h"

#define PLUG_ASKS 1
#define PLUG_HAPPENS 2

struct plug {
	struct chard_device *device;
	bool present;
	bool asleep;
	atomic_t touched;
	u32 level;
	u32 from;
	u32 value;
	atomic_t fires;
	s32 answered;
	long answer;
	long slept;
	struct irq_work hard;
	struct hrtimer soft;
	struct work_struct work;
};

void plug_init(struct plug *plug);
/* The hardware sleeps, for a reason (CHARD_SLEEP_*), and wakes up. */
int plug_sleep(struct plug *plug, u32 why);
int plug_wake(struct plug *plug, u32 why);
/* The hardware is gone: behind the device's end, and before it is put. */
void plug_end(void *plug);

#endif
