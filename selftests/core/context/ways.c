// SPDX-License-Identifier: GPL-2.0
/* Each way that leads to a method, and the row of docs/context.md that says what it may do. */
#include "test.h"

#define WAY(_method, _way, _row, _call, ...)                                                \
	{                                                                                   \
		.method = CHARD_CONTEXT_##_method, .way = _way, .row = _row, .call = _call, \
		__VA_ARGS__                                                                 \
	}
#define SIGNAL .signals = true
#define ANY .any_file = true
#define ARMS .arms = true

const struct way ways[] = {
	WAY(LOAD, 0, "load", call_nothing, ANY, ARMS),
	/* The first, so that lockdep knows which locks an interrupt takes. */
	WAY(TIMER, 0, "timer", call_start, ANY),
	WAY(OPEN, 0, "open", call_open, ANY, SIGNAL),
	WAY(OPEN, 3, "open with O_NONBLOCK", call_open, ANY, SIGNAL),
	WAY(OPEN, 4, "open with O_NONBLOCK", call_open, ANY),
	WAY(OPEN, 1, "open", call_open_misc, ANY),
	WAY(OPEN, 2, "open by misc_open()", call_open_misc, ANY),
	WAY(READ, 0, "read", call_read, SIGNAL),
	WAY(READ, 1, "read", call_read, SIGNAL),
	WAY(READ, 2, "read by splice()", call_read, SIGNAL),
	WAY(READ, 3, "read asked not to wait", call_read),
	WAY(READ, 4, "read asked not to wait", call_read),
	WAY(READ, 5, "read", call_read),
	WAY(WRITE, 0, "write", call_write, SIGNAL),
	WAY(WRITE, 1, "write", call_write, SIGNAL),
	WAY(WRITE, 2, "write by splice()", call_write, SIGNAL),
	WAY(WRITE, 3, "write asked not to wait", call_write),
	WAY(WRITE, 4, "write asked not to wait", call_write),
	WAY(WRITE, 5, "write", call_write),
	WAY(SEEK, 0, "seek", call_seek, SIGNAL),
	WAY(IOCTL, 0, "ioctl", call_ioctl, SIGNAL),
	WAY(COMPAT_IOCTL, 0, "compat_ioctl", call_compat, SIGNAL),
	WAY(FASYNC, 0, "fasync", call_fasync, SIGNAL),
	WAY(FSYNC, 0, "fsync", call_fsync, SIGNAL),
	WAY(FSYNC, 1, "fsync by a worker", call_fsync),
	WAY(FSYNC, 2, "fsync", call_fsync, SIGNAL),
	WAY(URING_CMD, 0, "uring_cmd asked not to wait", call_uring),
	WAY(URING_CMD, 1, "uring_cmd", call_uring),
	WAY(FLUSH, 0, "flush", call_close, SIGNAL),
	WAY(FLUSH, 1, "flush by an exit", call_exit),
	WAY(FLUSH, 2, "flush by an exec", call_exec),
	WAY(POLL, 0, "poll", call_poll, SIGNAL),
	WAY(POLL, 1, "poll", call_poll, SIGNAL),
	WAY(POLL, 2, "poll", call_poll, ARMS),
	WAY(POLL, 3, "poll", call_poll, ARMS),
	WAY(POLL, 4, "poll", call_poll, ARMS),
	WAY(RELEASE, 0, "release", call_close, SIGNAL),
	WAY(RELEASE, 1, "release", call_exit),
	WAY(RELEASE, 2, "release", call_munmap),
	WAY(RELEASE, 3, "release", call_worker_close),
	WAY(RELEASE, 4, "release", call_exec),
	WAY(MAP, 0, "map", call_map, SIGNAL),
	WAY(FAULT, 0, "fault", call_fault, ARMS, SIGNAL),
	WAY(FAULT, 1, "fault", call_fault, ARMS, SIGNAL),
	WAY(FAULT, 2, "fault by an exit", call_fault, ARMS),
	WAY(FDINFO, 0, "show_fdinfo", call_fdinfo, SIGNAL),
	WAY(SHOW, 0, "an attribute", call_show, ANY, SIGNAL),
	WAY(SHOW, 1, "an attribute", call_show, ANY, SIGNAL),
	WAY(STORE, 0, "an attribute", call_store, ANY, SIGNAL),
	WAY(STORE, 1, "an attribute", call_store, ANY, SIGNAL),
	WAY(WORK, 0, "work", call_start, ANY),
	WAY(THREAD, 0, "thread", call_start, ANY),
	WAY(EVENT, 0, "event", call_bound, ANY),
	WAY(EVENT, 1, "event", call_bound, ANY),
	WAY(EVENT, 2, "event", call_bound, ANY),
	WAY(REQUEST, 3, "request", call_bound, ANY),
	WAY(NEW, 0, "new", call_add, ANY),
	WAY(REGISTERED, 0, "registered", call_add, ANY),
	WAY(REMOVED, 0, "removed", call_remove, ANY, ARMS),
	WAY(RESET, 0, "reset", call_reset, ANY),
	WAY(FILE_DROP, 0, "the end of a file's or a device's state", call_close),
	WAY(DEVICE_DROP, 0, "the end of a file's or a device's state", call_remove, ANY, ARMS),
};

const unsigned int ways_count = ARRAY_SIZE(ways);
