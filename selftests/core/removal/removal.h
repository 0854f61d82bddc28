/* SPDX-License-Identifier: GPL-2.0 */
/* What the parts of the removal test share: the devices and their removal. */
#ifndef REMOVAL_H
#define REMOVAL_H

#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "../faults/module.h"
#include "../../drivers/shm/touch.h"
#include "chard_echo.h"
#include "chard_selftest.h"
#include "chard_shm.h"

#define ECHO_NODE "/dev/chard-echo"
#define SELFTEST_NODE "/dev/chard-selftest"
#define SHM_NODE "/dev/chard-shm"
#define SHM_REMOVE "/sys/class/misc/chard-shm/remove"
#define ECHO_REMOVE "/sys/class/misc/chard-echo/remove"
#define SELFTEST_REMOVE "/sys/class/misc/chard-selftest/remove"

/* Writes @text to an attribute: 0 or an errno. */
static inline int attribute(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int error = fd < 0 || write(fd, text, strlen(text)) < 0 ? errno : 0;

	if (fd >= 0)
		close(fd);
	return error;
}

/* The errno of an open that must fail, 0 for one that did not. */
static inline int open_error(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

/* Waits up to 5 s, or longer on a slow kernel, for a path to be no more. */
static inline bool vanishes(const char *path)
{
	for (int i = 0; i < 500 * slowness(); i++) {
		if (access(path, F_OK))
			return true;
		usleep(10000);
	}
	return false;
}

/* As rmmod does until it works: files may be on their way out. */
static inline bool unload_soon(const char *module)
{
	for (int i = 0; i < 3000 * slowness(); i++) {
		int error = unload(module);

		if (!error)
			return true;
		if (error != EAGAIN)
			break;
		usleep(2000);
	}
	return false;
}

/* Whether the log is free of what must not be there; shows what is. */
static inline bool log_clean(void)
{
	return log_is_clean() && log_lacks("left behind") && log_lacks("refused") &&
	       log_lacks("blocked");
}

void mappings(void);
void uring(void);
void races(int seconds);

#endif
