/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Calls of the functions that record a traced call. They preserve all registers, as the kernel's
 * preempt_schedule_thunk() does. An ordinary call in the middle of an entry would make the
 * compiler move the handler's arguments to other registers, also where nobody traces.
 *
 * CHARD_TRACE passes the traced op in r10, the call's record in r11, the result in rax: the
 * handler's arguments are in none of these.
 */
#include <linux/linkage.h>
#include <asm/frame.h>
#include <asm/ibt.h>

.macro CHARD_KEEPING name function
SYM_FUNC_START(\name)
	ENDBR
	FRAME_BEGIN
	pushq	%rax
	pushq	%rcx
	pushq	%rdx
	pushq	%rsi
	pushq	%rdi
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
	movq	%r10, %rdi
	movq	%r11, %rsi
	movq	%rax, %rdx
	call	\function
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rdi
	popq	%rsi
	popq	%rdx
	popq	%rcx
	popq	%rax
	FRAME_END
	RET
SYM_FUNC_END(\name)
.endm

CHARD_KEEPING chard_trace_enter_keeping chard_trace_enter
CHARD_KEEPING chard_trace_exit_keeping chard_trace_exit
