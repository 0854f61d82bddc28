// SPDX-License-Identifier: GPL-2.0
/*
 * The driver of the examples in the crate's documentation. They are compiled
 * and linked, for which it must be there; no device is made.
 */
#include "host.h"

static struct chard_counts counts;
static struct chard_live live;

const struct chard_driver chard_chard_driver = {
	.name = "chard",
	.counts = &counts,
	.live = &live,
};

const struct chard_driver *chard_call_driver(const struct chard_call *call)
{
	(void)call;
	return &chard_chard_driver;
}

/* Of the example of chard::params!. */
CHARD_PARAM(chard, uint, quantum, 4000, 1, 1048576, 0644, "A number");
CHARD_PARAM(chard, long, offset, -5, -10, 10, 0644, "A large one");
CHARD_PARAM_BOOL(chard, verbose, true, 0644, "Yes or no");
CHARD_PARAM_STRING(chard, label, "none", 32, 0644, "A text");
CHARD_PARAM_ARRAY(chard, sizes, 4, 1, 100, 0644, "Some numbers");

/* As chard::handler! has it, for the examples without one. */
extern const struct chard_driver *const chard_this_driver;
__attribute__((weak)) const struct chard_driver *const chard_this_driver = &chard_chard_driver;

/* What the stand-in has beside the contract, for devices, of which there is none. */
bool node_on_region(void)
{
	return false;
}

long device_refusal(const struct chard_device *device)
{
	(void)device;
	return 0;
}

void sigio_send(const struct chard_device *device, int code)
{
	(void)device;
	(void)code;
}
