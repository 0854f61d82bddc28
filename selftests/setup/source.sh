#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# source.sh - prints a folder with the parts of Debian's kernel source that the
# tests use: the kselftest harness and its makefiles, checkpatch, kernel-doc.
# They are used from the package, never copied into this tree.

set -eu

tarball=/usr/src/linux-source-6.1.tar.xz
cache=${CHARD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/chard}

[ -f "$tarball" ] || {
	echo "source.sh: $tarball is missing: install linux-source-6.1" >&2
	exit 1
}
# The package's version names the folder: another one is unpacked anew.
version=$(dpkg-query -W -f '${Version}' linux-source-6.1)
folder=$cache/source/$version
mkdir -p "$cache/source"
exec 9>"$cache/source/lock"
flock 9
if [ ! -d "$folder" ]; then
	echo "source.sh: unpacking the tests' harness of linux-source-6.1, once" >&2
	temp=$(mktemp -d "$cache/source/unpack.XXXXXX")
	trap 'rm -rf "$temp"' EXIT
	tar -xJf "$tarball" -C "$temp" --strip-components=1 --wildcards \
		'*/tools/testing/selftests/Makefile' '*/tools/testing/selftests/*.mk' \
		'*/tools/testing/selftests/*.h' '*/tools/testing/selftests/*.sh' \
		'*/tools/testing/selftests/kselftest/*' \
		'*/scripts/*.pl' '*/scripts/kernel-doc' '*/scripts/spelling.txt' \
		'*/scripts/*.checkpatch' '*/scripts/subarch.include'
	mv "$temp" "$folder"
	trap - EXIT
fi
echo "$folder"
