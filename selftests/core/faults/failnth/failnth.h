/* SPDX-License-Identifier: GPL-2.0 */
/* What failnth refuses allocations to. */
#ifndef FAILNTH_H
#define FAILNTH_H

#include <errno.h>
#include <stdbool.h>

/**
 * struct step - what is done, with each of its allocations refused in turn
 * @name: what it is
 * @run: does it; an errno, or 0
 * @undo: undoes it where it went well; NULL for what is only done, once
 * @exact: ENOMEM or EFAULT and no other
 */
struct step {
	const char *name;
	int (*run)(void);
	int (*undo)(void);
	bool exact;
};

/* In this order; the last step has no run. */
extern const struct step call_steps[];
extern const struct step region_steps[];
extern const struct step memory_steps[];
extern const struct step command_steps[];

static inline int result(long ret)
{
	return ret < 0 ? errno : 0;
}

static inline int nothing(void)
{
	return 0;
}

#endif
