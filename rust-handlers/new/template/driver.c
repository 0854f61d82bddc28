// SPDX-License-Identifier: GPL-2.0
/* /dev/chard-@name@: the handler is rust-handlers/@name@. */
#include "chard.h"

CHARD_MISC_DRIVER(@name@, 0600);

MODULE_DESCRIPTION("chard @name@");
MODULE_AUTHOR("The chard authors");
MODULE_LICENSE("GPL");
