/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * /dev/chard-temp0 and on: temperature sensors, LM75 or TMP102.
 *
 * A read at the start of the file measures, and gives millidegrees Celsius as text, "23500\n".
 * Reads behind that give the rest of that text. The driver also measures by itself, each
 * CHARD_TEMP_INTERVAL: poll(2) says POLLPRI while that temperature is at or above the limit.
 */
#ifndef CHARD_TEMP_H
#define CHARD_TEMP_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* Milliseconds from one measurement of the driver's own to the next. */
#define CHARD_TEMP_INTERVAL 100

/* The limit of a new device, in millidegrees. */
#define CHARD_TEMP_LIMIT_DEFAULT 80000

#define CHARD_TEMP_MAGIC 0xEA

/* The limit, in millidegrees. */
#define CHARD_TEMP_GET_LIMIT _IOR(CHARD_TEMP_MAGIC, 1, __s32)

/* Sets it; EBADF for a file that is not open for writing. */
#define CHARD_TEMP_SET_LIMIT _IOW(CHARD_TEMP_MAGIC, 2, __s32)

#endif
