// SPDX-License-Identifier: GPL-2.0
/*
 * What core/object.c, wait.c and background.c are: queues that calls wait in,
 * timers, work and threads, each of the latter a thread of the process's own.
 *
 * One lock and one condition serve all: what happens is rare, and who is woken
 * looks again.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "host.h"
#include "objects.h"

pthread_mutex_t objects_lock = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t objects_news;
unsigned long objects_wakes;

static void __attribute__((constructor(101))) objects_init(void)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&objects_news, &attr);
}

static unsigned long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000ULL + time.tv_nsec;
}

/* objects_wait() - wait for news, until @at at most, 0 for ever; false when it is over */
bool objects_wait(unsigned long long at)
{
	struct timespec time = { .tv_sec = at / 1000000000, .tv_nsec = at % 1000000000 };

	if (!at)
		return !pthread_cond_wait(&objects_news, &objects_lock);
	return pthread_cond_timedwait(&objects_news, &objects_lock, &time) != ETIMEDOUT;
}

/* objects_deadline() - so many nanoseconds from now; never 0 */
unsigned long long objects_deadline(unsigned long long after)
{
	unsigned long long at = now(), century = 100ULL * 365 * 86400 * 1000000000;

	return at + (after < century ? after : century);
}

/* objects_wake() - all who wait are to look again */
void objects_wake(void)
{
	pthread_mutex_lock(&objects_lock);
	objects_wakes++;
	pthread_cond_broadcast(&objects_news);
	pthread_mutex_unlock(&objects_lock);
}

/* object_new() - an object of the device, zeroed; NULL for no memory */
struct chard_object *object_new(struct chard_call *call)
{
	struct chard_device *device = call_device(call);
	struct chard_object *object = calloc(1, sizeof(*object));

	if (!object)
		return NULL;
	object->driver = chard_call_driver(call);
	object->device = device;
	object->held = true;
	count(&chard_call_driver(call)->counts->boxes, 1);
	/* The crate's tests of itself have none. */
	if (!device)
		return object;
	pthread_mutex_lock(&objects_lock);
	object->next = device->objects;
	device->objects = object;
	pthread_mutex_unlock(&objects_lock);
	return object;
}

static void object_free(struct chard_object *object)
{
	if (object->memory)
		close(object->memory);
	count(&object->driver->counts->boxes, -1);
	free(object);
}

/* It goes with its device, or is what is left of one. */
void chard_object_drop(struct chard_object *object)
{
	bool last;

	pthread_mutex_lock(&objects_lock);
	object->held = false;
	last = !object->device;
	pthread_mutex_unlock(&objects_lock);
	if (last)
		object_free(object);
}

/* objects_end() - the device goes, with what no handle is left of */
void objects_end(struct chard_device *device)
{
	struct chard_object *object, *next;

	for (object = device->objects; object; object = next) {
		bool held;

		next = object->next;
		pthread_mutex_lock(&objects_lock);
		held = object->held;
		object->device = NULL;
		pthread_mutex_unlock(&objects_lock);
		if (!held)
			object_free(object);
	}
	device->objects = NULL;
}

struct chard_object *chard_queue_new(struct chard_call *call, const char *name,
				     struct chard_class *class)
{
	(void)name;
	(void)class;
	return object_new(call);
}

void chard_queue_wake(struct chard_call *call, struct chard_object *object, __u32 ready)
{
	struct chard_device *device = call_device(call);

	__atomic_fetch_add(&object->wakes, 1, __ATOMIC_RELAXED);
	objects_wake();
	if (ready && object->device == device)
		sigio_send(device, ready & POLLIN ? POLL_IN : POLL_OUT);
}

/* Who polls looks again whenever anything is woken. */
void chard_queue_watch(struct chard_call *call, struct chard_object *object,
		       struct poll_table_struct *table)
{
	(void)call;
	(void)object;
	(void)table;
}

__u32 chard_call_error(const struct chard_call *call)
{
	return -device_refusal(call_device(call));
}

/* What lies in the record of a call that waits. */
struct wait {
	struct chard_hold hold;
	struct chard_object *queue;
	unsigned long seen;
	unsigned long long at;
};

_Static_assert(sizeof(struct wait) <= CHARD_WAIT_WORDS * sizeof(long), "CHARD_WAIT_WORDS");

static struct wait *wait_of(struct chard_call *call)
{
	return (struct wait *)call->wait;
}

