#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# bound.sh - devices that a driver's own C makes and removes, in a guest of its own with
# KERNEL; and selftests/builds/lines, a GPIO chip, in another one. Prints TAP.

set -euo pipefail

cd "$(dirname "$0")/../../.."
. selftests/lib/common.sh
. selftests/lib/tap.sh
payload=$(mktemp -d)
chip=$(mktemp -d)
trap 'rm -rf "$payload" "$chip" "$output"' EXIT

lay_driver plug selftests/core/bound/driver/*
! has GPIO_CDEV || lay_driver lines selftests/builds/lines/{lines.c,lines.rs,lines_c.h,chard_lines.h}
build_drivers
gcc -O2 -Wall -Wextra -Werror -static -Iselftests/core/bound/driver -o "$payload/bound" \
	selftests/core/bound/*.c selftests/core/faults/{module,tasks}.c -lpthread
selftests/vm/vm.sh --kernel "$kernel" --payload "$payload" --timeout 300 --log "$build/bound.log" -- ./bound

# The chip differs between kernels. The stage outside has its suite in a process.
what="a GPIO chip whose lines are a handler"
if has GPIO_CDEV; then
	mv "$payload/chard_lines.ko" "$chip"
	cp "$build/chard.ko" selftests/vm/{guest-check.sh,load,unload} "$chip"
	gcc -O2 -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare -Werror -static -Iselftests/builds/lines \
		-I"$(selftests/setup/source.sh)/tools/testing/selftests" -o "$chip/test_lines" selftests/builds/lines/test_lines.c
	attempt "$what" selftests/vm/vm.sh --kernel "$kernel" --payload "$chip" --timeout 120 --log "$build/lines.log" -- \
		sh guest-check.sh ./load ./test_lines ./unload
else
	skip "$what" "this kernel has no GPIO_CDEV"
fi
