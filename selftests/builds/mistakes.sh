#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# mistakes.sh - what a newcomer does wrong must be refused with a clear message:
# names of new handlers, a driver whose C and Rust disagree, a kernel or a
# toolchain that will not do. Builds for KERNEL. Prints TAP.

set -euo pipefail

cd "$(dirname "$0")/../.."
. selftests/lib/common.sh
work=$build/mistakes
rm -rf "$work"
mkdir -p "$work"
. selftests/lib/tap.sh

# new FOLDER: what make new says.
new()
{
	make --no-print-directory new FOLDER="$1"
}

refused "new: no folder" "say which folder" new ""
refused "new: a name that is none" "is no name" new "$work/9lives"
refused "new: a word of Rust's" "is a word of Rust's" new "$work/match"
refused "new: a word of C's" "is a word of C's" new "$work/int"
refused "new: a name that is taken" "is taken by a driver of chard's own" new "$work/echo"
refused "new: a name that is too long" "is too long" new "$work/a_name_that_is_far_too_long"
refused "new: a folder that is there" "is there already" new selftests
refused "new: a path with spaces" "do not work below a path with spaces" new "$work/my drivers/foo"
written=$(ls "$work")
status=0
[ -z "$written" ] || status=1
report $status "new: a refusal writes nothing $written"

# Each mistake is made in a fresh copy of README's example.
mistake()
{
	local file=$1 edit=$2

	rm -rf "$work/driver"
	selftests/builds/readme-example.sh "$work/driver"
	cp "$work/driver/$file" "$work/was"
	sed -i "$edit" "$work/driver/$file"
	! cmp -s "$work/was" "$work/driver/$file" || {
		echo "the edit changed nothing"
		return 0
	}
	BUILD=$(dirname "$build") make --no-print-directory -C "$work/driver"
}

refused "C lists an operation that Rust lacks" \
	"the driver's C lists llseek, but the handler does not implement chard::Seek" \
	mistake hello.c 's/0644/0644, read_iter, llseek/'
refused "Rust implements an operation that C does not list" \
	"the handler implements chard::Read, but the driver's C does not list read_iter" \
	mistake hello.c 's/0644/0644, llseek/'
refused "unsafe in a handler" "usage of an \`unsafe\` block" \
	mistake hello.rs 's/Ok(Hello)/unsafe { Ok(Hello) }/'
refused "another name in C" "chard_hullo_handler" mistake hello.c 's/DRIVER(hello/DRIVER(hullo/'
refused "an unstable feature in a handler" "is not in the list of allowed features" \
	mistake hello.rs 's/^#!\[no_std\]/&\n#![feature(thread_local)]/'
refused "no handler!" "does its crate, of this name, say chard::handler!(Type)?" \
	mistake hello.rs '/^chard::handler!/d'
refused "an operation with the wrong type" "expected" \
	mistake hello.rs 's/to: &mut UserWriter/to: \&mut UserReader/'
refused "an address in the log" "the handler formats an address" \
	mistake hello.rs 's/to.write_from/pr_info!("{:p}", self); to.write_from/'
refused "floating point" "computes with f32 or f64, which the kernel has no registers for: use integers (in " \
	mistake hello.rs 's/to.write_from/to.put((to.left() as f64 * 1.5) as u64)?; to.write_from/'
refused "a method that never returns" "the handler never returns from read " \
	mistake hello.rs 's/to.write_from.*/let _ = to; loop { core::hint::spin_loop() }/'
refused "a method that only panics" "the handler never returns from read " \
	mistake hello.rs 's/to.write_from.*/let _ = to; todo!()/'
refused "two ioctls of the same number" "A and B are the same number" \
	mistake hello.rs 's/^chard::handler!/const A: u32 = 0xec02;\nconst B: u32 = 0xec02;\nchard::ioctls! { Hello: A => one(); B => one(); }\nimpl Hello { fn one(\&self, _: \&File<()>) -> Result { Ok(()) } }\n&/'
refused "an export by hand" "no rules expected" \
	mistake hello.rs 's/^chard::handler!.*/&\nchard::handler!(@export "open", true, read);/'
refused "a large value on the stack" \
	"the stack frame of Read::read (with what is inlined into it) has 80" \
	mistake hello.rs 's/to.write_from(b"hello from Rust.n")/to.write(\&core::hint::black_box([0; 8000])).map(drop)/'
