#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# build.sh - builds everything for KERNEL with all warnings on, sparse and
# objtool included, and then once more. Prints TAP.

set -euo pipefail

cd "$(dirname "$0")/../.."
output=$(mktemp)
trap 'rm -f "$output"' EXIT

echo 1..3
if W=1 C=2 drivers/kbuild.sh >"$output" 2>&1; then
	echo "ok 1 - builds for $KERNEL"
else
	cat "$output"
	echo "not ok 1 - builds for $KERNEL"
	exit 1
fi
if grep -iE 'warn|error|note:|skipping' "$output"; then
	echo "not ok 2 - no warnings from gcc, sparse, rustc, objtool, modpost"
else
	echo "ok 2 - no warnings from gcc, sparse, rustc, objtool, modpost"
fi

drivers/kbuild.sh >"$output" 2>&1
build=$(drivers/kbuild.sh --where)
touch "$build/since"
drivers/kbuild.sh >"$output" 2>&1
changed=$(find "$build" -newer "$build/since" -type f \( -name '*.o' -o -name '*.a' -o -name '*.ko' \))
rm "$build/since"
if [ -n "$changed" ] || grep -qE '^  [A-Z]+ ' "$output"; then
	cat "$output"
	echo "$changed"
	echo "not ok 3 - a second build does nothing"
else
	echo "ok 3 - a second build does nothing"
fi
