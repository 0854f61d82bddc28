// SPDX-License-Identifier: GPL-2.0
/* /dev/chard-shm: the handler is rust-handlers/shm. */
#include "chard.h"

CHARD_MISC_DRIVER(shm, 0666, read_iter, write_iter, llseek, ioctl, fsync, mmap);

MODULE_DESCRIPTION("chard shm: memory that processes share");
MODULE_AUTHOR("The chard authors");
MODULE_LICENSE("GPL");
