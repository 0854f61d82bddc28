#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# builtin.sh - chard in vmlinux: the kernel is built, and what runs as modules
# elsewhere runs with no module there; the system calls; panics. Prints TAP.

set -euo pipefail

cd "$(dirname "$0")/../../.."
way=builtin
. selftests/builds/intree/common.sh

nothing_is_copied()
{
	local tree

	tree=$(realpath "$kernel/build")/drivers/char/chard
	find "$tree" -path "$tree/outside" -prune -o -path "$tree/cargo" -prune -o -path "$tree/rust" -prune -o \
		-type f \( -name '*.c' ! -name '.*' ! -name '*.mod.c' -o -name '*.rs' \) -print |
		grep -v '/uapi/\|/bindings/contract.rs' || :
}

# In the guest's kernel all is there, in vmlinux.
symbols_are_there()
{
	local symbol

	nm "$kernel/vmlinux" >"$build/intree/symbols"
	for symbol in chard_register chard_fops chard_echo_read_iter chard_upper_text_begin chard_upper_text_end __x64_sys_chard_upper mix; do
		grep -q " [TtRrDd] $symbol\$" "$build/intree/symbols" || echo "vmlinux has no $symbol"
	done
}

attempt "the kernel builds, with the core, drivers and system calls in it" builds
[ -n "${kernel:-}" ] || { plan; exit 1; }
quiet "no warning is about what is ours" no_warnings
quiet "no source is copied into the kernel's tree" nothing_is_copied
quiet "vmlinux has it all" symbols_are_there

# The kselftests and the suite of echo, and those of selftest for what is printed.
# That a module stays while it is used, is a module's.
cp selftests/vm/guest-check.sh "$payload"
list=()
for program in "$programs"/echo/* "$programs"/selftest/*; do
	if [ ! -x "$program" ] || [ ! -f "$program" ]; then
		continue
	fi
	[[ $program != */echo/module* ]] || continue
	mkdir -p "$payload/$(basename "$(dirname "$program")")"
	cp "$program" "$payload/$(basename "$(dirname "$program")")"
	list+=("./${program#"$programs"/}")
done
selftests/builds/intree/programs/build.sh "$payload"
cat >"$payload/unloaded" <<'END'
#!/bin/sh
echo TAP version 13
echo 1..1
[ ! -s /proc/modules ] && [ -c /dev/chard-echo ] && echo ok 1 no module is loaded || echo not ok 1 no module is loaded
END
chmod +x "$payload/unloaded"

in_guest()
{
	selftests/vm/vm.sh --kernel "$1" --payload "$payload" --timeout 300 --log "$build/intree/$2.log" -- \
		env CK_TAP_LOG_FILE_NAME=- CK_VERBOSITY=silent "${@:3}" | tee "$build/intree/$2.tap"
}

stock=$(selftests/setup/kernel.sh 6.1)
attempt "echo's tests and selftest's, and the system calls, with no module" \
	in_guest "$kernel" builtin sh guest-check.sh ./unloaded "${list[@]}" ./upper ./mix ./absent ./absent_32 ./unloaded
attempt "panics in vmlinux" in_guest "$kernel" panics ./panics
attempt "a stock kernel has no such system calls" in_guest "$stock" absent sh guest-check.sh ./nothing ./absent ./absent_32
plan
