// SPDX-License-Identifier: GPL-2.0
/*
 * Suspend and resume of a bound device, and whatever else the kernel does to hardware that no call
 * may reach meanwhile, as a reset.
 *
 * The gate is the counter of the calls, which the end of a binding waits for, too. When it is
 * shut, a call that comes waits at the gate, before it enters the handler; so does one that comes
 * back from user space, and one that has slept in a queue without a lock, which is not counted
 * there. Those in progress are waited for, but not for ever: one that holds a lock while it waits
 * for something that does not come keeps the device awake, and the suspend is refused. A timer
 * that expires meanwhile is due when the gate opens.
 *
 * A call that can not wait, an event or one whose caller asked not to wait, has -EAGAIN. A poll(2)
 * enters the handler, for its queues alone, finds nothing ready, and is woken when the gate opens.
 */
#define pr_fmt(fmt) "chard: " fmt

#include <linux/delay.h>
#include <linux/device.h>
#include <linux/jiffies.h>
#include <linux/pm.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/wait.h>

#include "background/background.h"
#include "calls/hold.h"

/* For so long a suspend waits for the calls in progress. */
#define SUSPEND_LIMIT (10 * HZ)

/* The jiffies until then, at least one. */
static unsigned long chard_left(unsigned long until)
{
	return time_before(jiffies, until) ? until - jiffies : 1;
}

/* Whether a call that waits at the gate is to wait on. */
static bool chard_gate_keeps(const struct chard_device *device)
{
	/* Behind this the counter is looked at again. */
	return smp_load_acquire(&device->gate) == CHARD_GATE_SHUT &&
	       !(atomic_read(&device->flags) & CHARD_DEVICE_GONE);
}

/**
 * chard_device_is_asleep() - whether no call may reach the hardware for a while; any context
 * @device: the device
 */
bool chard_device_is_asleep(const struct chard_device *device)
{
	return device->parent && chard_gate_keeps(device);
}
EXPORT_SYMBOL_GPL(chard_device_is_asleep);

/* chard_device_wait_awake() - wait until it wakes up; 0, -EINTR where the task was killed */
int chard_device_wait_awake(struct chard_device *device)
{
	return wait_event_killable(device->awake, !chard_gate_keeps(device)) ? -EINTR : 0;
}

/*
 * How a call waits at the gate. A suspend of the machine may freeze a system call there, where it
 * holds no lock of the kernel's or of the handler's.
 */
static unsigned int chard_gate_state(const struct chard_call *call)
{
	unsigned int state = chard_call_state(call);

	if (state == TASK_UNINTERRUPTIBLE)
		state = TASK_IDLE;
	if (call->may & CHARD_MAY_REMOVE && !chard_call_has_lock(call))
		state |= TASK_FREEZABLE;
	return state;
}

/*
 * Whether a call is counted now. Where @joins, it also joins those in progress, which a suspend
 * waits for.
 */
static bool chard_gate_lets_in(struct chard_call *call, bool joins)
{
	struct chard_device *device = chard_call_device(call);
	bool in = percpu_ref_tryget_live(&device->calls);

	/* The gate was shut before the counter, and opens behind it. */
	smp_rmb();
	if (!in && joins && READ_ONCE(device->gate) == CHARD_GATE_SHUT)
		in = percpu_ref_tryget(&device->calls);
	if (in)
		call->may |= CHARD_CALL_BOUND | CHARD_CALL_COUNTED;
	return in;
}

/* Whether those in progress may wait for this call: an event, a timer, work; what has a lock. */
static bool chard_gate_joins(const struct chard_call *call)
{
	return !call->file || chard_call_has_lock(call);
}

/*
 * chard_call_wait_awake() - a call was not counted: wait at the gate, if that is shut
 * @call: the call
 * @need: what it must be able to do to wait there, as CHARD_MAY_SLEEP
 * @joins: it may join those in progress
 *
 * Return: 0 when it is counted; -ENODEV where the device is not bound any more, -ECANCELED where
 * the call's work or thread was cancelled, which the suspend itself may wait for; -EAGAIN where
 * the call can not wait, -EINTR where the caller was killed.
 */
static long chard_call_wait_awake(struct chard_call *call, u32 need, bool joins)
{
	struct chard_device *device = chard_call_device(call);

	while (!chard_gate_lets_in(call, joins)) {
		if (READ_ONCE(device->gate) >= CHARD_GATE_GONE ||
		    atomic_read(&device->flags) & CHARD_DEVICE_GONE)
			return -ENODEV;
		if (chard_call_is_cancelled(call))
			return -ECANCELED;
		if (!chard_call_can(call, need))
			return -EAGAIN;
		if (___wait_event(device->awake,
				  !chard_gate_keeps(device) || chard_call_is_cancelled(call),
				  chard_gate_state(call), 0, 0, schedule()))
			return -EINTR;
	}
	return 0;
}

/**
 * chard_call_count_slowly() - a call comes to a device that lets none in just now
 * @call: the call, which has not entered the handler
 *
 * Return: as chard_call_count().
 */
