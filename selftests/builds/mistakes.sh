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

# Each mistake is made in a fresh copy of README's example, to which $3 adds.
mistake()
{
	local file=$1 edit=$2

	rm -rf "$work/driver"
	selftests/builds/readme-example.sh "$work/driver"
	"${@:3}"
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
# Cargo's list of the sources has two paths for this one.
hides()
{
	echo 'const _: () = ();' >"$work/driver/a"$'\t'b.rs
}

refused "a source whose path cannot be followed" "a source's path has a space, a quote or the like" \
	mistake hello.rs 's/^struct Hello/include!("a\\tb.rs");\n&/' hides
refused "a large state" "the stack frame of Handler::new (with what is inlined into it) has" \
	mistake hello.rs 's/^struct Hello/struct Hello([Mutex<u32>; 400])/
		s/Ok(Hello)/Ok(Hello(core::array::from_fn(|_| Mutex::new(lock_class!(c"hello"), 0).unwrap())))/'
refused "objtool warns" "objtool warns of this code (above), which stops the build" \
	rust-handlers/objtool.sh sh -c 'echo "warning: objtool: here" >&2' hello.o
# What is not in a handler's Rust, by the name that others have for it.
refused "println!" "use pr_info!(), which writes to the kernel's log" mistake hello.rs 's/to.write_from/println!("x"); to.write_from/'
refused "format!" "use try_format!(), which gives a Result" mistake hello.rs 's/to.write_from/let _ = format!("x"); to.write_from/'
refused "vec!" "use Vec::new() and try_push()" mistake hello.rs 's/to.write_from/let _ = vec![0]; to.write_from/'
refused "std" "a handler has no std: begin it with #![no_std], write core:: for std::" \
	mistake hello.rs 's/to.write_from/let _ = std::env::args(); to.write_from/'
refused "no #![no_std]" "a handler has no std: begin it with #![no_std]" mistake hello.rs '/no_std/d'
refused "a push that may be refused" "what allocates has another name here, and gives a Result" \
	mistake hello.rs 's/to.write_from/let mut bytes = Vec::new(); bytes.push(0u8); to.write_from/'
refused "a string that may be refused" "what allocates has another name here, and gives a Result" \
	mistake hello.rs 's/to.write_from/let _ = String::from("x"); to.write_from/'
refused "no uapi header" "reads chard_NAME.h beside the handler, which is not there" \
	mistake hello.rs 's/^chard::handler!/chard::uapi!();\n&/'
refused "no header of its own C" "reads NAME_c.h beside the handler, which is not there" \
	mistake hello.rs 's/^chard::handler!/chard::c!();\n&/'
refused "C lists what is no operation" "the driver's C lists raed_iter, which is no operation" \
	mistake hello.c 's/0644/0644, read_iter, raed_iter/'
refused "a macro that is misspelt" "hello.c: there is no CHARD_MISC_DRVIER: chard.h has CHARD_DRIVER(), CHARD_MISC_DRIVER()" \
	mistake hello.c 's/MISC_DRIVER/MISC_DRVIER/'
refused "no name in the Makefile" "this Makefile does not say which driver it builds: write NAME := foo" \
	mistake Makefile '/^NAME/d'
# What a module holds beside its debugging information: a panic's message tells of no folder.
no_paths()
{
	mistake hello.rs 's/to.write_from/core::hint::black_box(None::<u8>).unwrap(); to.write_from/' || return
	strip --strip-debug -o "$work/hello.ko" "$work"/driver/build/*/chard_hello.ko || return
	strings "$work/hello.ko" >"$work/strings"
	grep -q "/hello\.rs$" "$work/strings" && ! grep -F -e "$PWD" -e "$work" -e "${HOME:-/nowhere}/" "$work/strings"
}
attempt "a panic's message has no path of the builder's" no_paths
# What a header of chard's refuses it says itself: no word of a kernel that is too new.
headers_in_another_order()
{
	! mistake hello.c 's/#include "chard.h"/&\n#include "chard_bound.h"/' >"$work/said" 2>&1 || return
	cat "$work/said"
	grep -qF "include chard_bound.h in place of chard.h" "$work/said" && ! grep -qF "than core/ uses" "$work/said"
}
attempt "chard_bound.h behind chard.h" headers_in_another_order
refused "chard_bound.h for a misc device" "a driver that includes chard_bound.h is a CHARD_BOUND_DRIVER()" \
	mistake hello.c 's/"chard.h"/"chard_bound.h"/'
refused "no C file" "has no hullo.c, the driver's C" mistake Makefile 's/hello/hullo/'

refused "an ioctl whose number and method disagree" "A => one: the ioctl's number and its method disagree on whether a payload comes in" \
	mistake hello.rs 's/^chard::handler!/const A: u32 = 0xec02;\nchard::ioctls! { Hello: A => one(u32); }\nimpl Hello { fn one(\&self, _: \&File<()>, _: u32) -> Result { Ok(()) } }\n&/'
refused "a line that is none of an ioctl table" "A -> one(u32)\` is no line of a table: write" \
	mistake hello.rs 's/^chard::handler!/const A: u32 = 0xec02;\nchard::ioctls! { Hello: A as _IO => none(); A -> one(u32); }\n&/'
refused "an ioctl that asks for what there is not" "\`writeable\` behind a method: it can be writable" \
	mistake hello.rs 's/^chard::handler!/const A: u32 = 0xec02;\nchard::ioctls! { Hello: A => one(), writeable; }\nimpl Hello { fn one(\&self, _: \&File<()>) -> Result { Ok(()) } }\n&/'

# A handler with a Cargo.toml that depends on the crates $1, lines of TOML, where its folder has
# a crate vendor/other with the files of the rest: FILE and its text, by turns.
crates()
{
	local lines=$1

	shift
	rm -rf "$work/driver"
	selftests/builds/readme-example.sh "$work/driver"
	cat >"$work/driver/Cargo.toml" <<-END
		[package]
		name = "hello"
		edition = "2024"
		[lib]
		path = "hello.rs"
		crate-type = ["staticlib"]
		[dependencies]
		chard = { path = "$PWD/rust-handlers/chard" }
		$lines
		[workspace]
	END
	mkdir -p "$work/driver/vendor/other/src"
	printf '[package]\nname = "other"\nversion = "1.0.0"\n' >"$work/driver/vendor/other/Cargo.toml"
	while [ $# -gt 0 ]; do
		echo "$2" >"$work/driver/vendor/other/$1"
		shift 2
	done
	BUILD=$(dirname "$build") make --no-print-directory -C "$work/driver"
}

other='other = { path = "vendor/other" }'
refused "a crate that needs std" "the crate other needs std, which the kernel has not" \
	crates "$other" src/lib.rs 'pub fn home() -> Option<String> { std::env::var("HOME").ok() }'
refused "a crate with a build script" "the crate other has a build script (build.rs), which would run on this machine" \
	crates "$other" src/lib.rs '#![no_std]' build.rs 'fn main() { panic!("this has run") }'
refused "a crate that is not there" "of others it takes what lies in the handler's folder vendor/" crates 'nowhere = "1"'

# What a uapi header has that Rust cannot have of it, and what becomes of the rest.
uapi()
{
	mkdir -p "$work/own"
	printf '#include <linux/types.h>\n#include <linux/ioctl.h>\n%s\n' "$1" >"$work/own/chard_foo.h"
	rust-handlers/uapi.sh "$work/own/chard_foo.h" "$work/own/foo.rs"
}

refused "uapi: bitfields" "chard_foo.h: struct flags has bitfields" uapi "struct flags { __u32 a : 3; __u32 b : 29; };"
refused "uapi: an array without a size" "struct text has an array without a size" uapi "struct text { __u32 len; __u8 bytes[]; };"
refused "uapi: a pointer" "struct buffer has a pointer" uapi "struct buffer { __u8 *at; __u64 len; };"
refused "uapi: a callback" "struct hook has a pointer" uapi "struct hook { void (*call)(int); };"
refused "uapi: floating point" "struct level has floating point" uapi "struct level { double now; };"
uapi_takes()
{
	local line text='#include <linux/input.h>
		#include <linux/watchdog.h>
		#define FOO_TIMEOUT WDIOC_SETTIMEOUT
		#define FOO_AGAIN (FOO_TIMEOUT)
		#define FOO_FLAG WDIOF_OVERHEAT
		#define FOO_LARGE ((__u64)1 << 40)
		#define FOO_SIZE sizeof(struct foo)
		#define FOO_LEVEL FOO_HIGH
		#define FOO_TEXT "text"
		#define FOO_STRUCT struct foo
		#define FOO_NEXT(x) ((x) + 1)
		enum foo_level { FOO_LOW, FOO_HIGH };
		struct foo { struct watchdog_info info; };
		#define FOO_GET _IOR(1, 2, struct foo)'

	uapi "$text" || return
	for line in 'FOO_TIMEOUT.* = 3221509894' 'FOO_AGAIN.* = 3221509894' 'FOO_FLAG.* = 1' 'FOO_LARGE.* = 1099511627776' \
		'FOO_SIZE.* = 40' 'FOO_LEVEL.* = 1' 'FOO_GET.* = 2150105346' 'WDIOC_KEEPALIVE.* = 2147768069' 'BUS_USB.* = 3' \
		'EVIOCGRAB.* = 1074021776'; do
		tr ';' '\n' <"$work/own/foo.rs" | grep "pub const $line *$" >/dev/null || { echo "no $line"; return 1; }
	done
	# Its own structs, with all that they are made of; those of others, but what Rust cannot have.
	for line in 'uapi_items.*struct watchdog_info .*struct foo .*uapi_offers' 'uapi_offers.*struct input_id '; do
		tr '\n' ' ' <"$work/own/foo.rs" | grep "$line" >/dev/null || { echo "no $line"; return 1; }
	done
	! grep -E 'FOO_STRUCT|FOO_NEXT|unsafe|struct ff_periodic_effect' "$work/own/foo.rs"
}
attempt "uapi: the kernel's numbers and structs" uapi_takes

# Declarations of a driver's own C that safe Rust could not call: what the build says of each.
declares()
{
	mkdir -p "$work/own"
	printf '#include <linux/types.h>\n#include "chard_needs.h"\n%s\n' "$1" >"$work/own/foo_c.h"
	rust-handlers/own-c.sh foo "$work/own/foo_c.h" "$work/own/foo.c.rs" gcc -Ibindings
}

# The same, for a function in any context.
declares_function()
{
	declares "CHARD_ANY_CONTEXT $1;"
}

refused "own C: the device behind another parameter" "foo_c.h: foo_nap() takes the device behind another parameter: it comes first" \
	declares "CHARD_ANY_CONTEXT int foo_nap(__u32 ms, struct chard_device *device);"
refused "own C: no context" "foo_c.h: foo_nap() says not in which context it may be called" declares "int foo_nap(__u32 ms);"
refused "own C: a context that is not for drivers" "foo_nap() begins with another context than" \
	declares "CHARD_NEEDS(COPY) int foo_nap(__u32 ms);"
refused "own C: two contexts" "has two contexts" declares "CHARD_ANY_CONTEXT CHARD_TASK_CONTEXT int foo_nap(__u32 ms);"
refused "own C: a pointer that is returned" "foo_get() returns a pointer" declares_function "const char *foo_get(void)"
refused "own C: a pointer without a length" "without a length" declares_function "int foo_put(const __u8 *data)"
refused "own C: a length that is no size_t" "must be a size_t" declares_function "int foo_put(__u8 *data, int len)"
refused "own C: a pointer to more than bytes" "safe Rust could not vouch for what is" \
	declares_function "int foo_put(__u32 *data, size_t len)"
refused "own C: a pointer to a pointer" "safe Rust could not vouch for what is" declares_function "int foo_put(__u8 **data, size_t len)"
refused "own C: a struct" 'takes "struct point at", which is no integer' \
	declares "struct point { int x; }; CHARD_ANY_CONTEXT int foo_put(struct point at);"
refused "own C: a struct that is returned" "returns struct point, which is no integer" declares_function "struct point foo_get(void)"
refused "own C: floating point" 'takes "double it", which is no integer' declares_function "void foo_put(double it)"
refused "own C: char" 'takes "char it", which is no integer' declares_function "void foo_put(char it)"
refused "own C: a callback" "takes the address of a function: C cannot call back into Rust" \
	declares_function "void foo_each(void (*visit)(int))"
refused "own C: any number of arguments" "takes any number of arguments" declares_function "void foo_log(int level, ...)"
refused "own C: an array" "is an array, which C takes as a pointer" declares_function "void foo_put(__u8 data[4], size_t len)"
refused "own C: a parameter without a name" 'give the parameter "__u32" a name' declares_function "void foo_put(__u32)"
refused "own C: parameters that are not said" "write (void)" declares_function "int foo_get()"
refused "own C: static inline" "is static or inline" declares "CHARD_ANY_CONTEXT static inline int foo_get(void) { return 1; }"
refused "own C: a variable" "is no function" declares_function "extern int foo_count"
refused "own C: a word of Rust's" "match() is a word of Rust's" declares_function "void match(void)"
refused "own C: declared twice" "foo_get() is declared twice" \
	declares "CHARD_ANY_CONTEXT int foo_get(void); CHARD_NEEDS(SLEEP) int foo_get(void);"
refused "own C: no C" "nowhere.h: No such file" declares '#include "nowhere.h"'
# What is no declaration for Rust is left alone, and all that is one is taken.
takes()
{
	declares 'struct point { int x; };
		static inline int foo_x(struct point *at) { return at->x; }
		typedef int (*foo_visit)(void *);
		enum { FOO_ONE = 1 };
		extern int foo_count;
		CHARD_NEEDS(SLEEP, WAIT) extern int foo_put(unsigned char const *type, const size_t len,
			unsigned long long a, volatile __s8 b) __attribute__((nonnull(1)));
		CHARD_TASK_CONTEXT void foo_get(__u8 *const to, size_t len);' && diff -w - "$work/own/foo.c.rs" <<-'END'
			chard::c_items! {
				fn foo_put(type_: bytes[start length], a: u64[value], b: i8[value]) sleep_wait -> int; // chard_foo_c_foo_put__sleep_wait__int__bytes_start_length__u64_value__i8_value foo_put
				fn foo_get(to: bytes_mut[start length]) task -> none; // chard_foo_c_foo_get__task__none__bytes_mut_start_length foo_get
			}
		END
}
attempt "own C: what can be called" takes

refused "own C: a declaration in Rust" "the handler calls memset() of C in a way that hello_c.h does not declare" \
	mistake hello.rs 's/to.write_from/memset(\&mut [0], 5); to.write_from/
		s/^chard::handler!/chard::c_items! { fn memset(to: bytes_mut[start length], byte: i32[value]) any -> none; }\n&/'

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
