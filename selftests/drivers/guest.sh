#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# guest.sh - runs all test programs in a guest with KERNEL, the modules loaded
# first and unloaded last; the log of the kernel is part of each result.
# guest.sh NAME... - the programs of these folders only.
# guest.sh --shell - a shell there instead.

set -euo pipefail

cd "$(dirname "$0")/../.."
. selftests/lib/common.sh
programs=${BUILD:-$PWD/build}/programs
payload=$(mktemp -d)
trap 'rm -rf "$payload"' EXIT

cp "$build/chard.ko" "$build"/drivers/*/chard_*.ko "$payload"
cp selftests/vm/guest-check.sh selftests/vm/load selftests/vm/unload "$payload"
list=() only=("$@")
[ "${1:-}" != --shell ] || only=()
for folder in "$programs"/*/; do
	name=$(basename "$folder")
	[ ${#only[@]} = 0 ] || [[ " ${only[*]} " == *" $name "* ]] || continue
	mkdir "$payload/$name"
	for program in "$folder"*; do
		if [ ! -f "$program" ] || [ ! -x "$program" ]; then
			continue
		fi
		cp "$program" "$payload/$name/"
		list+=("./$name/$(basename "$program")")
	done
done
[ ${#list[@]} -gt 0 ] || {
	echo "guest.sh: no test programs: run selftests/drivers/programs.sh first" >&2
	exit 1
}

if [ "${1:-}" = --shell ]; then
	echo "In /chard: insmod chard.ko, then a driver; ./load loads all; programs: ${list[*]}"
	selftests/vm/vm.sh --kernel "$kernel" --payload "$payload" --shell
	exit
fi
if has DEBUG_KMEMLEAK; then
	cp selftests/vm/leaks "$payload"
	list+=(./unload ./leaks)
else
	list+=(./unload)
fi
# libcheck prints TAP when asked to.
selftests/vm/vm.sh --kernel "$kernel" --payload "$payload" --timeout 600 --log "$build/guest.log" -- \
	env CK_TAP_LOG_FILE_NAME=- CK_VERBOSITY=silent \
	sh guest-check.sh ./load "${list[@]}"
