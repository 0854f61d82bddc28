#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# source.sh - prints a folder with the parts of Debian's kernel source that the
# tests use: the kselftest harness and its makefiles, checkpatch, kernel-doc.
# They are used from the package, never copied into this tree.

set -eu

# shellcheck source=selftests/setup/archive.sh
. "$(dirname "$(realpath "$0")")/archive.sh"
cache=${CHARD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/chard}

# One version on every host. The package's own version names the folder: another one is
# unpacked anew.
archive_source 6.1
folder=$cache/source/$source_version
mkdir -p "$cache/source"
exec 9>"$cache/source/lock"
flock 9
if [ ! -d "$folder" ]; then
	echo "source.sh: unpacking the tests' harness of linux-source-6.1, once" >&2
	temp=$(mktemp -d "$cache/source/unpack.XXXXXX")
	trap 'rm -rf "$temp"' EXIT
	tar -xJf "$source_tarball" -C "$temp" --strip-components=1 --wildcards \
		'*/tools/testing/selftests/Makefile' '*/tools/testing/selftests/*.mk' \
		'*/tools/testing/selftests/*.h' '*/tools/testing/selftests/*.sh' \
		'*/tools/testing/selftests/kselftest/*' \
		'*/scripts/*.pl' '*/scripts/kernel-doc' '*/scripts/spelling.txt' \
		'*/scripts/*.checkpatch' '*/scripts/subarch.include'
	mv "$temp" "$folder"
	trap - EXIT
fi
echo "$folder"
