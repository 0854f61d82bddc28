/* SPDX-License-Identifier: GPL-2.0 */
/* core/core.h for core/call.c, which is compiled for the process unchanged. */
#ifndef CHARD_CORE_H
#define CHARD_CORE_H

#include "chard.h"

#include <errno.h>
#include <linux/mutex.h>

_Static_assert(sizeof(struct mutex) <= CHARD_LOCK_WORDS * sizeof(long), "CHARD_LOCK_WORDS");

#define chard_spinlock_init __mutex_init

int chard_sleep_error(const struct chard_call *call);

#endif
