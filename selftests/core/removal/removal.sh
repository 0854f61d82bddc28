#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# removal.sh - devices that go while files of them are open, in a guest of its
# own with KERNEL, by a 64-bit and a 32-bit caller. SECONDS_OF_STORM says how
# long each lets threads run against removals (20). Prints TAP.

set -euo pipefail

cd "$(dirname "$0")/../../.."
. selftests/lib/common.sh
seconds=${SECONDS_OF_STORM:-20}
payload=$(mktemp -d)
trap 'rm -rf "$payload"' EXIT

# Another driver for echo's name.
build_twins echo_twin.ko

for bits in 64 32; do
	gcc -m$bits -O2 -Wall -Wextra -Werror -static -D_FILE_OFFSET_BITS=64 -Idrivers/echo -Idrivers/fifo -Idrivers/selftest -Idrivers/shm \
		-o "$payload/removal_$bits" selftests/core/removal/*.c selftests/core/faults/module.c -lpthread
done
cp "$build/chard.ko" "$build"/drivers/{echo/chard_echo,fifo/chard_fifo,selftest/chard_selftest,shm/chard_shm}.ko "$twins/echo_twin.ko" "$payload"

# Behind the modules, which must have gone.
! has DEBUG_KMEMLEAK || cp selftests/vm/leaks "$payload"

# shellcheck disable=SC2016 # for the guest's shell
selftests/vm/vm.sh --kernel "$kernel" --payload "$payload" --timeout $((seconds * 8 + 300)) \
	--log "$build/removal.log" -- \
	sh -c './removal_64 "$1" && ./removal_32 "$1"; status=$?; [ ! -e leaks ] || ./leaks; exit $status' - "$seconds"
