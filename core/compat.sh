#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# compat.sh COMPILER... - prints chard_forms.h: of each difference between kernels that
# compat.h knows, the number of the form that the headers at hand take. COMPILER is the
# kernel's, with its flags and -fsyntax-only.
#
# Fails, with a line for each, where a difference has no form that compiles.

set -eu

here=$(dirname "$0")
status=0
tried=$(mktemp -d)
trap 'rm -rf "$tried"' EXIT

# The differences that compat.h has, and the forms of one.
differences()
{
	sed -n 's/^#if CHARD_FORM_\([A-Z_]*\) == 1$/\1/p' "$here/compat.h"
}

forms()
{
	sed -n "s/^#\(el\)\{0,1\}if CHARD_FORM_$1 == \([0-9]\)\$/\2/p" "$here/compat.h"
}

echo '/* Written by core/compat.sh: which form of each difference in core/compat.h this kernel takes. */'
printf '#include <linux/types.h>\n#include "compat.h"\n' >"$tried/try.c"
differences >"$tried/differences"
while read -r difference; do
	taken=
	forms "$difference" >"$tried/forms"
	while read -r form; do
		if "$@" -I"$here" -DCHARD_PROBE -Wno-undef -Wno-unused-function -Werror \
			"-DCHARD_FORM_$difference=$form" "$tried/try.c" >"$tried/$form" 2>&1; then
			taken=$form
			break
		fi
	done <"$tried/forms"
	if [ -n "$taken" ]; then
		echo "#define CHARD_FORM_$difference $taken"
		continue
	fi
	status=1
	echo "core/compat.h:$(sed -n "/^#if CHARD_FORM_$difference == 1\$/=" "$here/compat.h"): error: this kernel" \
		"takes no form of $difference: $(sed -n 's/.*error: //p' "$tried/1" | sed -n 1p):" \
		"add one there, see docs/new-kernel.md" >&2
done <"$tried/differences"
exit $status
