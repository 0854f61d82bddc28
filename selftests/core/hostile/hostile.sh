#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# hostile.sh - handlers that are written to do harm, in a guest of its own with KERNEL:
# docs/hostile.md has a row for each. Those that must not compile are refused.sh's.
# Prints KTAP.

set -euo pipefail

cd "$(dirname "$0")/../../.."
. selftests/lib/common.sh
# A kernel that looks for bugs takes its time.
slow=$(cat "$kernel/slow" 2>/dev/null || echo 1)
payload=$(mktemp -d)
trap 'rm -rf "$payload"' EXIT

lay_driver hostile selftests/core/hostile/driver/*
lay_driver odd selftests/core/hostile/odd/*
build_drivers
cp selftests/vm/guest-check.sh selftests/vm/{load,unload} "$payload"

# The last one unloads the driver, which says what was forgotten, and loads it again.
list=()
harness=$(selftests/setup/source.sh)/tools/testing/selftests
for name in forgets drops panics reenters sizes removes_itself answers ends; do
	gcc -O2 -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare -Werror -static -I"$harness" -Iselftests/core/faults \
		-o "$payload/$name" "selftests/core/hostile/$name.c"
	list+=("./$name")
done
selftests/vm/vm.sh --kernel "$kernel" --payload "$payload" --timeout $((300 * slow)) --log "$build/hostile.log" -- \
	sh guest-check.sh ./load "${list[@]}" ./unload
