#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# bench.sh           what chard's drivers cost beside their twins in C, in one boot of
#                    KERNEL, by counted instructions: to bench.tsv in the build folder,
#                    and to whoever reads; what the modules and each device and file
#                    take, in bytes
# bench.sh --write   the same, into docs/bench.md, and two sentences into README.md
# bench.sh --check   the short list of it, as TAP: whether all is within the limits
#                    (selftests/core/bench/limits)
# bench.sh --trace DRIVER OPERATION SIZE  the instructions of one call of both:
#                    to trace.chard and trace.twin in the build folder, and how many
#                    each function has
# bench.sh --where   of what costs over 20 instructions more, in the table of an earlier run,
#                    whose they are: into docs/bench.md
# bench.sh --kernels FOLDER...  what chard costs on KERNEL and, by the tables that earlier runs
#                    have left in these build folders, on others: into docs/bench.md
# bench.sh --scale   two callers by turns, on one processor and on two: what a call
#                    costs, and which cache lines both write; a part of the first

set -euo pipefail

cd "$(dirname "$0")/../../.."
. selftests/lib/common.sh
payload=$(mktemp -d)
trap 'rm -rf "$payload" "$payload".*' EXIT
table=$build/bench.tsv

# Everything that the guest needs.
prepare()
{
	drivers/kbuild.sh >&2
	build_twins modules
	gcc -O2 -Wall -Wextra -Wno-unused-parameter -static -Idrivers/{echo,fifo,tick,scull,selftest} -Iselftests/core/bench/driver \
		-o "$payload/measure" selftests/core/bench/measure/*.c
	cp "$build"/drivers/*/chard_{echo,fifo,shm,tick,scull,selftest}.ko "$twins"/*_twin.ko "$payload"
	lay_driver bench selftests/core/bench/driver/*
	build_drivers
	cp selftests/core/bench/load "$payload"
}

guest()
{
	selftests/vm/vm.sh --kernel "$kernel" --payload "$payload" --timeout 300 --log "$build/bench.log" "$@"
}

# What the kernel has said meanwhile. A panic is among what is counted, and its report is
# no fault.
judge_log()
{
	local bad

	bad=$(bad_in_log "$build/bench.log")
	[ -z "$bad" ] || {
		printf 'bench.sh: the kernel had something to say:\n%s\n' "$bad" >&2
		exit 1
	}
}

# The arguments of vm.sh for a guest whose calls plugin.c writes to the file $1.
plugin()
{
	local address

	gcc -O2 -Wall -Wextra -Wno-unused-parameter -shared -fPIC -o "$build/libcalls.so" selftests/core/bench/plugin.c
	address=$(nm "$payload/measure" | awk '$3 ~ /^call_(begins|ends)$/ { printf ",%s=%s", substr($3, 6), $1 }')
	plugin=(--plugin "$build/libcalls.so,out=$1$address")
}

# The trace of a call of the driver $1, of its side $2, chard or twin.
trace()
{
	local driver=$1 side=$2 operation=$3 size=$4

	plugin "$payload.calls"
	# shellcheck disable=SC2016 # for the guest's shell
	guest --count "${plugin[@]}" -- sh -c './load >/dev/null && gzip -c /proc/kallsyms && exec ./measure --trace "$@"' - \
		"$driver" "$side" "$operation" "$size" >"$payload.kallsyms.gz" || {
		tail -n 1 "$payload.kallsyms.gz" >&2
		exit 1
	}
	judge_log
	selftests/core/bench/trace.py show "$payload.calls" "$payload.kallsyms.gz"
}

# Two callers, on one processor and on two: more lines of the table, with --scale all,
# with --lines the cache lines that both write. Which these are goes to bench.lines in the
# build folder, and which functions write there.
scale()
{
	plugin "$payload.calls"
	# shellcheck disable=SC2016 # for the guest's shell
	guest "${plugin[@]}" -- sh -c './load >/dev/null && gzip -c /proc/kallsyms | base64 && echo -- && exec ./measure "$1"' - \
		"$1" >"$table.all" || {
		tail -n 3 "$table.all" >&2
		exit 1
	}
	judge_log
	sed '/^--$/,$d' "$table.all" | base64 -d >"$payload.kallsyms.gz"
	sed '1,/^--$/d' "$table.all" >"$payload.said"
	rm "$table.all"
	selftests/core/bench/trace.py scale "$payload.calls" "$payload.kallsyms.gz" "$payload.said" \
		"$(cat "$kernel/release")" "$build/bench.lines"
}

# The bytes of the section $2 of a module.
section()
{
	size -A "$1" | awk -v name="$2" '$1 == name { bytes += $2 } END { print bytes + 0 }'
}

# A line of the table of what, the name $1, is $2 for the twin and $3 for chard.
row()
{
	awk -v OFS='\t' -v what="$1" -v kernel="$(cat "$kernel/release")" -v twin="$2" -v chard="$3" -v name="$4" \
		'BEGIN { print "module", name ", " what, "-", kernel, twin, chard, sprintf("%.4f", chard / twin) }'
}

# A line of the table of what chard.ko is, the name $2, in all $3, for each of $1 drivers.
own()
{
	printf 'module\tchard.ko, %s\t%s\t%s\t-\t%d\t-\n' "$2" "$1" "$(cat "$kernel/release")" $(($3 / $1))
}

# What the modules take, but for selftest, of which the twin has half; how long each is
# loaded is in the file $1.
modules()
{
	local name what twin chard drivers=(drivers/*/)

	for what in .text .data; do
		chard=$(section "$payload/chard.ko" $what)
		own 1 "bytes of $what" "$chard"
		own ${#drivers[@]} "bytes of $what, for each of so many drivers" "$chard"
	done
	own 1 "instructions to load" "$(sed -n 's/^chard\t//p' "$1")"
	for name in echo fifo shm tick scull; do
		twin=$payload/${name}_twin.ko chard=$payload/chard_$name.ko
		for what in .text .data; do
			row "bytes of $what" "$(section "$twin" $what)" "$(section "$chard" $what)" "$name"
		done
		row "instructions to load" "$(sed -n "s/^twin $name\t//p" "$1")" \
			"$(sed -n "s/^chard $name\t//p" "$1")" "$name"
	done
}

