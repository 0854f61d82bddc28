#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# refused.sh [NAME...] - hostile handlers that must not compile: each case of
# selftests/core/hostile/refused, or those named, against the crate as it is built for KERNEL,
# with the flags of that build. Those of linked.cases compile, and are refused when they are
# linked (rust-handlers/handler.sh, symbols.sh). Prints TAP.

set -euo pipefail

cd "$(dirname "$0")/../../.."
. selftests/lib/common.sh
. selftests/lib/tap.sh
work=$build/refused
rustc=$(selftests/setup/toolchain.sh | sed -n 's/^RUSTC := //p')
deps=$build/cargo/chard-x86_64/release/deps

# What the makefiles give to rustc for this kernel.
flags()
{
	make -s -f - <<-END
		include $kernel/build/include/config/auto.conf
		CHARD := $PWD
		comma := ,
		include rust-handlers/rustflags.mk
		\$(info \$(chard-rustflags-y))
		all:
	END
}

# The crate of this name that was built last.
built()
{
	find "$deps" -name "lib$1-*.rlib" -printf '%T@ %p\n' | sort -n | sed -n '$s/^[^ ]* //p'
}

rm -rf "$work"
mkdir -p "$work"
drivers/kbuild.sh >&2
read -ra options < <(flags)
options+=(--edition 2024 --crate-name refused --target "$build/rust/chard-x86_64.json"
	-Zunstable-options -Zallow-features= -L "dependency=$deps" --extern "chard=$(built chard)")
for name in core alloc compiler_builtins; do
	options+=(--extern "noprelude:$name=$(built "$name")")
done

# What stands before each case, behind its own attributes of the crate.
cat >"$work/before" <<-END
	use chard::prelude::*;
	pub struct Device;
	impl Handler for Device {
	    type File = ();
	    fn new(_: &Call) -> Result<Self> { Ok(Device) }
	    fn open(&self, _: &File<'_>) -> Result<()> { Ok(()) }
	}
END
# A case is a line "//# NAME: WORDS", and what follows up to the next.
awk -v work="$work" '
	/^\/\/# / {
		colon = index($0, ": ")
		name = substr($0, 5, colon - 5)
		print name
		print substr($0, colon + 2) >(work "/" name ".words")
		if (FILENAME ~ /linked/)
			print FILENAME >(work "/" name ".linked")
		next
	}
	name && /^#!/ { print >(work "/" name ".attributes"); next }
	name { print >(work "/" name ".body") }
' selftests/core/hostile/refused/*.cases >"$work/names"

# What stands behind each case that is linked.
cat >"$work/behind" <<-END
	impl Read for Device {
	    fn read(&self, _: &File<'_>, to: &mut UserWriter<'_>) -> Result {
	        self.harm();
	        to.write_from(b"read")
	    }
	}
	chard::handler!(Device);
END
# What some of these include, from paths that are hard to follow.
for path in 'out of [sight].rs' "'quoted'.rs" $'two\nlines.rs'; do
	cat >"$work/$path" <<-END
		trait Own {
		    #[unsafe(export_name = "chard_file_stream")]
		    #[inline(never)]
		    extern "C" fn harm(&self) {}
		}
		impl Own for Device {}
	END
done
# What the quotes and the second line would be taken for.
touch "$work/"{quoted,two,lines}.rs
echo 'impl Device { fn harm(&self) {} }' >"$work/harmless.body"
touch "$work/harmless.linked"

# Has rustc make what the arguments behind it say of the case $1.
rustc_case()
{
	local source=$work/$1.rs

	{
		printf '#![no_std]\n#![forbid(unsafe_code)]\n#![allow(internal_features)]\n'
		cat "$work/$1.attributes" 2>/dev/null || :
		cat "$work/before"
		cat "$work/$1.body" 2>/dev/null || :
		[ ! -e "$work/$1.linked" ] || cat "$work/behind"
	} >"$source"
	shift
	CARGO_PKG_NAME=refused RUSTC_BOOTSTRAP=1 "$rustc" "${options[@]}" "$@" -Adead_code -Aunused "$source"
}

# Compiles the case $1; an object, since some of what is wrong is seen late.
compile()
{
	rustc_case "$1" --crate-type lib -Copt-level=0 --emit=obj -o "$work/$1.o"
}

# Makes the case $1 a handler's object as the build does, where C names all that it exports.
link()
{
	local lib=$work/$1.a

	rustc_case "$1" --crate-type staticlib -Clto=fat -Ccodegen-units=1 -Zemit-stack-sizes \
		--emit="link=$lib,dep-info=$work/$1.d" || {
		echo "it does not compile"
		return 0
	}
	NM='nm' rust-handlers/entries.sh refused "$lib" |
		sed -n 's/^#define CHARD_EXPORTS_\([a-z_]*\) 1$/.quad chard_refused_\1/p' | as -o "$work/$1.glue.o" - &&
		NM='nm' OBJCOPY=objcopy OBJDUMP=objdump LD='ld' FRAME_WARN=2048 OWN_C=/dev/null \
			rust-handlers/handler.sh refused "$work/$1.glue.o" "$lib" "$work/$1.o"
}

# Whether the case $1 compiles and links.
links()
{
	link "$1" && [ -e "$work/$1.o" ]
}

# In a crate that calls itself core a parameter has the name that it has elsewhere.
no_other_symbol()
{
	cat >"$work/own_core.body" <<-'END'
		extern crate self as core;
		#[macro_export] macro_rules! concat { ($($ignored:tt)*) => { "init_task" } }
		pub fn peek() -> u32 {
		    chard::params!(@static quantum, uint).get()
		}
	END
	compile own_core && nm "$work/own_core.o" >"$work/symbols" &&
		grep -q 'U chard_refused_param_uint_quantum$' "$work/symbols" &&
		! grep -q init_task "$work/symbols"
}

# A trait of the handler's with the names by which the crate says that an entry exists.
no_other_entry()
{
	cat >"$work/own_trait.body" <<-'END'
		trait Own { const READ: bool = true; const POLL: bool = true; }
		impl<T> Own for T {}
		chard::handler!(Device);
	END
	compile own_trait && nm "$work/own_trait.o" >"$work/symbols" &&
		grep -q 'chard_refused_open$' "$work/symbols" &&
		! grep -qE 'chard_refused_(read|poll)$' "$work/symbols"
}

attempt "what stands before each compiles" compile nothing
attempt "what stands before and behind each links" links harmless
mapfile -t names <"$work/names"
[ $# = 0 ] || names=("$@")
for name in "${names[@]}"; do
	how=compile
	[ ! -e "$work/$name.linked" ] || how='link'
	refused "$name" "$(cat "$work/$name.words")" "$how" "$name"
done
if [ $# = 0 ]; then
	attempt "symbol_by_an_own_core" no_other_symbol
	attempt "entry_by_an_own_trait" no_other_entry
fi
plan
