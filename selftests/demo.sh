#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# demo.sh: builds for KERNEL, boots it in QEMU and shows echo at work there.
set -eu

cd "$(dirname "$0")/.."
start=$SECONDS
unset KDIR
. selftests/lib/common.sh
drivers/kbuild.sh

payload=$build/demo
mkdir -p "$payload"
gcc -O2 -Wall -Wextra -static -Idrivers/echo -o "$payload/echo-demo" userspace/echo/echo-demo.c
cp "$build/chard.ko" "$build/drivers/echo/chard_echo.ko" selftests/vm/demo-guest.sh "$payload"

echo
echo "Booting Debian's $(cat "$kernel/release") in QEMU."
status=0
selftests/vm/vm.sh --kernel "$kernel" --payload "$payload" --timeout 120 \
	--log "$build/demo.log" -- sh demo-guest.sh || status=$?
echo
echo "The guest has ended with status $status, $((SECONDS - start)) seconds after the start."
exit "$status"