# Counts with the options of measure; what the guest says goes to the table.
count()
{
	# shellcheck disable=SC2016 # for the guest's shell
	guest --count -- sh -c './load && echo -- && ./measure "$(uname -r)" "$@" &&
		case "$*" in *--short*) ;; *) ./measure --memory "$(uname -r)" ;; esac' - "$@" |
		tr -d '\r' >"$table.all" || {
		tail -n 3 "$table.all" >&2
		exit 1
	}
	judge_log
	sed '/^--$/,$d' "$table.all" >"$table.load"
	sed '1,/^--$/d' "$table.all" >"$table"
	modules "$table.load" >>"$table"
	rm "$table.all" "$table.load"
}

# The whole table.
everything()
{
	count
	scale --scale >>"$table"
	selftests/core/bench/times.sh >>"$table"
}

# Both sides of the driver $1's operation $2 with so many bytes, to trace.* in the build folder.
traces()
{
	local side

	for side in twin chard; do
		trace "$1" "$side" "$2" "$3" >"$build/trace.$side"
	done
}

# See above.
where()
{
	local driver operation size

	selftests/core/bench/report.py over "$table" >"$payload.over"
	[ -s "$payload.over" ] || {
		echo "bench.sh: $table has nothing that costs over 20 more: make it by bench.sh first" >&2
		exit 1
	}
	while IFS=$'\t' read -r driver operation size; do
		traces "$driver" "$operation" "${size/-/0}" </dev/null
		printf '%s\t%s\t%s\t' "$driver" "$operation" "$size"
		selftests/core/bench/trace.py parts "$build"/trace.{twin,chard}
	done <"$payload.over" >"$build/bench.where"
	selftests/core/bench/report.py where "$build/bench.where" docs/bench.md
}

prepare
mode=${1:-}
[ $# = 0 ] || shift
case $mode in
--trace)
	traces "$1" "$2" "$3"
	for side in twin chard; do
		selftests/core/bench/trace.py sums "$build/trace.$side" >"$build/trace.$side.sums"
	done
	diff -y -W 100 "$build/trace.twin.sums" "$build/trace.chard.sums" || :
	;;
--where)
	where
	;;
--kernels)
	count
	selftests/core/bench/report.py kernels docs/bench.md "${@/%//bench.tsv}" "$table"
	;;
--scale)
	scale --scale >"$table"
	selftests/core/bench/report.py table "$table"
	;;
--check)
	count --short
	scale --lines >>"$table"
	selftests/core/bench/report.py check "$table" selftests/core/bench/limits
	;;
--write)
	everything
	selftests/core/bench/report.py write "$table" docs/bench.md README.md \
		"Linux $(cat "$kernel/release"), $(gcc --version | sed -n 1p), $(${RUSTC:-/usr/bin/rustc} --version), $(date +%F)."
	;;
*)
	everything
	selftests/core/bench/report.py table "$table"
	;;
esac
