// SPDX-License-Identifier: GPL-2.0
/* What the tracepoints of a call record. */
#include <linux/ktime.h>
#include <linux/linkage.h>

#include "core.h"

#define CREATE_TRACE_POINTS
#include "chard_trace.h"

EXPORT_TRACEPOINT_SYMBOL_GPL(chard_enter);
EXPORT_TRACEPOINT_SYMBOL_GPL(chard_exit);

/* Called from assembly alone (core/arch). */
asmlinkage void chard_trace_enter(const struct chard_traced_op *op, struct chard_call *call);
asmlinkage void chard_trace_exit(const struct chard_traced_op *op, struct chard_call *call,
				 long ret);

/**
 * chard_trace_enter() - a call enters its handler, and somebody traces that; any context
 * @op: the entry that it calls
 * @call: the call
 */
asmlinkage void chard_trace_enter(const struct chard_traced_op *op, struct chard_call *call)
{
	trace_chard_enter(op->driver, chard_call_device(call), op->name);
	call->traced = true;
	call->began = ktime_get_mono_fast_ns();
}
EXPORT_SYMBOL_GPL(chard_trace_enter_keeping);

/**
 * chard_trace_exit() - a call has left its handler, and somebody traces that; any context
 * @op: the entry that it has called
 * @call: the call
 * @ret: what the entry has returned, -EIO if it has panicked
 *
 * The duration is 0 if nobody traced that the call entered.
 */
asmlinkage void chard_trace_exit(const struct chard_traced_op *op, struct chard_call *call,
				 long ret)
{
	u64 duration = call->traced ? ktime_get_mono_fast_ns() - call->began : 0;

	trace_chard_exit(op->driver, chard_call_device(call), op->name, ret, duration);
}
EXPORT_SYMBOL_GPL(chard_trace_exit_keeping);
