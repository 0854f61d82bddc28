/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* The bugs that are planted, once in C and once in Rust: what ioctl makes which. */
#ifndef CHARD_PLANTED_H
#define CHARD_PLANTED_H

#include <linux/ioctl.h>

#define CHARD_PLANTED_USE_AFTER_FREE _IO('p', 0x40)
#define CHARD_PLANTED_LOCK_ORDER _IO('p', 0x41)
#define CHARD_PLANTED_LEAK _IO('p', 0x42)
#define CHARD_PLANTED_DATA_RACE _IO('p', 0x43)
#define CHARD_PLANTED_SLEEP _IO('p', 0x44)
#define CHARD_PLANTED_CALL_TYPE _IO('p', 0x45)
/* No bug: calls through pointers, by the type of what they call. */
#define CHARD_PLANTED_CALLS _IO('p', 0x46)

#ifdef __KERNEL__
/* For the handler: the crate has no lock that spins. */
void planted_spin_lock(void);
void planted_spin_unlock(void);

/* What C and Rust call of each other through a pointer. */
long planted_mixed(unsigned int a, long b, void *c, bool d);
long planted_call_back(long (*call)(unsigned int a, long b, void *c, bool d));
#endif

#endif
