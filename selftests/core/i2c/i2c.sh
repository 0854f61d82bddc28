#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# i2c.sh - drivers of I2C chips, on the kernel's own i2c-stub and on an adapter that fails on
# demand, in a guest of its own with KERNEL. Prints TAP.

set -euo pipefail

cd "$(dirname "$0")/../../.."
. selftests/lib/common.sh
drivers/kbuild.sh >&2
if ! has I2C; then
	. selftests/lib/tap.sh
	quiet "a kernel without I2C has no driver of it" find "$build" -name chard_temp.ko
	lay_driver chips selftests/core/i2c/driver/{chips.c,chips.rs,chard_chips.h}
	refused "a chip's driver is told that this kernel has none" "this kernel has no I2C (CONFIG_I2C)" \
		drivers/kbuild.sh "${laid[@]}"
	plan
	exit
fi

payload=$(mktemp -d)
trap 'rm -rf "$payload"' EXIT

selftests/setup/module.sh "$kernel" "$payload" i2c-stub i2c-dev

# The same handler, bound to nothing and to another bus.
lay_driver chips selftests/core/i2c/driver/{chips.c,chips.rs,chard_chips.h}
for name in bare astray; do
	mkdir -p "$build/$name"
	cp -u "selftests/core/i2c/driver/$name.c" "$build/$name"
	cp -u selftests/core/i2c/driver/chips.rs "$build/$name/$name.rs"
	cp -u selftests/core/i2c/driver/chard_chips.h "$build/$name/chard_$name.h"
	laid+=("$name" "$PWD/${build#"$PWD"/}/$name")
done
build_drivers

adapter=$build/fakebus
mkdir -p "$adapter"
cp -u selftests/core/i2c/adapter/* "$adapter"
kernel_make M="$adapter" CONFIG_DEBUG_INFO_BTF_MODULES= modules

gcc -O2 -Wall -Wextra -Werror -static -Idrivers/temp -Iselftests/core/i2c/driver -o "$payload/i2c" \
	selftests/core/i2c/*.c selftests/core/faults/{module,tasks}.c -lpthread
# shellcheck disable=SC2046 # one word for each
gcc -O2 -Wall -Wextra -Werror -static -Idrivers/temp -o "$payload/check_temp" \
	userspace/temp/check_temp.c $(pkg-config --static --cflags --libs check)
cp "$build/drivers/temp/chard_temp.ko" "$adapter/fakebus.ko" "$payload"
selftests/vm/vm.sh --kernel "$kernel" --payload "$payload" --timeout 300 --log "$build/i2c.log" -- ./i2c
