/* SPDX-License-Identifier: GPL-2.0 */
/* What the programs here have in common; each is alone with /dev/chard-types. */
#ifndef TYPES_H
#define TYPES_H

#include <stdbool.h>

#include "../faults/module.h"
#include "driver/chard_types.h"

#define NODE "/dev/chard-types"

struct step {
	__u8 step;
	__u8 which;
};

/* A call that does these steps: 0, its errors in errors[], or an errno for all. */
int run(int fd, const struct step *steps, size_t n, int flags);
extern __u16 errors[CHARD_TYPES_STEPS];

#define RUN(fd, ...)                                  \
	run(fd, (const struct step[]){ __VA_ARGS__ }, \
	    sizeof((const struct step[]){ __VA_ARGS__ }) / sizeof(struct step), 0)
#define RUN_NOWAIT(fd, ...)                           \
	run(fd, (const struct step[]){ __VA_ARGS__ }, \
	    sizeof((const struct step[]){ __VA_ARGS__ }) / sizeof(struct step), RWF_NOWAIT)

/* Whether the call went through, and its steps had these errors. */
bool all_good(int error);
bool only(int error, size_t at, int expected);

/*
 * Whether the log has a text since it was marked. It is not cleared: what the
 * kernel has to say is looked at behind each program.
 */
void mark_log(void);
bool logged_since(const char *text);

int opened(void);
/* The errno of an ioctl, 0 for none. */
int control(int fd, unsigned long number, unsigned long argument);
/* Several threads at once, each with a file of its own; whether all went well. */
bool hammer(const __u32 *what, size_t threads, __u32 rounds);

#endif
