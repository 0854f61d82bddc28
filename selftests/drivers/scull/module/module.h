/* SPDX-License-Identifier: GPL-2.0 */
/* What the tests of the module scull share: results, nodes, files of sysfs. */
#ifndef SCULL_MODULE_H
#define SCULL_MODULE_H

#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

#include "../../../core/faults/module.h"
#include "../children.h"
#include "chard_scull.h"

/* A call's result, or its errno as a negative number. */
#define result(call)                              \
	({                                        \
		long __result = (call);           \
		__result < 0 ? -errno : __result; \
	})

/* Opens and closes: 0, or the errno as a negative number. */
static inline int try_open(const char *node, int flags)
{
	int fd = open(node, flags | O_CLOEXEC);

	return fd < 0 ? -errno : close(fd);
}

/* Writes a text to a file: 0, or the errno as a negative number. */
static inline int store(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int error = fd < 0 || write(fd, text, strlen(text)) < 0 ? -errno : 0;

	if (fd >= 0)
		close(fd);
	return error;
}

/* The number that a file begins with, or the errno as a negative number. */
static inline long show(const char *path)
{
	char text[64] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int error = fd < 0 || read(fd, text, sizeof(text) - 1) < 0 ? -errno : 0;

	if (fd >= 0)
		close(fd);
	return error ?: atol(text);
}

void parameters(void);
void resets(void);

#endif
