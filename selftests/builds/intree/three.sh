#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# three.sh - the module of three lines for KERNEL, and what breaks without each flag
# and step: runs the table in docs/intree.md, whose words must be seen where it says,
# and not where nothing is left out. Prints TAP.

set -euo pipefail

cd "$(dirname "$0")/../../.."
. selftests/lib/common.sh
. selftests/lib/tap.sh
here=selftests/builds/intree/three
work=$build/three
payload=$work/payload
rm -rf "$work"
mkdir -p "$payload"
rustc=$(selftests/setup/toolchain.sh | sed -n 's/^RUSTC := //p')

# All that rustc alone can be told, with the library as the distribution has built it.
flags="-O -Cpanic=abort -Cforce-unwind-tables=n -Crelocation-model=static -Ccode-model=kernel"
flags+=" -Cno-redzone=y -Zplt=yes -Cjump-tables=n -Zfunction-return=thunk-extern"
if has X86_KERNEL_IBT; then
	flags+=" -Zcf-protection=branch"
fi
if has CALL_PADDING; then
	flags+=" -Zpatchable-function-entry=16,16"
fi

# Builds the module in the folder $1, with the flags $2 or those of its Kbuild.
builds()
{
	local dir=$1

	shift
	selftests/setup/build-host.sh "$kernel" env -u MAKEFLAGS RUSTC_BOOTSTRAP=1 \
		make --no-print-directory -C "$kernel/build" M="$PWD/${dir#"$PWD"/}" \
		CONFIG_DEBUG_INFO_BTF_MODULES= RUSTC="$rustc" ${1:+RUSTFLAGS="$1"} modules
}

# Objtool on what rustc has made, by the arguments that C's objects get; where
# Kbuild does not do it itself, later, with the whole module.
# shellcheck disable=SC2016 # for make
objtool='$(if $(delay-objtool),:,cd $(@D) && o=$$($(AR) t $(@F) | sed -n 1p) && $(AR) x $(@F) $$o && '
# shellcheck disable=SC2016 # for make
objtool+='$(abspath $(objtool)) $(objtool-args-y) --link --module $$o && $(AR) r $(@F) $$o)'

# The module with all flags and steps, in the folder $work/$1.
lay()
{
	mkdir -p "$work/$1"
	cp "$here/probe.c" "$work/$1/glue.c"
	cp "$here/probe.rs" "$work/$1/three.rs"
	cp "$here"/*.h "$work/$1"
	{
		cat "$here/Kbuild"
		printf '\t%s\n' "$objtool"
	} >"$work/$1/Kbuild"
}

# The same, but for what the table's row $2 leaves out.
lay_without()
{
	local dir=$work/$1 what=$2

	lay "$1"
	without=$flags
	case $what in
	*' in three-objs') sed -i 's/glue.o libthree.a/libthree.a glue.o/' "$dir/Kbuild" ;;
	'touch .libthree.a.cmd') sed -i 's/ && touch .*//' "$dir/Kbuild" ;;
	'#[panic_handler]') sed -i '/#\[panic_handler\]/d' "$dir/three.rs" ;;
	'nothing that may panic')
		without+=" --cfg=panics"
		cp "$here/Kbuild" "$dir"
		sed -i '1i #define PANICS' "$dir/glue.c"
		;;
	'objtool '*) cp "$here/Kbuild" "$dir" ;;
	# The example does without these, as a build for one's own machine does.
	'a target '* | '-Zretpoline-external-thunk'*) ;;
	-*)
		without=${flags/$what/}
		[ "$without" != "$flags" ]
		;;
	*)
		echo "three.sh: how does one leave this out: $what"
		return 1
		;;
	esac
}

# The rows of the table for this kernel: what, where, words, with | between.
rows()
{
	sed -n '/three.sh runs each row/,/to here/s/^| *\(.*[^ ]\) *|$/\1/p' docs/intree.md | sed '1,2d; s/ *| */|/g' |
		awk -F'|' -v kernel="${KERNEL%-*}" '$3 == "all" || index(", " $3 ",", ", " kernel ",") {
			gsub(/`/, "", $1); sub(/^`+ ?/, "", $5); sub(/ ?`+$/, "", $5); print $1 "|" $4 "|" $5 }'
}

# Whether the words $2, where a star is for anything, are in the file $1.
says()
{
	local words

	words=$(sed 's/[][\.^$+?(){}]/\\&/g; s/\*/.*/g' <<<"$2")
	grep -qE -- "$words" "$1" || { head -n 40 "$1"; return 1; }
}

is_silent()
{
	local bad=0

	says "$1" "$2" >/dev/null || bad=1
	[ $bad = 1 ]
}

# --- the example as it is
mkdir "$work/plain"
cp "$here"/{Kbuild,three.rs,three.h,glue.c} "$work/plain"
attempt "three lines build" builds "$work/plain"
cp "$work/plain/three.ko" "$payload/plain.ko"
gcc -O2 -Wall -Wextra -Werror -static -o "$payload/user" "$here/user.c"

# --- what is built, with one flag or step less each
lay all
all_build()
{
	builds "$work/all" "$flags" >"$work/all/build" 2>&1 || { cat "$work/all/build"; return 1; }
}
attempt "all flags and steps build" all_build
cp "$work/all/three.ko" "$payload/all.ko"
count=0
while IFS='|' read -r what _ _; do
	count=$((count + 1))
	lay_without "row$count" "$what"
	builds "$work/row$count" "$without" >"$work/row$count/build" 2>&1 || :
	[ ! -f "$work/row$count/three.ko" ] || cp "$work/row$count/three.ko" "$payload/row$count.ko"
done < <(rows)

# --- all that was built is loaded, one behind the other
cat >"$payload/run" <<'END'
for module in *.ko; do
	module=${module%.ko}
	dmesg -c >/dev/null
	insmod $module.ko 2>&1 && { ./user 20000000 | sed "s/^/$module run: /"; rmmod three; }
	dmesg | sed "s/^\[[^]]*\] /$module log: /"
done
END
selftests/vm/vm.sh --kernel "$kernel" --payload "$payload" --timeout 90 --log "$work/log" -- \
	sh run >"$work/said" 2>&1 || cat "$work/said"

# What was seen of the module $1 in the place $2: build, log, run or objcheck.
seen()
{
	case $2 in
	build) cat "$work/$1/build" ;;
	objcheck) selftests/builds/objcheck/objcheck --config "$kernel/build/.config" "$work/$1/three.o" || : ;;
	*) sed -n "s/^$1 $2: //p" "$work/said" ;;
	esac >"$work/seen"
}

plain_works()
{
	seen plain log
	! grep -vE 'out-of-tree|verification failed|Tainted|lockdown' "$work/seen" || return 1
	seen plain run
	! grep . "$work/seen"
}

attempt "three lines are loaded, stir rightly and say nothing" plain_works
count=0
while IFS='|' read -r what where words; do
	count=$((count + 1))
	seen "row$count" "$where"
	attempt "without $what: $words" says "$work/seen" "$words"
	case $what in
	'a target '* | '-Zretpoline-external-thunk'*) ;;
	*)
		seen all "$where"
		attempt "with it there is nothing of the kind" is_silent "$work/seen" "$words"
		;;
	esac
done < <(rows)
attempt "the table has rows" test "$count" -gt 10
plan
