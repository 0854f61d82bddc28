#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# version.sh           the version of this tree as a Debian package has it
# version.sh NAME DIR  that of a driver: MODULE_VERSION of DIR/NAME.c
#
# With the seconds since 1970 of its newest change behind it, which packages are dated by. A
# tree that git knows, and that is not the tagged commit of its version, has the date and the
# commit in its version, so that one that is built later is newer.

set -euo pipefail

chard=$(realpath "$(dirname "$0")/../..")
name=${1:-} dir=${2:-$chard}

die()
{
	echo "version.sh: $*" >&2
	exit 1
}

if [ -z "$name" ]; then
	version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$chard/rust-handlers/Cargo.toml")
else
	version=$(sed -n 's/^MODULE_VERSION("\(.*\)");$/\1/p' "$dir/$name.c")
	[ -n "$version" ] || die "$dir/$name.c has no MODULE_VERSION, which its package is named by: add" \
		'MODULE_VERSION("1.0");'
fi
[[ $version =~ ^[0-9][A-Za-z0-9.+~]*$ ]] ||
	die "\"$version\" is no version: a digit, then letters, digits, and any of . + ~"
cd "$dir"
if commit=$(git log -1 --format=%h 2>/dev/null) && [ -n "$commit" ]; then
	seconds=$(git log -1 --format=%ct)
	git tag --points-at HEAD | grep -xF "v$version" >/dev/null ||
		version+=+$(date -u -d "@$seconds" +%Y%m%d.%H%M%S).$commit
else
	seconds=$(find . -path ./build -prune -o -type f -printf '%T@\n' | sort -n | tail -n 1)
fi
echo "$version ${SOURCE_DATE_EPOCH:-${seconds%.*}}"
