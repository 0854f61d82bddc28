// SPDX-License-Identifier: GPL-2.0
#include "chard.h"

#include <linux/spinlock.h>

#include "chard_planted.h"

CHARD_MISC_DRIVER(planted, 0600, ioctl);

static DEFINE_SPINLOCK(planted_spin);

void planted_spin_lock(void)
{
	spin_lock(&planted_spin);
}

void planted_spin_unlock(void)
{
	spin_unlock(&planted_spin);
}

long planted_mixed(unsigned int a, long b, void *c, bool d)
{
	return a + b + !c + d;
}

long planted_call_back(long (*call)(unsigned int a, long b, void *c, bool d))
{
	return call(1, 2, NULL, true);
}

MODULE_DESCRIPTION("Bugs in Rust, for the tools that are to report them");
MODULE_LICENSE("GPL");
