#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# build-host.sh FOLDER COMMAND...  runs a command that builds for the kernel in FOLDER, which
#                                  kernel.sh has unpacked: here if this host can, else in a
#                                  minimal system of the Debian release that it comes from
# build-host.sh --lacks KDIR       prints what this host lacks to build for the kernel whose
#                                  headers are in KDIR, or nothing
#
# A kernel's own build tools are programs of its Debian release, and its headers name the
# gcc that it was compiled with.

set -euo pipefail

setup=$(dirname "$(realpath "$0")")

# Prints the compiler that packaged headers name, such as gcc-14.
named_compiler()
{
	sed -n 's/^CC = .*(CROSS_COMPILE)\(gcc-[0-9]*\)$/\1/p' "$1/.kernelvariables" 2>/dev/null || :
}

lacks()
{
	local tool compiler

	for tool in scripts/basic/fixdep scripts/mod/modpost tools/objtool/objtool; do
		if [ -x "$1/$tool" ] && ldd "$1/$tool" 2>&1 | grep -q 'not found'; then
			echo "the libraries that its $tool wants"
			return
		fi
	done
	compiler=$(named_compiler "$1")
	[ -z "$compiler" ] || command -v "$compiler" >/dev/null || echo "$compiler"
}

if [ "$1" = --lacks ]; then
	lacks "$2"
	exit
fi
kernel=$1
shift
lack=$(lacks "$kernel/build")
[ -n "$lack" ] || exec "$@"
debian=$(cat "$kernel/debian")
echo "chard: $(cat "$kernel/release") is built in a system of Debian's $debian, as this host lacks $lack"
# What the root has once it keeps: asking apt takes seconds, and a stage builds many times.
# shellcheck disable=SC2016 # the inner shell's arguments
exec "$setup/root.sh" --run "$debian" sh -euc '
	has=/var/lib/chard-$(cksum <"$0/deps.sh" | cut -d" " -f1)-$1
	[ -e "$has" ] || {
		"$0/deps.sh" build $1 >&2
		touch "$has"
	}
	shift
	exec "$@"' "$setup" "$(named_compiler "$kernel/build")" "$@"
