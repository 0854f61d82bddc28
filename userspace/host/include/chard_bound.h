/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What core/chard_bound.h is to a driver's C file, for a process: no bus is there, and the
 * suite binds the devices.
 */
#ifndef CHARD_BOUND_H
#define CHARD_BOUND_H

#include "chard.h"
#include "chard_device.h"

#define CHARD_BOUND_REGION(_minors)                                \
	{                                                          \
		.region = true, .bound = true, .minors = (_minors) \
	}

/* Nobody calls @_init and @_exit, which need not be there. */
#define CHARD_BOUND_DRIVER(_name, _mode, _minors, _init, _exit, ...) \
	CHARD_DRIVER(_name, _mode, CHARD_BOUND_REGION(_minors), ##__VA_ARGS__)

#endif
