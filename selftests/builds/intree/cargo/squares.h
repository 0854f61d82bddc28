/* SPDX-License-Identifier: GPL-2.0 */
/* What the crate has for C, and C for it. */
#include <linux/types.h>

u64 squares_sum(u64 count);
void squares_panics(unsigned int line);
