#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# life.sh - what begins and ends with a device, and what is waited for, in a guest of its
# own with KERNEL. Prints TAP.

set -euo pipefail

cd "$(dirname "$0")/../../.."
. selftests/lib/common.sh
payload=$(mktemp -d)
trap 'rm -rf "$payload"' EXIT

lay_driver life selftests/core/life/{life.c,life.rs,masses.rs,chard_life.h}
build_drivers
gcc -O2 -Wall -Wextra -Werror -static -Iselftests/core/life -o "$payload/life" \
	selftests/core/life/{main,begins,cancels,waits,watched,stalled,suspends,charged}.c selftests/core/faults/{module,tasks}.c -lpthread
selftests/vm/vm.sh --kernel "$kernel" --payload "$payload" --timeout 300 --log "$build/life.log" -- ./life
