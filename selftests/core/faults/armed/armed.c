// SPDX-License-Identifier: GPL-2.0
/* /dev/chard-armed: every operation there is, each of which can be made to panic. */
#include "chard.h"

CHARD_MISC_DRIVER(armed, 0600, read_iter, write_iter, llseek, ioctl, poll, fasync, flush, fsync,
		  mmap, uring_cmd, timer, work, thread);

MODULE_DESCRIPTION("chard armed: panics everywhere");
MODULE_AUTHOR("The chard authors");
MODULE_LICENSE("GPL");
