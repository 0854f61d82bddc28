#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# path.sh RELEASE - the way of a new user on a fresh minimal system of a Debian release
# (bookworm, trixie): a clone, the tutorial docs/tutorial/device.md as it stands, Debian packages
# of chard and of the driver, which are then installed on another fresh system and work in a guest
# of the kernel there. Says how long each step takes. Prints TAP. Needs root, for chroot.

set -euo pipefail

cd "$(dirname "$0")/../.."
. selftests/lib/tap.sh
release=${1:?say which release: bookworm or trixie}
log=${BUILD:-$PWD/build}/path-$release.log
work=$(mktemp -d)
trap 'rm -rf "$work" "$output"' EXIT
exec 3>&1
: >"$log"
apt="apt-get -qq -o Dpkg::Use-Pty=0 -o APT::Install-Recommends=0 -y"

# Runs a shell's commands in the root, says how many they are and how long they take.
step()
{
	local start=$SECONDS

	selftests/setup/root.sh --in "$root" sh -euc "
		export DEBIAN_FRONTEND=noninteractive DEBFULLNAME='A. Driver' DEBEMAIL=driver@example.org
		$1" 2>&1 | tee -a "$log" || return
	echo "# $((SECONDS - start)) s: $(grep -c . <<<"$1") commands" >&3
}

fresh()
{
	local start=$SECONDS

	root=$(selftests/setup/root.sh --fresh "$release" "$PWD")
	echo "# $((SECONDS - start)) s: a minimal system of $release"
}

# The page's commands in the root, each with its time.
tutorial()
{
	step 'selftests/lib/page.py --play /chard docs/tutorial/device.md' >"$work/said" || {
		tail -n 30 "$work/said"
		return 1
	}
	sed -n 's/^ok /#  &/p; s/^# [0-9]* s$/#  &/p' "$work/said" >&3
}

packages()
{
	step 'make deb
		cd ../dice
		make deb' >/dev/null &&
		cp "$root"/chard/build/deb/*.deb "$root"/dice/build/deb/*.deb "$work" &&
		ls "$work"/dice-dkms_*.deb
}

# Without recommended packages, the headers have to be named.
installed()
{
	mkdir "$root/debs" && cp "$work"/*.deb "$root/debs" &&
		step "apt-get -qq update
			$apt install linux-image-amd64 linux-headers-amd64
			$apt install /debs/*.deb" >/dev/null &&
		selftests/setup/root.sh --in "$root" dkms status -m dice | grep ': installed'
}

works()
{
	local of folder=$work/kernel payload=$work/payload file

	of=$(cd "$root/lib/modules" && echo *)
	mkdir -p "$folder" "$payload"
	echo "$of" >"$folder/release"
	ln -s "$root/boot/vmlinuz-$of" "$folder/vmlinuz"
	ln -s "$root/lib" "$folder/lib"
	for file in "$root/lib/modules/$of/updates/dkms"/{chard,chard_dice}.ko*; do
		case $file in
		*.xz) xz -dc "$file" >"$payload/$(basename "$file" .xz)" ;;
		*) cp "$file" "$payload" ;;
		esac
	done
	cp selftests/vm/load "$payload"
	selftests/vm/vm.sh --kernel "$folder" --payload "$payload" --timeout 120 -- \
		sh -c './load && cat /dev/chard-dice' | grep -x '[1-6]'
}

fresh
attempt "git, make and python3" step "apt-get -qq update
	$apt install git make python3"
attempt "docs/tutorial/device.md" tutorial
attempt "make deb of chard and of the driver" packages
fresh
attempt "another system installs them, and dkms builds" installed
attempt "the device answers in a guest of its kernel" works
plan
[ "$failed" = 0 ]
