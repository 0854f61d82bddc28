#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# build.sh - builds everything for KERNEL with all warnings on, sparse and
# objtool included; then looks at what a second build does. Prints TAP.

set -euo pipefail

cd "$(dirname "$0")/../.."
. selftests/lib/tap.sh
. selftests/lib/common.sh

mkdir -p "$build"

builds()
{
	W=1 C=2 drivers/kbuild.sh 2>&1 | tee "$build/said"
}

# What the build has said, all of it.
no_warnings()
{
	! grep -iE 'warn|error|note:|skipping' "$build/said"
}

# Whether gcc was asked for more warnings than the kernel's own, and sparse has looked.
more_warnings()
{
	grep -q DKBUILD_EXTRA_WARN1 "$build/core/.main.o.cmd"
}

sparse_looked()
{
	grep -q '^  CHECK .*/core/main.c$' "$build/said"
}

# The objects and modules that are newer than the file "since".
changed()
{
	find "$build" \( -path "$build/cargo" -o -path "$build/rust" \) -prune -o -newer "$build/since" -type f \
		\( -name '*.o' -o -name '*.a' -o -name '*.ko' \) -print
}

# Nothing is said but, where that is so, which Debian release the build has run in.
does_nothing()
{
	drivers/kbuild.sh >/dev/null
	touch "$build/since"
	{ drivers/kbuild.sh || echo "the build fails"; } | grep -v 'is built in a system of Debian' || :
	changed
}

# ... but for the module of the handler that was touched.
rebuilds_one()
{
	touch "$build/since" rust-handlers/echo/src/lib.rs
	drivers/kbuild.sh >/dev/null
	changed | grep '/chard_echo.ko$' >/dev/null || echo "chard_echo.ko is not built again"
	changed | grep -v "^$build/drivers/echo/" || :
}

# What make clean removes, and nothing else.
writes_beside_nothing()
{
	git status --porcelain --ignored | sed -n 's/^!! //p' | grep -vxE 'build/|rust-handlers/Cargo.lock' || :
}

# For selftests/kernels.py. The objects say which compiler made them.
say_how()
{
	local compiler system

	compiler=$(readelf -p .comment "$build/chard.ko" | sed -n 's/^ *\[ *[0-9a-f]*\] *//p' | sed -n 1p)
	# shellcheck disable=SC2016 # for the shell of the system that builds
	system=$(selftests/setup/build-host.sh "$kernel" bash -euc '
		. /etc/os-release
		eval "$(selftests/setup/toolchain.sh | sed "s/ := /=/")"
		echo "$PRETTY_NAME | $0 | $("$RUSTC" --version)"' "$compiler" | tail -n 1)
	echo "# built: $(cat "$kernel/release") | $system"
}

attempt "builds for $KERNEL" builds
[ ! -f "$build/chard.ko" ] || say_how
quiet "no warning from gcc, sparse, rustc, objtool or modpost" no_warnings
attempt "gcc was told of W=1" more_warnings
if grep -q 'specified, but sparse is not available or not up to date' "$build/said"; then
	echo "# this kernel takes no sparse as old as this system's"
else
	attempt "sparse has looked at what was compiled" sparse_looked
fi
quiet "a second build does nothing" does_nothing
quiet "a change to one handler builds its module alone" rebuilds_one
quiet "a build leaves nothing but build/ and Cargo.lock" writes_beside_nothing
plan
