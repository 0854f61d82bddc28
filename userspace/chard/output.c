// SPDX-License-Identifier: GPL-2.0
/* What the commands print alike. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "tool.h"

/* json_device_head() - what both say of a device, but for its processes */
void json_device_head(struct json *json, const struct device *device)
{
	char *node = device->state == REMOVED ? NULL : format("/dev/%s", device->name);

	json_string(json, "name", device->name);
	json_string(json, "node", device->has_node ? node : NULL);
	free(node);
	json_number(json, "major", major(device->number));
	json_number(json, "minor", minor(device->number));
	json_string(json, "driver", device->driver ? device->driver->name : NULL);
	json_string(json, "parent", device->parent);
	json_string(json, "state", state_name(device));
	json_number(json, "panics", device->panics);
}

void json_processes(struct json *json, const struct device *device)
{
	size_t i, j;

	json_number(json, "open", open_count(device));
	json_begin(json, "processes", '[');
	for (i = 0; i < device->holder_count; i++) {
		const struct holder *holder = &device->holders[i];

		json_begin(json, NULL, '{');
		json_number(json, "pid", holder->pid);
		json_string(json, "comm", holder->comm);
		json_begin(json, "descriptors", '[');
		for (j = 0; j < holder->fd_count; j++)
			json_number(json, NULL, holder->fds[j]);
		json_end(json, ']');
		json_number(json, "mappings", holder->mappings);
		json_end(json, '}');
	}
	json_end(json, ']');
}

/* note_unseen() - say that there may be more processes than were shown */
void note_unseen(const struct inventory *inventory)
{
	if (inventory->unseen)
		complain("%u processes of other users were not looked at (root sees all)",
			 inventory->unseen);
}

/* time_text() - local time, with 3 or 6 digits behind the point, and how far it is from UTC */
char *time_text(const struct timespec *time, int digits)
{
	long fraction = time->tv_nsec / (digits == 3 ? 1000000 : 1000);
	char date[32], zone[16];
	struct tm local;

	localtime_r(&time->tv_sec, &local);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &local);
	strftime(zone, sizeof(zone), "%z", &local);
	return format("%s.%0*ld%.3s:%s", date, digits, fraction, zone, zone + 3);
}

/* duration_text() - nanoseconds in the unit that fits, which the caller frees */
char *duration_text(long long duration)
{
	if (duration < 1000)
		return format("%lld ns", duration);
	if (duration < 1000000)
		return format("%.1f us", duration / 1e3);
	if (duration < 1000000000)
		return format("%.1f ms", duration / 1e6);
	return format("%.1f s", duration / 1e9);
}

/* error_text() - an errno as the manuals name it, which the caller frees */
char *error_text(int error)
{
	/* Of the kernel's own. */
	static const struct {
		int error;
		const char *name;
	} others[] = {
		{ 512, "ERESTARTSYS" },
		{ 515, "ENOIOCTLCMD" },
		{ 517, "EPROBE_DEFER" },
		{ 529, "EIOCBQUEUED" },
	};
	const char *name = strerrorname_np(error);
	size_t i;

	for (i = 0; !name && i < ARRAY_SIZE(others); i++) {
		if (others[i].error == error)
			name = others[i].name;
	}
	return name ? copy_of(name) : format("error %d", error);
}

/*
 * output_flush() - write out what was printed
 *
 * Return: NULL, or why this or an earlier call has failed. stdio drops what it could not
 * write, so that a later call succeeds.
 */
const char *output_flush(void)
{
	static const char *why;

	/* A buffer that was full has been written by a printf(), whose errno has gone. */
	if (!why && ferror(stdout))
		why = "some of it was lost";
	if (fflush(stdout) && !why)
		why = strerror(errno);
	return why;
}
