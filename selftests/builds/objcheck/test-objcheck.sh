#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2016 # assembly is full of dollars, not the shell's
#
# test-objcheck.sh - tests objcheck with small objects, each of which breaks
# one rule, and with their twins that do not. Prints KTAP; ends with 1 if a
# test failed. RUSTC may name the compiler for the parts in Rust.

set -eu

test_here=$(dirname "$(realpath "$0")")
test_number=0
test_failed=0
test_work=$(mktemp -d)
trap 'rm -rf "$test_work"' EXIT
cd "$test_work"

# Test $1 has gone well if $2 is 0; shows the last output otherwise.
test_result()
{
	test_number=$((test_number + 1))
	if [ "$2" -eq 0 ]; then
		echo "ok $test_number $1"
	else
		test_failed=1
		sed 's/^/# /' out
		echo "not ok $test_number $1"
	fi
}

# The rules that the last run found broken, each once.
test_rules()
{
	sed -n '/^#/!s/^[^ ]*: [^ ]*: \([a-z-]*\): .*/\1/p' out | sort -u | xargs
}

# expect NAME CONFIG RULES FILE... - objcheck with .config CONFIG (a file, or
# options parted by blanks) must find exactly RULES broken, none if empty.
expect()
{
	local name=$1 config=$2 rules=$3 want=0 got=0 option

	shift 3
	if [ ! -f "$config" ]; then
		{
			echo CONFIG_X86_64=y
			for option in $config; do
				echo "CONFIG_$option"
			done
		} >options
		config=options
	fi
	[ -z "$rules" ] || want=1
	"$test_here/objcheck" --config "$config" "$@" >out 2>&1 || got=$?
	if [ $got -eq $want ] && [ "$(test_rules)" = "$rules" ]; then
		test_result "$name" 0
	else
		echo "# status $got, rules broken: $(test_rules); to be: $rules"
		test_result "$name" 1
	fi
}

# expect_unusable NAME LINE ARGUMENT... - it must say LINE and end with 2.
expect_unusable()
{
	local name=$1 line=$2 got=0

	shift 2
	"$test_here/objcheck" "$@" >out 2>&1 || got=$?
	[ $got -eq 2 ] && grep -q -- "$line" out && got=0 || got=1
	test_result "$name" $got
}

# assemble FILE - an object from assembly on stdin, with the macros that the
# snippets use: a function of a name, and its end.
assemble()
{
	{
		cat <<-'END'
			.macro function name, padding=0
			.p2align 4
			.nops 16
			.nops 16 - \padding, 1
			.fill \padding, 1, 0x90
			.type \name, @function
			\name:
			.endm
			.macro end name
			.size \name, . - \name
			.endm
			.text
		END
		cat
	} >"$1.s"
	gcc -c "$1.s" -o "$1"
}

# body FILE - like assemble, with stdin as the only, local function. Stdin may
# go on with other sections.
body()
{
	{
		echo "function f"
		cat
		echo ".text; end f"
	} | assemble "$1"
}

test_always()
{
	body good.o <<<'push %rbx; mov 8(%rsp),%rax; pop %rbx; ret'
	expect "good code" "" "" good.o

	body sse.o <<<'addsd %xmm1,%xmm0; ret'
	expect "SSE" "" fpu sse.o
	body avx.o <<<'vaddpd %ymm1,%ymm0,%ymm2; ret'
	expect "AVX" "" fpu avx.o
	body avx512.o <<<'kmovw %eax,%k1; ret'
	expect "AVX-512 mask" "" fpu avx512.o
	body mmx.o <<<'paddb %mm0,%mm1; ret'
	expect "MMX" "" fpu mmx.o
	body x87.o <<<'fldl 8(%rdi); ret'
	expect "x87 without a register's name" "" fpu x87.o
	body emms.o <<<'emms; ret'
	expect "emms" "" fpu emms.o
	body vzero.o <<<'vzeroupper; ret'
	expect "vzeroupper" "" fpu vzero.o
	body verr.o <<<'movnti %eax,(%rdi); sfence; pause; crc32b %al,%ecx; ret'
	expect "what only looks like SSE" "" "" verr.o

	body redzone.o <<<'mov %rdi,-8(%rsp); ret'
	expect "store to the red zone" "" red-zone redzone.o
	body redzone2.o <<<'mov -0x80(%rsp),%rdi; ret'
	expect "load from the red zone" "" red-zone redzone2.o
	body redzone3.o <<<'movb $0,-0x10(%rsp,%rdi,1); ret'
	expect "indexed, and the stack pointer never moved" "" red-zone redzone3.o
	body index.o <<<'sub $0x40,%rsp; movb $0,-0x10(%rsp,%rdi,1); add $0x40,%rsp; ret'
	expect "indexed, within the frame" "" "" index.o
	body barrier.o <<<'lock addl $0,-4(%rsp); lea -8(%rsp),%rax; ret'
	expect "a barrier and an address are no use" "" "" barrier.o

	body bad.o <<<'.byte 0x06; ret'
	expect "no instruction" "" undecodable bad.o

	body gotpcrel.o <<<'movq memcpy@GOTPCREL(%rip),%rax; ret'
	expect "GOTPCREL in code" "" relocation gotpcrel.o
	body size.o <<<'ret; .data; .byte other'
	expect "8-bit relocation in data" "" relocation size.o
	body debug.o <<<'ret; .section .debug_x,""; .byte other'
	expect "the same in a section that is not loaded" "" "" debug.o
	body plain.o <<<'call memcpy; mov $other,%rax; lea other(%rip),%rax; ret
		.data; .quad other; .long other; .long other - .'
	expect "what the loader knows" "" "" plain.o

	body bitcode.o <<<'ret; .section .llvmbc,"e"; .byte 1'
	expect "bitcode" "" bitcode bitcode.o
	body bitcode2.o <<<'ret; .section .llvmcmd,"e"; .byte 1'
	expect "the command line of bitcode" "" bitcode bitcode2.o
}

