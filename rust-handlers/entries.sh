#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# entries.sh NAME STATICLIB: prints a header for the driver's C that says which entries
# the handler exports: CHARD_EXPORTS_<entry> for each.
set -eu

name=$1 lib=$2

entries=$("$NM" --defined-only "$lib" 2>/dev/null |
	sed -n "s/^[0-9a-f]* *[TRD] chard_${name}_\([a-z_]*\)\$/\1/p" | sort -u)
echo "$entries" | grep -x handler >/dev/null || {
	echo "chard: $name: the handler exports nothing: does its crate, of this name, say chard::handler!(Type)?" >&2
	exit 1
}
echo "/* What the handler $name exports; written by rust-handlers/entries.sh. */"
for entry in $entries; do
	echo "#define CHARD_EXPORTS_$entry 1"
done
