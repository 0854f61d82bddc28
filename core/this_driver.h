/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What each driver's C file has of its own, with devices or without: its table of sites,
 * what changes of it, and the bounds of its handler's code.
 */
#ifndef CHARD_THIS_DRIVER_H
#define CHARD_THIS_DRIVER_H

#include "driver.h"
#include "enter.h"

#ifndef CHARD_NAME
#error "CHARD_NAME is not defined: only the file NAME.c of the driver chard_NAME includes chard.h"
#endif

#define chard_this_driver CHARD_SYMBOL(driver)
extern const struct chard_driver chard_this_driver;
static struct chard_live chard_live;
CHARD_SITES;
CHARD_MODULE_INFO;

/* The first and the last function of the handler's code (handler.lds); never called. */
void CHARD_SYMBOL(text_begin)(void);
void CHARD_SYMBOL(text_end)(void);

/* CHARD_LIVE - the initial value of chard_live; further members may follow */
#define CHARD_LIVE(...)                                                                     \
	{                                                                                   \
		.limit = RATELIMIT_STATE_INIT(chard_live.limit, DEFAULT_RATELIMIT_INTERVAL, \
					      DEFAULT_RATELIMIT_BURST),                     \
		__VA_ARGS__                                                                 \
	}

/* CHARD_THIS_DRIVER - the members of struct chard_driver that every driver has */
#define CHARD_THIS_DRIVER(_name)                                                                 \
	.contract = CHARD_CONTRACT, .name = #_name, .owner = THIS_MODULE,                        \
	.handler = &chard_##_name##_handler, .sites = chard_sites, .sites_end = chard_sites_end, \
	.text = CHARD_SYMBOL(text_begin), .text_end = CHARD_SYMBOL(text_end), .live = &chard_live

#endif
