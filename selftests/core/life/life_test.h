/* SPDX-License-Identifier: GPL-2.0 */
/* What the parts of the test of lives share. */
#ifndef LIFE_TEST_H
#define LIFE_TEST_H

#include "../faults/tasks.h"
#include "chard_life.h"

#define KO "chard_life.ko"
#define MODULE "chard_life"
#define FIRST "/dev/chard-life0"
#define SECOND "/dev/chard-life1"
#define SYSFS "/sys/class/chard/chard-life0/"

static inline int count(int fd, int event)
{
	return ioctl(fd, CHARD_LIFE_COUNT, event);
}

void begins(void);
void cancels(void);
void waits(void);
void watched(void);
void stalled(void);
void suspends(void);
void charged(void);

#endif
