/* SPDX-License-Identifier: GPL-2.0 */
/* What the parts of the test of lives share. */
#ifndef LIFE_TEST_H
#define LIFE_TEST_H

#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

#include "../faults/module.h"
#include "chard_life.h"

#define KO "chard_life.ko"
#define MODULE "chard_life"
#define FIRST "/dev/chard-life0"
#define SECOND "/dev/chard-life1"
#define SYSFS "/sys/class/chard/chard-life0/"

/* 0 or an errno. */
static inline int result(long ret)
{
	return ret < 0 ? errno : 0;
}

static inline int store(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int error = fd < 0 || write(fd, text, strlen(text)) < 0 ? errno : 0;

	if (fd >= 0)
		close(fd);
	return error;
}

static inline int count(int fd, int event)
{
	return ioctl(fd, CHARD_LIFE_COUNT, event);
}

/* Waits up to 5 s, or longer on a slow kernel, until @_condition holds; whether it does. */
#define within(_condition)                                         \
	({                                                         \
		bool __holds = false;                              \
		for (int __i = 0; __i < 500 * slowness(); __i++) { \
			__holds = (_condition);                    \
			if (__holds)                               \
				break;                             \
			usleep(10000);                             \
		}                                                  \
		__holds;                                           \
	})

/* The state of a task, as /proc has it; '-' where there is none. */
char state_of(pid_t task);

/* A child whose exit status is what it runs. */
#define child(...)                          \
	({                                  \
		pid_t __child = fork();     \
		if (!__child)               \
			_exit(__VA_ARGS__); \
		__child;                    \
	})

static inline int status_of(pid_t task)
{
	int status;

	waitpid(task, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* Kills a task: whether it ends. */
bool dies(pid_t task);

/* A child that has the lock of the device of @fd, in a copy of memory that nobody serves. */
pid_t staller(int fd);

void begins(void);
void cancels(void);
void waits(void);
void watched(void);
void stalled(void);
void suspends(void);

#endif
