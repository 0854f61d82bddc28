#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# variant.sh NAME FOLDER: the driver armed by the name of NAME, in FOLDER, to be
# built there. unguarded is for AfterPanic::Bug, without the guard.
set -eu

name=$1 to=$2
here=$(dirname "$0")

mkdir -p "$to"
sed "s/(armed,/($name,/" "$here/armed.c" >"$to/$name.c"
cp "$here/armed.rs" "$to/$name.rs"
[ "$name" != unguarded ] ||
	sed -i '/type File = ();/a const AFTER_PANIC: AfterPanic = AfterPanic::Bug;' "$to/$name.rs"
cp "$here/chard_armed.h" "$to/chard_$name.h"
