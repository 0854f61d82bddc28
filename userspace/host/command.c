// SPDX-License-Identifier: GPL-2.0
/*
 * What core/command.c is: commands that are answered later. No ring is there yet to
 * bring one, so their handlers are compiled and linked.
 */
#include <string.h>

#include "host.h"
#include "objects.h"

void chard_command_payload(const struct chard_command *command, void *to, unsigned long len)
{
	memcpy(to, command->payload, len);
}

struct chard_object *chard_command_later(struct chard_call *call, struct chard_command *command)
{
	return command->pending = object_new(call);
}

/* Whoever is first, under the lock, is the one to end it. */
int chard_command_answer(struct chard_object *object, long result, __u64 extra)
{
	int first;

	pthread_mutex_lock(&objects_lock);
	first = !object->over;
	if (first) {
		object->over = true;
		object->result = result;
		object->extra = extra;
	}
	pthread_mutex_unlock(&objects_lock);
	if (first)
		objects_wake();
	return first;
}

int chard_command_over(const struct chard_object *object)
{
	int over;

	pthread_mutex_lock(&objects_lock);
	over = object->over;
	pthread_mutex_unlock(&objects_lock);
	return over;
}
