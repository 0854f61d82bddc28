/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel tells udev, for tests. */
#ifndef TEST_UEVENT_H
#define TEST_UEVENT_H

#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>

/* A socket that hears each uevent from now on; -1 with errno set. */
static inline int uevents_open(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);

	return bind(fd, (struct sockaddr *)&address, sizeof(address)) ? -1 : fd;
}

/* The value of a variable of a uevent of @length bytes, with a NUL behind; "" if it has none. */
static inline const char *uevent_value(const char *event, ssize_t length, const char *key)
{
	const char *at;

	for (at = event; at < event + length; at += strlen(at) + 1) {
		if (!strncmp(at, key, strlen(key)) && at[strlen(key)] == '=')
			return at + strlen(key) + 1;
	}
	return "";
}

#endif
