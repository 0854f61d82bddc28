#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# strangers.sh - trinity and stress-ng, which know nothing of us, against our nodes
# in a guest with KERNEL: a user's against echo, root's against carry, which goes
# on when a handler panics. SECONDS_OF_FUZZ says how long in all (20), SEED what
# they draw from. Prints TAP.

set -euo pipefail

cd "$(dirname "$0")/../../.."
. selftests/lib/common.sh
seconds=${SECONDS_OF_FUZZ:-20}
seed=${SEED:-$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')}
log=$build/strangers.log
slow=$(cat "$kernel/slow" 2>/dev/null || echo 1)
payload=$(mktemp -d)
trap 'rm -rf "$payload"' EXIT

drivers/kbuild.sh >&2
lay_variant_that_carries_on
build_drivers
cp "$build/drivers/echo/chard_echo.ko" selftests/core/fuzz/strangers-guest.sh "$payload"
program_of_host "$payload" trinity
program_of_host "$payload" stress-ng

status=0
echo "# SEED=$seed SECONDS_OF_FUZZ=$seconds KERNEL=$KERNEL selftests/core/fuzz/strangers.sh"
selftests/vm/vm.sh --kernel "$kernel" --payload "$payload" --timeout $((seconds + 120 * slow)) --log "$log" -- \
	sh strangers-guest.sh $((seconds / 4)) "$seed" | grep -v '^1\.\.' || status=1

# A program of theirs that ends by a fault is no fault of ours.
bad=$(bad_in_log "$log")
[ -z "$bad" ] || {
	echo "# $bad"
	printf 'not '
}
echo "ok - the kernel has nothing to say"
exit $status