refused "a large value on the stack of a function of its own" \
	"the stack frame of <hello::Hello>::greet has 80" \
	mistake hello.rs 's/to.write_from(b"hello from Rust.n")/Self::greet(to)/
		/^struct Hello/a impl Hello { #[inline(never)] fn greet(to: \&mut UserWriter) -> Result { to.write(\&core::hint::black_box([0; 8000])).map(drop) } }'
refused "assembly in the place of a function" "is assembly (#[unsafe(naked)]), which a handler has none of" \
	mistake hello.rs 's/to.write_from/if core::hint::black_box(false) { bare() }; to.write_from/
		/^struct Hello/a #[unsafe(naked)] extern "C" fn bare() { core::arch::naked_asm!("ret") }'
refused "a large state" "the stack frame of Handler::new (with what is inlined into it) has" \
	mistake hello.rs 's/^struct Hello/struct Hello([Mutex<u32>; 400])/
		s/Ok(Hello)/Ok(Hello(core::array::from_fn(|_| Mutex::new(lock_class!(c"hello"), 0).unwrap())))/'
refused "objtool warns" "objtool warns of this code (above), which stops the build" \
	rust-handlers/objtool.sh sh -c 'echo "warning: objtool: here" >&2' hello.o
# Where it sees the module as a whole.
if has X86_KERNEL_IBT; then
	refused "a method that never returns" "which stops the build: the usual reason is a method that never returns" \
		mistake hello.rs 's/to.write_from.*/loop { core::hint::spin_loop() }/'
fi
refused "no C file" "has no hullo.c, the driver's C" mistake Makefile 's/hello/hullo/'

refused "no such kernel tree" "KDIR=/nowhere is not there" env KDIR=/nowhere drivers/kbuild.sh
refused "a tree that is not configured" "is not a configured kernel tree" env KDIR="$PWD" drivers/kbuild.sh
refused "a path with spaces" "do not work below a path with spaces" \
	env BUILD="/tmp/with space" drivers/kbuild.sh
refused "intree.sh: headers are no source" "is not the source tree of a kernel" drivers/intree.sh "$work"
refused "intree.sh: no such tree" "is not there: name the source tree" drivers/intree.sh /nowhere
refused "intree.sh: a driver that is not there" "/nowhere is not there: say NAME=FOLDER" \
	drivers/intree.sh "$work" foo=/nowhere
mkdir -p "$work/a tree"
refused "intree.sh: a path with spaces" "do not work below a path with spaces" drivers/intree.sh "$work/a tree"
# A tree that has the number already.
taken=$work/taken
mkdir -p "$taken/drivers/char" "$taken/arch/x86/entry/syscalls" "$taken/kernel"
touch "$taken/drivers/char/Kconfig" "$taken/kernel/sys_ni.c"
printf '548\t64\tsomebody\tsys_somebody\n' >"$taken/arch/x86/entry/syscalls/syscall_64.tbl"
refused "intree.sh: a system call's number that is taken" "the number 548 of chard_upper is taken" \
	drivers/intree.sh "$taken" upper=selftests/builds/intree/upper

# A rustc that says it is $1 and that its library lies in a folder without any.
fake_rustc()
{
	cat >"$work/rustc" <<-END
		#!/bin/sh
		[ "\$1" = --version ] && echo "rustc $1" || echo "$work"
	END
	chmod +x "$work/rustc"
	RUSTC=$work/rustc drivers/kbuild.sh
}

refused "a rustc without its library's source" "lacks its library's source" fake_rustc 1.99.0
refused "a rustc that is too old" "is 1.50.0: it must be >=" fake_rustc 1.50.0
refused "a rustc that is not there" "RUSTC=/nowhere is not there" env RUSTC=/nowhere drivers/kbuild.sh

# A kernel whose objects ours could not join: the same headers, another option.
odd=$work/odd
mkdir -p "$odd/include/config"
# Packaged headers have the makefiles in a part common to all flavours.
makefiles=$(realpath -e "$kernel"/usr/src/linux-headers-*-common 2>/dev/null) || makefiles=$(realpath "$kernel/build")
echo "include $makefiles/Makefile" >"$odd/Makefile"
for file in "$kernel"/build/* "$kernel"/build/include/* "$kernel"/build/include/config/{auto.conf.cmd,kernel.release}; do
	target=$odd/${file#"$kernel/build/"}
	[ -e "$target" ] || [ ! -e "$file" ] || ln -s "$(realpath "$file")" "$target"
done
for file in include/config/auto.conf .config; do
	{
		cat "$kernel/build/$file"
		echo "CONFIG_SHADOW_CALL_STACK=y"
	} >"$odd/$file"
done
refused "CONFIG_SHADOW_CALL_STACK" "this kernel is configured with CONFIG_SHADOW_CALL_STACK" \
	env KDIR="$odd" BUILD="$work/odd-build" drivers/kbuild.sh
plan
