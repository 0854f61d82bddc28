#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# deps.sh build|demo|check|debug - installs the Debian packages a level needs.
#
# Each level includes the one before. Silent when nothing is missing.
# NO_INSTALL=1 only lists what is missing and fails.

set -eu

deps_die()
{
	echo "deps.sh: $*" >&2
	exit 1
}

# What `make` needs to build modules for both stock kernels.
deps_build()
{
	echo gcc gcc-12 libc6-dev make binutils bc perl util-linux
	# The kernel's own host tools are unpacked, not installed, so that
	# the library objtool links to must be asked for here.
	echo libelf-dev
	# Headers that ship a vmlinux (6.12) run pahole on each module.
	echo pahole
	# Who brings a tool of his own need not install Debian's.
	[ -n "${RUSTC:-}" ] || echo rustc-web rust-web-src
	[ -n "${RUSTC:-}${CARGO:-}" ] || echo cargo-web
	# bindgen loads libclang at run time and does not depend on it; the
	# second package holds the compiler's own headers (stdarg.h).
	[ -n "${BINDGEN:-}" ] || echo bindgen
	echo libclang1-14 libclang-common-14-dev
}

# What it takes to boot a stock kernel with the modules in it.
deps_demo()
{
	deps_build
	echo qemu-system-x86 seabios busybox-static cpio kmod xz-utils
}

# What `make check` runs on the host: style, sanitizers, unit tests.
deps_check()
{
	deps_demo
	echo check libsubunit-dev pkg-config
	# 32-bit test programs for the compat system calls.
	echo gcc-multilib libc6-dev-i386
	echo linux-source-6.1 sparse
	echo shellcheck clang-format git python3
	echo clang-14 libclang-rt-14-dev valgrind
	# Programs of others that use our devices, or abuse them.
	echo coreutils socat fio stress-ng trinity
	# What the flags of another architecture do to code.
	echo binutils-aarch64-linux-gnu
	[ -n "${RUSTC:-}" ] || echo rustfmt-web rust-web-clippy
}

# What it takes to build the kernels that look for bugs.
deps_debug()
{
	deps_check
	echo linux-source-6.12 flex bison libssl-dev cpio
}

# Prints those of the given packages that are not installed. dpkg-query
# fails when it does not know one; its list is right all the same.
deps_missing()
{
	comm -23 \
		<(printf '%s\n' "$@" | sort -u) \
		<(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' "$@" \
			2>/dev/null | sed -n 's/^[ihr]i *//p' | sort -u)
}

deps_install()
{
	local sudo=()

	[ "$(id -u)" -eq 0 ] || sudo=(sudo)
	if [ ${#sudo[@]} -gt 0 ] && ! command -v sudo >/dev/null; then
		deps_die "installing needs root and there is no sudo:" \
			"run 'apt-get update && apt-get install -y" \
			"--no-install-recommends $*' as root"
	fi
	# A source that is down must not stop the install: the packages may
	# well come from another one.
	"${sudo[@]}" apt-get -q update ||
		echo "deps.sh: apt-get update failed; trying with the lists at hand" >&2
	# Another apt may be at work, as on a machine that has just booted.
	"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
		apt-get -q -o DPkg::Lock::Timeout=120 \
		install -y --no-install-recommends "$@" ||
		deps_die "apt-get could not install: $*; see its message above," \
			"or set RUSTC, CARGO or BINDGEN to tools of your own"
}

deps_main()
{
	local level=${1:-} missing names

	case $level in
	build | demo | check | debug) ;;
	*) deps_die "say which level: deps.sh build|demo|check|debug" ;;
	esac
	if ! command -v dpkg-query >/dev/null; then
		deps_die "this is no Debian system, so install by hand what these" \
			"Debian packages hold: $("deps_$level" | xargs)"
	fi

	mapfile -t names < <("deps_$level" | tr ' ' '\n')
	mapfile -t missing < <(deps_missing "${names[@]}")
	[ ${#missing[@]} -gt 0 ] || return 0

	if [ -n "${NO_INSTALL:-}" ]; then
		deps_die "missing packages: ${missing[*]}." \
			"As root, run: apt-get install -y" \
			"--no-install-recommends ${missing[*]}"
	fi
	echo "deps.sh: installing missing packages: ${missing[*]}" >&2
	deps_install "${missing[@]}"
}

deps_main "$@"
