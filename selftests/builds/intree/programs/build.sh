#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# build.sh FOLDER: the programs of check-intree, in FOLDER. absent is for kernels with
# the system calls, whose 32-bit callers have none; nothing for those without.
set -eu

to=$1
cd "$(dirname "$0")"
harness=$(../../../setup/source.sh)/tools/testing/selftests
compile() {
	out=$1
	shift
	# The harness has parameters that it does not use.
	gcc -O2 -Wall -Wextra -Wno-unused-parameter -Werror -static -I"$harness" -o "$to/$out" "$@"
}

compile upper upper.c
compile mix mix.c
compile panics panics.c ../../../core/faults/module.c
compile absent absent.c
compile absent_32 -m32 -DNOT_THERE absent.c
compile nothing -DNOT_THERE absent.c
