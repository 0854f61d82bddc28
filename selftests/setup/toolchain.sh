#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# toolchain.sh - finds the tools that build modules and prints them as make
# variables. All that is missing or too old is said at once, on stderr.
#
# RUSTC, CARGO and BINDGEN in the environment override the search.

set -eu

RUSTC_MIN=1.96		# the oldest tried
BINDGEN_MIN=0.60
MAKE_MIN=4.2

toolchain_faults=0

toolchain_fault()
{
	echo "toolchain.sh: $*" >&2
	toolchain_faults=1
}

# True if version $1 is at least $2.
toolchain_at_least()
{
	local have want

	IFS=. read -r -a have <<<"${1%%[!0-9.]*}"
	IFS=. read -r -a want <<<"$2"
	if [ "${have[0]:-0}" -ne "${want[0]}" ]; then
		[ "${have[0]:-0}" -gt "${want[0]}" ]
	else
		[ "${have[1]:-0}" -ge "${want[1]}" ]
	fi
}

# The version that a tool reports of itself: the first word with a dot and
# digits, or nothing when the tool does not run.
toolchain_version()
{
	local words word

	read -r -a words <<<"$("$1" --version 2>/dev/null)" || true
	for word in "${words[@]}"; do
		case $word in
		[0-9]*.[0-9]*)
			echo "$word"
			return
			;;
		esac
	done
}

# Judges one rustc. If it will do, sets toolchain_rustc and
# toolchain_sysroot; else sets toolchain_why to what it lacks.
toolchain_try_rustc()
{
	local rustc=$1 version sysroot

	version=$(toolchain_version "$rustc")
	if [ -z "$version" ]; then
		toolchain_why="$rustc does not run"
		return 1
	fi
	if ! toolchain_at_least "$version" $RUSTC_MIN; then
		toolchain_why="$rustc is $version"
		return 1
	fi
	sysroot=$("$rustc" --print sysroot)
	if [ -z "$sysroot" ] || [ ! -e "$sysroot/lib/rustlib/src/rust/library/core/src/lib.rs" ]; then
		toolchain_why="$rustc ($version) lacks its library's source"
		return 1
	fi
	# What is in PATH may be rustup's proxy, which decides anew in each
	# folder: name the compiler behind it.
	if [ -x "$sysroot/bin/rustc" ]; then
		rustc=$sysroot/bin/rustc
	fi
	toolchain_rustc=$rustc
	toolchain_sysroot=$sysroot
}

toolchain_find_rustc()
{
	local candidate path whys=

	if [ -n "${RUSTC:-}" ]; then
		if ! path=$(command -v "$RUSTC"); then
			toolchain_fault "RUSTC=$RUSTC is not there:" \
				"set it to a rustc >= $RUSTC_MIN that has its" \
				"library's source, or leave it empty"
			return
		fi
		toolchain_try_rustc "$path" || toolchain_fault \
			"RUSTC will not do, since $toolchain_why: it must be" \
			">= $RUSTC_MIN and have its library's source (rust-web-src" \
			"on Debian, 'rustup component add rust-src' with rustup)"
		return
	fi
	while read -r candidate; do
		if toolchain_try_rustc "$candidate"; then
			return
		fi
		whys="$whys; $toolchain_why"
	done < <({ type -ap rustc || :; echo /usr/bin/rustc; } | awk '!seen[$0]++')
	toolchain_fault "no rustc >= $RUSTC_MIN with its library's source" \
		"(${whys#; }): run selftests/setup/deps.sh build, or set RUSTC"
}

toolchain_find_cargo()
{
	local candidate beside=${toolchain_rustc%/*}/cargo minor

	toolchain_cargo=
	if [ -n "${CARGO:-}" ]; then
		toolchain_cargo=$(command -v "$CARGO") || toolchain_fault \
			"CARGO=$CARGO is not there: set it to a cargo, or leave it empty"
		return
	fi
	if [ -x "$beside" ]; then
		toolchain_cargo=$beside
		return
	fi
	# Cargo's unstable flags change: only the compiler's own release will do.
	minor=$(toolchain_version "$toolchain_rustc" | cut -d. -f1,2)
	while read -r candidate; do
		case $(toolchain_version "$candidate") in
		"$minor".*)
			toolchain_cargo=$candidate
			return
			;;
		esac
	done < <(type -ap cargo)
	toolchain_fault "there is no cargo $minor beside $toolchain_rustc:" \
		"run selftests/setup/deps.sh build, or set CARGO"
}

# Sets toolchain_path to the tool $2, which must be at least version $3;
# $1 is the variable the user may set in its place.
toolchain_find_tool()
{
	local variable=$1 tool=$2 least=$3 version

	if ! toolchain_path=$(command -v "$tool"); then
		toolchain_fault "$tool is missing: run selftests/setup/deps.sh" \
			"build, or set $variable"
		return
	fi
	version=$(toolchain_version "$toolchain_path")
	toolchain_at_least "${version:-0}" "$least" || toolchain_fault \
		"$toolchain_path is version ${version:-unknown}," \
		"$least or newer is needed: install a newer one, or set $variable"
}

# The kernel's headers name the compiler they need; here only that there is
# one at all.
toolchain_find_gcc()
{
	command -v gcc >/dev/null || toolchain_fault \
		"gcc is missing: run selftests/setup/deps.sh build"
}

toolchain_main()
{
	toolchain_rustc=
	toolchain_find_rustc
	[ -z "$toolchain_rustc" ] || toolchain_find_cargo
	toolchain_find_gcc
	toolchain_find_tool MAKE "${MAKE:-make}" $MAKE_MIN
	toolchain_find_tool BINDGEN "${BINDGEN:-bindgen}" $BINDGEN_MIN
	[ $toolchain_faults -eq 0 ] || exit 1

	echo "RUSTC := $toolchain_rustc"
	echo "CARGO := $toolchain_cargo"
	echo "RUST_LIB_SRC := $toolchain_sysroot/lib/rustlib/src/rust/library"
	echo "BINDGEN := $toolchain_path"
}

toolchain_main