long chard_call_count_slowly(struct chard_call *call)
{
	struct chard_device *device = chard_call_device(call);
	/* Those in progress wait for no attribute and no request. */
	bool joins = !call->file && !(call->may & CHARD_CALL_AWAITED);
	long ret = chard_call_wait_awake(call, CHARD_MAY_SLEEP | CHARD_MAY_WAIT, joins);

	/* The resume may have failed. */
	if (!ret && !(call->may & CHARD_CALL_RESETS) && chard_device_error(device)) {
		chard_bound_leave_slowly(call);
		ret = chard_device_error(device);
	}
	return ret;
}
EXPORT_SYMBOL_GPL(chard_call_count_slowly);

/* See chard_bound_return(). Where it can not be counted it goes on without the hardware. */
void chard_bound_return_slowly(struct chard_call *call)
{
	struct chard_device *device = chard_call_device(call);

	chard_call_wait_awake(call, CHARD_MAY_SLEEP, chard_gate_joins(call));
	if (chard_call_has_lock(call) && atomic_dec_and_test(&device->kept))
		wake_up_all(&device->awake);
}

/*
 * chard_bound_return_with_lock() - chard_bound_return(), for a call that has got a lock meanwhile
 *
 * Return: false where it is still away, and must not keep the lock: it gives that back, returns by
 * chard_bound_return(), and tries again. A suspend does not wait for it, and may want the lock.
 */
bool chard_bound_return_with_lock(struct chard_call *call, bool counted)
{
	if (!counted)
		return true;
	if (!chard_call_has_lock(call))
		return chard_gate_lets_in(call, true);
	chard_bound_return_slowly(call);
	return true;
}

/*
 * chard_gate_pass_slowly() - a call that is counted, holds no lock and goes on for long: wait at
 * the gate, if that is shut
 *
 * It does not join those in progress: two that do so would keep each other in progress for ever.
 */
void chard_gate_pass_slowly(struct chard_call *call)
{
	if (!chard_gate_keeps(chard_call_device(call)))
		return;
	chard_bound_leave_slowly(call);
	chard_call_wait_awake(call, CHARD_MAY_SLEEP, false);
}

/*
 * chard_gate_end() - the binding ends; once or more often; may sleep
 *
 * Return: whether calls are to be waited for: where the gate was shut none are left.
 */
bool chard_gate_end(struct chard_device *device)
{
	bool open;

	mutex_lock(&device->gate_lock);
	open = device->gate == CHARD_GATE_OPEN;
	if (open) {
		/* Before the counter: a call that is refused looks at the gate. */
		smp_store_release(&device->gate, CHARD_GATE_GONE);
		/* A suspend that did not wait any longer may have left it completed. */
		reinit_completion(&device->drained);
		percpu_ref_kill(&device->calls);
	} else if (device->gate == CHARD_GATE_SHUT) {
		/* Calls that wait look at it. */
		smp_store_release(&device->gate, CHARD_GATE_GONE_ASLEEP);
	}
	mutex_unlock(&device->gate_lock);
	wake_up_all(&device->awake);
	return open;
}

/*
 * chard_gate_hold() - no suspend begins until chard_gate_let_go(); may sleep, until a resume too
 *
 * Return: 0, -ERESTARTSYS for a signal.
 */
int chard_gate_hold(struct chard_device *device)
{
	if (!device->parent)
		return 0;
	for (;;) {
		if (mutex_lock_interruptible(&device->gate_lock))
			return -ERESTARTSYS;
		if (!chard_gate_keeps(device))
			return 0;
		mutex_unlock(&device->gate_lock);
		if (wait_event_interruptible(device->awake, !chard_gate_keeps(device)))
			return -ERESTARTSYS;
	}
}

/* Opens the gate again, and enables interrupts; under its lock. */
static void chard_gate_open(struct chard_device *device)
{
	percpu_ref_resurrect(&device->calls);
	/* Behind the counter: a call that finds the gate open can be counted. */
	smp_store_release(&device->gate, CHARD_GATE_OPEN);
	wake_up_all(&device->awake);
	/* What sleeps in a queue is counted again when it does so anew. */
	chard_objects_wake(device);
	chard_background_resume(device);
	if (device->pci && !chard_device_error(device))
		chard_pci_answers(device->pci);
}

/* Shuts it; false where a call that is counted did not end in time. */
static bool chard_gate_shut(struct chard_device *device, unsigned long until)
{
	WRITE_ONCE(device->gate, CHARD_GATE_SHUT);
	/* Before the counter: a call that is refused looks at the gate. */
	smp_wmb();
	reinit_completion(&device->drained);
	percpu_ref_kill(&device->calls);
	chard_objects_wake(device);
	return wait_for_completion_timeout(&device->drained, chard_left(until));
}

static int chard_suspend_busy(const struct chard_device *device)
{
	pr_warn("%s: no suspend: a call does not end, perhaps one that waits with a lock held\n",
		device->name);
	return -EBUSY;
}

