#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# handler.sh NAME GLUE STATICLIB OBJECT: makes one object of what the driver's
# C (GLUE, an object) reaches of the handler. Fails, and says what to do, where the
# handler does what no handler may.
set -eu

name=$1 glue=$2 lib=$3 object=$4
here=$(dirname "$0")

# The trait's method for an entry, by the crate's table.
method() {
	case $1 in
	device_init) echo Handler::new ;;
	device_exit) echo Handler::drop ;;
	device_reset) echo Handler::reset ;;
	syscall) echo Syscall::syscall ;;
	*)
		found=$(sed -n "s/^ *\([A-Za-z]*::[a-z_]*\) [A-Z_]* $1(.*/\1/p" "$here/chard/src/entry.rs")
		echo "${found:-Handler::$1}"
		;;
	esac
}

# What the driver's C may list, by the crate's table: entries, and traits in small letters
# (as ioctl and attributes), each with its trait.
operations() {
	sed -n 's/^ *\([A-Z][A-Za-z]*\)::[a-z_]* [A-Z_]* \([a-z_]*\)(.*/\2 \1/p' "$here/chard/src/entry.rs" |
		while read -r entry trait; do
			echo "$entry $trait"
			echo "$(echo "$trait" | tr '[:upper:]' '[:lower:]') $trait"
		done | sort -u
}

# Whether the list $1 has the line $2.
has() {
	echo "$1" | grep -qx "$2"
}

# What C names of the handler: all that it exports, as entries.sh has told C.
named=$("$NM" --undefined-only "$glue" | sed -n "s/^ *[Uw] \(chard_${name}_[a-z_]*\)\$/\1/p" | sort -u)

# The operations that the driver's C lists, if it does: by the names of entries, or of
# traits in small letters.
# objcopy gets a file of its own: LLVM's, or one that fails, puts another in the place of
# what it is told to write to, which /dev/stdout would not survive.
: >"$object.listed"
"$OBJCOPY" -O binary -j .discard.chard_listed "$glue" "$object.listed" 2>/dev/null || :
listed=$(tr -d '\0 ' <"$object.listed" | tr ',' '\n')
rm -f "$object.listed"
bad=0
if [ -n "$listed" ]; then
	implemented=
	for symbol in $named; do
		op=${symbol#"chard_${name}_"}
		trait=$(method "$op" | sed 's/::.*//')
		small=$(echo "$trait" | tr '[:upper:]' '[:lower:]')
		case $trait in Handler) continue ;; esac
		implemented="$implemented $op $small"
		has "$listed" "$op" || has "$listed" "$small" || case $op in
		# It comes with another of its trait.
		read | write | fault | attribute_store) ;;
		*)
			echo "chard: $name: the handler implements chard::$trait, but the driver's C does not list $op: add it to its list" >&2
			bad=1
			;;
		esac
	done
	for op in $listed; do
		case " $implemented " in
		*" $op "*) ;;
		*)
			trait=$(operations | sed -n "s/^$op //p")
			if [ -n "$trait" ]; then
				echo "chard: $name: the driver's C lists $op, but the handler does not implement chard::$trait" >&2
			else
				echo "chard: $name: the driver's C lists $op, which is no operation; see CHARD_DRIVER() in core/chard.h, which has them all" >&2
			fi
			bad=1
			;;
		esac
	done
fi

# A parameter's type is part of its symbol: chard_NAME_param_TYPE_PARAMETER.
parameters() {
	"$NM" "$@" 2>/dev/null | sed -n "s/^[0-9a-f]* *[UBDR] \(chard_${name}_param_[a-z]*_.*\)\$/\1/p" | sort -u
}

declared=$(parameters --defined-only "$glue")
for symbol in $(parameters --undefined-only "$lib"); do
	parameter=${symbol#"chard_${name}_param_"}
	has "$declared" "$symbol" || {
		echo "chard: $name: the handler reads the parameter ${parameter#*_} of type ${parameter%%_*}, which the driver's C does not declare so: see CHARD_PARAM in core/params.h" >&2
		bad=1
	}
done
# In safe Rust a handler names no symbol and no section, but rustc's lint of unsafe code does
# not see each attribute that does so: export_name on a provided method of a trait, link_section
# on any method. A method that has the symbol of a function of C's or of chard's takes its place
# while rustc compiles the handler, and may be inlined there, which leaves no trace in the
# object. So the sources are searched, too. A handler that does not forbid unsafe code, as that
# of the planted bugs, may do all of it.
own=$(realpath "$here")/chard/
sources=$(sed -n 's/^[^ ]*\.a: //p' "${lib%.a}.d" | tr ' ' '\n' |
	grep -v "^$own" | xargs -r realpath | grep -v "^$own") || {
	echo "chard: $name: ${lib%.a}.d does not list the handler's sources: remove $lib and build again" >&2
	exit 1
}
# What chard may name: where it puts what, by the linker's script, as a pattern.
sections=$(sed '/DISCARD/d' "$here/handler.lds" | grep -o '\*([^)]*)' |
	sed ':all; N; $!b all; s/\*(//g; s/)//g; s/\./[.]/g; s/\*/.*/g; s/[ \n]/|/g')
# C does not name an entry that this kernel has no use for, as compat_ioctl.
exported=$({
	echo "$named"
	sed -n "s/^ *[A-Z][A-Za-z]*::[a-z_]* [A-Z_]* \([a-z_]*\)(.*/chard_${name}_\1/p" \
		"$here/chard/src/entry.rs"
} | paste -sd' ')
# shellcheck disable=SC2086 # one word for each; no path has spaces
if grep -qawF unsafe_code $sources; then
	found=$(
		grep -HnoawE 'export_name|link_section|no_mangle' $sources | sed 's/^\(.*\):/word\t\1\t/'
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
				word) echo "$first says $second, an attribute that a handler has none of: leave it out, and the word out of comments" ;;
				assembly) echo "$first is assembly (#[unsafe(naked)]), which a handler has none of, or exported (export_name): leave the attribute out" ;;
				symbol) echo "the handler defines the symbol ${first%.[0-9]*} (#[unsafe(export_name)] or no_mangle), which a handler has none of: leave the attribute out" ;;
				section) echo "$second is put into the section $first (#[unsafe(link_section)]), which a handler has none of: leave the attribute out" ;;
				esac | sed "s/^/chard: $name: /"
			done >&2
		bad=1
	}
