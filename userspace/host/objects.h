/* SPDX-License-Identifier: GPL-2.0 */
/* What waits in the stand-in: calls, and poll(2). */
#ifndef CHARD_HOST_OBJECTS_H
#define CHARD_HOST_OBJECTS_H

#include <pthread.h>
#include <stdbool.h>

/* Guards all objects, and @objects_wakes: how often anything was woken. */
extern pthread_mutex_t objects_lock;
extern unsigned long objects_wakes;

bool objects_wait(unsigned long long at);
unsigned long long objects_deadline(unsigned long long after);
int chard_sleep_error(const struct chard_call *call);

#endif
