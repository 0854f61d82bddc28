#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# faults.sh - what must go wrong, in a guest of its own with KERNEL. Prints TAP.

set -euo pipefail

cd "$(dirname "$0")/../../.."
. selftests/lib/common.sh
payload=$(mktemp -d)
trap 'rm -rf "$payload"' EXIT

# Built for another contract; carries on after a panic; panics when it is made.
drivers/kbuild.sh >&2
lay_variant wrong '' '#define CHARD_CONTRACT 99'
lay_variant_that_carries_on
lay_variant unborn '/fn new(call: /a core::hint::black_box(None::<u32>).expect("not born");' ''

# Each operation and callback panics.
lay_driver armed selftests/core/faults/armed/*.{c,h,rs}
build_drivers

probe=$build/refuse
mkdir -p "$probe"
cp -u selftests/core/faults/{refuse,context}.c selftests/core/faults/Kbuild "$probe"
kernel_make M="$probe" CONFIG_DEBUG_INFO_BTF_MODULES= modules

gcc -O2 -Wall -Wextra -static -Idrivers/selftest -o "$payload/faults" selftests/core/faults/{faults,everywhere,commands,module}.c
cp "$build/drivers/selftest/chard_selftest.ko" "$probe"/{refuse,context}.ko "$payload"

# kmalloc() is a macro or an inline function; this is what it ends in. Kernels that profile
# allocations have another name for it.
allocator=$(awk '$2 ~ /^__kmalloc(_noprof)?$/ { print $2; exit }' "$kernel/build/Module.symvers")
selftests/vm/vm.sh --kernel "$kernel" --payload "$payload" --timeout 120 --log "$build/faults.log" -- \
	./faults "$allocator"
