/* SPDX-License-Identifier: GPL-2.0 */
/* What a handler makes and the stand-in keeps track of: waiters, callbacks, mappings. */
#ifndef CHARD_HOST_OBJECTS_H
#define CHARD_HOST_OBJECTS_H

#include <pthread.h>
#include <stdbool.h>

#include "calls/hold.h"

/**
 * struct chard_object - a queue, a timer, work, a thread, an array of pages, a command
 * @next: in the objects of the device
 * @driver: whose memory is counted
 * @device: whose it is; NULL once that is no more
 * @held: the handler has a handle of it
 * @wakes: of a queue, how often it was woken
 * @entry: the handler's, of what comes back to it
 * @token: what the handler knows it by
 * @task: runs @entry; only once it was started
 * @running: @task is there
 * @armed: @task is to enter the handler, at @at
 * @busy: @task is in the handler
 * @cancelled: since it was started last
 * @at: the time, of CLOCK_MONOTONIC in nanoseconds
 * @memory: of an array, the descriptor of its bytes; else 0
 * @command: it is a command, that is answered later
 * @over: of a command, it has its answer
 * @result: which is this
 * @extra: and this
 */
struct chard_object {
	struct chard_object *next;
	const struct chard_driver *driver;
	struct chard_device *device;
	bool held;
	unsigned long wakes;
	long (*entry)(struct chard_call *call, unsigned long token, void *place);
	unsigned long token;
	pthread_t task;
	bool running;
	bool armed;
	bool busy;
	bool cancelled;
	unsigned long long at;
	int memory;
	bool command;
	bool over;
	long result;
	unsigned long long extra;
};

/* Guards all objects, and @objects_wakes: how often anything was woken. */
extern pthread_mutex_t objects_lock;
extern unsigned long objects_wakes;

struct chard_object *object_new(struct chard_call *call);
bool objects_wait(unsigned long long at);
unsigned long long objects_deadline(unsigned long long after);

#endif