test_frame()
{
	body big.o <<<'sub $0x808,%rsp; add $0x808,%rsp; ret'
	expect "frame too large" "FRAME_WARN=2048" frame big.o
	expect "and just not" "FRAME_WARN=2056" "" big.o
	expect "no limit" "FRAME_WARN=0" "" big.o
	body twice.o <<<'sub $0x500,%rsp; movb $0,(%rsp); sub $0x500,%rsp; add $0xa00,%rsp; ret'
	expect "frame taken in two steps" "FRAME_WARN=2048" frame twice.o
	body apart.o <<<'sub $0x500,%rsp; add $0x500,%rsp; jmp 1f
		1: sub $0x500,%rsp; add $0x500,%rsp; ret'
	expect "two frames, one after the other" "FRAME_WARN=2048" "" apart.o
	body probe.o <<<'lea -0x5000(%rsp),%r11; 1: sub $0x1000,%rsp; cmp %r11,%rsp; jne 1b; ret'
	expect "frame with probes" "FRAME_WARN=8192" frame probe.o
	body unknown.o <<<'sub %rax,%rsp; ret'
	expect "frame of any size" "FRAME_WARN=2048" frame unknown.o
	body giveback.o <<<'add $-128,%rsp; sub $-128,%rsp; ret'
	expect "the short way to give back" "FRAME_WARN=2048" "" giveback.o
}

test_mitigations()
{
	local name

	body ret.o <<<'ret'
	body thunk.o <<<'jmp __x86_return_thunk'
	body call.o <<<'call *%rax; jmp __x86_return_thunk'
	body memory.o <<<'call *8(%rax); jmp __x86_return_thunk'
	body notrack.o <<<'notrack jmp *%rax'
	body retpoline.o <<<'.byte 0x2e; call __x86_indirect_thunk_rax; jmp __x86_indirect_thunk_rcx'
	body pv.o <<<'call *pv_ops+8(%rip); jmp __x86_return_thunk'
	for name in "" MITIGATION_; do
		expect "${name}RETHUNK: ret" "${name}RETHUNK=y" naked-ret ret.o
		expect "${name}RETHUNK: thunk" "${name}RETHUNK=y" "" thunk.o
		expect "${name}RETPOLINE: call" "${name}RETPOLINE=y" indirect-branch call.o
		expect "${name}RETPOLINE: memory" "${name}RETPOLINE=y" indirect-branch memory.o
		expect "${name}RETPOLINE: notrack jmp" "${name}RETPOLINE=y" \
			indirect-branch notrack.o
		expect "${name}RETPOLINE: thunks" "${name}RETPOLINE=y" "" retpoline.o
		expect "${name}RETPOLINE: paravirt call" "${name}RETPOLINE=y" "" pv.o
		expect "${name}SLS: ret" "${name}SLS=y" sls ret.o
		expect "${name}SLS: indirect jmp" "${name}SLS=y" sls notrack.o
		expect "${name}SLS: thunks need nothing" "${name}SLS=y" "" retpoline.o thunk.o
	done
	body repret.o <<<'rep ret'
	expect "rep ret" "RETHUNK=y" naked-ret repret.o
	body int3.o <<<'je 1f; ret; int3; 1: jmp *%rax; int3'
	expect "SLS: int3 is there" "SLS=y" "" int3.o
	expect "nothing asked for" "" "" ret.o call.o memory.o notrack.o
	expect "an option that is not set" "RETHUNK=n" "" ret.o
	printf '%s\n' CONFIG_X86_64=y '# CONFIG_RETHUNK is not set' >comment
	expect "an option that is said not to be set" comment "" ret.o

	body table.o <<<'mov 2f(,%rdi,8),%rax; jmp __x86_indirect_thunk_rax
		1: nop; .section .rodata; 2: .quad f, 1b, 1b'
	expect "jump table behind a retpoline" "RETPOLINE=y" jump-table table.o
	expect "jump table without IBT or retpolines" "" "" table.o
	body relative.o <<<'lea 2f(%rip),%rcx; jmp __x86_indirect_thunk_rax
		1: nop; .section .rodata; 2: .long 1b - 2b, f - 2b'
	expect "jump table of distances" "RETPOLINE=y" jump-table relative.o
	body pointers.o <<<'jmp __x86_return_thunk; .section .rodata; .quad f, other'
	expect "a table of functions is none" "RETPOLINE=y" "" pointers.o
}

