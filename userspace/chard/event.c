// SPDX-License-Identifier: GPL-2.0
/* Events of the kernel about devices: uevents, by a netlink socket. */
#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "event.h"
#include "text.h"

/* The group that the kernel sends to; udev sends to another one. */
#define KERNEL_GROUP 1

/* The kernel drops events that do not fit; 8,192 devices that are removed are 2 MB. */
#define EVENT_ROOM (8 << 20)

/* event_socket() - a socket that receives events; or -1 with errno set */
int event_socket(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = KERNEL_GROUP };
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
			NETLINK_KOBJECT_UEVENT);
	int room = EVENT_ROOM, error;

	if (fd < 0)
		return -1;
	/* Beyond the system's limit, which takes a capability; else as much as it gives. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	if (!bind(fd, (struct sockaddr *)&address, sizeof(address)))
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

/* The value, if the variable is called that. */
static const char *value_of(const char *variable, const char *key)
{
	size_t len = strlen(key);

	return !strncmp(variable, key, len) && variable[len] == '=' ? variable + len + 1 : NULL;
}

/* Another variable than those of the members, or of their names. */
static void event_other(struct event *event, const char *variable)
{
	/* What the kernel says that nobody needs here. */
	static const char *const known[] = {
		"DEVMODE", "DEVUID", "DEVGID", "SEQNUM", "SYNTH_UUID",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++) {
		if (value_of(variable, known[i]))
			return;
	}
	if (event->other_count < EVENT_VARIABLES)
		event->others[event->other_count++] = variable;
}

/*
 * The kernel writes three variables, then those of the handler, then those of the device.
 * A handler may use the same names: the first of the former counts, and the last of these.
 */
static void event_variable(struct event *event, const char *variable)
{
	static const struct {
		const char *key;
		size_t at;
		bool last;
	} members[] = {
		{ "ACTION", offsetof(struct event, action), false },
		{ "DEVPATH", offsetof(struct event, path), false },
		{ "SUBSYSTEM", offsetof(struct event, subsystem), false },
		{ "MAJOR", offsetof(struct event, major), true },
		{ "MINOR", offsetof(struct event, minor), true },
		{ "DEVNAME", offsetof(struct event, node), true },
		{ "CHARD_HANDLER", offsetof(struct event, handler), false },
		{ "CHARD_STATE", offsetof(struct event, state), false },
		{ "CHARD_PANICS", offsetof(struct event, panics), false },
	};
	const char **member, *value;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(members); i++) {
		value = value_of(variable, members[i].key);
		if (!value)
			continue;
		member = (const char **)((char *)event + members[i].at);
		if (*member && members[i].last)
			event_other(event, *member - strlen(members[i].key) - 1);
		if (!*member || members[i].last)
			*member = value;
		else
			event_other(event, variable);
		return;
	}
	event_other(event, variable);
}

/* ACTION@PATH, and behind it variables, each with a NUL at its end. */
static bool event_parse(struct event *event, const char *bytes, size_t len)
{
	size_t at;

	*event = (struct event){};
	for (at = strlen(bytes) + 1; at < len; at += strlen(bytes + at) + 1)
		event_variable(event, bytes + at);
	return event->action && event->path && event->subsystem;
}

/*
 * event_receive() - the next event
 *
 * Return: 1 with one; 0 for a message that is none, as of another process; a negative errno:
 * -EAGAIN if there is no more, -ENOBUFS if the kernel has dropped some.
 */
int event_receive(int fd, char *bytes, size_t room, struct event *event)
{
	struct sockaddr_nl from = {};
	struct iovec vector = { .iov_base = bytes, .iov_len = room - 1 };
	struct msghdr message = {
		.msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &vector,
		.msg_iovlen = 1,
	};
	ssize_t len = recvmsg(fd, &message, 0);

	if (len < 0)
		return errno == EINTR ? 0 : -errno;
	/* The kernel's number is 0. A process of root may send as well. */
	if (from.nl_pid)
		return 0;
	if (message.msg_flags & MSG_TRUNC)
		return -ENOBUFS;
	bytes[len] = '\0';
	return event_parse(event, bytes, len);
}
