/* SPDX-License-Identifier: GPL-2.0 */
/* core/core.h for core/call.c, which is compiled for the process unchanged. */
#ifndef CHARD_CORE_H
#define CHARD_CORE_H

#include "chard.h"

_Static_assert(sizeof(struct mutex) <= CHARD_MUTEX_WORDS * sizeof(long), "CHARD_MUTEX_WORDS");

#endif
