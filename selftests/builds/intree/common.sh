# SPDX-License-Identifier: GPL-2.0
# common.sh - what the stages of a kernel with chard in its tree begin with; they
# source it at the top of the tree, with $way, builtin or modular.

# shellcheck shell=bash
: "${way:?say which}"
build=${BUILD:-$PWD/build}
# shellcheck disable=SC2034 # for the scripts that source this
programs=$build/programs
payload=$(mktemp -d)
. selftests/lib/tap.sh
trap 'rm -rf "$payload"; rm -f "$output"' EXIT

builds()
{
	# shellcheck disable=SC2034 # for the scripts that source this
	kernel=$(selftests/setup/intree-kernel.sh "$way")
}

# What the build has said of what is ours; the kernel has warnings of its own.
no_warnings()
{
	grep -iE 'chard|orphan|modpost' "$build/intree/$way/log" | grep -v 'intree.sh' || :
}
