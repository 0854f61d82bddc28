#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# deps.sh build|demo|check|debug|deb [PACKAGE...] - installs the Debian packages that a
# level needs, and these.
#
# Each level but the last includes the one before. Silent when nothing is missing.
# NO_INSTALL=1 only lists what is missing and fails.

set -eu

RUSTC_MIN=1.96
declare -A rustc_package=([plain]=rustc [web]=rustc-web)

deps_die()
{
	echo "deps.sh: $*" >&2
	exit 1
}

# The major version of LLVM that this Debian release has libclang of, which bindgen
# loads at run time; Debian 12's bindgen does not depend on it.
deps_llvm()
{
	apt-cache depends libclang-dev 2>/dev/null | sed -n 's/^ *Depends: libclang-\([0-9]*\)-dev$/\1/p' | sed -n 1p
}

# The version of package $1 that apt would install, or nothing.
deps_candidate()
{
	apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: \([^(].*\)/\1/p'
}

# Prints web or plain: which of this release's two families of Rust packages has a rustc
# that is new enough (a stable release gets newer ones as rustc-web).
deps_rust_family()
{
	local family

	for family in plain web; do
		if dpkg --compare-versions "$(deps_candidate "${rustc_package[$family]}")" ge "$RUSTC_MIN"; then
			echo $family
			return
		fi
	done
	deps_die "this Debian release has no rustc of $RUSTC_MIN or newer, as rustc or rustc-web:" \
		"set RUSTC and CARGO to those of another, such as rustup's with the component rust-src"
}

# What `make` needs to build modules for a stock kernel of this release.
deps_build()
{
	# A kernel's headers ask for the gcc of its own release.
	echo gcc libc6-dev make binutils bc perl util-linux
	# The kernel's own host tools are unpacked, not installed, so that
	# the library objtool links to must be asked for here.
	echo libelf-dev
	# Headers that ship a vmlinux (6.12) run pahole on each module.
	echo pahole
	# Kernels are unpacked from their packages.
	echo ca-certificates xz-utils
	# A tool that is given need not be installed.
	if [ -z "${RUSTC:-}" ]; then
		[ "$rust" = web ] && echo rustc-web rust-web-src || echo rustc rust-src
	fi
	if [ -z "${RUSTC:-}${CARGO:-}" ]; then
		[ "$rust" = web ] && echo cargo-web || echo cargo
	fi
	[ -n "${BINDGEN:-}" ] || echo bindgen
	# The second package holds the compiler's own headers (stdarg.h).
	echo "libclang1-$llvm" "libclang-common-$llvm-dev"
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
	echo sparse
	echo shellcheck clang-format git python3
	# A crate of others for a driver outside of the tree.
	echo librust-itoa-dev
	echo "clang-$llvm" "libclang-rt-$llvm-dev" valgrind
	# Programs of others that use our devices, or abuse them.
	echo coreutils socat fio stress-ng trinity
	# What the flags of another architecture do to code.
	echo binutils-aarch64-linux-gnu
	# Roots of other Debian releases, where their kernels are built for.
	echo debootstrap
	if [ -z "${RUSTC:-}" ]; then
		[ "$rust" = web ] && echo rustfmt-web rust-web-clippy || echo rustfmt rust-clippy
	fi
}

# What it takes to build the kernels that look for bugs.
deps_debug()
{
	deps_check
	echo flex bison libssl-dev cpio
}

# What makes Debian packages of the modules that were built.
deps_deb()
{
	deps_build
	echo build-essential cpio debhelper dh-dkms dpkg-dev git kmod
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

# On a host that is not Debian: looks for the commands and libraries themselves, and names
# those that are missing by what they are for.
deps_elsewhere()
{
	local what command missing=()

	while IFS='|' read -r command what; do
		command -v "$command" >/dev/null || missing+=("$command ($what)")
	done < <(
		echo "${CC:-gcc}|the compiler that the kernel was built with"
		echo "make|GNU make 4.2 or newer"
		echo "ld|binutils"
		echo "bc|bc"
		echo "perl|perl"
		echo "${RUSTC:-rustc}|rustc $RUSTC_MIN or newer, with its library's source"
		echo "${CARGO:-cargo}|the same release's cargo"
		echo "${BINDGEN:-bindgen}|bindgen 0.60 or newer, and the libclang that it loads"
		echo "pahole|dwarves, for kernels with BTF"
		[ "$1" = build ] || printf '%s\n' "qemu-system-x86_64|QEMU" "busybox|busybox, linked statically" \
			"cpio|cpio" "modprobe|kmod" "xz|xz"
		[ "$1" = build ] || [ "$1" = demo ] || printf '%s\n' "git|git" "python3|Python 3" "clang|clang" \
			"valgrind|valgrind" "pkg-config|pkg-config, check and its headers" "sparse|sparse" \
			"shellcheck|ShellCheck" "fio|fio" "socat|socat" "stress-ng|stress-ng" "trinity|trinity"
	)
	[ ${#missing[@]} = 0 ] || deps_die "this is not a Debian system, where packages are installed by themselves;" \
		"these commands are missing: $(printf '%s, ' "${missing[@]}" | sed 's/, $//')"
}

# Sets sudo to what makes a command root's.
deps_find_sudo()
{
	sudo=()
	[ "$(id -u)" -eq 0 ] || sudo=(sudo)
	if [ ${#sudo[@]} -gt 0 ] && ! command -v sudo >/dev/null; then
		deps_die "installing needs root and there is no sudo:" \
			"run 'apt-get update && apt-get install -y" \
			"--no-install-recommends $*' as root"
	fi
}

# A source that is down must not stop the install: the packages may
# well come from another one.
deps_update()
{
	[ -z "${updated:-}" ] || return 0
	updated=1
	deps_find_sudo "$@"
	"${sudo[@]}" apt-get -q update ||
		echo "deps.sh: apt-get update failed; trying with the lists at hand" >&2
}

deps_install()
{
	deps_find_sudo "$@"
	deps_update "$@"
	# Another apt may be at work, as on a machine that has just booted.
	"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
		apt-get -q -o DPkg::Lock::Timeout=120 \
		install -y --no-install-recommends "$@" ||
		deps_die "apt-get could not install: $*; see its message above," \
			"or set RUSTC, CARGO or BINDGEN to tools of your own"
}

# Sets llvm and rust, by what this Debian release has. A system that has just been made
# knows no packages yet.
deps_know_release()
{
	[ -n "$(deps_llvm)" ] || deps_update "the packages of docs/building.md"
	llvm=$(deps_llvm)
	[ -n "$llvm" ] || deps_die "apt knows no libclang-dev: check /etc/apt/sources.list, then run apt-get update"
	rust=plain
	[ -n "${RUSTC:-}" ] || rust=$(deps_rust_family) || exit 1
}

deps_main()
{
	local level=${1:-} missing names

	case $level in
	build | demo | check | debug | deb) ;;
	*) deps_die "say which level: deps.sh build|demo|check|debug|deb" ;;
	esac
	if ! command -v dpkg-query >/dev/null; then
		deps_elsewhere "$level"
		return
	fi
	deps_know_release

	mapfile -t names < <({ "deps_$level"; printf '%s\n' "${@:2}"; } | tr ' ' '\n' | grep .)
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