test_ibt()
{
	local ibt=X86_KERNEL_IBT=y

	body local.o <<<'ret; 1: call f'
	expect "IBT: local function, called directly" $ibt "" local.o
	body global.o <<<'.globl f; ret'
	expect "IBT: global function" $ibt endbr global.o
	body weak.o <<<'.weak f; ret'
	expect "IBT: weak function" $ibt endbr weak.o
	body endbr.o <<<'.globl f; endbr64; ret'
	expect "IBT: global function with endbr64" $ibt "" endbr.o
	body late.o <<<'.globl f; nop; endbr64; ret'
	expect "IBT: endbr64 not at the entry" $ibt endbr late.o
	body data.o <<<'ret; .data; .quad f'
	expect "IBT: address in data" $ibt endbr data.o
	body dataok.o <<<'endbr64; ret; .data; .quad f'
	expect "IBT: address in data, with endbr64" $ibt "" dataok.o
	body immediate.o <<<'mov $f,%rdi; ret'
	expect "IBT: address in an instruction" $ibt endbr immediate.o
	body store.o <<<'movq $f,other(%rip); ret'
	expect "IBT: address beside another relocation" $ibt endbr store.o
	body lea.o <<<'lea f(%rip),%rdi; ret'
	expect "IBT: address that the assembler worked out" $ibt endbr lea.o
	body orc.o <<<'ret; .section .orc_unwind_ip,"a"; .long f - .'
	expect "IBT: tables about code do not count" $ibt "" orc.o
	body label.o <<<'1: endbr64; ret; .data; .quad 1b'
	expect "IBT: the entry by another name" $ibt "" label.o

	# As merged objects have it: the section's symbol and a distance.
	assemble parts.o <<-'END'
		function first
		ret
		end first
		function second
		ret
		end second
		.data
		.quad second
	END
	expect "IBT: one of two functions" $ibt endbr parts.o
	[ "$(grep -c '^[^#]' out)" = 1 ] && grep -q 'second+0x0: endbr' out
	test_result "IBT: and it is that one" $?
}

test_padding()
{
	local options="CALL_PADDING=y FUNCTION_PADDING_BYTES=16"

	assemble padded.o <<-'END'
		function f, 16
		ret
		end f
	END
	expect "padding" "$options" "" padded.o
	expect "padding: too little" "CALL_PADDING=y FUNCTION_PADDING_BYTES=64" \
		padding padded.o
	expect "padding not asked for" "FUNCTION_PADDING_BYTES=64" "" padded.o
	assemble first.o <<-'END'
		.type f, @function
		f: ret
		end f
	END
	expect "padding: nothing before" "$options" padding first.o
	assemble other.o <<-'END'
		.nops 8
		.byte 0xc3
		.fill 15, 1, 0x90
		.type f, @function
		f: ret
		end f
	END
	expect "padding: 15 bytes behind a ret" "$options" padding other.o
	assemble cold.o <<-'END'
		function f, 16
		jmp f.cold
		end f
		int3
		.type f.cold, @function
		f.cold: ud2
		end f.cold
	END
	expect "padding: a cold part needs none" "$options" "" cold.o
	gcc -O2 -c -fcf-protection=branch -fpatchable-function-entry=16,16 -xc - -o gcc.o \
		<<<'int f(int a) { return a; } int g(int a) { return f(a) + 1; }'
	expect "padding and endbr64 by gcc" "$options X86_KERNEL_IBT=y" "" gcc.o
	gcc -O2 -c -fcf-protection=none -xc - -o gccnot.o <<<'int f(int a) { return a; }'
	expect "none of them by gcc" "$options X86_KERNEL_IBT=y" "endbr padding" gccnot.o
}

