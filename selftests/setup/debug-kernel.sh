#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# debug-kernel.sh VERSION-KIND - a small kernel, built from Debian's source: one that
# looks for bugs (kasan, kcsan, as in 6.12-kasan), one that does not count what a task
# holds (nopreempt), or one that clang compiles (cfi, thinlto). kernel.sh calls this.
# Prints a folder of the form that kernel.sh documents, and with
#
#   slow		how many times longer than a stock kernel's its tests
#		may take
#
# A line "# in RELEASE" of the options' files names the Debian release in whose
# system the kernel is compiled; its modules are built there, too.
#
# The options are those of debug/common and debug/KIND, and of debug/VERSION-KIND
# where that version needs more. A folder is named by them and by the source
# package's version, so that a change of either builds anew; it appears when it is
# complete. The first build takes minutes.

set -euo pipefail

# As measured with KASAN and KCSAN alike, and some more.
slow=4
# shellcheck source=selftests/setup/small-kernel.sh
. "$(dirname "$(realpath "$0")")/small-kernel.sh"

# Compiles the kernel in the folder $1, which has its source and its fragment, and lays
# the documented form into root/ there. Its release ends in $2.
compile_in()
{
	# Of what make was told for modules nothing holds for a kernel.
	unset MAKEFLAGS MFLAGS KERNEL KDIR BUILD V W C
	cd "$1/source" && compile "$2" "$1/fragment" && arrange "$1/root"
}

# The same in a minimal system of the Debian release $1.
compile_in_root()
{
	# shellcheck disable=SC2016 # the inner shell's arguments
	"$setup/root.sh" --run "$1" sh -euc \
		'"$0/deps.sh" build clang lld llvm flex bison libssl-dev cpio; exec "$0/debug-kernel.sh" --compile "$@"' \
		"$setup" "${@:2}" && echo "$1" >"$2/root/debian"
}

# Lays the documented form into the folder $1: the modules, and of the tree what Kbuild
# needs for a module outside of it, as packaged headers have it.
arrange()
{
	local to=$1 release

	release=$(cat include/config/kernel.release) &&
		mkdir -p "$to/headers" &&
		make -s INSTALL_MOD_PATH="$(realpath "$to")" modules_install &&
		rm -f "$to/lib/modules/$release"/{build,source} &&
		find . \( -path './arch/*' -a ! -path './arch/x86*' \) -prune -o -type f \( \
			-path './include/*' -o -path './arch/x86/include/*' -o -path './arch/x86/Makefile*' \
			-o -path './scripts/*' -o -path ./tools/objtool/objtool \
			-o -path ./Makefile -o -path ./Kbuild -o -path ./.config -o -path ./Module.symvers \
			\) ! -name '*.o' ! -name '*.cmd' -print0 |
		cpio --quiet -0 -pmd "$to/headers" &&
		ln -s headers "$to/build" &&
		ln -s ../../../headers "$to/lib/modules/$release/build" &&
		cp vmlinux "$to/vmlinux" &&
		ln -s vmlinux "$to/vmlinuz" &&
		echo "$release" >"$to/release"
}

# Builds kernel $1, of kind $2, into the folder named $3.
build()
{
	local version=$1 kind=$2 name=$3 work=$cache/$3.part start=$SECONDS debian

	rm -rf "$work"
	mkdir -p "$work/root"
	echo "debug-kernel.sh: building $name, which takes minutes, once; see $cache/$name.log" >&2
	unpack "$version" "$work/source"
	fragment "$version" "$kind" >"$work/fragment"
	debian=$(sed -n 's/^# in //p' "$work/fragment")
	(
		if [ -n "$debian" ]; then
			compile_in_root "$debian" "$work" "-$kind-${name##*-}"
		else
			compile_in "$work" "-$kind-${name##*-}"
		fi
	) >"$cache/$name.log" 2>&1 </dev/null || {
		tail -n 20 "$cache/$name.log" >&2
		die "$name does not build: see $cache/$name.log"
	}
	echo "$slow" >"$work/root/slow"
	mv -T "$work/root" "$cache/$name"
	rm -rf "$work"
	echo "debug-kernel.sh: built $name in $((SECONDS - start)) s" >&2
}

if [ "$1" = --compile ]; then
	compile_in "$2" "$3"
	exit
fi
version=${1%-*} kind=${1##*-}
[ -f "$setup/debug/$kind" ] || die "there is no kind $kind: say kasan, kcsan, nopreempt, cfi or thinlto, as in 6.12-kasan"
name=$(kernel_name "$version" "$kind")
if [ ! -e "$cache/$name/release" ]; then
	# One at a time: a second run waits here and then finds the work done.
	exec 9>"$cache/debug.lock"
	flock 9
	[ -e "$cache/$name/release" ] || build "$version" "$kind" "$name"
fi
echo "$cache/$name"
