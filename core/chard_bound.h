/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For drivers whose own C makes the devices, those of a bus for instance: NAME.c includes this
 * in place of chard.h. The functions that it calls are in chard_device.h.
 */
#ifndef CHARD_BOUND_H
#define CHARD_BOUND_H

#ifdef CHARD_H
#error "include chard_bound.h in place of chard.h, not behind it: it has the calls counted"
#endif
#define CHARD_BOUND

#include "chard.h"
#include "chard_device.h"

/**
 * CHARD_BOUND_DRIVER() - a module whose devices its own C makes
 * @_name: the handler's name, an identifier; the file is called NAME.c
 * @_mode: the nodes' permissions
 * @_minors: how many devices there may be at once, /dev/chard-NAME0 and on; /dev/chard-lm75-0 where
 *	     the name ends in a digit
 * @_init: int (*)(void), called when the module is loaded and devices can be made; registers
 *	   the driver with its bus
 * @_exit: void (*)(void), the reverse; no device is left behind it
 * @...: as for CHARD_DRIVER()
 */
#define CHARD_BOUND_DRIVER(_name, _mode, _minors, _init, _exit, ...) \
	CHARD_DRIVER_TABLE(_name, _mode, #__VA_ARGS__);              \
	CHARD_DRIVER_MODULE(_name, _init(), _exit(),                 \
			    { .region = true, .bound = true, .minors = (_minors) })

#endif
