/* SPDX-License-Identifier: GPL-2.0 */
/* What three.rs has for C. */
#include <linux/types.h>

u64 three_mix(u64 x, u64 rounds);