/* Shuts it when no call is in progress; -EBUSY where one did not end: then it is open. */
static int chard_gate_close(struct chard_device *device, unsigned long until)
{
	while (chard_gate_shut(device, until)) {
		if (!atomic_read(&device->kept))
			return 0;
		/* One that is not counted waits with a lock: for another one, for user space. */
		chard_gate_open(device);
		if (!wait_event_timeout(device->awake, !atomic_read(&device->kept),
					chard_left(until)))
			return chard_suspend_busy(device);
	}
	chard_gate_open(device);
	/* What is about to complete @drained does so within an RCU section. */
	synchronize_rcu();
	return chard_suspend_busy(device);
}

/**
 * chard_device_suspend() - no call may reach the hardware until chard_device_resume(); may sleep
 * @device: the device, which is registered
 * @why: CHARD_SLEEP_*: what the handler is told
 *
 * Shuts the gate, waits for the calls in progress and calls Suspend::suspend(), if the handler has
 * it and the device is not in quarantine. What is mapped is taken away, and comes back when it is
 * touched, behind the gate; the interrupts that the core has requested are disabled. The caller
 * holds nothing that a call of the device wants.
 *
 * Return: 0, also where the device was removed; -EBUSY where a call did not end in ten seconds,
 * -EALREADY where the gate is shut; what the handler refuses with, -EIO where it panics. After
 * another error the gate is open.
 */
int chard_device_suspend(struct chard_device *device, u32 why)
{
	const struct chard_driver *driver = device->driver;
	unsigned long until = jiffies + SUSPEND_LIMIT;
	int ret = 0;

	/* A reset of the handler's has it, as a call in progress. */
	while (!mutex_trylock(&device->gate_lock)) {
		if (time_after(jiffies, until))
			return chard_suspend_busy(device);
		msleep(20);
	}
	if (device->gate >= CHARD_GATE_GONE)
		goto removed;
	ret = device->gate == CHARD_GATE_SHUT ? -EALREADY : chard_gate_close(device, until);
	if (ret)
		goto out;
	/* Of pages nothing is lost. */
	if (device->pci)
		chard_mapping_zap(device, false);
	if (driver->suspend && !chard_device_error(device))
		ret = driver->suspend(device, why);
	if (ret)
		chard_gate_open(device);
	else if (device->pci)
		chard_pci_quiet(device->pci);
out:
	mutex_unlock(&device->gate_lock);
	return ret;

removed:
	mutex_unlock(&device->gate_lock);
	/* Its handler may just be told of that. */
	if (READ_ONCE(device->dev))
		wait_for_completion(&device->removed);
	return 0;
}
EXPORT_SYMBOL_GPL(chard_device_suspend);

/**
 * chard_device_resume() - the reverse: the hardware works again; may sleep
 * @device: the device
 * @why: CHARD_SLEEP_*, as for chard_device_suspend()
 *
 * Calls Suspend::resume(), as there, and opens the gate. Where the handler refuses, its device is
 * in quarantine, as behind a panic: the attribute "reset" tries again.
 *
 * Return: 0, also where nothing was suspended; what the handler refuses with.
 */
int chard_device_resume(struct chard_device *device, u32 why)
{
	const struct chard_driver *driver = device->driver;
	int ret = 0;

	mutex_lock(&device->gate_lock);
	if (device->gate == CHARD_GATE_SHUT) {
		if (driver->suspend && !chard_device_error(device))
			ret = driver->resume(device, why);
		if (ret) {
			pr_err("%s: its handler does not resume, error %d: calls end with EIO until the device is reset\n",
			       device->name, ret);
			chard_device_quarantine(device);
		}
		chard_gate_open(device);
	}
	mutex_unlock(&device->gate_lock);
	return ret;
}
EXPORT_SYMBOL_GPL(chard_device_resume);

/* A device is the drvdata of what it is bound to, where these are the operations of its driver. */
#define CHARD_PM(_what, _does, _why)                                     \
	static int chard_pm_##_what(struct device *dev)                  \
	{                                                                \
		return chard_device_##_does(dev_get_drvdata(dev), _why); \
	}
CHARD_PM(suspend, suspend, CHARD_SLEEP_SUSPEND)
CHARD_PM(resume, resume, CHARD_SLEEP_SUSPEND)
CHARD_PM(freeze, suspend, CHARD_SLEEP_FREEZE)
CHARD_PM(thaw, resume, CHARD_SLEEP_FREEZE)
CHARD_PM(poweroff, suspend, CHARD_SLEEP_POWEROFF)
CHARD_PM(restore, resume, CHARD_SLEEP_POWEROFF)

const struct dev_pm_ops chard_pm_ops = {
	.suspend = chard_pm_suspend,
	.resume = chard_pm_resume,
	.freeze = chard_pm_freeze,
	.thaw = chard_pm_thaw,
	.poweroff = chard_pm_poweroff,
	.restore = chard_pm_restore,
};
EXPORT_SYMBOL_GPL(chard_pm_ops);
