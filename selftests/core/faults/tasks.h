/* SPDX-License-Identifier: GPL-2.0 */
/* For such test programs: tasks that wait, are stalled and are killed. */
#ifndef FAULTS_TASKS_H
#define FAULTS_TASKS_H

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

#include "module.h"

/* 0 or an errno. */
static inline int result(long ret)
{
	return ret < 0 ? errno : 0;
}

/* Writes @text to a file: 0 or an errno. */
static inline int store(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int error = fd < 0 || write(fd, text, strlen(text)) < 0 ? errno : 0;

	if (fd >= 0)
		close(fd);
	return error;
}

/* Waits up to 10 s, or longer on a slow kernel, until @_condition holds; whether it does. */
#define within(_condition)                                          \
	({                                                          \
		bool __holds = false;                               \
		for (int __i = 0; __i < 1000 * slowness(); __i++) { \
			__holds = (_condition);                     \
			if (__holds)                                \
				break;                              \
			usleep(10000);                              \
		}                                                   \
		__holds;                                            \
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

/* A child in the ioctl @number of @fd, which is given an address that nobody serves; or -1. */
pid_t staller(int fd, unsigned long number);

/* The same in a thread of this process: the address is served when @serve is called. */
struct stalled {
	pthread_t thread;
	int fd;
	unsigned long number;
	int uffd;
	char *page;
	int result;
};

bool stall(struct stalled *stalled, int fd, unsigned long number);
/* Serves the address; what the ioctl has given: 0 or an errno. */
int serve(struct stalled *stalled);

#endif
