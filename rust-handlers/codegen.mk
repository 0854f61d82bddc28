# SPDX-License-Identifier: GPL-2.0
# Each option of a kernel's .config that has a say in code generation, with the flag
# that honours it, by architecture. Debian's 6.1 and 6.12 spell the mitigations
# differently, hence both names. docs/intree.md has this as a table, with what each
# flag does to the code (selftests/builds/intree/flags.py).

chard-rethunk := $(or $(CONFIG_RETHUNK),$(CONFIG_MITIGATION_RETHUNK))
chard-retpoline := $(or $(CONFIG_RETPOLINE),$(CONFIG_MITIGATION_RETPOLINE))
chard-sls := $(or $(CONFIG_SLS),$(CONFIG_MITIGATION_SLS))
chard-cfi := $(or $(CONFIG_CFI_CLANG),$(CONFIG_CFI))

# Always, on every architecture. A panic walks the frame pointers (core/calls/panic.c).
chard-rustflags-y := -Cpanic=abort -Cforce-unwind-tables=n -Cembed-bitcode=y -Copt-level=2
chard-rustflags-y += -Cforce-frame-pointers=y
# A stack dump names each function: none stands for others of the same code.
chard-rustflags-y += -Zmerge-functions=disabled

# Line numbers, for gdb and the kernel's decode_stacktrace.sh. Not what is inlined where: of
# that pahole says for each place that it knows no type of Rust's.
chard-rustflags-$(CONFIG_DEBUG_INFO) += -Cdebuginfo=line-directives-only

ifeq ($(CONFIG_X86_64),y)
# The red zone, SSE and x87 are off by rustc's target.
chard-triple := x86_64-unknown-none
chard-rustflags-y += -Crelocation-model=static -Ccode-model=kernel
# The module loader knows no GOT: calls to memcpy and its like go direct.
chard-rustflags-y += -Zplt=yes -Zdirect-access-external-data=yes

# Jump tables are indirect jumps, which retpolines and IBT rule out.
chard-rustflags-$(or $(chard-retpoline),$(CONFIG_X86_KERNEL_IBT)) += -Cjump-tables=n
chard-rustflags-$(chard-rethunk) += -Zfunction-return=thunk-extern
chard-rustflags-$(chard-retpoline) += -Zretpoline-external-thunk -Zindirect-branch-cs-prefix
chard-rustflags-$(CONFIG_X86_KERNEL_IBT) += -Zcf-protection=branch
chard-rustflags-$(CONFIG_CALL_PADDING) += -Zpatchable-function-entry=$(CONFIG_FUNCTION_PADDING_BYTES),$(CONFIG_FUNCTION_PADDING_BYTES)
# kCFI: a call through a pointer first compares the type that it expects with the one that
# lies before the function. C's and Rust's types of integers are the same to it only where
# the kernel's C is compiled so. Elsewhere that does no harm: between the two languages
# nothing here is called through a pointer.
chard-rustflags-$(chard-cfi) += -Zsanitizer=kcfi
chard-rustflags-$(and $(chard-cfi),$(CONFIG_CFI_ICALL_NORMALIZE_INTEGERS)) += -Zsanitizer-cfi-normalize-integers
chard-rustflags-$(and $(chard-cfi),$(CONFIG_FINEIBT_BHI)) += -Zsanitizer-kcfi-arity
# By its logarithm. rustc's own -Zmin-function-alignment aligns each static as well, and so
# tears the section of dynamic debug apart.
chard-log2-8 := 3
chard-log2-16 := 4
chard-log2-32 := 5
chard-log2-64 := 6
chard-align := $(chard-log2-$(CONFIG_FUNCTION_ALIGNMENT))
chard-rustflags-$(if $(chard-align),y) += -Cllvm-args=-align-all-functions=$(chard-align)

# Straight-line speculation: rustc has no flag, LLVM's features go into the
# target's description.
chard-features-$(chard-sls) += +harden-sls-ijmp +harden-sls-ret
endif

ifeq ($(CONFIG_ARM64),y)
# What it would be: compiled and looked at, but neither built nor run. There is no red
# zone, and NEON is off by rustc's target; the module loader makes its own PLT.
chard-triple := aarch64-unknown-none-softfloat
chard-branches := $(if $(CONFIG_ARM64_BTI_KERNEL),bti$(comma)pac-ret,$(if $(CONFIG_ARM64_PTR_AUTH_KERNEL),pac-ret))
chard-rustflags-$(if $(chard-branches),y) += -Zbranch-protection=$(chard-branches)
chard-rustflags-$(CONFIG_ARM64_BTI_KERNEL) += -Cjump-tables=n
chard-rustflags-$(CONFIG_SHADOW_CALL_STACK) += -Zfixed-x18 -Zsanitizer=shadow-call-stack
endif

# What looks for bugs, as the kernel has its own C looked at (Makefile.kasan,
# Makefile.kcov, Makefile.kcsan).
chard-kasan := -Zsanitizer=kernel-address -Zsanitizer-recover=kernel-address \
	$(addprefix -Cllvm-args=-,asan-mapping-offset=$(CONFIG_KASAN_SHADOW_OFFSET) \
		asan-instrumentation-with-call-threshold=$(if $(CONFIG_KASAN_INLINE),10000,0) \
		asan-stack=$(if $(CONFIG_KASAN_STACK),1,0) asan-globals=1)
chard-kcov := -Cpasses=sancov-module \
	$(addprefix -Cllvm-args=-,sanitizer-coverage-level=3 sanitizer-coverage-trace-pc)
# rustc knows no sanitizer for KCSAN, but the one that it was made from: the
# target's description says that it is for kernels, too (handlers.mk).
chard-kcsan := -Zsanitizer=thread \
	$(addprefix -Cllvm-args=-,tsan-distinguish-volatile=1 tsan-instrument-func-entry-exit=0 \
		tsan-instrument-read-before-write=1)
chard-rustflags-$(CONFIG_KASAN_GENERIC) += $(chard-kasan)
chard-rustflags-$(CONFIG_KCOV) += $(chard-kcov)
chard-rustflags-$(CONFIG_KCSAN) += $(chard-kcsan)
