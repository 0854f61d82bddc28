#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# mutants.sh - plants one bug at a time into a copy of the tree and runs the
# tests there: each must be caught, and by the test that is meant for it.
# Prints TAP: a bug each, with what has caught it. mutants.sh FILE... plants these.
#
# A bug is a file in selftests/mutants: comments, then
#	FILE		what is changed
#	EXPRESSION	how, for sed -E; it must change the file
#	FOLDER		whose tests are run: those of a driver
#			(selftests/drivers/FOLDER), or the stage of that name
#			(selftests/core/FOLDER)
#	TEST		a test that must fail, as its program names it; or
#			the words that the build or the kernel's log must hold,
#			those of its end where the guest panics
#	HOST		of a file operation_NAME: a test of a suite, NAME:TEST,
#			which has the host call the operation (operations.sh)
#
# A test that catches an operation that is missing is one that covers it: the table in
# docs/operations.md is made of these.

set -euo pipefail

cd "$(dirname "$0")/.."
. selftests/lib/tap.sh
export KERNEL=${KERNEL:-6.1}
mutants=${BUILD:-$PWD/build}/mutants
copy=$mutants/tree

# plant FILE: sets folder and caught_by, and prints nothing.
plant()
{
	local file expression

	{ read -r file; read -r expression; read -r folder; read -r caught_by; } < <(grep -v '^#' "$1")
	sed -E -i "$expression" "$copy/$file"
	! cmp -s "$file" "$copy/$file"
}

# The copy is built, and the tests run there; says which failed.
run_tests()
{
	local status=0

	cd "$copy"
	unset BUILD
	drivers/kbuild.sh >"$mutants/log" 2>&1 || { echo "the build"; return 0; }
	if [ "$folder" = fuzz ]; then
		SECONDS_OF_FUZZ=10 ROUNDS=64 selftests/core/fuzz/fuzz.sh >>"$mutants/log" 2>&1 || status=$?
	elif [ -f "selftests/core/$folder/$folder.sh" ]; then
		"selftests/core/$folder/$folder.sh" >>"$mutants/log" 2>&1 || status=$?
	else
		selftests/drivers/programs.sh >>"$mutants/log" 2>&1
		selftests/drivers/guest.sh "$folder" >>"$mutants/log" 2>&1 || status=$?
	fi
	# A stage says by its results, not by its end, what has failed.
	! grep -qE '^ *not ok' "$mutants/log" || status=1
	[ "$status" != 0 ] || { echo "nothing"; return 1; }
	sed -n 's/^ *not ok [0-9]* //p' "$mutants/log" | sed 's/^- .*:\([a-z_]*\): .*/\1/' | sort -u |
		head -n 8 | paste -sd' '
}

selftests/lib/copy-tree.sh "$copy"
folder="echo"
caught=$(run_tests) && { echo "Bail out! the tests fail without a bug: $caught"; exit 1; }
# All of them, or those named.
[ $# -gt 0 ] || set -- selftests/mutants/*
for mutant; do
	name=$(basename "$mutant")
	selftests/lib/copy-tree.sh "$copy"
	plant "$mutant" || { report 1 "$name: its expression changes nothing"; continue; }
	status=0
	caught=$(run_tests) || status=1
	grep -qE -- "^ *(not ok [0-9]+ (- )?|# .*|vm\.sh: .*)$caught_by" "$mutants/log" || status=1
	[ "$status" = 0 ] || tail -n 40 "$mutants/log" >"$output"
	report $status "$name is caught by $caught"
done
plan
