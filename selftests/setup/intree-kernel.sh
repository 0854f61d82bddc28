#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# intree-kernel.sh CONFIG - builds a small kernel 6.1 with chard in its tree, as
# selftests/builds/intree/CONFIG.config says: builtin or modular. Prints a folder of the
# form that kernel.sh documents; its build is the tree itself, which has all that a
# kernel's has, the key for modules included.
#
# The tree is kept in the cache: the first build takes minutes, another one what has
# changed. There is one tree, so a build for it holds its lock:
#
#   intree-kernel.sh --locked COMMAND...
#
# The folder is the caller's own, in build/intree.

set -euo pipefail

# shellcheck source=selftests/setup/small-kernel.sh
. "$(dirname "$(realpath "$0")")/small-kernel.sh"

top=$(realpath "$setup/../..")
name=$(kernel_name 6.1 intree)
tree=$cache/$name.tree
exec 9>"$cache/$name.lock"
flock 9
if [ "$1" = --locked ]; then
	shift
	"$@"
	exit
fi

config=$1
to=${BUILD:-$top/build}/intree/$config
[ -f "$top/selftests/builds/intree/$config.config" ] || die "there is no config $config: say builtin or modular"
if [ ! -f "$tree/Kbuild" ]; then
	echo "intree-kernel.sh: unpacking linux-source-6.1, and building for minutes, once" >&2
	rm -rf "$tree.part"
	unpack 6.1 "$tree.part"
	mv -T "$tree.part" "$tree"
fi
mkdir -p "$to"

# Drivers that are not of this tree: the two system calls, and one that panics
# wherever it is asked to (selftests/core/faults).
outside=("upper=$top/selftests/builds/intree/upper" "mix=$top/selftests/builds/intree/mix"
	"armed=$top/selftests/core/faults/armed")

# In the tree: chard's sources, the kernel, and its modules as they are installed.
build()
{
	local release

	"$top/drivers/intree.sh" "$tree" "${outside[@]}" || return 1
	{
		fragment 6.1 intree
		cat "$top/selftests/builds/intree/$config.config"
	} >"$to/fragment"
	cd "$tree" && compile -intree "$to/fragment" || return 1
	rm -rf "${to:?}/lib"
	release=$(cat include/config/kernel.release) &&
		make -s LOCALVERSION=-intree INSTALL_MOD_PATH="$to" DEPMOD=true modules_install &&
		cp vmlinux "$to/vmlinux" &&
		ln -sfn vmlinux "$to/vmlinuz" &&
		ln -sfn "$tree" "$to/build" &&
		echo "$release" >"$to/release"
}

# Of what make was told for modules nothing holds for a kernel.
(
	unset MAKEFLAGS MFLAGS KERNEL KDIR BUILD V W C
	build
) >"$to/log" 2>&1 </dev/null || {
	tail -n 20 "$to/log" >&2
	die "the kernel does not build: see $to/log"
}
echo "$to"
