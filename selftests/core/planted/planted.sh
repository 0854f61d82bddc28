#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# planted.sh - bugs on purpose, in C and in Rust, in guests with KERNEL, one that
# looks for bugs: each must be reported by the tool that is meant for it, under
# the name of the function that has it. Prints TAP.

set -euo pipefail

cd "$(dirname "$0")/../../.."
. selftests/lib/common.sh
kind=${KERNEL##*-}
payload=$(mktemp -d)
trap 'rm -rf "$payload"' EXIT

# A handler that says unsafe belongs to nobody: it is built outside, where no
# rule holds but the compiler's.
planted=$build/planted
mkdir -p "$planted/c" "$planted/rust"
cp -u selftests/core/planted/{planted_c.c,Kbuild,chard_planted.h} "$planted/c"
cp -u selftests/core/planted/{planted.c,planted.rs,chard_planted.h} "$planted/rust"
kernel_make M="$planted/c" modules
drivers/kbuild.sh planted "$PWD/${planted#"$PWD"/}/rust" >&2

gcc -O2 -Wall -Wextra -static -Iselftests/core/planted -o "$payload/plant" selftests/core/planted/plant.c selftests/core/faults/module.c
cp "$build/chard.ko" "$planted/c/planted_c.ko" "$planted/rust/build"/*/chard_planted.ko "$payload"

for language in c rust; do
	selftests/vm/vm.sh --kernel "$kernel" --payload "$payload" --timeout 60 --log "$build/planted_$language.log" \
		--append kasan_multi_shot -- ./plant "$kind" "$language"
done
