// SPDX-License-Identifier: GPL-2.0
#include "chard.h"

CHARD_PARAM(life, uint, fail, 0, 0, 3, 0444, "What is refused: 1 load, 2 new, 3 registered");

CHARD_DRIVER(life, 0666, CHARD_REGION(4, .devices = 2), read_iter, ioctl, poll, timer, work, thread,
	     fsync, show_fdinfo, attributes);

MODULE_DESCRIPTION("What begins and ends with a device");
MODULE_LICENSE("GPL");
