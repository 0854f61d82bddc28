// SPDX-License-Identifier: GPL-2.0
/* /dev/chard-echo: the handler is rust-handlers/echo. */
#include "chard.h"

CHARD_MISC_DRIVER(echo, 0666, read_iter, write_iter, llseek, ioctl);

MODULE_DESCRIPTION("chard echo: what is written is read back");
MODULE_AUTHOR("The chard authors");
MODULE_LICENSE("GPL");
