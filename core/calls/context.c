// SPDX-License-Identifier: GPL-2.0
/* The errors of a call that may not do what it asks for. */
#define pr_fmt(fmt) "chard: " fmt

#include "core.h"

/*
 * chard_call_deadlock() - a call would wait for itself, or sleep where it must not
 *
 * The handler's author learns why from the log. These lines have a limit of their own, so
 * that they do not use up that of a driver's faults.
 *
 * Return: -EDEADLK.
 */
int chard_call_deadlock(const struct chard_call *call, const char *why)
{
	pr_warn_ratelimited("%s: refused with EDEADLK: %s\n", chard_call_driver(call)->name, why);
	return -EDEADLK;
}

/* chard_call_refuse() - the error of a call that may not do all of @need; see chard_call_may() */
int chard_call_refuse(const struct chard_call *call, __u32 need)
{
	if (need & CHARD_MAY_COPY && !(call->may & CHARD_MAY_COPY))
		return -EFAULT;
	if (call->atomic)
		return chard_call_deadlock(call, "the call holds a spinlock or reads by RCU");
	if (call->may & CHARD_CALL_NOWAIT)
		return -EAGAIN;
	if (!(call->may & CHARD_MAY_SLEEP))
		return chard_call_deadlock(call, "a timer's or an event's call must not sleep");
	return chard_call_deadlock(call, "not in this method: see docs/context.md");
}
