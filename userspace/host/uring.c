// SPDX-License-Identifier: GPL-2.0
/*
 * What brings a command to the device and has its end: what a ring is to one entry
 * (IORING_OP_URING_CMD). The suite calls these; no ring is there.
 */
#include <errno.h>
#include <linux/types.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "../suite-host.h"
#include "host.h"
#include "objects.h"

/* What is behind the fields of an entry, as it is and in a ring of large ones. */
#define PAYLOAD 16
#define PAYLOAD_LARGE 80

/**
 * struct host_command - a command, from when it is submitted until its end is taken
 * @next: in the list of all
 * @file: it holds this
 * @pending: has its answer, once there is one; NULL where @result is it
 * @result: the answer
 * @extra: the second result
 * @payload: what goes with it
 */
struct host_command {
	struct host_command *next;
	struct file *file;
	struct chard_object *pending;
	long result;
	__u64 extra;
	char payload[PAYLOAD_LARGE];
};

/* Guarded by objects_lock. */
static struct host_command *host_commands;

/* As the core's chard_command_end() has it: an error is the answer, whatever was kept. */
static void issue(struct host_command *command, struct chard_command *asked)
{
	const struct chard_driver *driver = chard_loaded;
	struct chard_call call = { .file = &command->file->chard,
				   .filp = command->file,
				   .may = asked->nowait ? CHARD_MAY_NOWAIT : CHARD_MAY_ALL };
	long ret = device_refusal(command->file->chard.device);

	asked->pending = NULL;
	asked->later = 0;
	asked->extra = 0;
	if (!ret)
		ret = CHARD_CALL_BY(&call, call.file->device, driver->entries->uring_cmd, asked);
	if (ret == -CHARD_ERESTARTSYS)
		ret = -EINTR;
	command->result = ret;
	command->extra = asked->extra;
	if (!asked->pending)
		return;
	if (ret < 0 || !asked->later) {
		chard_command_answer(asked->pending, ret, 0);
		return;
	}
	command->pending = asked->pending;
	/* It was not there yet, perhaps, when the device went. */
	ret = device_refusal(command->file->chard.device);
	if (ret)
		chard_command_answer(command->pending, ret, 0);
}

struct host_command *host_command_submit(int fd, unsigned int op, const void *payload, size_t size)
{
	struct host_command *command = calloc(1, sizeof(*command));
	struct chard_command asked = { .op = op, .nowait = 1 };

	if (!command || size > PAYLOAD_LARGE)
		refuse("payload of", size);
	command->file = file_get(fd);
	if (!command->file)
		refuse("ring for descriptor", fd);
	if (size)
		memcpy(command->payload, payload, size);
	asked.size = size > PAYLOAD ? PAYLOAD_LARGE : PAYLOAD;
	asked.payload = command->payload;
	if (!chard_loaded->entries->uring_cmd) {
		command->result = -EOPNOTSUPP;
	} else {
		issue(command, &asked);
		/* A ring has a worker for this, which may sleep. */
		asked.nowait = 0;
		if (!command->pending && command->result == -EAGAIN)
			issue(command, &asked);
	}
	pthread_mutex_lock(&objects_lock);
	command->next = host_commands;
	host_commands = command;
	pthread_mutex_unlock(&objects_lock);
	return command;
}

int host_command_ended(struct host_command *command)
{
	return !command->pending || chard_command_over(command->pending);
}

void host_command_cancel(struct host_command *command)
{
	if (command->pending)
		chard_command_answer(command->pending, -ECANCELED, 0);
}

long host_command_end(struct host_command *command, unsigned long long *extra)
{
	struct host_command **at = &host_commands;
	struct chard_object *pending = command->pending;
	long result;

	pthread_mutex_lock(&objects_lock);
	while (pending && !pending->over)
		objects_wait(0);
	while (*at != command)
		at = &(*at)->next;
	*at = command->next;
	result = pending ? pending->result : command->result;
	if (extra)
		*extra = pending ? pending->extra : command->extra;
	pthread_mutex_unlock(&objects_lock);
	file_put(command->file);
	free(command);
	return result;
}

/* commands_end() - the process ends, and its rings do */
void commands_end(void)
{
	while (host_commands) {
		host_command_cancel(host_commands);
		host_command_end(host_commands, NULL);
	}
}
