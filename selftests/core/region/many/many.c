// SPDX-License-Identifier: GPL-2.0
/* Devices on a region, as many as the parameters say. */
#include "chard.h"

CHARD_PARAM(many, uint, major, 0, 0, 511, 0444, "Major number, 0 for one that is free");
CHARD_PARAM(many, uint, minors, 4096, 1, 8192, 0444, "Devices that there is room for");
CHARD_PARAM(many, uint, devices, 4, 0, 8192, 0444, "Devices to begin with");
CHARD_PARAM(many, uint, quantum, 4000, 1, 1048576, 0644, "A number that can be changed");
CHARD_PARAM(many, int, shift, -7, -1000, 1000, 0644, "One with a sign");
CHARD_PARAM(many, long, offset, -5, -1000000000000, 1000000000000, 0644, "A large one");
CHARD_PARAM_BOOL(many, verbose, false, 0644, "Yes or no");
CHARD_PARAM_STRING(many, label, "none", 32, 0644, "A text");
CHARD_PARAM_ARRAY(many, sizes, 4, 1, 100, 0644, "Some numbers");

static const char *const names[] = { "many-first", "many-second", NULL };

CHARD_DRIVER(many, 0640,
	     CHARD_REGION(CHARD_VALUE(many, uint, minors), .major = CHARD_VALUE(many, uint, major),
			  .devices = CHARD_VALUE(many, uint, devices), .names = names),
	     read_iter, ioctl, mmap, show_fdinfo, attributes);

MODULE_DESCRIPTION("chard many: devices that come and go");
MODULE_AUTHOR("The chard authors");
MODULE_LICENSE("GPL");
