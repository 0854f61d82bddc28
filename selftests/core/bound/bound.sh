#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# bound.sh - devices that a driver's own C makes and removes, in a guest of its own with
# KERNEL. Prints TAP.

set -euo pipefail

cd "$(dirname "$0")/../../.."
. selftests/lib/common.sh
payload=$(mktemp -d)
trap 'rm -rf "$payload"' EXIT

lay_driver plug selftests/core/bound/driver/*
build_drivers
gcc -O2 -Wall -Wextra -Werror -static -Iselftests/core/bound/driver -o "$payload/bound" \
	selftests/core/bound/*.c selftests/core/faults/{module,tasks}.c -lpthread
selftests/vm/vm.sh --kernel "$kernel" --payload "$payload" --timeout 300 --log "$build/bound.log" -- ./bound