int chard_wait_begin(struct chard_call *call, struct chard_object *object, __u64 timeout)
{
	struct wait *wait = wait_of(call);
	struct chard_hold *hold;

	if (chard_call_nowait(call))
		return -EAGAIN;
	if (call->flags & CHARD_CALL_OPENS || chard_sleep_error(call))
		return -EDEADLK;
	for (hold = call->held; hold; hold = hold->next) {
		if (hold->kind == CHARD_HOLD_WAIT)
			return -EDEADLK;
	}
	if (object->device != call_device(call))
		return -EXDEV;
	wait->queue = object;
	wait->seen = __atomic_load_n(&object->wakes, __ATOMIC_RELAXED);
	wait->at = timeout ? objects_deadline(timeout) : 0;
	wait->hold.kind = CHARD_HOLD_WAIT;
	wait->hold.next = call->held;
	call->held = &wait->hold;
	return 0;
}

int chard_wait_sleep(struct chard_call *call)
{
	struct wait *wait = wait_of(call);
	unsigned long wakes;
	struct chard_device *device = call_device(call);
	long error = device_refusal(device);

	if (error)
		return error;
	if (wait->at && now() >= wait->at)
		return -ETIMEDOUT;
	pthread_mutex_lock(&objects_lock);
	for (;;) {
		wakes = __atomic_load_n(&wait->queue->wakes, __ATOMIC_RELAXED);
		if (wakes != wait->seen || device_refusal(device) || !objects_wait(wait->at))
			break;
	}
	wait->seen = wakes;
	pthread_mutex_unlock(&objects_lock);
	return 0;
}

void chard_wait_end(struct chard_call *call)
{
	struct chard_hold **at = &call->held;

	while (*at != &wait_of(call)->hold)
		at = &(*at)->next;
	*at = (*at)->next;
}

/* Enters the handler whenever its time has come. */
static void *background(void *data)
{
	struct chard_object *object = data;
	struct chard_device *device = object->device;

	pthread_mutex_lock(&objects_lock);
	while (!device_refusal(device)) {
		long next;

		if (!object->armed || now() < object->at) {
			objects_wait(object->armed ? object->at : 0);
			continue;
		}
		object->armed = false;
		pthread_mutex_unlock(&objects_lock);
		next = CHARD_CALL_DEVICE(device, object->entry, object->token);
		pthread_mutex_lock(&objects_lock);
		if (object->entry == object->driver->timer && next > 0 && !object->armed) {
			object->armed = true;
			object->at += next;
		}
	}
	pthread_mutex_unlock(&objects_lock);
	return NULL;
}

/* objects_stop() - what is set going ends, since the device is gone; waits for that */
void objects_stop(struct chard_device *device)
{
	struct chard_object *object;

	for (object = device->objects; object; object = object->next) {
		if (object->running)
			pthread_join(object->task, NULL);
	}
}

static struct chard_object *background_new(struct chard_call *call, unsigned long token,
					   long (*entry)(struct chard_call *call,
							 unsigned long token, void *place))
{
	struct chard_object *object = entry ? object_new(call) : NULL;

	if (!object)
		return NULL;
	object->entry = entry;
	object->token = token;
	return object;
}

static int background_start(struct chard_object *object, __u64 after, bool again)
{
	long error = device_refusal(object->device);

	if (error)
		return error;
	pthread_mutex_lock(&objects_lock);
	if (again || !object->armed) {
		object->armed = true;
		object->at = objects_deadline(after);
	}
	if (!object->running)
		object->running = !pthread_create(&object->task, NULL, background, object);
	pthread_cond_broadcast(&objects_news);
	pthread_mutex_unlock(&objects_lock);
	return object->running ? 0 : -ENOMEM;
}

static void background_cancel(struct chard_object *object)
{
	pthread_mutex_lock(&objects_lock);
	object->armed = false;
	pthread_mutex_unlock(&objects_lock);
}

struct chard_object *chard_timer_new(struct chard_call *call, unsigned long token)
{
	return background_new(call, token, chard_call_driver(call)->timer);
}

int chard_timer_start(struct chard_call *call, struct chard_object *object, __u64 after)
{
	(void)call;
	return background_start(object, after, true);
}

void chard_timer_cancel(struct chard_object *object)
{
	background_cancel(object);
}

struct chard_object *chard_work_new(struct chard_call *call, unsigned long token)
{
	return background_new(call, token, chard_call_driver(call)->work);
}

int chard_work_start(struct chard_call *call, struct chard_object *object, __u64 after)
{
	(void)call;
	return background_start(object, after, false);
}

void chard_work_cancel(struct chard_object *object)
{
	background_cancel(object);
}

struct chard_object *chard_thread_new(struct chard_call *call, unsigned long token)
{
	return background_new(call, token, chard_call_driver(call)->thread);
}

int chard_thread_start(struct chard_call *call, struct chard_object *object)
{
	if (chard_sleep_error(call))
		return -EDEADLK;
	if (object->running)
		return -EBUSY;
	return background_start(object, 0, false);
}
