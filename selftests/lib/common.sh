# SPDX-License-Identifier: GPL-2.0
# common.sh - what the stages of one kernel begin with; they source it at the
# top of the tree.

# shellcheck shell=bash
: "${KERNEL:?say which kernel, as in KERNEL=6.1}"
# The build folder of the kernel, and the folder that it is unpacked in.
build=$(drivers/kbuild.sh --where)
# shellcheck disable=SC2034 # for the scripts that source this
kernel=$(selftests/setup/kernel.sh "$KERNEL")

# Whether the kernel is configured with the option $1.
has()
{
	grep -q "^CONFIG_$1=y" "$kernel/build/.config"
}

# Kbuild of the kernel for modules that are not chard's, where it can run.
kernel_make()
{
	# shellcheck disable=SC2046 # a word, or none
	set -- $(selftests/setup/build-host.sh --compiler "$kernel/build") "$@"
	selftests/setup/build-host.sh "$kernel" make --no-print-directory -C "$kernel/build" "$@" >&2
}

# The drivers of tests that build_drivers builds: each a name and its folder.
laid=()

# Lays the driver $1, which is a test's, of these files.
lay_driver()
{
	local name=$1 dir=$build/$1

	shift
	mkdir -p "$dir"
	cp -u "$@" "$dir"
	laid+=("$name" "$PWD/${dir#"$PWD"/}")
}

# Lays selftest by the name $1, its handler changed by the sed script $2; its C begins with $3.
lay_variant()
{
	local name=$1 dir=$build/$1

	mkdir -p "$dir"
	{
		echo "$3"
		sed "s/selftest/$name/g" drivers/selftest/selftest.c
	} >"$dir/$name.c"
	sed "$2" rust-handlers/selftest/src/lib.rs >"$dir/$name.rs"
	[ -z "$2" ] || ! cmp -s "$dir/$name.rs" rust-handlers/selftest/src/lib.rs
	cp drivers/selftest/chard_selftest.h "$dir/chard_$name.h"
	laid+=("$name" "$PWD/${dir#"$PWD"/}")
}

# Builds what is laid, and puts it into the folder $payload, with chard.ko.
build_drivers()
{
	local i

	drivers/kbuild.sh "${laid[@]}" >&2
	for ((i = 0; i < ${#laid[@]}; i += 2)); do
		cp "${laid[i + 1]}/build/$(basename "$build")/chard_${laid[i]}.ko" "${payload:?}"
	done
	cp "$build/chard.ko" "$payload"
	laid=()
}

# Answers as before when a call of it has panicked.
lay_variant_that_carries_on()
{
	lay_variant carry '/type File = Sum;/a const AFTER_PANIC: AfterPanic = AfterPanic::CarryOn;' ''
}

# Puts a program of this machine, with the libraries that it needs, into the
# folder $1, where a script of its name runs it by them. A guest has no others.
program_of_host()
{
	local payload=$1 program=$2 path library loader

	path=$(command -v "$program") || {
		echo "$program is missing: run selftests/setup/deps.sh check" >&2
		return 1
	}
	mkdir -p "$payload/lib"
	cp "$path" "$payload/lib/$program"
	ldd "$path" | grep -o '/[^ ]*' | while read -r library; do
		cp -Lu "$library" "$payload/lib/"
	done
	loader=$(basename "$(ldd "$path" | grep -o '/[^ ]*/ld-linux[^ ]*')")
	cat >"$payload/$program" <<-END
		#!/bin/sh
		exec /chard/lib/$loader --library-path /chard/lib --argv0 $program /chard/lib/$program "\$@"
	END
	chmod +x "$payload/$program"
}

# What the kernel has said in its log $1 that it should not, but for lines that
# match $2.
bad_in_log()
{
	tr -d '\r' <"$1" | selftests/vm/guest-check.sh --log /dev/stdin | grep -vE "${2:-^\$}" || :
}

# Builds the drivers by hand, in C, that others are compared with: "modules", or that one of
# them alone; they are in the folder $twins then.
build_twins()
{
	local file

	twins=$build/twins
	mkdir -p "$twins"
	for file in selftests/core/bench/twins/*; do
		cmp -s "$file" "$twins/$(basename "$file")" || cp "$file" "$twins"
	done
	kernel_make M="$twins" CHARD="$PWD" CHARD_BUILD="$PWD/${build#"$PWD"/}" CONFIG_DEBUG_INFO_BTF_MODULES= "$1"
}
