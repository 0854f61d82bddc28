#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# module.sh - the scull module loaded with this and that parameter, and its devices
# behind panics, in a guest of its own with KERNEL. Prints TAP.

set -euo pipefail

cd "$(dirname "$0")/../.."
. selftests/lib/common.sh
payload=$(mktemp -d)
trap 'rm -rf "$payload"' EXIT

# The driver by another name, which panics with each of its locks held: where 666
# bytes are written, and where the user 666 opens something.
dir=$build/brittle
mkdir -p "$dir/src"
sed 's/\<scull,/brittle,/' drivers/scull/scull.c >"$dir/brittle.c"
cp drivers/scull/chard_scull.h "$dir/chard_brittle.h"
cp rust-handlers/scull/src/*.rs "$dir/src"
# plant FILE EXPRESSION COUNT: so many lines come to it.
plant()
{
	sed -i "$2" "$dir/src/$1"
	[ $(($(wc -l <"$dir/src/$1") - $(wc -l <"rust-handlers/scull/src/$1"))) = "$3" ] || {
		echo "module.sh: nothing to plant in $1: mend the expression" >&2
		exit 1
	}
}
plant store.rs '/let mut content = self.0.lock(call)?;/a assert_ne!(from.left(), 666);' 1
plant pipe.rs '/while ring.room() == 0 /i assert_ne!(from.left(), 666);' 1
plant access.rs '/fn admits(/a assert_ne!(call.credentials().uid, 666);
	/let mut stores = self.0.lock(call)?;/a assert_ne!(call.credentials().uid, 666);' 2
sed "s/^name = .*/name = \"brittle\"/; s|^chard.workspace = .*|chard = { path = \"$PWD/rust-handlers/chard\" }|
	s/^\(version\|edition\|license\|publish\)\.workspace.*//; /^\[lints\]/,\$d; s/^\[lib\]/edition = \"2024\"\n\n&/
	\$a[workspace]" rust-handlers/scull/Cargo.toml >"$dir/Cargo.toml.new"
cmp -s "$dir/Cargo.toml.new" "$dir/Cargo.toml" || cp "$dir/Cargo.toml.new" "$dir/Cargo.toml"
drivers/kbuild.sh >&2
drivers/kbuild.sh brittle "$PWD/${dir#"$PWD"/}" >&2

gcc -O2 -Wall -Wextra -Werror -static -Iselftests/drivers/scull -o "$payload/scull" \
	selftests/drivers/scull/module/*.c selftests/core/faults/module.c
cp "$build/chard.ko" "$build/drivers/scull/chard_scull.ko" "$dir/build"/*/chard_brittle.ko "$payload"
selftests/vm/vm.sh --kernel "$kernel" --payload "$payload" --timeout 300 --log "$build/module.log" -- ./scull
