/* SPDX-License-Identifier: GPL-2.0 */
/* What probe.rs has for C, and C for it. */
#include "three.h"

u64 three_greet(void);
u32 three_stack(void);
u32 three_call(u32 (*f)(void));
u64 three_choose(u32 x, u64 y);
u64 three_index(const u64 *table, unsigned long x);
void three_copy(u64 *to, const u64 *from);
void three_copy_much(u64 *to, const u64 *from);

extern u64 three_word;
void three_say(const char *text);
void three_trace(void);
