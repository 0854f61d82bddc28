/* SPDX-License-Identifier: GPL-2.0 */
/* What the stand-in of core/bus/i2c.c asks of a suite's chip. */
#ifndef CHARD_HOST_CHIP_H
#define CHARD_HOST_CHIP_H

#include "../suite-i2c.h"

unsigned long chip_functions(const struct host_chip *chip);
int chip_transfer(struct host_chip *chip, struct host_transfer *transfer);

#endif
