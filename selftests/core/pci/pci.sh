#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# pci.sh - drivers of PCI devices, on QEMU's edu and pci-testdev, in guests of their own with
# KERNEL: with MSI, and with INTx. Prints TAP.

set -euo pipefail

cd "$(dirname "$0")/../../.."
. selftests/lib/common.sh
. selftests/lib/tap.sh
drivers/kbuild.sh >&2
if ! has PCI; then
	quiet "a kernel without PCI has no driver of it" find "$build" -name chard_edu.ko
	plan
	exit
fi

payload=$(mktemp -d)
trap 'rm -rf "$payload" "$output"' EXIT

lay_driver board selftests/core/pci/driver/{board.c,board.rs,chard_board.h}
build_drivers
gcc -O2 -Wall -Wextra -Werror -static -Idrivers/edu -Iselftests/core/pci/driver -o "$payload/pci" \
	selftests/core/pci/*.c selftests/core/faults/{module,tasks}.c -lpthread
cp "$build/drivers/edu/chard_edu.ko" "$payload"

attempt "the module is loaded by the PCI device's id" \
	grep -qx 'alias: *pci:v00001234d000011E8sv\*sd\*bc\*sc\*i\*' <(modinfo "$build/drivers/edu/chard_edu.ko")
# edu's addresses have 28 bits: without this the kernel has none of them.
if ! has ZONE_DMA; then
	skip "drivers of PCI devices" "this kernel has no ZONE_DMA"
	plan
	exit
fi

# The second edu is behind a bridge, which the test lets lose it.
devices=(--device edu --device "pci-bridge,id=bridge,chassis_nr=1" --device "edu,bus=bridge,addr=1"
	--device pci-testdev)
# Where all is slow, ACPI gives up before it has found the way of an INTx.
append=$([ ! -e "$kernel/slow" ] || echo acpi=noirq)
kinds=(nomsi)
! has PCI_MSI || kinds+=(msi)
for kind in "${kinds[@]}"; do
	selftests/vm/vm.sh --kernel "$kernel" --payload "$payload" --timeout 100 --log "$build/pci-$kind.log" \
		"${devices[@]}" --append "$append $([ "$kind" = msi ] || echo pci=nomsi)" -- ./pci "$kind"
done
