/* SPDX-License-Identifier: GPL-2.0 */
/* How a handler's frames are unwound, with the registers that they have saved. */
#ifndef CHARD_FRAMES_H
#define CHARD_FRAMES_H

#include "chard.h"

/* Registers as DWARF numbers them for x86-64; the last is the return address. */
enum chard_register {
	CHARD_RBX = 3,
	CHARD_RBP = 6,
	CHARD_RSP = 7,
	CHARD_R12 = 12,
	CHARD_R13,
	CHARD_R14,
	CHARD_R15,
	CHARD_RIP,
	CHARD_REGISTERS,
};

/**
 * struct chard_frame - where a function is that has called another
 * @registers: what it finds in them when that returns; only those that a function
 *	       keeps mean something
 */
struct chard_frame {
	unsigned long registers[CHARD_REGISTERS];
};

bool chard_frame_up(const struct chard_driver *driver, struct chard_frame *frame);

/**
 * struct chard_kept - the registers that a function keeps, as its caller has them
 * @rbx: as registers.S has
 * @rbp: them on the stack,
 * @r12: behind
 * @r13: which
 * @r14: the caller's
 * @r15: own frame
 * @rip: follows; where the caller goes on
 */
struct chard_kept {
	unsigned long rbx;
	unsigned long rbp;
	unsigned long r12;
	unsigned long r13;
	unsigned long r14;
	unsigned long r15;
	unsigned long rip;
};

/* From registers.S, and into it. */
__u32 chard_panicking_with(const struct chard_driver *driver, unsigned long a, unsigned long b,
			   unsigned long c, struct chard_kept *kept);
void chard_panic_with(const struct chard_driver *driver, struct chard_text *message,
		      const struct chard_place *place, unsigned long c, struct chard_kept *kept);
void __noreturn chard_resume(const struct chard_kept *kept, unsigned long *slot, long ret);

#endif
