/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a panic comes from Rust and goes back to C: with all registers that a
 * function keeps, as struct chard_kept has them.
 */
#include <linux/linkage.h>
#include <asm/nospec-branch.h>
#include <asm/unwind_hints.h>

/* Lays them on the stack, and says where as the fifth argument of a function. */
.macro CHARD_KEEP_REGISTERS
	push %r15
	push %r14
	push %r13
	push %r12
	push %rbp
	push %rbx
	mov %rsp, %r8
.endm

SYM_FUNC_START(chard_panicking)
	CHARD_KEEP_REGISTERS
	call chard_panicking_with
	pop %rbx
	pop %rbp
	pop %r12
	pop %r13
	pop %r14
	pop %r15
	RET
SYM_FUNC_END(chard_panicking)

SYM_FUNC_START(chard_panic)
	CHARD_KEEP_REGISTERS
	call chard_panic_with
	ud2
SYM_FUNC_END(chard_panic)

/*
 * chard_resume() - return from a function that somebody else has called
 * %rdi: the registers that it kept, a struct chard_kept
 * %rsi: where its return address is on the stack
 * %rdx: what it returns
 */
SYM_FUNC_START(chard_resume)
	mov (0 * 8)(%rdi), %rbx
	mov (1 * 8)(%rdi), %rbp
	mov (2 * 8)(%rdi), %r12
	mov (3 * 8)(%rdi), %r13
	mov (4 * 8)(%rdi), %r14
	mov (5 * 8)(%rdi), %r15
	mov %rdx, %rax
	mov %rsi, %rsp
	UNWIND_HINT_FUNC
	RET
SYM_FUNC_END(chard_resume)