test_orc()
{
	local options="RETHUNK=y RETPOLINE=y"
	local code='1: jmp __x86_return_thunk; 2: call __x86_indirect_thunk_rax'
	local unwind='.section .orc_unwind,"a"; .quad 0
		.section .orc_unwind_ip,"a"; .long f - .'
	local returns='.section .return_sites,"a"; .long 1b - .'
	local calls='.section .retpoline_sites,"a"; .long 2b - .'

	body none.o <<<"$code"
	expect "orc: nothing" "$options" orc --orc none.o
	expect "orc: not asked for" "$options" "" none.o
	body all.o <<<"$code; $unwind; $returns; $calls"
	expect "orc: all" "$options" "" --orc all.o
	body nounwind.o <<<"$code; $returns; $calls"
	expect "orc: no unwind data" "$options" orc --orc nounwind.o
	body noreturns.o <<<"$code; $unwind; $calls"
	expect "orc: no return sites" "$options" orc --orc noreturns.o
	expect "orc: no return sites, no RETHUNK" "RETPOLINE=y" "" --orc noreturns.o
	body nocalls.o <<<"$code; $unwind; $returns"
	expect "orc: no retpoline sites" "$options" orc --orc nocalls.o
	expect "orc: no retpoline sites, no RETPOLINE" "RETHUNK=y" "" --orc nocalls.o
}

test_kcfi()
{
	local cfi=CFI=y
	local check='mov $0x12345678,%r10d; add -4(%r11),%r10d; je 2f; 1: ud2; 2:'
	local trap='.section .kcfi_traps,"a"; .long 1b - .'

	body unchecked.o <<<'call *%r11'
	expect "kCFI: a call without a check" $cfi kcfi unchecked.o
	expect "kCFI: by the name before 6.18" CFI_CLANG=y kcfi unchecked.o
	expect "kCFI: not asked for" "" "" unchecked.o
	expect "kCFI: a direct call" $cfi "" local.o
	body thunk11.o <<<'call __x86_indirect_thunk_r11'
	expect "kCFI: a thunk without a check" $cfi kcfi thunk11.o
	body checked.o <<<"$check call __x86_indirect_thunk_r11; $trap"
	expect "kCFI: a thunk with a check" $cfi "" checked.o
	body checkedjmp.o <<<"$check jmp *%r11; $trap"
	expect "kCFI: a tail call with a check" $cfi "" checkedjmp.o
	body notrap.o <<<"$check call *%r11"
	expect "kCFI: a check that the kernel does not know of" $cfi kcfi notrap.o
	expect "kCFI: a global function without a type" $cfi kcfi global.o
	expect "kCFI: one whose address is taken" $cfi kcfi data.o
	assemble typed.o <<-END
		.nops 8
		mov \$0x12345678,%eax
		.globl f
		.type f, @function
		f: ret
		end f
	END
	expect "kCFI: with a type" $cfi "" typed.o
	assemble typedfar.o <<-END
		.nops 8
		.type __cfi_f, @function
		__cfi_f: mov \$0x12345678,%ecx
		.fill 11, 1, 0x90
		end __cfi_f
		.globl f
		.type f, @function
		f: ret
		end f
	END
	expect "kCFI: with a type before the padding" "$cfi CALL_PADDING=y FUNCTION_PADDING_BYTES=11" "" typedfar.o
	expect "kCFI: with a type that is not where the kernel looks" $cfi kcfi typedfar.o
}

test_selection()
{
	assemble mixed.o <<-'END'
		.globl rust, c
		function rust
		ret
		end rust
		function c
		addsd %xmm0,%xmm1
		ret
		end c
	END
	assemble rust.o <<-'END'
		.globl rust
		function rust
		ret
		end rust
	END
	expect "all functions" "" fpu mixed.o
	expect "only those of another object" "" "" --symbols-from rust.o mixed.o
	expect "those, and an offence in them" "RETHUNK=y" naked-ret --symbols-from rust.o mixed.o

	rm -f archive.a
	ar rc archive.a rust.o mixed.o
	expect "archive" "" fpu archive.a
	grep -q '^archive.a(mixed.o): c+0x0: fpu' out
	test_result "archive: which member" $?
	cp rust.o a-name-too-long-for-the-header.o
	rm -f long.a
	ar rc long.a a-name-too-long-for-the-header.o
	expect "archive: long name" "" "" long.a
	expect "several objects, one of them bad" "" fpu rust.o sse.o good.o
}

