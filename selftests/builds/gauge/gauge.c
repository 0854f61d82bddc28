// SPDX-License-Identifier: GPL-2.0
/* /dev/chard-gauge: the handler is gauge.rs, and calls what gauge_c.c has. */
#include "chard.h"

CHARD_MISC_DRIVER(gauge, 0600);

MODULE_DESCRIPTION("chard gauge: C of its own, the kernel's uapi, crates of others");
MODULE_LICENSE("GPL");
