// SPDX-License-Identifier: GPL-2.0
/*
 * What core/background/object.c, wait.c and background.c are: queues that calls wait in,
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

/* objects_wake() - all waiters are to look again */
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

/* It goes with its device, or is what is left of one; what it has set going is cancelled. */
void chard_object_drop(struct chard_object *object)
{
	bool last;

	pthread_mutex_lock(&objects_lock);
	object->held = false;
	object->armed = false;
	object->cancelled = true;
	last = !object->device;
	objects_wakes++;
	pthread_cond_broadcast(&objects_news);
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

void chard_queue_wake(struct chard_call *call, struct chard_object *object, __u32 ready, int one)
{
	struct chard_device *device = call_device(call);

	/* All look again, which is as good. */
	(void)one;

	__atomic_fetch_add(&object->wakes, 1, __ATOMIC_RELAXED);
	objects_wake();
	if (ready && object->device == device)
		sigio_send(device, ready & POLLIN ? POLL_IN : POLL_OUT);
}

/* A poller looks again whenever anything is woken. */
int chard_queue_watch(struct chard_call *call, struct chard_object *object,
		      struct poll_table_struct *table)
{
	(void)object;
	(void)table;
	return chard_call_may(call, CHARD_MAY_SLEEP);
}

int chard_call_error(const struct chard_call *call)
{
	long error = device_refusal(call_device(call));

	if (!error && !call->file && call->object &&
	    __atomic_load_n(&call->object->cancelled, __ATOMIC_RELAXED))
		error = -ECANCELED;
	return error;
}

/* A signal that kills ends the process. */
int chard_call_pause(const struct chard_call *call)
{
	(void)call;
	return 0;
}

int chard_call_check(struct chard_call *call)
{
	return chard_call_error(call);
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
	int ret = chard_call_may(call, CHARD_MAY_SLEEP | CHARD_MAY_WAIT);
	struct chard_hold *hold;

	if (ret)
		return ret;
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
	int error = chard_call_may(call, CHARD_MAY_SLEEP | CHARD_MAY_WAIT);

	error = error ? error : chard_call_error(call);
	if (error)
		return error;
	if (wait->at && now() >= wait->at)
		return -ETIMEDOUT;
	pthread_mutex_lock(&objects_lock);
	for (;;) {
		wakes = __atomic_load_n(&wait->queue->wakes, __ATOMIC_RELAXED);
		if (wakes != wait->seen || chard_call_error(call) || !objects_wait(wait->at))
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

static bool is_timer(const struct chard_object *object)
{
	return object->entry == object->driver->entries->timer;
}

static bool is_thread(const struct chard_object *object)
{
	return object->entry == object->driver->entries->thread;
}

/* As core/operations.h has it: a timer may do nothing that takes long. */
static long enter(struct chard_object *object)
{
	struct chard_device *device = object->device;
	struct chard_call call = { .device = device, .object = object };

	if (!is_timer(object))
		call.may = CHARD_MAY_SLEEP | CHARD_MAY_WAIT | CHARD_MAY_CREATE;
	return CHARD_CALL_BY(&call, device, object->entry, object->token);
}

/* Enters the handler whenever its time has come. */
static void *background(void *data)
{
	struct chard_object *object = data;
	struct chard_device *device = object->device;

	pthread_mutex_lock(&objects_lock);
	while (!device_refusal(device)) {
		long next;

		if (!object->armed || !device->begun || now() < object->at) {
			objects_wait(object->armed && device->begun ? object->at : 0);
			continue;
		}
		object->armed = false;
		object->busy = true;
		pthread_mutex_unlock(&objects_lock);
		next = enter(object);
		pthread_mutex_lock(&objects_lock);
		object->busy = false;
		pthread_cond_broadcast(&objects_news);
		if (is_timer(object) && next > 0 && !object->armed && !object->cancelled) {
			object->armed = true;
			object->at += next;
		}
	}
	pthread_mutex_unlock(&objects_lock);
	return NULL;
}

/* objects_begin() - the device is whole: what was started begins */
void objects_begin(struct chard_device *device)
{
	pthread_mutex_lock(&objects_lock);
	device->begun = true;
	pthread_cond_broadcast(&objects_news);
	pthread_mutex_unlock(&objects_lock);
}

/* objects_stop() - what is set going ends, since the device is gone; waits for that */
void objects_stop(struct chard_device *device)
{
	struct chard_object *object;

	pthread_mutex_lock(&objects_lock);
	object = device->objects;
	pthread_mutex_unlock(&objects_lock);
	for (; object; object = object->next) {
		if (!object->running)
			continue;
		pthread_join(object->task, NULL);
		/* The end of a binding waits for it, and that of the device again. */
		object->running = false;
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

int chard_background_start(struct chard_call *call, struct chard_object *object, __u64 after,
			   int again)
{
	bool thread = is_thread(object);
	int ret = chard_call_error(call);

	if (object->device != call_device(call))
		return -EXDEV;
	if (!ret && thread)
		ret = chard_call_may(call, CHARD_MAY_SLEEP);
	if (!ret && thread && again)
		ret = chard_background_cancel_sync(call, object);
	if (ret)
		return ret;
	pthread_mutex_lock(&objects_lock);
	if (thread && (object->armed || object->busy)) {
		ret = -EBUSY;
	} else if (again || is_timer(object) || !object->armed) {
		object->armed = true;
		object->cancelled = false;
		object->at = objects_deadline(thread ? 0 : after);
		if (!object->running)
			object->running = !pthread_create(&object->task, NULL, background, object);
		ret = object->running ? 0 : -ENOMEM;
	}
	pthread_cond_broadcast(&objects_news);
	pthread_mutex_unlock(&objects_lock);
	return ret;
}

void chard_background_cancel(struct chard_object *object)
{
	pthread_mutex_lock(&objects_lock);
	object->armed = false;
	object->cancelled = true;
	objects_wakes++;
	pthread_cond_broadcast(&objects_news);
	pthread_mutex_unlock(&objects_lock);
}

int chard_background_cancel_sync(struct chard_call *call, struct chard_object *object)
{
	int ret = chard_call_may(call, CHARD_MAY_SLEEP | CHARD_MAY_WAIT);

	if (ret)
		return ret;
	if (object->device != call_device(call))
		return -EXDEV;
	if (!call->file && call->object == object)
		return chard_call_deadlock(call, "it would wait for its own end");
	chard_background_cancel(object);
	pthread_mutex_lock(&objects_lock);
	while (object->busy && (call->file || !(ret = chard_call_error(call))))
		objects_wait(0);
	pthread_mutex_unlock(&objects_lock);
	return ret;
}

struct chard_object *chard_timer_new(struct chard_call *call, unsigned long token)
{
	return background_new(call, token, chard_call_driver(call)->entries->timer);
}

struct chard_object *chard_work_new(struct chard_call *call, unsigned long token)
{
	return background_new(call, token, chard_call_driver(call)->entries->work);
}

struct chard_object *chard_thread_new(struct chard_call *call, unsigned long token)
{
	return background_new(call, token, chard_call_driver(call)->entries->thread);
}