test_unusable()
{
	echo CONFIG_X86_64=y >config
	assemble empty.o </dev/null
	assemble data-only.o <<<'.data; .quad 1'
	ar rc empty.a empty.o
	head -c 100 good.o >short.o
	head -c 200 archive.a >short.a
	{
		head -c 40 good.o
		head -c 24 /dev/zero | tr '\0' '\377'
	} >broken.o
	echo CONFIG_X86_64=y >nopad
	echo CONFIG_CALL_PADDING=y >>nopad
	echo CONFIG_ARM64=y >arm
	gcc -m32 -c -xc - -o m32.o <<<'int f(void) { return 1; }'
	gcc -xc - -o program <<<'int main(void) { return 1; }'

	expect_unusable "no code" "no code" --config config empty.o
	expect_unusable "data alone" "no code" --config config data-only.o
	expect_unusable "archive without code" "no code" --config config empty.a
	expect_unusable "no code beside good code" "no code" --config config good.o empty.o
	expect_unusable "no such object" "No such file" --config config nowhere.o
	expect_unusable "no ELF file" "no relocatable" --config config config
	expect_unusable "cut off" "objcheck:" --config config short.o
	expect_unusable "cut off archive" "objcheck:" --config config short.a
	expect_unusable "broken" "objcheck:" --config config broken.o
	expect_unusable "32 bits" "no relocatable" --config config m32.o
	expect_unusable "a linked program" "no relocatable" --config config program
	expect_unusable "no such .config" "No such file" --config nowhere good.o
	expect_unusable "empty .config" "no .config" --config /dev/null good.o
	expect_unusable ".config of another architecture" "no .config" --config arm good.o
	expect_unusable "padding of no size" "without" --config nopad good.o
	expect_unusable "none of those symbols" "no code" --config config \
		--symbols-from good.o rust.o
	expect_unusable "no .config at all" "required" good.o
	expect_unusable "no object at all" "required" --config config
}

test_rust()
{
	local rustc=${RUSTC:-/usr/bin/rustc}
	local flags=(--edition 2021 --crate-type=lib --emit=obj -Copt-level=2
		-Cpanic=abort -Cforce-unwind-tables=n -Ccodegen-units=1)

	if ! command -v "$rustc" >/dev/null; then
		test_number=$((test_number + 1))
		echo "ok $test_number rust # SKIP no rustc"
		return
	fi
	"$rustc" "${flags[@]}" -o rfloat.o - <<<'#![no_std]
		#[no_mangle] pub fn f(a: f64, b: f64) -> f64 { a * b }'
	expect "rustc: floating point" "" fpu rfloat.o
	"$rustc" "${flags[@]}" -o rred.o - <<<'#![no_std]
		#[no_mangle] pub fn f(a: usize) -> usize {
			let x = core::hint::black_box(a); x + 1 }'
	expect "rustc: red zone" "" red-zone rred.o
	"$rustc" "${flags[@]}" -Crelocation-model=pic -o rgot.o - <<<'#![no_std]
		extern "C" { fn other(); static DATA: u32; }
		#[no_mangle] pub fn f() -> u32 { unsafe { other(); DATA } }'
	expect "rustc: GOT" "" relocation rgot.o
	"$rustc" "${flags[@]}" -o rint.o - <<<'#![no_std]
		#[no_mangle] pub fn f(a: u64) -> u64 { a.rotate_left(3) ^ a }'
	expect "rustc: nothing wrong" "FRAME_WARN=2048" "" rint.o
	expect "rustc: without a kernel'\''s flags" \
		"RETHUNK=y X86_KERNEL_IBT=y CALL_PADDING=y FUNCTION_PADDING_BYTES=16" \
		"endbr naked-ret padding" rint.o
	expect "rustc: without kCFI" CFI=y kcfi rint.o
}

echo "TAP version 13"
test_always
test_frame
test_mitigations
test_ibt
test_padding
test_orc
test_kcfi
test_selection
test_unusable
test_rust
echo "1..$test_number"
exit $test_failed
