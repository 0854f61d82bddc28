// SPDX-License-Identifier: GPL-2.0
/* /dev/chard-selftest: the handler is rust-handlers/selftest. For tests only. */
#include "chard.h"

CHARD_MISC_DRIVER(selftest, 0600, read_iter, write_iter, unlocked_ioctl, compat_ioctl, flush, mmap,
		  timer, work, thread);

MODULE_DESCRIPTION("chard selftest: what handlers can do right and wrong");
MODULE_AUTHOR("The chard authors");
MODULE_LICENSE("GPL");
