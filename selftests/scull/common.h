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

#include "chard_scull.h"

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

/* What a child exits with. */
static inline int ended(pid_t child)
{
	int status = -1;

	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* What another user gets for the expression, 0 or an errno. */
#define as_user(id, expression)                                             \
	({                                                                  \
		pid_t __child = fork();                                     \
		if (!__child)                                               \
			_exit(setuid(id) ? 255 : -(int)result(expression)); \
		-ended(__child);                                            \
	})

/* Waits until a task sleeps: what it does next is up to the device. */
static inline void until_asleep(pid_t pid)
{
	char path[64], state = 0;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	while (state != 'S') {
		FILE *file = fopen(path, "r");

		if (!file || fscanf(file, "%*d %*s %c", &state) != 1)
			state = 'S';
		if (file)
			fclose(file);
		usleep(1000);
	}
}

#endif
