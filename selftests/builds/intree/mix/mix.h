/* SPDX-License-Identifier: GPL-2.0 */
/* What mix.rs has for C. */
#include <linux/types.h>

u64 mix(u64 x, u64 rounds);
