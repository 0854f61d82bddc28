#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# fuzz.sh - the fuzzer against our devices in guests of its own with KERNEL: by a
# 64-bit and a 32-bit caller, and with handlers that panic. Prints TAP.
#
#   SECONDS_OF_FUZZ  how long in all (30, and longer on a kernel that looks for
#                    bugs, as that takes its time); hours are as good
#   SEED             what all is drawn from, to run again what has failed
#   ROUNDS           which of the rounds (64 32 panics)
#
# On a kernel that is built for it, which lines of core/ were come to is measured,
# and every allocation of every operation is refused in turn.
#
# The guests do not zero memory: what is handed out and was never written holds
# the poison of the kernel's allocators, which the fuzzer knows when it sees it.

set -euo pipefail

cd "$(dirname "$0")/../../.."
. selftests/lib/common.sh
. selftests/lib/tap.sh
# A kernel that looks for bugs takes its time.
slow=$(cat "$kernel/slow" 2>/dev/null || echo 1)
seconds=${SECONDS_OF_FUZZ:-$((30 * slow))}
seed=${SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
read -ra rounds <<<"${ROUNDS:-64 32 panics}"
poison="init_on_alloc=0 init_on_free=0 page_poison=1 slub_debug=P,kmalloc-*"
arguments=()
if has KCOV; then
	# However slow the machine is, as many as come to nearly all.
	arguments+=(--kcov --least 16000)
	# It takes the place of the kernel's from all addresses, the modules' too.
	poison+=" nokaslr"
fi
payload=$(mktemp -d)
trap 'rm -rf "$payload" "$output"' EXIT

# The drivers, and those of tests, which use all that there is.
drivers/kbuild.sh >&2
lay_variant_that_carries_on
lay_driver types selftests/core/types/driver/*
lay_driver many selftests/core/region/many/*
lay_driver armed selftests/core/faults/armed/*
lay_driver plug selftests/core/bound/driver/*
build_drivers
for bits in 64 32; do
	gcc -m$bits -O2 -Wall -Wextra -Werror -static -D_FILE_OFFSET_BITS=64 \
		-Idrivers/{echo,selftest,shm,fifo,tick,scull} -Iselftests/core/{types/driver,region/many,faults/armed,bound/driver} \
		-o "$payload/fuzz_$bits" selftests/core/fuzz/{,ops/}*.c selftests/core/faults/module.c -lpthread
done
cp "$build"/drivers/*/chard_{echo,selftest,shm,fifo,tick,scull}.ko "$payload"

# In our own lines: a dump of the kernel's has the caller's registers.
pointers_in_log()
{
	grep -a chard "$1" | grep -E '[^0-9a-f]ffff[0-9a-f]{12}([^0-9a-f]|$)' || :
}

# One round: its own lines of TAP go by in a file, and count as one.
round()
{
	local name=$1 time=$2 log=$build/fuzz_$1.log program=./fuzz_64 more=("${arguments[@]}")

	case $name in
	32) program=./fuzz_32 ;;
	panics) more+=(--panics) ;;
	esac
	echo "# SEED=$seed SECONDS_OF_FUZZ=$time ROUNDS=$name KERNEL=$KERNEL selftests/core/fuzz/fuzz.sh"
	selftests/vm/vm.sh --kernel "$kernel" --payload "$payload" --timeout $((time + 150 * slow)) --log "$log" \
		--append "$poison" -- "$program" --seed "$seed" --seconds "$time" "${more[@]}" \
		>"$build/fuzz_$name.tap" 2>&1 || echo "not ok - it ended with status $?" >>"$build/fuzz_$name.tap"
	grep '^#' "$build/fuzz_$name.tap" | grep -v '^# kcov' || :
	grep -E '^(not )?ok |^[^#]*vm.sh' "$build/fuzz_$name.tap" | grep -v 'trying KVM once' >"$output" || :
	! grep -vE '^ok ' "$output" && [ "$(grep -c '^ok ' "$output")" -ge 8 ] &&
		grep -q "^1\.\.$(grep -c '^ok ' "$output")$" "$build/fuzz_$name.tap"
}

for name in "${rounds[@]}"; do
	status=0 expected=
	# A call that panics leaves behind what it owned, but no device and no file.
	[ "$name" != panics ] || expected='left behind: 0 devices, 0 files,'
	round "$name" $((seconds / ${#rounds[@]})) || status=1
	report $status "fuzz, $name: answers, bytes, modules"
	quiet "fuzz, $name: the kernel has nothing to say" bad_in_log "$build/fuzz_$name.log" "$expected"
	quiet "fuzz, $name: no address in the log" pointers_in_log "$build/fuzz_$name.log"
done

# The misc driver $1 by the name $1_region, with a region, whose devices come and
# go without their driver.
on_region()
{
	local folder=$build/$1.region file

	mkdir -p "$folder"
	for file in "$build/$1"/*.{c,rs,h}; do
		sed "s/CHARD_MISC_DRIVER($1, \(0[0-7]*\),/CHARD_DRIVER($1_region, \1, CHARD_REGION(1, .devices = 0),/" \
			"$file" >"$folder/$(basename "$file" | sed "s/\<\(chard_\)\?$1\>/\1$1_region/")"
	done
	lay_driver "$1_region" "$folder"/*
}

# What nothing points to is looked for behind all.
refuses()
{
	on_region types
	on_region armed
	build_drivers
	gcc -O2 -Wall -Wextra -Werror -static -Idrivers/{echo,selftest,shm,fifo} \
		-Iselftests/core/{types/driver,region/many,faults/armed} -o "$payload/failnth" selftests/core/faults/{failnth/*,module}.c
	! has DEBUG_KMEMLEAK || cp selftests/vm/leaks "$payload"
	# shellcheck disable=SC2016 # for the guest's shell
	selftests/vm/vm.sh --kernel "$kernel" --payload "$payload" --timeout $((600 * slow)) --log "$build/refusals.log" -- \
		sh -c './failnth; status=$?; [ ! -e leaks ] || ./leaks; exit $status'
}

if has KCOV; then
	status=0
	for name in "${rounds[@]}"; do
		cat "$build/fuzz_$name.tap"
	done | selftests/core/fuzz/coverage.py selftests/core/fuzz/misses "$payload"/*.ko || status=1
	report $status "the fuzzer comes to the lines of core/"
fi
if has FAULT_INJECTION; then
	refuses | grep -v '^1\.\.' || report 1 "refusals"
	# Of what kmemleak finds, leaks judges.
	quiet "refusals: the kernel has nothing to say" bad_in_log "$build/refusals.log" 'kmemleak: .* new suspected'
fi
plan
