// SPDX-License-Identifier: GPL-2.0
/* What the hardware does. */
#include <linux/delay.h>
#include <linux/hardirq.h>
#include <linux/irqflags.h>
#include <linux/module.h>
#include <linux/string.h>

#include "compat.h"
#include "plug.h"
#include "plug_c.h"

static atomic_t removed_reached, removed_not, released_reached, released_not;
static int late;

/* For the test: what happened when a device had gone. */
static int counts_get(char *text, const struct kernel_param *param)
{
	return sysfs_emit(text, "removed %d %d released %d %d late %d\n",
			  atomic_read(&removed_reached), atomic_read(&removed_not),
			  atomic_read(&released_reached), atomic_read(&released_not), late);
}

static const struct kernel_param_ops counts_ops = {
	.get = counts_get,
};
module_param_cb(counts, &counts_ops, NULL, 0444);

/* The handler came here with a device: so the hardware is there. */
static struct plug *plug_of(struct chard_device *device)
{
	struct plug *plug = chard_device_data(device);

	WARN_ON(!plug->present || READ_ONCE(plug->asleep));
	atomic_inc(&plug->touched);
	return plug;
}

static void plug_send(struct plug *plug)
{
	struct chard_plug_message message = { .value = plug->value };
	long ret = chard_device_event(plug->device, PLUG_HAPPENS, &message, sizeof(message));

	/* The handler has added one. */
	if (ret >= 0 && message.value != plug->value + 1)
		ret = -EBADMSG;
	WRITE_ONCE(plug->answered, ret);
	atomic_set(&plug->fires, 0);
}

static void plug_hard(struct irq_work *work)
{
	/* In a thread on a real-time kernel. */
	WARN_ON(!IS_ENABLED(CONFIG_PREEMPT_RT) && !in_hardirq());
	plug_send(container_of(work, struct plug, hard));
}

static enum hrtimer_restart plug_soft(struct hrtimer *timer)
{
	plug_send(container_of(timer, struct plug, soft));
	return HRTIMER_NORESTART;
}

static void plug_work(struct work_struct *work)
{
	struct plug *plug = container_of(work, struct plug, work);
	unsigned long flags;

	if (plug->from == CHARD_PLUG_TASK) {
		plug_send(plug);
		return;
	}
	local_irq_save(flags);
	plug_send(plug);
	WARN_ON(!irqs_disabled());
	local_irq_restore(flags);
}

void plug_init(struct plug *plug)
{
	plug->level = 7;
	plug->present = true;
	init_irq_work(&plug->hard, plug_hard);
	chard_compat_hrtimer_setup(&plug->soft, plug_soft);
	INIT_WORK(&plug->work, plug_work);
}

int plug_sleep(struct plug *plug, u32 why)
{
	int ret = chard_device_suspend(plug->device, why);

	if (ret)
		return ret;
	WRITE_ONCE(plug->asleep, true);
	/* Nobody tells the hardware that it must not. */
	plug_send(plug);
	return 0;
}

int plug_wake(struct plug *plug, u32 why)
{
	WRITE_ONCE(plug->asleep, false);
	return chard_device_resume(plug->device, why);
}

void plug_end(void *data)
{
	struct plug *plug = data;

	plug->present = false;
	irq_work_sync(&plug->hard);
	hrtimer_cancel(&plug->soft);
	cancel_work_sync(&plug->work);
	/* As an interrupt may that is still on its way. */
	late = chard_device_event(plug->device, PLUG_HAPPENS, NULL, 0);
}

__u32 plug_level(struct chard_device *device)
{
	return READ_ONCE(plug_of(device)->level);
}

void plug_set(struct chard_device *device, __u32 level)
{
	WRITE_ONCE(plug_of(device)->level, level);
	chard_device_wake(device, 0);
}

int plug_fire(struct chard_device *device, __u32 from, __u32 value)
{
	struct plug *plug = plug_of(device);

	if (from > CHARD_PLUG_TASK_IRQS_OFF)
		return -EINVAL;
	if (atomic_cmpxchg(&plug->fires, 0, 1))
		return -EBUSY;
	plug->from = from;
	plug->value = value;
	plug->answered = -EINPROGRESS;
	if (from == CHARD_PLUG_HARD)
		irq_work_queue(&plug->hard);
	else if (from == CHARD_PLUG_SOFT)
		hrtimer_start(&plug->soft, NSEC_PER_MSEC, HRTIMER_MODE_REL_SOFT);
	else
		schedule_work(&plug->work);
	return 0;
}

__s32 plug_answer(struct chard_device *device)
{
	return READ_ONCE(plug_of(device)->answered);
}

int plug_transfer(struct chard_device *device, __u8 *bytes, size_t len, __u32 ms)
{
	struct plug *plug = plug_of(device);

	msleep(ms);
	WARN_ON(!plug->present || READ_ONCE(plug->asleep));
	memset(bytes, plug->level, len);
	return len;
}

int plug_exchange(struct chard_device *device, __u8 *message, size_t len, const __u8 *by,
		  size_t by_len)
{
	struct chard_plug_message *it = (struct chard_plug_message *)message;

	if (len != sizeof(*it) || by_len != sizeof(u32))
		return -EINVAL;
	it->value += *(const u32 *)by;
	it->level = plug_of(device)->level;
	return 0;
}

void plug_removed(bool reached)
{
	atomic_inc(reached ? &removed_reached : &removed_not);
}

void plug_released(bool reached)
{
	atomic_inc(reached ? &released_reached : &released_not);
}
