// SPDX-License-Identifier: GPL-2.0
/* /dev/chard-fifo: the handler is rust-handlers/fifo. */
#include "chard.h"

CHARD_MISC_DRIVER(fifo, 0666, read_iter, write_iter, ioctl, poll, fasync, show_fdinfo, uring_cmd);

MODULE_DESCRIPTION("chard fifo: a pipe that its openers share");
MODULE_AUTHOR("The chard authors");
MODULE_LICENSE("GPL");
