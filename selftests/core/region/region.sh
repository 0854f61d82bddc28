#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# region.sh - devices on a region of minors, made and removed at run time, their
# files in sysfs and the module's parameters, in a guest of its own with KERNEL.
# SECONDS_OF_STORM says how long threads race, twice (5). Prints TAP.

set -euo pipefail

cd "$(dirname "$0")/../../.."
. selftests/lib/common.sh
. selftests/lib/tap.sh
seconds=${SECONDS_OF_STORM:-5}
payload=$(mktemp -d)
trap 'rm -rf "$payload" "$output"' EXIT

# Lays the driver many by the name $1, its C changed by the sed script $2.
lay_many()
{
	local name=$1 renamed=$build/many.$1

	mkdir -p "$renamed"
	sed "s/\<many,/$name,/g; $2" selftests/core/region/many/many.c >"$renamed/$name.c"
	cp selftests/core/region/many/many.rs "$renamed/$name.rs"
	cp selftests/core/region/many/chard_many.h "$renamed/chard_$name.h"
	lay_driver "$name" "$renamed"/*
}

lay_many many ''
lay_many same 's/"many-first"/"chard-many3"/'
lay_many many2 's/"many-first", "many-second", //'
lay_many nested 's|"many-first"|"many/first"|'
# As a misc device, whose minor is the parameter minors.
lay_many alone '/CHARD_REGION/,/names),/c\	     CHARD_MISC(.node = "alone", .first = CHARD_VALUE(alone, uint, minors)),'
build_drivers

gcc -O2 -Wall -Wextra -Werror -static -Iselftests/core/region/many -o "$payload/region" \
	selftests/core/region/*.c selftests/core/faults/module.c -lpthread
status=0
selftests/vm/vm.sh --kernel "$kernel" --payload "$payload" --timeout $((seconds * 2 + 360)) \
	--log "$build/region.log" -- ./region "$seconds" || status=$?
# All of it: the test clears the log where it expects what is said.
quiet "the kernel has nothing to say" bad_in_log "$build/region.log"
exit $status
