// SPDX-License-Identifier: GPL-2.0
/* The system call chard_mix(x, rounds), by a function of Rust's (mix.rs). */
#include <linux/syscalls.h>

#include "mix.h"

/* A result that is no errno; so few rounds that nobody waits long. */
SYSCALL_DEFINE2(chard_mix, u64, x, u64, rounds)
{
	if (rounds > 1000)
		return -E2BIG;
	return mix(x, rounds) & INT_MAX;
}
