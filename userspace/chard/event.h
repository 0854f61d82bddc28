/* SPDX-License-Identifier: GPL-2.0 */
/* Events of the kernel about devices: uevents, by a netlink socket. */
#ifndef CHARD_TOOL_EVENT_H
#define CHARD_TOOL_EVENT_H

#include <stdbool.h>
#include <stddef.h>

/* As many variables as the kernel puts into an event (UEVENT_NUM_ENVP). */
#define EVENT_VARIABLES 64

/**
 * struct event - what the kernel says; the strings are in the buffer it was received into
 * @action: "add", "remove", "change" or another one of the kernel's
 * @path: the folder in sysfs, without /sys
 * @subsystem: the class, or "module"
 * @major: as the variable says it; NULL if there is none
 * @minor: likewise
 * @node: the node's name below /dev; likewise
 * @handler: of an event of chard.ko, the name of the device's handler; likewise
 * @state: the device's state; likewise
 * @panics: how many panics the device has had; likewise
 * @others: what a handler says beside that, each KEY=VALUE
 * @other_count: how many these are
 */
struct event {
	const char *action;
	const char *path;
	const char *subsystem;
	const char *major;
	const char *minor;
	const char *node;
	const char *handler;
	const char *state;
	const char *panics;
	const char *others[EVENT_VARIABLES];
	size_t other_count;
};

int event_socket(void);
int event_receive(int fd, char *bytes, size_t room, struct event *event);

#endif
