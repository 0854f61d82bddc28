#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# build-host.sh FOLDER COMMAND...  runs a command that builds for the kernel in FOLDER, which
#                                  kernel.sh has unpacked: here if this host can, else in a
#                                  minimal system of the Debian release that it comes from
# build-host.sh --lacks KDIR       prints what this host lacks to build for the kernel whose
#                                  headers are in KDIR, or nothing
# build-host.sh --compiler KDIR    prints the word for make that names the compiler of that
#                                  kernel, or nothing if that is gcc
#
# A kernel's own build tools are programs of its Debian release, and its headers name the
# gcc that it was compiled with, or its configuration the clang.

set -euo pipefail

setup=$(dirname "$(realpath "$0")")

# Prints the compiler that packaged headers name, such as gcc-14, or the clang-19 that
# compiled the kernel.
named_compiler()
{
	if grep -qs '^CONFIG_CC_IS_CLANG=y' "$1/.config"; then
		sed -n 's/^CONFIG_CLANG_VERSION=\([0-9]*\)[0-9]\{4\}$/clang-\1/p' "$1/.config"
		return
	fi
	sed -n 's/^CC = .*(CROSS_COMPILE)\(gcc-[0-9]*\)$/\1/p' "$1/.kernelvariables" 2>/dev/null || :
}

# Prints the packages of compiler $1: of clang also the linker and the tools that Kbuild
# takes with it.
packages()
{
	case $1 in
	clang-*) echo "$1 lld-${1#clang-} llvm-${1#clang-}" ;;
	*) echo "$1" ;;
	esac
}

# Whether the clang of no version is as new as $1 is, such as clang-19.
plain_clang()
{
	local version

	version=$(clang -dumpversion 2>/dev/null) && command -v ld.lld >/dev/null && [ "${version%%.*}" -ge "${1#clang-}" ]
}

is_here()
{
	case $1 in
	clang-*) { command -v "$1" && command -v "ld.lld-${1#clang-}"; } >/dev/null || plain_clang "$1" ;;
	*) command -v "$1" >/dev/null ;;
	esac
}

# LLVM=-19 or, where the tools of that version are those of no version, LLVM=1.
compiler_word()
{
	local compiler

	compiler=$(named_compiler "$1")
	case $compiler in
	clang-*)
		if command -v "$compiler" >/dev/null || ! plain_clang "$compiler"; then
			echo "LLVM=-${compiler#clang-}"
		else
			echo LLVM=1
		fi
		;;
	esac
}

lacks()
{
	local tool compiler

	for tool in scripts/basic/fixdep scripts/mod/modpost tools/objtool/objtool; do
		if [ -x "$1/$tool" ] && ldd "$1/$tool" 2>&1 | grep 'not found' >/dev/null; then
			echo "the libraries that its $tool wants"
			return
		fi
	done
	compiler=$(named_compiler "$1")
	[ -z "$compiler" ] || is_here "$compiler" || packages "$compiler"
}

case $1 in
--lacks | --compiler)
	if [ "$1" = --lacks ]; then lacks "$2"; else compiler_word "$2"; fi
	exit
	;;
esac
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
	exec "$@"' "$setup" "$(packages "$(named_compiler "$kernel/build")")${C:+ sparse}" "$@"
