#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# programs.sh - builds the test programs that run in a guest, with the kernel's
# own makefiles, in a copy of its tree into which the folders are dropped. They
# are the same for every kernel. Prints TAP: a folder each.

set -euo pipefail

cd "$(dirname "$0")/../.."
. selftests/lib/tap.sh
build=${BUILD:-$PWD/build}
tree=$build/kselftest/tools/testing/selftests
programs=$build/programs
sources=$(selftests/setup/source.sh)/tools/testing/selftests

# What is not built any more does not run.
rm -rf "$programs"
mkdir -p "$tree" "$build/kselftest/scripts"
cp -u "$sources/../../../scripts/subarch.include" "$build/kselftest/scripts"
for file in Makefile lib.mk kselftest.h kselftest_harness.h; do
	cmp -s "$sources/$file" "$tree/$file" || cp "$sources/$file" "$tree/$file"
done

# By the target that a kernel developer would type in a kernel's tree.
kselftests()
{
	local name=$1

	mkdir -p "$tree/$name" "$programs/$name"
	# With their times, or make would build everything again.
	cp -rLp "selftests/drivers/$name/." "$tree/$name/"
	make --no-print-directory -C "$tree" TARGETS="$name" FORCE_TARGETS=1 2>&1 &&
		find "$tree/$name" -type f -perm -u+x | grep . |
		xargs cp -u -t "$programs/$name"
}

suites()
{
	local name=$1
	local out=$programs/$name/check_$name

	mkdir -p "$programs/$name"
	# shellcheck disable=SC2046 # one word for each
	gcc -O2 -Wall -Wextra -static -I"drivers/$name" -o "$out" "userspace/$name/check_$name.c" \
		$(pkg-config --static --cflags --libs check) 2>&1
}

# A warning of the compiler's is a failure: they are mended, not read.
without_warnings()
{
	local said

	said=$("$@") || { echo "$said"; return 1; }
	! grep 'warning:' <<<"$said"
}

for folder in selftests/drivers/*/Makefile; do
	name=$(basename "$(dirname "$folder")")
	attempt "kselftests of $name" without_warnings kselftests "$name"
done
for file in userspace/*/check_*.c; do
	name=$(basename "$(dirname "$file")")
	# That of a driver of a bus wants a device of its bus: the bus's stage builds it.
	[ -d "selftests/drivers/$name" ] || continue
	attempt "libcheck suite of $name" without_warnings suites "$name"
done
plan
