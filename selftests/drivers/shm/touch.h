/* SPDX-License-Identifier: GPL-2.0 */
/* Touches of mapped memory, and how they end. */
#ifndef SHM_TOUCH_H
#define SHM_TOUCH_H

#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

static __thread sigjmp_buf touched;

static inline void touch_failed(int signal)
{
	siglongjmp(touched, signal);
}

/* The signal that a touch of memory ends with, 0 for none; by any number of threads. */
static inline int touch(char *at, bool write)
{
	struct sigaction action = { .sa_handler = touch_failed, .sa_flags = SA_NODEFER };
	int signal;

	sigaction(SIGBUS, &action, NULL);
	sigaction(SIGSEGV, &action, NULL);
	signal = sigsetjmp(touched, 1);
	if (signal)
		return signal;
	if (write)
		__atomic_store_n(at, 'w', __ATOMIC_RELAXED);
	else
		__atomic_load_n(at, __ATOMIC_RELAXED);
	return 0;
}

#endif
