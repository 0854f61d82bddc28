#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# dkms.sh RELEASE KDIR        builds chard.ko for the kernel RELEASE, whose headers are in KDIR
# dkms.sh RELEASE KDIR NAME   builds chard_NAME.ko of the driver whose sources are here
#
# dkms calls it in the folder in which it builds, and finds the module there. What it prints
# goes to dkms's make.log, whose path dkms prints when this fails. Nothing is downloaded.

set -euo pipefail

chard=$(realpath "$(dirname "$0")/../..")
release=$1 name=${3:-}
export KDIR=$2 BUILD=$PWD/chard-build
unset KERNEL MAKEFLAGS MFLAGS

die()
{
	echo "chard: $*" >&2
	exit 1
}

[ -d "$KDIR" ] || die "the headers of $release are missing: apt-get install linux-headers-$release," \
	"then dkms autoinstall -k $release"
"$chard/selftests/setup/toolchain.sh" >/dev/null ||
	die "the tools named above are missing or too old: apt-get install --reinstall chard-dev brings" \
		"those of this Debian release, then dkms autoinstall -k $release"
if [ -z "$name" ]; then
	"$chard/drivers/kbuild.sh" --core
	cp "$("$chard/drivers/kbuild.sh" --where)/chard.ko" .
else
	"$chard/drivers/kbuild.sh" "$name" "$PWD"
	cp "build/$(basename "$("$chard/drivers/kbuild.sh" --where)")/chard_$name.ko" .
fi
rm -rf "$BUILD" build
