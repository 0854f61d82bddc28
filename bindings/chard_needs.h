/* SPDX-License-Identifier: GPL-2.0 */
/*
 * In which context Rust may call a function of C: each declaration in chard_contract.h begins
 * with one of these, and so does each in a driver's NAME_c.h (docs/own-c.md).
 *
 * ANY_CONTEXT: nothing. In an interrupt, with interrupts off or in an RCU section it does not
 *		sleep; what allocates does as the CPU tells (chard_gfp())
 * TASK_CONTEXT: a task that runs, and not an interrupt. It does not sleep
 * NEEDS: refuses a call that may not do this (CHARD_MAY_*); within it WANTS, without which
 *	  it does less, does not wait, or refuses only a part of what it is asked for
 * BEHIND: for a call that this function has not refused
 *
 * selftests/core/context/needs.py looks whether a function of chard.ko asks for what it
 * declares. For a driver's own function the crate asks before it calls it.
 */
#ifndef CHARD_NEEDS_H
#define CHARD_NEEDS_H

#define CHARD_ANY_CONTEXT
#define CHARD_TASK_CONTEXT
#define CHARD_NEEDS(...)
#define CHARD_BEHIND(...)

#endif
