/* SPDX-License-Identifier: GPL-2.0 */
/* What the parts of the test of bound devices share. */
#ifndef BOUND_TEST_H
#define BOUND_TEST_H

#include "../faults/tasks.h"
#include "chard_plug.h"

#define KO "chard_plug.ko"
#define MODULE "chard_plug"
#define FIRST "/dev/chard-plug0"
#define SYSFS "/sys/class/chard/chard-plug0/"
#define DRIVER "/sys/bus/platform/drivers/chard-plug/"
#define PIECE "/sys/devices/platform/chard-plug.0/"
#define COUNTS "/sys/module/chard_plug/parameters/counts"
#define FAIL "/sys/module/chard_plug/parameters/fail"

/* Takes the first piece of hardware from its driver, and gives it back. */
static inline int unbind(void)
{
	return store(DRIVER "unbind", "chard-plug.0");
}

static inline int bind_again(void)
{
	return store(DRIVER "bind", "chard-plug.0");
}

/* What a file of sysfs has, as a number; -1 where it has none. */
long number_of(const char *path);
/* What the test's driver has counted; "removed 1 0 released 2 0 late -19". */
struct counts {
	int removed_reached, removed_not, released_reached, released_not, late;
};

struct counts counts_now(void);
/* The level that C has, or an error, below 0. */
long level(int fd);

void talks(void);
void panics(void);
void ends(void);
void fails(void);
void storm(void);
void suspends(void);

#endif
