// SPDX-License-Identifier: GPL-2.0
/* /dev/chard-tick: the handler is rust-handlers/tick. */
#include "chard.h"

CHARD_MISC_DRIVER(tick, 0666, read_iter, ioctl, poll, fasync, timer);

MODULE_DESCRIPTION("chard tick: readers wait for a timer");
MODULE_AUTHOR("The chard authors");
MODULE_LICENSE("GPL");
