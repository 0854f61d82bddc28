# SPDX-License-Identifier: GPL-2.0
# tap.sh - TAP for the stages in shell, which source it.

# shellcheck shell=bash
number=0 failed=0
output=$(mktemp)
trap 'rm -f "$output"' EXIT

# report STATUS WHAT: a result, good with status 0; $output says why not.
report()
{
	number=$((number + 1))
	if [ "$1" = 0 ]; then
		echo "ok $number - $2"
	else
		sed 's/^/# /' "$output"
		echo "not ok $number - $2"
		failed=$((failed + 1))
	fi
	: >"$output"
}

# skip WHAT WHY: a result that is none.
skip()
{
	number=$((number + 1))
	echo "ok $number - $1 # SKIP $2"
}

# attempt WHAT COMMAND...: the command must succeed. Where it is a function, set
# -e does not hold in it: its last command decides.
attempt()
{
	local what=$1 status=0

	shift
	"$@" >"$output" 2>&1 || status=1
	report $status "$what"
}

# quiet WHAT COMMAND...: the command must succeed and say nothing: it prints
# what is wrong.
quiet()
{
	local what=$1 status=0

	shift
	"$@" >"$output" 2>&1 && [ ! -s "$output" ] || status=1
	report $status "$what"
}

# refused WHAT TEXT COMMAND...: the command must fail and say TEXT.
refused()
{
	local what=$1 text=$2 status=0

	shift 2
	if "$@" >"$output" 2>&1 || ! grep -qF -- "$text" "$output"; then
		status=1
	fi
	report $status "$what"
}

plan()
{
	echo "1..$number"
}
