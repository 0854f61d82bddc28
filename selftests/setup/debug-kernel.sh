#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# debug-kernel.sh VERSION-KIND - a small kernel that looks for bugs, built from
# Debian's source: 6.1-kasan, 6.12-kasan, 7.3-kasan, 6.1-kcsan. kernel.sh calls
# this. Prints a folder of the form that kernel.sh documents, and with
#
#   slow		how many times longer than a stock kernel's its tests
#		may take
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

# Lays the documented form into the folder $1: of the tree what Kbuild needs for
# a module outside of it, as packaged headers have it.
arrange()
{
	local to=$1 release

	release=$(cat include/config/kernel.release) &&
		mkdir -p "$to/headers" "$to/lib/modules/$release" &&
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
	local version=$1 kind=$2 name=$3 work=$cache/$3.part start=$SECONDS

	rm -rf "$work"
	mkdir -p "$work/root"
	echo "debug-kernel.sh: building $name, which takes minutes, once; see $cache/$name.log" >&2
	unpack "$version" "$work/source"
	fragment "$version" "$kind" >"$work/fragment"
	# Of what make was told for modules nothing holds for a kernel.
	(
		unset MAKEFLAGS MFLAGS KERNEL KDIR BUILD V W C
		cd "$work/source" && compile "-$kind-${name##*-}" "$work/fragment" && arrange "$work/root"
	) >"$cache/$name.log" 2>&1 </dev/null || {
		tail -n 20 "$cache/$name.log" >&2
		die "$name does not build: see $cache/$name.log"
	}
	echo "$slow" >"$work/root/slow"
	mv -T "$work/root" "$cache/$name"
	rm -rf "$work"
	echo "debug-kernel.sh: built $name in $((SECONDS - start)) s" >&2
}

version=${1%-*} kind=${1##*-}
[ -f "$setup/debug/$kind" ] || die "there is no kind $kind: say kasan or kcsan, as in 6.12-kasan"
name=$(kernel_name "$version" "$kind")
if [ ! -e "$cache/$name/release" ]; then
	# One at a time: a second run waits here and then finds the work done.
	exec 9>"$cache/debug.lock"
	flock 9
	[ -e "$cache/$name/release" ] || build "$version" "$kind" "$name"
fi
echo "$cache/$name"
