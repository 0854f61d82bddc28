#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# context.sh - what each method of a handler may do, in each context that the kernel calls it
# in, compared with the table of docs/context.md, in a guest of its own with KERNEL. Prints TAP.

set -euo pipefail

cd "$(dirname "$0")/../../.."
. selftests/lib/common.sh
# A kernel that looks for bugs takes its time.
slow=$(cat "$kernel/slow" 2>/dev/null || echo 1)
payload=$(mktemp -d)
trap 'rm -rf "$payload"' EXIT

driver=selftests/core/context/driver
lay_driver context "$driver"/*

# The same as a misc device, of a number that others have not.
renamed=$build/ctxalone.renamed
mkdir -p "$renamed"
sed 's/\<context,/ctxalone,/g; s/CHARD_REGION([^)]*)/CHARD_MISC(.node = "ctxalone", .first = 77)/' \
	"$driver/context.c" >"$renamed/ctxalone.c"
cp "$driver/context.rs" "$renamed/ctxalone.rs"
cp "$driver/chard_context.h" "$renamed/chard_ctxalone.h"
lay_driver ctxalone "$renamed"/* "$driver"/{operations,table,tries}.rs

# The same, bound to something.
renamed=$build/ctxbound.renamed
mkdir -p "$renamed"
sed 's/\<context,/ctxbound,/g; s/chard\.h"/chard_bound.h"\n#include "binds.h"/
	s/CHARD_DRIVER/CHARD_BOUND_DRIVER/; s/CHARD_REGION([^)]*)/16, binds_begin, binds_end/' \
	"$driver/context.c" >"$renamed/ctxbound.c"
cp "$driver/context.rs" "$renamed/ctxbound.rs"
cp "$driver/chard_context.h" "$renamed/chard_ctxbound.h"
lay_driver ctxbound "$renamed"/* "$driver"/{operations,table,tries}.rs "$driver/binds.h"
build_drivers

mkdir -p "$build/rows"
selftests/core/context/rows.py docs/context.md >"$build/rows/rows.h"
gcc -O2 -Wall -Wextra -Wno-missing-field-initializers -Wno-unused-parameter -Werror -static \
	-Iselftests/core/context/driver -I"$build/rows" -o "$payload/context" \
	selftests/core/context/{main,expect,ways,files,tasks}.c selftests/core/faults/module.c
selftests/vm/vm.sh --kernel "$kernel" --payload "$payload" --timeout $((300 * slow)) --log "$build/context.log" -- ./context
