// SPDX-License-Identifier: GPL-2.0
#include "chard.h"

CHARD_MISC_DRIVER(odd, 0666, read_iter, ioctl, attributes);

MODULE_DESCRIPTION("States that have no size, attributes that have no end");
MODULE_LICENSE("GPL");
