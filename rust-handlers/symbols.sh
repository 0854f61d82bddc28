#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# symbols.sh NAME STATICLIB SYMBOL...: fails, and says what to do, where a handler names symbols
# or sections of its own. SYMBOLs are what the driver's C names of it.
#
# In safe Rust a handler names no symbol and no section and has no assembly, but rustc's lint of
# unsafe code does not see all of that: export_name on a provided method of a trait,
# link_section on any method, a function of assembly alone (naked_asm). A method that has the
# symbol of a function of C's or of chard's takes its place while rustc compiles the handler,
# and may be inlined there, which leaves no trace in the object; and assembly can name symbols
# and write sections so that what is read here of the object lies. So the sources are searched,
# too. A handler that does not forbid unsafe code, as that of the planted bugs, may do all of
# it.
set -eu

name=$1 lib=$2
shift 2
here=$(dirname "$0")
own=$(realpath "$here")/chard/
# Cargo's list of the sources has what the handler stands on, too. It is made of rustc's, and has
# lost a path with a newline or another space in it; so rustc's own is looked at as well.
listed=${lib%.a}.d lists=
for list in "${DEPS:+$DEPS/$name-}"*.d; do
	of=${list%.d}
	! cmp -s "${of%/*}/lib${of##*/}.a" "$lib" || lists="$lists $list"
done
[ -z "${DEPS:-}" ] || [ -n "$lists" ] || {
	echo "chard: $name: rustc's list of its sources is not in $DEPS: remove $lib and build again" >&2
	exit 1
}
# Refuse paths that the lines and words below would be broken by.
# shellcheck disable=SC2086 # paths without spaces, as that of the build folder
odd=$(cat "$listed" $lists | LC_ALL=C grep -v '^#' |
	LC_ALL=C grep -m 1 -vE "^([^] :*?[:cntrl:]'\"\\[]+:( [^]:*?[:cntrl:]'\"\\[]*)?)?\$") && {
	echo "chard: $name: a source's path has a space, a quote or the like, and cannot be searched: rename the file:" \
		"$(echo "$odd" | tr -c '[:print:]\n' '?' | cut -c 1-200)" >&2
	exit 1
}
sources=$(sed -n 's/^[^ ]*\.a: //p' "$listed" | tr ' ' '\n' | xargs -r -d '\n' realpath -e) || sources=
sources=$(echo "$sources" | awk -v own="$own" 'index($0, own) != 1')
[ -n "$sources" ] || {
	echo "chard: $name: $listed does not list the handler's sources: remove $lib and build again" >&2
	exit 1
}
# What chard may name: where it puts what, by the linker's script, as a pattern.
sections=$(sed '/DISCARD/d' "$here/handler.lds" | grep -o '\*([^)]*)' |
	sed ':all; N; $!b all; s/\*(//g; s/)//g; s/\./[.]/g; s/\*/.*/g; s/[ \n]/|/g')
# C does not name an entry that this kernel has no use for, as compat_ioctl.
exported=$({
	printf '%s\n' "$@"
	sed -n "s/^ *[A-Z][A-Za-z]*::[a-z_]* [A-Z_]* \([a-z_]*\)(.*/chard_${name}_\1/p" \
		"$here/chard/src/entry.rs"
} | paste -sd' ')

# Where it forbids that: in its sources, or in a Cargo.toml of its own.
forbids() {
	for source in $sources; do
		dir=$(dirname "$source")
		! grep -qswF unsafe_code "$source" "$dir/Cargo.toml" "$dir/../Cargo.toml" || return 0
	done
	return 1
}
forbids || exit 0

# shellcheck disable=SC2086 # one word for each; no path has spaces
words=$(grep -HnoawE 'export_name|link_section|no_mangle|naked_asm' $sources) || [ $? = 1 ] || exit 1
found=$(
	[ -z "$words" ] || echo "$words" | sed 's/^\(.*\):/word\t\1\t/'
	# The compiler's own helpers are an object of their own. LTO makes all else local but
	# what C names, and the place where chard finds C.
	"$OBJDUMP" -t "$lib" | awk -F '\t' -v prefix="chard_${name}_" -v sections="^($sections)\$" \
		-v exported=" chard_this_driver $exported " '
		/ file format / { helpers = /^compiler_builtins-/ }
		helpers || NF < 2 { next }
		{
			flags = substr($1, 18, 7)
			section = substr($1, 26)
			symbol = $NF
			sub(/^[0-9a-f]+ +([.](hidden|internal|protected) )?/, "", symbol)
			# kCFI has the type of a function before it, with a name as well.
			of = symbol
			sub(/^__cfi_/, "", of)
		}
		section ~ /^[*]/ { next }
		flags ~ /[guw!]/ {
			# LTO leaves none of Rust that is global, but for assembly.
			if (!index(exported, " " of " "))
				print (of ~ /^_R/ ? "assembly\t" : "symbol\t") symbol
		}
		# A local function has a name as Rust makes them, or is for KASAN or KCSAN.
		flags !~ /[guw!]/ && flags ~ /F/ && of !~ /^_R|^[at]san[.]module_[cd]tor([.][0-9]+)?$/ {
			print "symbol\t" symbol
		}
		flags ~ /[FO]/ {
			allowed = flags ~ /F/ ? "^[.]text([.].*)?$" : sections
			if (of == prefix "text_begin")
				allowed = "^[.]chard_text$"
			else if (of == prefix "text_end")
				allowed = "^[.]chard_text_end$"
			if (section !~ allowed)
				print "section\t" section "\t" symbol
		}'
)
[ -z "$found" ] || {
	tab=$(printf '\t')
	echo "$found" | sort -u | c++filt | sed 's/\[[0-9a-f]*\]//g' |
		while IFS=$tab read -r what first second; do
			case $what in
			word)
				case $second in naked_asm) what=assembly ;; *) what="an attribute" ;; esac
				echo "$first says $second, $what that a handler has none of: leave it out, and the word out of comments"
				;;
			assembly) echo "$first is assembly (#[unsafe(naked)]), which a handler has none of, or exported (export_name): leave the attribute out" ;;
			symbol) echo "the handler defines the symbol ${first%.[0-9]*} (#[unsafe(export_name)] or no_mangle), which a handler has none of: leave the attribute out" ;;
			section) echo "$second is put into the section $first (#[unsafe(link_section)]), which a handler has none of: leave the attribute out" ;;
			esac | sed "s/^/chard: $name: /"
		done >&2
	exit 1
}
