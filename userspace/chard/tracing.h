/* SPDX-License-Identifier: GPL-2.0 */
/* The tracepoints of chard.ko, read by an instance of tracefs that is this program's own. */
#ifndef CHARD_TOOL_TRACING_H
#define CHARD_TOOL_TRACING_H

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "text.h"

/* How often to look whether there are tracepoints still, while there are no events. */
#define IDLE_MS 1000

/**
 * struct tracing - an instance of tracefs
 * @folder: it
 * @tracefs: where tracefs is mounted
 * @pipe: what its events are read from
 * @signals: what the signals are read from that end the program
 * @blocked: the signals that were blocked before
 * @realtime: how much CLOCK_REALTIME is ahead of the clock of the events, in nanoseconds
 * @unread: what was read and is not parsed yet
 * @parsed: how much of that is parsed
 * @driver: events of this driver alone; NULL for all
 * @device: events of this device alone; NULL for all
 */
struct tracing {
	char *folder;
	const char *tracefs;
	int pipe;
	int signals;
	sigset_t blocked;
	long long realtime;
	struct text unread;
	size_t parsed;
	char *driver;
	char *device;
};

/**
 * struct traced - an event; its strings are valid until the next one is parsed
 * @name: "enter", "exit", "panic", "add" or "remove"; "lost" for events that were dropped
 * @time: when it was, by CLOCK_REALTIME
 * @comm: what the task is called; empty if it is not known
 * @pid: its number
 * @driver: the driver's name
 * @device: the device's node below /dev; empty for a method of the driver
 * @ended: this is an exit
 * @op: of an enter and an exit: the operation
 * @place: of a panic: where in the handler
 * @ret: of an exit: what the handler has returned
 * @duration: of an exit: in nanoseconds; 0 if it is not known
 * @lost: how many events were dropped; 0 if it is not known
 */
struct traced {
	const char *name;
	struct timespec time;
	char comm[17];
	int pid;
	const char *driver;
	const char *device;
	bool ended;
	const char *op;
	const char *place;
	long ret;
	long long duration;
	unsigned long lost;
};

/* tracing.c */
int tracing_begin(struct tracing *tracing, const char *argument, bool exits_alone);
bool tracing_wait(struct tracing *tracing, int timeout_ms, int *error);
int tracing_end(struct tracing *tracing, int error);

/* traced.c */
bool tracing_next(struct tracing *tracing, struct traced *event);
bool traced_is_error(const struct traced *event);

#endif
