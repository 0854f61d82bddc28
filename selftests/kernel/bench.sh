#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# bench.sh                               what chard's drivers cost beside their twins
#                                        in C, in one boot of KERNEL, by counted
#                                        instructions: the table, to bench.tsv in the
#                                        build folder, and to whoever reads
# bench.sh --trace DRIVER OPERATION SIZE the instructions of one call of both:
#                                        to trace.chard and trace.twin there, and
#                                        how many each function has

set -euo pipefail

cd "$(dirname "$0")/../.."
. selftests/kernel/common.sh
twin=$build/bench
payload=$(mktemp -d)
trap 'rm -rf "$payload"' EXIT

# Everything that the guest needs.
prepare()
{
	local file

	mkdir -p "$twin"
	for file in selftests/bench/{*_twin.c,Kbuild}; do
		cmp -s "$file" "$twin/$(basename "$file")" || cp "$file" "$twin"
	done
	make --no-print-directory -C "$kernel/build" M="$twin" CHARD="$PWD" CONFIG_DEBUG_INFO_BTF_MODULES= modules >&2
	gcc -O2 -Wall -Wextra -Wno-unused-parameter -static -Idrivers/echo \
		-o "$payload/measure" selftests/bench/measure*.c
	cp "$build/chard.ko" "$build/drivers/echo/chard_echo.ko" "$twin"/*_twin.ko "$payload"
	cat >"$payload/load" <<-END
		insmod chard.ko && insmod chard_echo.ko && insmod echo_twin.ko node=echo-twin
	END
}

guest()
{
	selftests/vm/vm.sh --kernel "$kernel" --payload "$payload" --count --timeout 300 --log "$build/bench.log" "$@"
}

# The trace of a call of $1 on node $2.
trace()
{
	local driver=$1 node=$2 operation=$3 size=$4 folder pid

	folder=$(mktemp -d)
	selftests/bench/trace.py record "$folder" &
	pid=$!
	guest --trace "$folder" -- sh -c '. ./load && ./measure --trace "$@" && gzip -c /proc/kallsyms' - \
		"$driver" "/dev/$node" "$operation" "$size" >"$folder/kallsyms.gz" || { cat "$folder/kallsyms.gz" >&2; exit 1; }
	wait "$pid" || { cat "$folder/kallsyms.gz" >&2; exit 1; }
	selftests/bench/trace.py show "$folder" "$payload/measure" "$folder/kallsyms.gz"
	rm -rf "$folder"
}

prepare
if [ "${1:-}" = --trace ]; then
	trace "$2" "$2-twin" "$3" "$4" >"$build/trace.twin"
	trace "$2" "chard-$2" "$3" "$4" >"$build/trace.chard"
	for side in twin chard; do
		selftests/bench/trace.py sums "$build/trace.$side" >"$build/trace.$side.sums"
	done
	diff -y -W 100 "$build/trace.twin.sums" "$build/trace.chard.sums" || :
	exit
fi
# shellcheck disable=SC2016 # for the guest's shell
guest -- sh -c '. ./load && ./measure "$(uname -r)"' | tr -d '\r' >"$build/bench.tsv"
column -t -s "$(printf '\t')" "$build/bench.tsv"
