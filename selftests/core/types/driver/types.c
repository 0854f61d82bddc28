// SPDX-License-Identifier: GPL-2.0
/* /dev/chard-types: what a handler may use, as a test says. */
#include "chard.h"

CHARD_MISC_DRIVER(types, 0666, read_iter, write_iter, ioctl, fasync, timer);

MODULE_DESCRIPTION("chard types: what a handler may use");
MODULE_AUTHOR("The chard authors");
MODULE_LICENSE("GPL");
