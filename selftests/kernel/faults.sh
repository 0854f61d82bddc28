#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# faults.sh - what must go wrong, in a guest of its own with KERNEL. Prints TAP.

set -euo pipefail

cd "$(dirname "$0")/../.."
. selftests/kernel/common.sh
payload=$(mktemp -d)
trap 'rm -rf "$payload"' EXIT

# A driver that was built for another contract: its C says 99.
wrong=$build/wrong
mkdir -p "$wrong"
{
	echo '#define CHARD_CONTRACT 99'
	sed 's/selftest/wrong/g' drivers/selftest/selftest.c
} >"$wrong/wrong.c"
cp rust-handlers/selftest/src/lib.rs "$wrong/wrong.rs"
cp drivers/selftest/chard_selftest.h "$wrong/chard_wrong.h"
drivers/kbuild.sh wrong "$PWD/${wrong#"$PWD"/}" >&2

probe=$build/refuse
mkdir -p "$probe"
cp -u selftests/faults/refuse.c selftests/faults/Kbuild "$probe"
make --no-print-directory -C "$kernel/build" M="$probe" CONFIG_DEBUG_INFO_BTF_MODULES= modules >&2

gcc -O2 -Wall -Wextra -static -Idrivers/selftest -o "$payload/faults" selftests/faults/{faults,module}.c
cp "$build/chard.ko" "$build/drivers/selftest/chard_selftest.ko" "$probe/refuse.ko" \
	"$wrong/build"/*/chard_wrong.ko "$payload"

# kvmalloc() is a macro or an inline function; this is what it ends in.
case $KERNEL in
6.1) allocator=kvmalloc_node ;;
*) allocator=__kvmalloc_node_noprof ;;
esac
selftests/vm/vm.sh --kernel "$kernel" --payload "$payload" --timeout 120 --log "$build/faults.log" -- \
	./faults "$allocator"
