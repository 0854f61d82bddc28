#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# tool.sh - chard(8) in a guest with KERNEL: what it shows, changes, watches and traces, once as it is
# and once with AddressSanitizer. What it prints as JSON is parsed here. Prints KTAP.
# tool.sh TEST... - these alone, of shows, changes, watches, traces, tops, asan_shows, ...

set -euo pipefail

cd "$(dirname "$0")/../../.."
. selftests/lib/common.sh
here=selftests/drivers/tool
payload=$(mktemp -d)
said=$build/tool.said
trap 'rm -rf "$payload"' EXIT

lay_driver weird $here/weird/weird.{c,rs}
# The same handler on two misc devices, whose names do not say their drivers.
for name in sole lone; do
	source=$build/$name.source
	mkdir -p "$source"
	sed "s/\<weird\>,/$name,/; s/CHARD_REGION(.*names)/CHARD_MISC(.node = \"chard-odd-$name\")/" \
		$here/weird/weird.c | grep -v 'names\[\]' >"$source/$name.c"
	cp $here/weird/weird.rs "$source/$name.rs"
	lay_driver $name "$source/$name".{c,rs}
done
build_drivers
cp "$build"/drivers/{echo/chard_echo,scull/chard_scull,selftest/chard_selftest,shm/chard_shm}.ko "$payload"

# With the flags that its users have, but for what a guest without libraries needs.
make -s -C userspace/chard OUT="$PWD/${build#"$PWD"/}/tool" STATIC=y >&2
make -s -C userspace/chard OUT="$PWD/${build#"$PWD"/}/tool-asan" \
	CFLAGS="-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all" >&2
cp "$build/tool/chard" "$payload"
cp "$build/tool-asan/chard" "$build/tool-asan/chard-asan"
(PATH=$PWD/${build#"$PWD"/}/tool-asan:$PATH && program_of_host "$payload" chard-asan)
gcc -O2 -Wall -Wextra -Werror -static -o "$payload/helper" $here/helper.c

cp selftests/vm/guest-check.sh selftests/lib/tap.sh $here/{common.sh,shows,changes,watches,traces,tops} "$payload"
programs=(./shows ./changes ./watches ./traces ./tops)
for test in shows changes watches traces tops; do
	printf '#!/bin/sh\nTOOL=./chard-asan exec ./%s\n' $test >"$payload/asan_$test"
	chmod +x "$payload/asan_$test"
	echo 300 | tee "$payload/$test.timeout" >"$payload/asan_$test.timeout"
	programs+=("./asan_$test")
done
[ $# = 0 ] || programs=("${@/#/./}")
status=0
selftests/vm/vm.sh --kernel "$kernel" --payload "$payload" --timeout 900 --log "$build/tool.log" -- \
	sh guest-check.sh "${programs[@]}" >"$said" || status=$?
# The documents are for check.py alone, and long.
sed 's/^\( *# json [^ ]* .\{200\}\).*/\1.../' "$said"
[ $# != 0 ] || $here/check.py "$said" || status=1
exit $status
