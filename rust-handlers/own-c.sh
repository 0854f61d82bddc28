#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# own-c.sh NAME HEADER FILE COMPILER [FLAG...]: reads the functions that the header NAME_c.h of
# a driver declares and writes to FILE, for chard::c!, what Rust may call. Fails, and says
# why, where a declaration has what safe Rust cannot vouch for.
set -eu

name=$1 header=$2 file=$3
shift 3
here=$(dirname "$0")

# The markers stand for nothing in C: here they stay in the text.
cat >"$file.h" <<END
#include "chard_needs.h"
#undef CHARD_ANY_CONTEXT
#undef CHARD_TASK_CONTEXT
#undef CHARD_NEEDS
#undef CHARD_BEHIND
#define CHARD_ANY_CONTEXT chard_context(ANY)
#define CHARD_TASK_CONTEXT chard_context(TASK)
#define CHARD_NEEDS(...) chard_context(NEEDS __VA_ARGS__)
#define CHARD_BEHIND(...) chard_context(BEHIND __VA_ARGS__)
#include "$header"
END
"$@" -E -x c -o "$file.i" "$file.h" || {
	echo "chard: $name: the compiler cannot read $(basename "$header") (above)" >&2
	exit 1
}
awk -v driver="$name" -v header="$header" -f "$here/own-c.awk" "$file.i" >"$file.new"
rm -f "$file.i" "$file.h"
mv "$file.new" "$file"
