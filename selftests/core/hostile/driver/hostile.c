// SPDX-License-Identifier: GPL-2.0
#include "chard.h"

CHARD_PARAM(hostile, uint, panics, 0, 0, 2, 0444,
	    "What panics while the module loads: 1 load, 2 new");

CHARD_DRIVER(hostile, 0666, CHARD_REGION(8, .devices = 2), read_iter, write_iter, llseek, ioctl,
	     poll, fasync, flush, fsync, mmap, uring_cmd, timer, work, thread, show_fdinfo,
	     attributes);

MODULE_DESCRIPTION("Handlers that are written to do harm");
MODULE_LICENSE("GPL");
