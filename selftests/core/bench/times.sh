#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# times.sh - how long builds for KERNEL take on this machine, in a copy of the tree, as
# lines of bench.sh's table: by the clock, which depends on who else is there, and by the
# time of all processors; and how often rustc has compiled what.

set -euo pipefail

cd "$(dirname "$0")/../../.."
. selftests/lib/common.sh
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
export BUILD=$copy/build
runs=$copy/runs

# A line of the table: $1 is what, $2 for the twin, $3 for chard.
row()
{
	printf 'build\t%s\t-\t%s\t%s\t%s\t-\n' "$1" "$(cat "$kernel/release")" "$2" "$3"
}

# Milliseconds that a command takes: by the clock, and of all processors.
took()
{
	local TIMEFORMAT='%R %U %S' times

	times=$({ time "$@" >"$copy/said" 2>&1; } 2>&1) || {
		tail -n 20 "$copy/said" >&2
		return 1
	}
	awk '{ printf "%d %d\n", $1 * 1000, ($2 + $3) * 1000 }' <<<"$times"
}

# Two lines of $1: what $2 took for the twin, "- -" where it has none, and $3 for chard.
rows()
{
	row "$1, ms" "${2% *}" "${3% *}"
	row "$1, ms of processors" "${2#* }" "${3#* }"
}

# The twin of echo alone; the flags are those of build_twins().
twin()
{
	make --no-print-directory -C "$kernel/build" M="$copy/twin" CHARD="$copy" CONFIG_DEBUG_INFO_BTF_MODULES= modules
}

chard()
{
	"$copy/drivers/kbuild.sh"
}

new_handler()
{
	"$copy/rust-handlers/new/new.sh" "$copy/build/novel"
	"$copy/drivers/kbuild.sh" novel "$copy/build/novel"
}

selftests/lib/copy-tree.sh "$copy"
# Each run of rustc: which crate, and by which command.
cat >"$copy/wrapper" <<END
#!/bin/sh
case " \$* " in
*" --crate-name ___ "* | *" -vV "*) ;;
*" --crate-name "*) echo "\$*" >>"$runs" ;;
esac
exec "\$@"
END
chmod +x "$copy/wrapper"
export RUSTC_WRAPPER=$copy/wrapper
mkdir -p "$copy"/twin "$copy"/aside/{drivers,rust-handlers}
cp selftests/core/bench/twins/{echo_twin.c,twin.h,Kbuild} "$copy/twin"
sed -i 's/^obj-m := .*/obj-m := echo_twin.o/' "$copy/twin/Kbuild"

# core and echo, and no other driver.
others=()
for driver in "$copy"/drivers/*/; do
	name=$(basename "$driver")
	[ "$name" = echo ] || others+=("$name")
done
for name in "${others[@]}"; do
	mv "$copy/drivers/$name" "$copy/aside/drivers"
	mv "$copy/rust-handlers/$name" "$copy/aside/rust-handlers"
done
clean=$(took chard)
rows "clean build, chard.ko and echo" "$(took twin)" "$clean"
mv "$copy"/aside/drivers/* "$copy/drivers"
mv "$copy"/aside/rust-handlers/* "$copy/rust-handlers"
rows "the other ${#others[@]} drivers" "- -" "$(took chard)"

echo "/* A new line. */" >>"$copy/twin/echo_twin.c"
echo "// A new line." >>"$copy/rust-handlers/echo/src/lib.rs"
again=$(took chard)
rows "one driver after a change" "$(took twin)" "$again"
rows "a new handler and its build" "- -" "$(took new_handler)"
# The library is compiled once, and the crate once for the tree, which it is a member of, and
# once for folders outside; nothing by the same command but what has changed.
compiled()
{
	grep -c -- "--crate-name $1 " "$runs" || :
}
again=$(sort "$runs" | grep -v -- '--crate-name echo ' | uniq -d)
row "runs of rustc, in all of that" - "$(wc -l <"$runs")"
row "runs of rustc, for core" - "$(compiled core)"
row "runs of rustc, for the crate chard" - "$(compiled chard)"
if [ "$(compiled core) $(compiled chard) $again" != "1 2 " ]; then
	printf 'times.sh: core was compiled %s times, not once, chard %s, not twice, and again by the same command:\n%s\n' \
		"$(compiled core)" "$(compiled chard)" "$again" >&2
	exit 1
fi
