// SPDX-License-Identifier: GPL-2.0
/* /dev/chard-@name@: the handler is @name@.rs. */
#include "chard.h"

CHARD_MISC_DRIVER(@name@, 0600);

MODULE_DESCRIPTION("chard @name@");
MODULE_AUTHOR("@author@");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.1.0");