fi
[ "$bad" = 0 ]

# shellcheck disable=SC2046,SC2086 # one word for each symbol; LD has its flags
$LD -r -X --gc-sections -T "$here/handler.lds" $(printf -- '-u %s ' $named) -o "$object" "$lib"

# What it calls of the driver's own C goes by a symbol that has the function's type and
# context in it, so that nothing else is called than NAME_c.h declares; here by its name.
renamed=
for symbol in $("$NM" --undefined-only "$object" | sed -n "s/^ *[Uw] \(chard_${name}_c_.*\)\$/\1/p"); do
	function=$(sed -n "s|.* // $symbol \([A-Za-z_0-9]*\)\$|\1|p" "$OWN_C" 2>/dev/null || :)
	[ -n "$function" ] || {
		function=${symbol#"chard_${name}_c_"}
		echo "chard: $name: the handler calls ${function%%__*}() of C in a way that ${name}_c.h does not declare: use chard::c!(), and nothing of its own making" >&2
		exit 1
	}
	renamed="$renamed --redefine-sym=$symbol=$function"
done

# Which functions take more stack than the kernel would let its own C take.
large=$("$here/frames.sh" "$object" "$FRAME_WARN")
[ -z "$large" ] || {
	echo "$large" | while read -r bytes names; do
		op=$(echo "$names" | grep -o "chard_${name}_[a-z_]*\|chard::entry::[a-z_]\{1,\}" | head -n 1 |
			sed "s/^chard_${name}_//; s/^chard::entry:://")
		[ -z "$op" ] || names="$(method "$op") (with what is inlined into it)"
		# The compiler knows that of all that it compiles.
		[ "$bytes" != unknown ] || {
			echo "chard: $name: $names is assembly (#[unsafe(naked)]), which a handler has none of: nobody can tell what it does"
			continue
		}
		echo "chard: $name: the stack frame of $names has $bytes bytes, of which this kernel allows $FRAME_WARN (CONFIG_FRAME_WARN): make a large value where it stays, by try_box_array(), try_box_zeroed() or a Vec, not on the stack"
	done | sort -u >&2
	exit 1
}

# By its name, since LTO has left only what is used.
! "$NM" "$object" | grep -qE 'pointer_fmt_inner|7Pointer3fmt' || {
	echo "chard: $name: the handler formats an address ({:p}, or {:?} of a pointer), which tells an attacker where the kernel lies: print something else" >&2
	exit 1
}

# What no handler may do, by its code.
listing=$("$OBJDUMP" -dr --no-show-raw-insn "$object")

# The registers of floating point are user space's: rustc computes without them, by helpers.
floats=$(echo "$listing" | awk '
	/^[0-9a-f]+ <.*>:$/ { name = substr($2, 2, length($2) - 3) }
	$NF ~ /^(__[a-z]*[hsdtx]f(2|3|[sdt]i|[hsdtx]f2)?|(fmod|fma|sqrt|floor|ceil|trunc|round|rint|pow|exp|log)f?)[-+]0x/ &&
		name !~ /^__|compiler_builtins/ { print name }' | sort -u | c++filt | paste -sd' ')
[ -z "$floats" ] || {
	echo "chard: $name: the handler computes with f32 or f64, which the kernel has no registers for: use integers (in $floats)" >&2
	exit 1
}

# An entry that only loops, or only panics, has no return and leads nowhere else.
endless=$(echo "$listing" | awk -v prefix="chard_${name}_" '
	/^[0-9a-f]+ <.*>:$/ { name = substr($2, 2, length($2) - 3); seen[name] = 1; jumps = 0; next }
	jumps && /R_X86_64_/ { returns[name] = 1 }
	{ jumps = $2 ~ /^j/ }
	jumps && $NF ~ /^</ && $NF !~ "^<" name "[+>]" { returns[name] = 1 }
	$2 ~ /^ret/ || /__x86_return_thunk/ { returns[name] = 1 }
	END {
		for (name in seen)
			# What lies before the first function is its padding.
			if (index(name, prefix) == 1 && name !~ /-0x/ && !returns[name])
				print substr(name, length(prefix) + 1)
	}' | sort | paste -sd' ')
[ -z "$endless" ] || {
	echo "chard: $name: the handler never returns from $endless: a loop without an end, or a panic alone, such as todo!(); return an error such as ENOSYS" >&2
	exit 1
}

# An entry has a second name, which is Rust's own; a stack dump shows the first.
twins=$("$NM" --defined-only "$object" | awk '
	{ names[$1] = names[$1] " " $3 }
	END {
		for (address in names) {
			count = split(names[address], name, " ")
			for (i = 1; i <= count; i++)
				if (names[address] ~ / chard_/ && name[i] ~ /^_R/)
					print name[i]
		}
	}')
# shellcheck disable=SC2046,SC2086 # one word for each symbol
"$OBJCOPY" $(printf -- '--keep-global-symbol=%s ' $named) --remove-section=.stack_sizes $renamed \
	${twins:+$(printf -- '--strip-symbol=%s ' $twins)} "$object"
