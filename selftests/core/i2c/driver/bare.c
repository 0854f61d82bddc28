// SPDX-License-Identifier: GPL-2.0
/* The handler of chips, bound to nothing. */
#include "chard.h"

CHARD_MISC_DRIVER(bare, 0666, ioctl);

MODULE_DESCRIPTION("chard bare: asks for a chip where there is none");
MODULE_AUTHOR("The chard authors");
MODULE_LICENSE("GPL");
