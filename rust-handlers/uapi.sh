#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# uapi.sh HEADER FILE [FLAG...]: writes a driver's uapi header as Rust to FILE,
# for chard::uapi!. The flags are clang's.
set -eu

header=$1 file=$2
shift 2

# bindgen cannot see ioctl numbers, which are casts in macros: it gets a
# constant of each.
{
	echo "#include \"$(basename "$header")\""
	sed -n 's/^#define[ \t]\+\([A-Za-z_0-9]\+\)[ \t]\+_IO[RWC]*(.*/static const unsigned int chard_uapi_\1 = \1;/p' \
		"$header"
} >"${file%.rs}.h"

generate() {
	"${BINDGEN:-bindgen}" "${file%.rs}.h" --use-core --ctypes-prefix core::ffi \
		--no-layout-tests --no-rustfmt-bindings --no-derive-debug --no-prepend-enum-name \
		--disable-header-comment --allowlist-file ".*/$(basename "$header")" \
		--allowlist-var 'chard_uapi_.*' --generate "$@"
}

{
	generate vars -- "$@" -I"$(dirname "$header")" | sed 's/\<chard_uapi_//g'
	echo 'chard::uapi_items! {'
	generate types -- "$@" -I"$(dirname "$header")"
	echo '}'
} >"$file.new"
mv "$file.new" "$file"
