#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# outside.sh check NAME DIR   lints and tests the driver NAME of a folder outside this tree
# outside.sh vm NAME DIR      a shell in a guest that has loaded it
# outside.sh doc NAME DIR     builds the documentation of the crate and of its handler
# outside.sh ide NAME DIR     writes rust-project.json into the folder, for language servers
# outside.sh ide-check NAME DIR   what rustc says of the handler, as JSON, for these
#
# outside.mk calls it. KERNEL says which kernel the guest has; check takes several, as in
# KERNEL="6.12 7.3". Without it that is the one of `make demo`. GUEST_MODULES names modules of the
# kernel's own that the guest has beside the driver. What is missing of the tests, a
# file test_*.c or check_NAME.c, is said and left out.

set -euo pipefail

chard=$(realpath "$(dirname "$0")/..")
what=$1 name=$2 dir=$(realpath "$3")
: "${BUILD:=$dir/build/chard}"
export BUILD
host=$dir/build/host
read -ra kernels <<<"${KERNEL:-$("$chard/selftests/setup/kernel.sh" --default)}"
unset KERNEL KDIR

# Where a system of another release builds, it sees this folder.
cd "$dir"
# shellcheck disable=SC1091
. "$chard/selftests/lib/tap.sh"
payload=$(mktemp -d)
trap 'rm -rf "$payload" "$output"' EXIT

# Where the driver lies that is built for the kernel $1, and chard.ko.
built()
{
	echo "$dir/build/$(basename "$(KERNEL=$1 "$chard/drivers/kbuild.sh" --where)")"
}

core_built()
{
	KERNEL=$1 "$chard/drivers/kbuild.sh" --where
}

# A build that says nothing of the kind of a warning.
builds()
{
	local said

	said=$(W=1 KERNEL=$1 "$chard/drivers/kbuild.sh" "$name" "$dir" 2>&1) || { echo "$said"; return 1; }
	! grep -iE 'warning' <<<"$said"
}

# The folder's own Cargo.toml, or the one that the build has written.
crate()
{
	[ -f "$dir/Cargo.toml" ] && echo "$dir" || echo "$(built "${kernels[0]}")/crate"
}

host_make()
{
	local assignments

	mapfile -t assignments < <("$chard/selftests/setup/toolchain.sh" | sed 's/ := /=/')
	env -u MAKEFLAGS -u MFLAGS "${assignments[@]}" make -s -j"$(nproc)" --no-print-directory \
		-f "$chard/userspace/host/Makefile" DRIVER="$dir" CRATE="$(crate)" names="$name" "$@"
}

rustfmt_checks()
{
	local rustc

	rustc=$("$chard/selftests/setup/toolchain.sh" | sed -n 's/^RUSTC := //p')
	find "$dir" \( -path "$dir/build" -o -path "$dir/vendor" \) -prune -o -name '*.rs' -print0 |
		xargs -0 "$(dirname "$rustc")/rustfmt" --check --edition 2024
}

# The suite in a process, built for the tool $1: plain, valgrind, address.
suite()
{
	local tool=$1 fixed=(setarch -R) sanitize=

	[ "$tool" != address ] || sanitize=address
	host_make OUT="$host/${sanitize:-plain}" SANITIZE="$sanitize" "$host/${sanitize:-plain}/check_$name" || return
	"${fixed[@]}" true 2>/dev/null || fixed=()
	case $tool in
	valgrind)
		CK_FORK=no timeout 300 valgrind -q --fair-sched=yes --leak-check=full \
			--errors-for-leak-kinds=definite --error-exitcode=99 "$host/plain/check_$name"
		;;
	address) CK_FORK=no timeout 120 "${fixed[@]}" "$host/address/check_$name" ;;
	*) timeout 120 "$host/plain/check_$name" ;;
	esac
}

# The test programs, which run in a guest of any kernel.
programs()
{
	local harness file

	harness=$("$chard/selftests/setup/source.sh")/tools/testing/selftests
	mkdir -p "$dir/build/programs"
	for file in "$dir"/test_*.c "$dir/check_$name.c"; do
		[ -f "$file" ] || continue
		# shellcheck disable=SC2046 # a word for each
		gcc -O2 -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare -Werror -static -I"$dir" -I"$harness" \
			-I"$chard/userspace" -o "$dir/build/programs/$(basename "$file" .c)" "$file" \
			$(pkg-config --static --cflags --libs check) || return
	done
}

