/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From C into Rust, and the way back that a panic takes, on x86-64. Another
 * architecture has a file like this one.
 */
#ifndef CHARD_ARCH_X86_64_H
#define CHARD_ARCH_X86_64_H

#include <linux/linkage.h>
#include <linux/objtool.h>
#include <asm/unwind_hints.h>

/*
 * CHARD_ENTER_ASM - call an entry with its arguments in their registers
 *
 * The return address is put into the driver's table of sites, and the record lies above
 * it on the stack. A panic returns here and restores the frame pointer alone, so
 * the compiler has to save every other register that a function preserves.
 */
#define CHARD_ENTER_ASM(_record, _entry, _outputs, _clobbers, ...)                    \
	asm volatile("push %%rdi\n\t"                                                 \
		     "call %P[entry]\n"                                               \
		     "1:\n\t" ANNOTATE_NOENDBR "\n\tpop %%rdi\n\t"                    \
		     ".pushsection .rodata.chard_sites, 1, \"a\"\n\t"                 \
		     ".long 1b - .\n\t"                                               \
		     ".popsection\n"                                                  \
		     : "=a"(__ax), "+D"(_record), "=S"(__si), "=d"(__dx), "=c"(__cx), \
		       _outputs ASM_CALL_CONSTRAINT                                   \
		     : [entry] "i"(_entry), __VA_ARGS__                               \
		     : _clobbers "rbx", "r10", "r11", "r12", "r13", "r14", "r15", "memory", "cc")
#define CHARD_NONE
#define CHARD_R8 "+r"(__r8),
#define CHARD_R8_R9 "+r"(__r8), "+r"(__r9),
#define CHARD_NOT_R9 "r9",
#define CHARD_NOT_R8_R9 "r8", "r9",
#define CHARD_WORD(value) ((unsigned long)(value))
#define CHARD_ENTER_1(record, entry, a) \
	CHARD_ENTER_ASM(record, entry, CHARD_NONE, CHARD_NOT_R8_R9, "S"(a))
#define CHARD_ENTER_2(record, entry, a, b) \
	CHARD_ENTER_ASM(record, entry, CHARD_NONE, CHARD_NOT_R8_R9, "S"(a), "d"(b))
#define CHARD_ENTER_3(record, entry, a, b, c) \
	CHARD_ENTER_ASM(record, entry, CHARD_NONE, CHARD_NOT_R8_R9, "S"(a), "d"(b), "c"(c))
/*
 * Evaluate every argument before the first of these registers is set: KASAN and KCSAN
 * call a function for each load, and that call changes them.
 */
#define CHARD_ENTER_4(record, entry, a, b, c, d)                                     \
	unsigned long __a = CHARD_WORD(a), __b = CHARD_WORD(b), __c = CHARD_WORD(c); \
	unsigned long __d = CHARD_WORD(d);                                           \
	register unsigned long __r8 asm("r8") = __d;                                 \
	CHARD_ENTER_ASM(record, entry, CHARD_R8, CHARD_NOT_R9, "S"(__a), "d"(__b), "c"(__c))
#define CHARD_ENTER_5(record, entry, a, b, c, d, e)                                  \
	unsigned long __a = CHARD_WORD(a), __b = CHARD_WORD(b), __c = CHARD_WORD(c); \
	unsigned long __d = CHARD_WORD(d), __e = CHARD_WORD(e);                      \
	register unsigned long __r8 asm("r8") = __d;                                 \
	register unsigned long __r9 asm("r9") = __e;                                 \
	CHARD_ENTER_ASM(record, entry, CHARD_R8_R9, CHARD_NONE, "S"(__a), "d"(__b), "c"(__c))

/* CHARD_TRACE - call a function of core/arch/x86_64.S, which preserves all registers */
#define CHARD_TRACE(function, op, record, ret)                                        \
	({                                                                            \
		register const struct chard_traced_op *__r10 asm("r10") = (op);       \
		register struct chard_call *__r11 asm("r11") = (record);              \
		asm volatile("call %P[call]"                                          \
			     : ASM_CALL_CONSTRAINT                                    \
			     : [call] "i"(function), "r"(__r10), "r"(__r11), "a"(ret) \
			     : "memory");                                             \
	})

/**
 * struct chard_frame - a frame record, as a function with a frame pointer has it
 * @caller: the caller's frame record
 * @address: the return address
 * @record: of the function that CHARD_ENTER_ASM called, the call's record
 *
 * The frame pointer of the function points here.
 */
struct chard_frame {
	struct chard_frame *caller;
	unsigned long address;
	struct chard_call *record;
};

/* chard_return() - return from the function of this frame, which another has called */
static __always_inline void __noreturn chard_return(const struct chard_frame *frame, long ret)
{
	asm volatile("mov %[stack], %%rsp\n\t" UNWIND_HINT_FUNC
		     "\n\tmov %[caller], %%rbp\n\t" ASM_RET
		     :
		     : [caller] "c"(frame->caller), [stack] "d"(&frame->address), "a"(ret)
		     : "memory");
	unreachable();
}

#endif
