#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# debug-kernel.sh VERSION-KIND - a small kernel that looks for bugs, built from
# Debian's source: 6.1-kasan, 6.12-kasan, 6.1-kcsan, 6.12-kcsan. kernel.sh calls
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
here=$(dirname "$(realpath "$0")")
cache=${CHARD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/chard}/kernels

die()
{
	echo "debug-kernel.sh: $*" >&2
	exit 1
}

# Whether each option of the fragment $1 has come to be as it says: a dependency
# that is missing drops one without a word. What the version does not know at all
# is another version's name for it.
options_hold()
{
	local line name

	grep -E '^CONFIG_|^# CONFIG_.* is not set' "$1" | while read -r line; do
		! grep -qxF -- "$line" .config || continue
		name=$(sed -E 's/^(# )?CONFIG_([A-Z0-9_]+).*/\2/' <<<"$line")
		if grep -q "^CONFIG_$name=" .config || grep -rqsE --include='Kconfig*' "^(menu)?config $name\$" \
			arch/Kconfig arch/x86 drivers fs init kernel lib mm net security; then
			echo "the kernel's .config does not have: $line"
			return 1
		fi
	done
}

# The fragment of kernel $1, of kind $2.
fragment()
{
	cat "$here/debug/common" "$here/debug/$2"
	[ ! -f "$here/debug/$1-$2" ] || cat "$here/debug/$1-$2"
}

# In the source's folder: makes the kernel, whose release ends in $1, by the
# fragment $2. Its own objects go without debug information, which takes a third
# of the time; modules that are built against it have theirs.
compile()
{
	local words

	mapfile -t words < <(sed -n 's/^# make //p' "$2")
	make -s KCONFIG_ALLCONFIG="$2" allnoconfig &&
		options_hold "$2" &&
		make -s "-j$(nproc)" LOCALVERSION="$1" KCFLAGS=-g0 KBUILD_BUILD_HOST=chard KBUILD_BUILD_USER=chard \
			"${words[@]}" vmlinux modules
}

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

# Builds kernel $1, of kind $2, from the source package of version $3, into the
# folder named by $4.
build()
{
	local version=$1 kind=$2 name=$3 hash=$4 work=$cache/$3.part start=$SECONDS

	rm -rf "$work"
	mkdir -p "$work/source" "$work/root"
	echo "debug-kernel.sh: building $name, which takes minutes, once; see $cache/$name.log" >&2
	tar -xJf "$tarball" -C "$work/source" --strip-components=1
	fragment "$version" "$kind" >"$work/fragment"
	# Of what make was told for modules nothing holds for a kernel.
	(
		unset MAKEFLAGS MFLAGS KERNEL KDIR BUILD V W C
		cd "$work/source" && compile "-$kind-$hash" "$work/fragment" && arrange "$work/root"
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
[ -f "$here/debug/$kind" ] || die "there is no kind $kind: say kasan or kcsan, as in 6.12-kasan"
tarball=/usr/src/linux-source-$version.tar.xz
package=$(dpkg-query -W -f '${Version}' "linux-source-$version" 2>/dev/null) || package=
if [ -z "$package" ] || [ ! -f "$tarball" ]; then
	die "linux-source-$version is missing: run selftests/setup/deps.sh debug"
fi
hash=$(fragment "$version" "$kind" | sha256sum | cut -c1-8)
name=$package-$kind-$hash
mkdir -p "$cache"
cache=$(realpath "$cache")
if [ ! -e "$cache/$name/release" ]; then
	# One at a time: a second run waits here and then finds the work done.
	exec 9>"$cache/debug.lock"
	flock 9
	[ -e "$cache/$name/release" ] || build "$version" "$kind" "$name" "$hash"
fi
echo "$cache/$name"
