/* SPDX-License-Identifier: GPL-2.0 */
/* SIGIO and the signals of F_SETSIG, which a test asks for and then waits for. */
#ifndef CHARD_SIGNALS_H
#define CHARD_SIGNALS_H

#include "suite.h"

#include <signal.h>
#include <time.h>

/* Keeps SIGIO and SIGRTMIN from all threads that there will be: main() does this first. */
static inline void block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGIO);
	sigaddset(&set, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

/* The next of these signals, which is blocked; its si_code, -1 for none in @ms. */
static inline int next_signal(int number, int ms, siginfo_t *info)
{
	struct timespec time = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, number);
	return sigtimedwait(&set, info, &time) == number ? info->si_code : -1;
}

static inline void subscribe(int to, int number)
{
	expect(0, fcntl(to, F_SETOWN, getpid()));
	expect(0, fcntl(to, F_SETSIG, number));
	expect(0, fcntl(to, F_SETFL, fcntl(to, F_GETFL) | O_ASYNC));
	ck_assert_int_ne(fcntl(to, F_GETFL) & O_ASYNC, 0);
}

#endif
