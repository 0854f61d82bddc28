#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# faults.sh - what must go wrong, in a guest of its own with KERNEL. Prints TAP.

set -euo pipefail

cd "$(dirname "$0")/../.."
. selftests/kernel/common.sh
payload=$(mktemp -d)
trap 'rm -rf "$payload"' EXIT

# The driver $1: selftest by another name, its handler changed by the sed script
# $2; its C begins with $3.
variant()
{
	local name=$1 dir=$build/$1

	mkdir -p "$dir"
	{
		echo "$3"
		sed "s/selftest/$name/g" drivers/selftest/selftest.c
	} >"$dir/$name.c"
	sed "$2" rust-handlers/selftest/src/lib.rs >"$dir/$name.rs"
	[ -z "$2" ] || ! cmp -s "$dir/$name.rs" rust-handlers/selftest/src/lib.rs
	cp drivers/selftest/chard_selftest.h "$dir/chard_$name.h"
	drivers/kbuild.sh "$name" "$PWD/${dir#"$PWD"/}" >&2
	cp "$dir/build"/*/"chard_$name.ko" "$payload"
}

# Built for another contract; carries on after a panic; panics when it is made.
variant wrong '' '#define CHARD_CONTRACT 99'
variant carry '/type File = Sum;/a const AFTER_PANIC: AfterPanic = AfterPanic::CarryOn;' ''
variant unborn '/fn new(_call: /a core::hint::black_box(None::<u32>).expect("not born");' ''

probe=$build/refuse
mkdir -p "$probe"
cp -u selftests/faults/refuse.c selftests/faults/Kbuild "$probe"
make --no-print-directory -C "$kernel/build" M="$probe" CONFIG_DEBUG_INFO_BTF_MODULES= modules >&2

gcc -O2 -Wall -Wextra -static -Idrivers/selftest -o "$payload/faults" selftests/faults/{faults,module}.c
cp "$build/chard.ko" "$build/drivers/selftest/chard_selftest.ko" "$probe/refuse.ko" "$payload"

# kvmalloc() is a macro or an inline function; this is what it ends in.
case $KERNEL in
6.1 | 6.1-*) allocator=kvmalloc_node ;;
*) allocator=__kvmalloc_node_noprof ;;
esac
selftests/vm/vm.sh --kernel "$kernel" --payload "$payload" --timeout 120 --log "$build/faults.log" -- \
	./faults "$allocator"
