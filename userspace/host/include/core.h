/* SPDX-License-Identifier: GPL-2.0 */
/* core/core.h for those files of core/ that are compiled for the process unchanged. */
#ifndef CHARD_CORE_H
#define CHARD_CORE_H

#include "chard.h"

#include <errno.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/timekeeping.h>
#include <string.h>

_Static_assert(sizeof(struct mutex) <= CHARD_LOCK_WORDS * sizeof(long), "CHARD_LOCK_WORDS");
_Static_assert(sizeof(struct rw_semaphore) <= CHARD_LOCK_WORDS * sizeof(long), "CHARD_LOCK_WORDS");

#define chard_spinlock_init __mutex_init
#define chard_rwlock_init_class __init_rwsem

/* Sparse's, which does not see a process. */
#define __acquire(_lock) \
	do {             \
	} while (0)
#define __release(_lock) \
	do {             \
	} while (0)

typedef __u32 u32;

/* No call waits for user space, so the end of a binding waits for each. */
static inline bool chard_bound_leave(struct chard_call *call)
{
	(void)call;
	return false;
}

static inline void chard_bound_return(struct chard_call *call, bool counted)
{
	(void)call;
	(void)counted;
}

static inline bool chard_bound_return_with_lock(struct chard_call *call, bool counted)
{
	(void)call;
	(void)counted;
	return true;
}

const struct chard_driver *chard_call_driver(const struct chard_call *call);
int chard_call_error(const struct chard_call *call);

#include "calls/context.h"

/* No limit: the log is the process's own. */
static inline bool chard_may_log(const struct chard_driver *driver)
{
	return driver;
}

#endif
