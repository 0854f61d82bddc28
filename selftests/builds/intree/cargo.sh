#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# cargo.sh - the crate of cargo/ in a folder of its own, for KERNEL: it builds without
# warnings, is installed, found by depmod and loaded; paths with spaces are refused.
# Prints TAP.

set -euo pipefail

cd "$(dirname "$0")/../../.."
. selftests/lib/common.sh
. selftests/lib/tap.sh
work=$build/cargo-example
payload=$work/payload
folder=$work/squares
release=$(cat "$kernel/release")
selftests/builds/intree/cargo/copy.sh "$folder"

# make in the folder $1, with more arguments.
makes()
{
	local where=$1

	shift
	env -u MAKEFLAGS make --no-print-directory -C "$where" CHARD="$PWD" KDIR="$kernel/build" \
		CONFIG_DEBUG_INFO_BTF_MODULES= "$@"
}

builds()
{
	touch "$folder/src/lib.rs"
	makes "$folder" >"$work/said" 2>&1 || { cat "$work/said"; return 1; }
	! grep -iE 'warn|error' "$work/said"
}

code_is_right()
{
	selftests/builds/objcheck/objcheck --config "$kernel/build/.config" "$folder/squares_rust.o" &&
		selftests/builds/objcheck/objcheck --config "$kernel/build/.config" --orc \
			--symbols-from "$folder/squares_rust.o" "$folder/squares.ko"
}

installs()
{
	rm -rf "$work/root"
	makes "$folder" INSTALL_MOD_PATH="$work/root" install && grep '/squares.ko:' "$work/root/lib/modules/$release/modules.dep"
}

loads()
{
	rm -rf "$payload"
	mkdir "$payload"
	cp -r "$work/root/lib" "$payload"
	# shellcheck disable=SC2016 # for the guest's shell
	selftests/vm/vm.sh --kernel "$kernel" --payload "$payload" --timeout 60 -- sh -ec '
		ln -s /chard/lib /lib
		modprobe squares
		echo 10 >/sys/module/squares/parameters/sum
		test "$(cat /sys/module/squares/parameters/sum)" = 385
		modprobe -r squares
		! dmesg | grep -E "WARNING|BUG"'
}

attempt "it builds in a folder of its own, without warnings" builds
attempt "its code is as .config wants it, and objtool has seen it" code_is_right
attempt "make install puts it where depmod finds it" installs
attempt "modprobe loads it, it counts, and goes" loads
mkdir -p "$work/with a space"
cp "$folder/Makefile" "$work/with a space"
refused "a folder with spaces is refused" "below a path with spaces: move" makes "$work/with a space"
refused "so is a kernel's tree" "below a path with spaces: move" makes "$folder" KDIR="$work/with a space"
plan
