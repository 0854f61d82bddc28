// SPDX-License-Identifier: GPL-2.0
/* Devices whose names and attributes hold what a terminal would obey. */
#include "chard.h"

CHARD_PARAM_STRING(weird, label, "none", 64, 0644, "Any bytes");
CHARD_PARAM(weird, uint, secret, 7, 0, 100, 0600, "One that only root may read");

static const char *const names[] = { "weird/first", "weird\033[31m", NULL };

CHARD_DRIVER(weird, 0640, CHARD_REGION(4, .devices = 2, .node = "weird", .names = names),
	     attributes);

MODULE_DESCRIPTION("Devices with odd names and attributes");
MODULE_LICENSE("GPL");
