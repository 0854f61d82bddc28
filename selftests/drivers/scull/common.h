/* SPDX-License-Identifier: GPL-2.0 */
/* What the tests of the scull devices have in common. */
#ifndef SCULL_COMMON_H
#define SCULL_COMMON_H

#include "../kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "asleep.h"
#include "chard_scull.h"
#include "children.h"

/* A call's result, or its errno as a negative number: one line says both. */
#define result(call)                                         \
	({                                                   \
		long long __result = (call);                 \
		__result < 0 ? -(long long)errno : __result; \
	})

/* Opens and closes: 0, or the errno as a negative number. */
static inline int try_open(const char *node, int flags)
{
	int fd = open(node, flags);

	return fd < 0 ? -errno : close(fd);
}

static inline void empty(const char *node)
{
	try_open(node, O_WRONLY);
}

#endif
