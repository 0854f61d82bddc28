/* SPDX-License-Identifier: GPL-2.0 */
/* What a test has another process do, or another user; with result() at hand. */
#ifndef SCULL_CHILDREN_H
#define SCULL_CHILDREN_H

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a child exits with. */
static inline int ended(pid_t child)
{
	int status = -1;

	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* What another user gets for the expression, 0 or the errno as a negative number. */
#define as_user(id, expression)                                             \
	({                                                                  \
		pid_t __child;                                              \
		fflush(stdout);                                             \
		__child = fork();                                           \
		if (!__child)                                               \
			_exit(setuid(id) ? 255 : -(int)result(expression)); \
		-ended(__child);                                            \
	})

#endif