# Fills the folder $payload for a guest with the kernel $1.
fill()
{
	rm -rf "${payload:?}"/*
	cp "$(core_built "$1")/chard.ko" "$(built "$1")/chard_$name.ko" "$payload"
	cp "$chard"/selftests/vm/{guest-check.sh,load,unload} "$payload"
	# shellcheck disable=SC2086 # a word for each
	"$chard/selftests/setup/module.sh" "$("$chard/selftests/setup/kernel.sh" "$1")" "$payload" ${GUEST_MODULES:-}
	[ ! -d "$dir/build/programs" ] || cp -t "$payload" "$dir"/build/programs/*
}

# The tests in a guest; its log is part of the result. libcheck prints TAP when asked to.
guest()
{
	local list=() program

	fill "$1"
	for program in "$payload"/test_* "$payload/check_$name"; do
		[ ! -f "$program" ] || list+=("./$(basename "$program")")
	done
	"$chard/selftests/vm/vm.sh" --kernel "$("$chard/selftests/setup/kernel.sh" "$1")" --payload "$payload" \
		--timeout 300 --log "$dir/build/guest-$1.log" -- \
		env CK_TAP_LOG_FILE_NAME=- CK_VERBOSITY=silent sh guest-check.sh ./load "${list[@]}" ./unload
}

check()
{
	local kernel tool

	"$chard/selftests/setup/deps.sh" check
	for kernel in "${kernels[@]}"; do
		attempt "builds without warnings for $kernel" builds "$kernel"
	done
	attempt "rustfmt has nothing to change" rustfmt_checks
	attempt "clippy has nothing to say" host_make OUT="$host/plain" clippy
	if [ -f "$dir/check_$name.c" ]; then
		for tool in plain valgrind address; do
			attempt "the suite passes in a process, $tool" suite "$tool"
		done
	else
		skip "the suite passes in a process" "there is no check_$name.c"
	fi
	rm -rf "$dir/build/programs"
	attempt "the tests for a guest build" programs
	if ! compgen -G "$dir/build/programs/*" >/dev/null; then
		skip "the tests pass in a guest" "there is neither test_*.c nor check_$name.c"
	else
		for kernel in "${kernels[@]}"; do
			attempt "the tests pass in a guest with $kernel" guest "$kernel"
		done
	fi
	plan
	[ "$failed" = 0 ]
}

# What a language server must know. It works on a handler with errors as well.
ide()
{
	local assignments manifest kernel=${kernels[0]} config=()

	mapfile -t assignments < <("$chard/selftests/setup/toolchain.sh" | sed 's/ := /=/')
	KERNEL=$kernel "$chard/drivers/kbuild.sh" "$name" "$dir" >&2 ||
		echo "chard: the driver does not build yet (above)" >&2
	manifest=$(crate)/Cargo.toml
	[ -f "$(core_built "$kernel")/bindings/contract.rs" ] || return
	if [ -f "$dir/Cargo.toml" ]; then
		mapfile -t config < <(env "${assignments[@]}" "$chard/rust-handlers/crates.sh" "$host/sources" "$manifest" \
			"$dir/vendor" /usr/share/cargo/registry | grep '^--config=source')
	fi
	env "${assignments[@]}" "$chard/drivers/ide.py" "$name" "$dir" "$manifest" \
		"$(core_built "$kernel")/bindings" "$(built "$kernel")/uapi" "${config[@]}" >"$dir/rust-project.json.new"
	mv "$dir/rust-project.json.new" "$dir/rust-project.json"
	echo "chard: wrote $dir/rust-project.json; open the folder with rust-analyzer"
}

case $what in
check) check ;;
vm)
	"$chard/selftests/setup/deps.sh" demo
	KERNEL=${kernels[0]} "$chard/drivers/kbuild.sh" "$name" "$dir"
	fill "${kernels[0]}"
	echo "In /chard: ./load has the driver loaded, ./unload unloads it."
	"$chard/selftests/vm/vm.sh" --kernel "$("$chard/selftests/setup/kernel.sh" "${kernels[0]}")" \
		--payload "$payload" --shell
	;;
doc)
	"$chard/selftests/setup/deps.sh" demo
	KERNEL=${kernels[0]} "$chard/drivers/kbuild.sh" "$name" "$dir" >/dev/null
	host_make OUT="$host/plain" doc
	echo "chard: file://$host/plain/cargo/x86_64-unknown-linux-gnu/doc/$name/index.html"
	;;
ide)
	"$chard/selftests/setup/deps.sh" build
	ide
	;;
ide-check) host_make OUT="$host/plain" ide-check ;;
*)
	echo "outside.sh: $what is neither check, vm, doc, ide nor ide-check" >&2
	exit 2
	;;
esac
