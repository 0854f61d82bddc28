/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints: in tracefs the events of the system "chard", for perf, bpftrace and trace-cmd.
 * docs/tracing.md describes them for their users.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM chard

#if !defined(CHARD_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define CHARD_TRACE_H

#include <linux/tracepoint.h>

#include "core.h"

/* As long as the names of devices, drivers and entries can be. */
#define CHARD_TRACE_NAME 32
/* The end of a longer path is lost. */
#define CHARD_TRACE_FILE 64

/* In the form that all kernel's events have. */
/* clang-format off */

TRACE_EVENT(chard_enter,
	TP_PROTO(const struct chard_driver *driver, const struct chard_device *device,
		 const char *op),
	TP_ARGS(driver, device, op),
	TP_STRUCT__entry(
		__array(char, driver, CHARD_TRACE_NAME)
		__array(char, device, CHARD_TRACE_NAME)
		__array(char, op, CHARD_TRACE_NAME)
	),
	TP_fast_assign(
		strscpy_pad(__entry->driver, driver->name, CHARD_TRACE_NAME);
		strscpy_pad(__entry->device, device ? device->name : "", CHARD_TRACE_NAME);
		strscpy_pad(__entry->op, op, CHARD_TRACE_NAME);
	),
	TP_printk("driver=%s device=%s op=%s", __entry->driver, __entry->device, __entry->op)
);

TRACE_EVENT(chard_exit,
	TP_PROTO(const struct chard_driver *driver, const struct chard_device *device,
		 const char *op, long ret, u64 duration),
	TP_ARGS(driver, device, op, ret, duration),
	TP_STRUCT__entry(
		__array(char, driver, CHARD_TRACE_NAME)
		__array(char, device, CHARD_TRACE_NAME)
		__array(char, op, CHARD_TRACE_NAME)
		__field(long, ret)
		__field(u64, duration)
	),
	TP_fast_assign(
		strscpy_pad(__entry->driver, driver->name, CHARD_TRACE_NAME);
		strscpy_pad(__entry->device, device ? device->name : "", CHARD_TRACE_NAME);
		strscpy_pad(__entry->op, op, CHARD_TRACE_NAME);
		__entry->ret = ret;
		__entry->duration = duration;
	),
	TP_printk("driver=%s device=%s op=%s ret=%ld duration=%llu", __entry->driver,
		  __entry->device, __entry->op, __entry->ret, __entry->duration)
);

TRACE_EVENT(chard_panic,
	TP_PROTO(const struct chard_driver *driver, const struct chard_device *device,
		 const struct chard_place *place),
	TP_ARGS(driver, device, place),
	TP_STRUCT__entry(
		__array(char, driver, CHARD_TRACE_NAME)
		__array(char, device, CHARD_TRACE_NAME)
		__array(char, file, CHARD_TRACE_FILE)
		__field(u32, line)
	),
	TP_fast_assign(
		strscpy_pad(__entry->driver, driver->name, CHARD_TRACE_NAME);
		strscpy_pad(__entry->device, device ? device->name : "", CHARD_TRACE_NAME);
		/* It has no NUL at its end. */
		scnprintf(__entry->file, CHARD_TRACE_FILE, "%.*s", (int)place->file_len,
			  place->file);
		__entry->line = place->line;
	),
	TP_printk("driver=%s device=%s place=%s:%u", __entry->driver, __entry->device,
		  __entry->file, __entry->line)
);

DECLARE_EVENT_CLASS(chard_device,
	TP_PROTO(const struct chard_device *device),
	TP_ARGS(device),
	TP_STRUCT__entry(
		__array(char, driver, CHARD_TRACE_NAME)
		__array(char, device, CHARD_TRACE_NAME)
	),
	TP_fast_assign(
		strscpy_pad(__entry->driver, device->driver->name, CHARD_TRACE_NAME);
		strscpy_pad(__entry->device, device->name, CHARD_TRACE_NAME);
	),
	TP_printk("driver=%s device=%s", __entry->driver, __entry->device)
);

DEFINE_EVENT(chard_device, chard_add,
	TP_PROTO(const struct chard_device *device),
	TP_ARGS(device)
);

DEFINE_EVENT(chard_device, chard_remove,
	TP_PROTO(const struct chard_device *device),
	TP_ARGS(device)
);

/* clang-format on */

#endif

#undef TRACE_INCLUDE_PATH
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_PATH .
#define TRACE_INCLUDE_FILE chard_trace
#include <trace/define_trace.h>
