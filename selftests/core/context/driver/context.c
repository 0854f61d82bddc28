// SPDX-License-Identifier: GPL-2.0
/* /dev/chard-context0: what each method may do; the handler is context.rs. */
#include "chard.h"

CHARD_PARAM_STRING(context, label, "none", 32, 0644, "A text");
CHARD_PARAM_ARRAY(context, sizes, 4, 1, 100, 0644, "Some numbers");

CHARD_DRIVER(context, 0666, CHARD_REGION(16, .devices = 1), read_iter, write_iter, llseek,
	     unlocked_ioctl, compat_ioctl, poll, fasync, flush, fsync, mmap, uring_cmd, timer, work,
	     thread, event, request, show_fdinfo, attributes);

MODULE_DESCRIPTION("What each method of a handler may do");
MODULE_LICENSE("GPL");
