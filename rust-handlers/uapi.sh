#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# uapi.sh HEADER FILE [FLAG...]: writes a driver's uapi header as Rust to FILE,
# for chard::uapi!. The flags are the compiler's. What the headers have that it includes itself,
# such as linux/watchdog.h, comes along as far as Rust can have it.
set -eu

header=$1 file=$2
shift 2
set -- "$@" -I"$(dirname "$header")"
here=$(dirname "$0")
base=$(basename "$header")
c=${file%.rs}.h

# Those of which the whole is in linux/types.h and linux/ioctl.h say nothing of their own.
included=$(sed -n 's/^[ \t]*#[ \t]*include[ \t]*[<"]\([^>"]*\)[>"].*/\1/p' "$header" |
	grep -vxE 'linux/(types|ioctl|const|posix_types)\.h|asm/.*' || :)
pattern() {
	printf '.*/(%s)' "$(printf '%s\n' "$@" | sed 's/\./\\./g; s/+/\\+/g' | paste -sd'|')"
}
own=$(pattern "$base")
# shellcheck disable=SC2086 # one word for each
all=$(pattern "$base" $included)

generate() {
	"${BINDGEN:-bindgen}" "$c" --use-core --ctypes-prefix core::ffi \
		--no-layout-tests --no-rustfmt-bindings --no-derive-debug --no-prepend-enum-name \
		--disable-header-comment --generate "$@"
}

# The compiler's word on a text behind the header.
compiler() {
	{
		echo "#include \"$base\""
		cat
	} | ${CC:-gcc} -x c "$@" -
}

# Whether each of these lines "KIND NAME" names what C can have as a number.
numbers() {
	echo "$1" | sed 's/.* \(.*\)/enum { chard_uapi_is_\1 = (\1) };/' | {
		shift
		compiler -fsyntax-only -w "$@" 2>/dev/null
	}
}

echo "#include \"$base\"" >"$c"
generate vars --allowlist-file "$all" -- "$@" >"$file.vars"

# bindgen cannot see each number that is a macro, such as ioctl numbers, which are casts: it
# gets a constant of each. That of an ioctl is unsigned, though C takes sizeof for more.
compiler -E -dD "$@" </dev/null >"$file.macros"
macros=$(awk -v all="$all" -v own="$own" -v vars="$file.vars" -f "$here/uapi-macros.awk" "$file.macros")
if [ -n "$macros" ] && ! numbers "$macros" "$@"; then
	# One by one: some want a header that is not there, or are a text.
	macros=$(echo "$macros" | while read -r line; do
		! numbers "$line" "$@" || echo "$line"
	done)
fi
echo "$macros" | sed -n 's/^ioctl \(.*\)/static const unsigned int chard_uapi_\1 = \1;/p
	s/^other \(.*\)/static const __typeof__(\1) chard_uapi_\1 = \1;/p' >>"$c"

generate types --allowlist-file "$own" -- "$@" >"$file.own"
: >"$file.all"
[ -z "$included" ] || generate types --allowlist-file "$all" -- "$@" >"$file.all"
{
	cat "$file.vars"
	generate vars --allowlist-var 'chard_uapi_.*' -- "$@" |
		sed 's/\<chard_uapi_//g'
	awk -v header="$base" -f "$here/uapi-types.awk" "$file.own" "$file.all"
} >"$file.new"
rm -f "$file.vars" "$file.macros" "$file.own" "$file.all"
mv "$file.new" "$file"
