/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the C file of a system call needs whose body is a handler's. The kernel's
 * table names it, so it is built in; see docs/intree.md.
 */
#ifndef CHARD_SYSCALL_H
#define CHARD_SYSCALL_H

#include <linux/syscalls.h>

#include "this_driver.h"

/**
 * CHARD_SYSCALL() - the system call sys_chard_NAME(from, from_len, to, to_len)
 * @_name: the handler's name, an identifier
 *
 * It reads the caller's buffer of the one address and writes to that of the other.
 * The handler says chard::syscall!; what it returns is the call's result, and one
 * that panics ends the call with EIO.
 */
#define CHARD_SYSCALL(_name)                                                                       \
	static DEFINE_PER_CPU(struct chard_counts, chard_counts);                                  \
	static struct chard_live chard_live = CHARD_LIVE(.counts = &chard_counts);                 \
	const struct chard_driver chard_##_name##_driver = { CHARD_THIS_DRIVER(_name) };           \
	SYSCALL_DEFINE4(chard_##_name, const void __user *, from, size_t, from_len, void __user *, \
			to, size_t, to_len)                                                        \
	{                                                                                          \
		const struct chard_syscall args = {                                                \
			.from = (uintptr_t)from,                                                   \
			.from_len = from_len,                                                      \
			.to = (uintptr_t)to,                                                       \
			.to_len = to_len,                                                          \
		};                                                                                 \
		struct chard_call call CHARD_UNZEROED;                                             \
		chard_call_begin_device(&call, NULL, NULL, CHARD_MAY_ALL);                         \
		return CHARD_CALL(&call, syscall, &args);                                          \
	}

#endif
