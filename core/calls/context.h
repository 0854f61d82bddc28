/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a call may do.
 *
 * This is the only place that answers it. A call's entry grants what the context allows
 * that the kernel calls it in (CHARD_MAY_*, core/operations.h); a spinlock or an RCU section
 * that the call holds takes away what sleeps. docs/context.md has the table, and
 * selftests/core/context holds each cell of it.
 */
#ifndef CHARD_CONTEXT_H
#define CHARD_CONTEXT_H

#include "driver.h"

/* What a call can not do while it holds a spinlock or is in an RCU section. */
#define CHARD_MAY_BLOCK (CHARD_MAY_SLEEP | CHARD_MAY_WAIT | CHARD_MAY_CREATE | CHARD_MAY_REMOVE)

int chard_call_refuse(const struct chard_call *call, __u32 need);
int chard_call_deadlock(const struct chard_call *call, const char *why);

/* chard_call_can() - whether a call may do all of @need (CHARD_MAY_*) now */
static inline bool chard_call_can(const struct chard_call *call, __u32 need)
{
	__u32 may = unlikely(call->atomic) ? call->may & ~CHARD_MAY_BLOCK : call->may;

	return (may & need) == need;
}

/*
 * chard_call_may() - the same, with the error of a call that may not
 *
 * Return: 0; -EFAULT where the caller's memory is not there; -EAGAIN where the caller
 * asked not to wait; -EDEADLK for the rest, with a line in the log that says why.
 */
static inline int chard_call_may(const struct chard_call *call, __u32 need)
{
	return likely(chard_call_can(call, need)) ? 0 : chard_call_refuse(call, need);
}

#endif
