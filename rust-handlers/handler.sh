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
	echo "$1" | grep -x "$2" >/dev/null
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
# shellcheck disable=SC2086 # one word for each
"$here/symbols.sh" "$name" "$lib" $named || bad=1
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
		op=$(echo "$names" | grep -o "chard_${name}_[a-z_]*\|chard::entry::[a-z_]\{1,\}" | sed -n 1p |
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
! "$NM" "$object" | grep -E 'pointer_fmt_inner|7Pointer3fmt' >/dev/null || {
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
