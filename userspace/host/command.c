// SPDX-License-Identifier: GPL-2.0
/* What core/background/command.c is to a handler: commands that are answered later. */
#include <errno.h>
#include <string.h>

#include "host.h"
#include "objects.h"

void chard_command_payload(const struct chard_command *command, void *to, unsigned long len)
{
	memcpy(to, command->payload, len);
}

struct chard_object *chard_command_later(struct chard_call *call, struct chard_command *command)
{
	command->pending = object_new(call);
	if (command->pending)
		command->pending->command = true;
	return command->pending;
}

/* The caller that is first under the lock ends it. */
static bool answer_locked(struct chard_object *object, long result, __u64 extra)
{
	if (object->over)
		return false;
	object->over = true;
	object->result = result == -CHARD_ERESTARTSYS ? -EINTR : result;
	object->extra = extra;
	return true;
}

int chard_command_answer(struct chard_object *object, long result, __u64 extra)
{
	bool first;

	pthread_mutex_lock(&objects_lock);
	first = answer_locked(object, result, extra);
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

/* commands_refuse() - the device answers with @error now: so do those that it has kept */
void commands_refuse(struct chard_device *device, long error)
{
	pthread_mutex_lock(&objects_lock);
	for (struct chard_object *at = device->objects; at; at = at->next) {
		if (at->command)
			answer_locked(at, error, 0);
	}
	pthread_mutex_unlock(&objects_lock);
}
