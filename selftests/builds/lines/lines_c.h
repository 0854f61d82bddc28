/* SPDX-License-Identifier: GPL-2.0 */
/* What the handler may call of C. */
#ifndef LINES_C_H
#define LINES_C_H

#include <linux/types.h>

#include "chard_needs.h"

struct chard_device;

/* The lines that the kernel or a process has requested, a bit each. */
CHARD_NEEDS(SLEEP)
int lines_requested(struct chard_device *device);

#endif
