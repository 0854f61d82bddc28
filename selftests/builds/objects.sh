#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# objects.sh - looks at the objects built for KERNEL: the code of each handler,
# what objtool has added, and which symbols are seen from outside. Prints TAP.

set -euo pipefail

cd "$(dirname "$0")/../.."
. selftests/lib/common.sh
config=$kernel/build/.config
. selftests/lib/tap.sh

objcheck()
{
	selftests/builds/objcheck/objcheck --config "$config" "$@"
}

# The names of ELF symbols that modpost exports: __ksymtab_NAME.
exports()
{
	nm "$1" | sed -n 's/^[0-9a-f]* [a-zA-Z] __ksymtab_\(.*\)/\1/p'
}

# A tracepoint is exported by names that the kernel puts before its own. What devres undoes has
# devm_ before its name.
only_chard_exports()
{
	local bad

	bad=$(exports "$build/chard.ko" | grep -vE '^(__tracepoint_|__traceiter_|__SC[KT]__tp_func_|devm_)?chard_' || :)
	if [ -z "$(exports "$build/chard.ko")" ] || [ -n "$bad" ]; then
		echo "exported without the prefix: $bad"
		return 1
	fi
}

# Module.symvers has a line for each export: CRC, name, module, kind.
all_are_gpl()
{
	[ -s "$build/Module.symvers" ] &&
		! awk -F '\t' '$4 != "EXPORT_SYMBOL_GPL" { print; bad = 1 } END { exit !bad }' \
			"$build/Module.symvers"
}

exports_nothing()
{
	[ -s "$1" ] && [ -z "$(exports "$1")" ]
}

# Mangled names and Rust's runtime stay inside.
no_global_rust()
{
	local names

	[ -s "$1" ] || return 1
	names=$(nm --defined-only --extern-only "$1" | awk '{ print $3 }' | grep -vE '^(__tracepoint_|__traceiter_|__SC[KT]__tp_func_)?chard_' || :)
	[ -z "$names" ] || {
		echo "global: $names"
		return 1
	}
}

# No call through a pointer in the driver's entries: one indirect call a system
# call, which is the VFS's. The kernel itself replaces those of pv_ops, by which a driver with
# OnEvent asks whether interrupts are off.
entries_call_directly()
{
	local listing

	listing=$(objdump -dr --no-show-raw-insn "$1") || return 1
	[ -n "$listing" ] || return 1
	# The relocation is on the line behind the call.
	! awk '/R_X86.*pv_ops/ { call = "" }
		call { print call; bad = 1; call = "" }
		/indirect_thunk|(call|jmp) +\*/ { call = $0 }
		END { if (call) print call; exit !(bad || call) }' <<<"$listing"
}

# A stack dump names each entry: none has the address of another.
entries_have_addresses()
{
	local shared

	shared=$(nm --defined-only "$1" | awk '$3 ~ /^chard_/ { print $1 }' | sort | uniq -d)
	nm --defined-only "$1" | grep ' chard_' >/dev/null || return 1
	[ -z "$shared" ] || {
		echo "two entries have the address $shared"
		return 1
	}
}

# gdb and the kernel's decode_stacktrace.sh show lines of the handler.
has_lines()
{
	objdump --dwarf=decodedline "$1" 2>/dev/null | grep "$2/src/lib.rs" >/dev/null
}

# All modules share PERCPU_MODULE_RESERVE.
no_static_percpu()
{
	[ -s "$1" ] && ! objdump -h "$1" | grep percpu
}

attempt "only the core exports, by one prefix" only_chard_exports
attempt "all exports are for GPL modules" all_are_gpl
# The core goes through a driver's pointer to make a device: that must be seen.
refused "an indirect call would be seen" indirect_thunk entries_call_directly "$build/core/devices/device.o"
for handler in "$build"/drivers/*/lib*.o; do
	name=$(basename "$handler" .o)
	name=${name#lib}
	module=$build/drivers/$name/chard_$name.ko
	attempt "$name: code as .config wants it" objcheck "$handler"
	attempt "$name: objtool has seen the Rust code" objcheck --orc --symbols-from "$handler" "$module"
	attempt "$name: exports nothing" exports_nothing "$module"
	attempt "$name: has no per-CPU data of its own" no_static_percpu "$module"
	attempt "$name: no name of Rust's is global" no_global_rust "$handler"
	attempt "$name: each entry has an address of its own" entries_have_addresses "$handler"
	if has DEBUG_INFO; then
		attempt "$name: has the lines of its source" has_lines "$handler" "$name"
	fi
	attempt "$name: entries call the handler directly" entries_call_directly "$build/drivers/$name/$name.o"
done
plan
