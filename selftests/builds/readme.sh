#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# readme.sh - runs the commands of README.md, docs/building.md and docs/testing.md, those
# that another stage does not run. One that is not known here fails: a reader would try it
# first. Looks for each name in README's picture of a read. Prints TAP.

set -euo pipefail

cd "$(dirname "$0")/../.."
. selftests/lib/tap.sh
. selftests/lib/common.sh
release=$(cat "$kernel/release")
payload=$(mktemp -d)
trap 'rm -rf "$payload" "$output"' EXIT
guest=()

# The lines of the blocks for the shell in README and the pages that it sends a user to.
commands()
{
	selftests/lib/page.py --commands README.md docs/building.md docs/testing.md
}

# In a clean environment: what the user types, and KERNEL only where README
# says so.
typed()
{
	(unset KERNEL KDIR BUILD && sh -ec "$1")
}

shows()
{
	local text=$1

	shift
	"$@" >"$payload/said" 2>&1 || { cat "$payload/said"; return 1; }
	grep -q "$text" "$payload/said" || { cat "$payload/said"; return 1; }
}

shell_in_guest()
{
	echo 'insmod chard.ko && echo loaded' | (unset KDIR BUILD && make --no-print-directory vm)
}

while read -r line; do
	case $line in
	"make demo") attempt "$line" shows "ended with status 0" typed "$line" ;;
	"make KERNEL=6.12") attempt "$line" typed "$line" ;;
	"make KDIR=/usr/src/linux")
		attempt "$line" typed "make KDIR=$kernel/build"
		;;
	"make doc") attempt "$line" shows "doc/chard/index.html" typed "$line" ;;
	"make vm") attempt "$line" shows loaded shell_in_guest ;;
	# With the headers of the running kernel, which are not for a test to
	# install; the same with KERNEL is the stage build.
	"make") ;;
	# What is run by this very run, and by the stage outside.
	"make check" | "selftests/check.sh style" | "make new FOLDER=../foo") ;;
	# An hour's work, and named by no test but itself; a kernel of 6.12-cfi takes as long.
	"selftests/setup/kernel.sh 6.12-cfi" | "KERNEL=6.12-cfi selftests/check.sh "*) ;;
	"make check-mutants" | "make check-debug" | "make check-smoke" | "make check-rt" | "make check-intree") ;;
	sudo* | echo* | cat*) guest+=("$line") ;;
	*)
		echo "no test runs it" >"$output"
		report 1 "$line"
		;;
	esac
done < <(commands)

# What is to be typed on one's own kernel, as it stands there.
own_kernel()
{
	mkdir -p "$payload/build/$release/drivers/echo"
	cp "$build/chard.ko" "$payload/build/$release"
	cp "$build/drivers/echo/chard_echo.ko" "$payload/build/$release/drivers/echo"
	{
		# There is root only, and no sudo.
		echo 'sudo() { "$@"; }'
		printf '%s\n' "${guest[@]}"
	} >"$payload/typed.sh"
	selftests/vm/vm.sh --kernel "$kernel" --payload "$payload" --timeout 60 -- sh -e typed.sh
}

# The steps of README's picture of a read: each function is in the file that it names.
steps()
{
	sed -n 's/^ \([A-Za-z_]*::\)\{0,1\}\([a-z_]*\)() .* \([a-z-]*\/[a-z_./-]*\.[chrs]*\).*/\2 \3/p' README.md
}

# An entry of Rust's is in the table by its own name, without the driver's.
a_step_is_there()
{
	grep -qE "(fn |[ *])${1#chard_echo_}(<[^(]*)?\(" "$2"
}

count=0
while read -r name file; do
	attempt "README's picture: $name is in $file" a_step_is_there "$name" "$file"
	count=$((count + 1))
done < <(steps)
status=0
[ "$count" = 5 ] || status=1
report $status "README's picture has five steps below the VFS, and $count were looked for"
attempt "README's commands for one's own kernel" shows '^hello$' own_kernel
plan
