#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# kmods.sh - packages of prebuilt modules for several kernels by one command, and the same bytes
# when they are built again, in another folder, too. Prints TAP.

set -euo pipefail

cd "$(dirname "$0")/../.."
. selftests/lib/tap.sh
selftests/setup/deps.sh deb >&2
work=$(mktemp -d)
trap 'rm -rf "$work" "$output"' EXIT
export CHARD_DRIVERS=echo

# In the folder $1, for the kernels $2.
builds()
{
	[ -d "$work/$1" ] || git clone -q . "$work/$1"
	(cd "$work/$1" && BUILD='' KERNELS=$2 make --no-print-directory kmod-debs) 2>&1 | tee "$work/said"
	return "${PIPESTATUS[0]}"
}

# One more than the others fails, and they are there.
fails_alone()
{
	! builds one "6.12 9.9" && grep -q '^chard: 1 could not be built: 9.9$' "$work/said" &&
		grep -q '^chard: built 1 packages' "$work/said" && grep -q 'apt gave no kernel 9.9' "$work/one/build/deb/logs/9.9"
}

sums_are_right()
{
	(cd "$work/one/build/deb" && [ "$(wc -l <SHA256SUMS)" = 2 ] && sha256sum -c SHA256SUMS)
}

same_bytes()
{
	cp "$work/one/build/deb/SHA256SUMS" "$work/sums" && rm -rf "$work/one" && builds one "6.12 7.3" &&
		cmp "$work/sums" "$work/one/build/deb/SHA256SUMS"
}

# With a longer name, whose length would shift what a name is a part of.
same_bytes_elsewhere()
{
	builds another-folder "6.12 7.3" && cmp "$work/sums" "$work/another-folder/build/deb/SHA256SUMS"
}

# In a driver's folder, whose build says what else it has built.
builds_of_a_driver()
{
	make --no-print-directory -C "$work/one" new FOLDER="$work/sample" >/dev/null &&
		KERNELS="6.12 7.3" make --no-print-directory -C "$work/sample" kmod-debs | tee "$work/said" &&
		grep -q '^chard: built 2 packages' "$work/said" &&
		[ "$(grep -c ' sample-modules-.*\.deb$' "$work/sample/build/deb/SHA256SUMS")" = 2 ]
}

lists_kernels()
{
	selftests/setup/kernel.sh --all | tee "$work/all" && grep -qE '^7\.3.*-amd64$' "$work/all" &&
		! grep -vE '^[0-9]+\.[0-9]+[0-9.+a-z-]*-amd64$' "$work/all"
}

attempt "the kernels that the archive has" lists_kernels
attempt "one that cannot be had does not stop the others" fails_alone
attempt "a package for each kernel" builds one "6.12 7.3"
attempt "their checksums" sums_are_right
attempt "and of a driver in a folder elsewhere" builds_of_a_driver
attempt "the same bytes again" same_bytes
attempt "the same bytes in another folder" same_bytes_elsewhere
plan
[ "$failed" = 0 ]
