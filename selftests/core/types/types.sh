#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# types.sh - what a handler may use, in a guest of its own with KERNEL: locks, RCU,
# completions, counters, clocks, credentials, payloads of a word, values that are moved
# whole, collections. Prints KTAP.

set -euo pipefail

cd "$(dirname "$0")/../../.."
. selftests/lib/common.sh
payload=$(mktemp -d)
trap 'rm -rf "$payload"' EXIT

lay_driver types selftests/core/types/driver/*
build_drivers
cp selftests/vm/guest-check.sh selftests/vm/{load,unload} "$payload"

# The one behind which there is no device comes last.
list=()
for name in shared_locks late_unlock rcu nowait races who clocks words values large collections completion dropped; do
	gcc -O2 -Wall -Wextra -Wno-missing-field-initializers -Werror -static -o "$payload/$name" \
		"selftests/core/types/$name.c" selftests/core/types/run.c selftests/core/faults/module.c -lpthread
	[ "$name" = dropped ] || list+=("./$name")
done
list+=(./unload)
if has DEBUG_KMEMLEAK; then
	cp selftests/vm/leaks "$payload"
	list+=(./leaks)
fi
list+=(./dropped)
selftests/vm/vm.sh --kernel "$kernel" --payload "$payload" --timeout 300 --log "$build/types.log" -- \
	sh guest-check.sh ./load "${list[@]}"
