#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# check-host.sh - runs the libcheck suites in a process over the stand-in for
# the core: plainly, under valgrind, AddressSanitizer and ThreadSanitizer; makes
# sure that these find what is planted for them; the crate's examples; clippy.
# Prints TAP. All that is made goes to build/host.

set -euo pipefail

cd "$(dirname "$0")/../.."
top=$PWD
out=${BUILD:-$top/build}/host
number=0

mkdir -p "$out"
# shellcheck disable=SC2046 # one word for each; paths with spaces are refused
export $(selftests/setup/toolchain.sh | sed 's/ := /=/')

# The result of the test $1, a status of 0 or not.
result()
{
	number=$((number + 1))
	[ "$2" = 0 ] || printf 'not '
	echo "ok $number - $1"
}

# A test: the command, behind its name, ends well. What it says is shown if not.
attempt()
{
	local what=$1 status=0

	shift
	"$@" >"$out/log" 2>&1 || status=$?
	[ "$status" = 0 ] || sed 's/^/# /' "$out/log"
	result "$what" "$status"
	return "$status"
}

# A test: the command, behind its name, ends with the status $2 and says $3.
attempt_failing()
{
	local what=$1 status=$2 text=$3 got=0

	shift 3
	# In braces: what the shell itself says of an abort goes along.
	{ "$@"; } >"$out/log" 2>&1 || got=$?
	if [ "$got" = "$status" ] && grep -qE -- "$text" "$out/log"; then
		result "$what" 0
	else
		sed 's/^/# /' "$out/log"
		echo "# status $got, expected $status with: $text"
		result "$what" 1
	fi
}

# make in the tree $1. It is a build of its own, whatever make called this.
build()
{
	env -u MAKEFLAGS -u MFLAGS make -s -j"$(nproc)" -f "$1/userspace/host/Makefile" "${@:2}"
}

# The results of the suite $1 in the folder $2, one line each.
suite()
{
	local name=$1 status=0 line

	CK_TAP_LOG_FILE_NAME=- CK_VERBOSITY=silent "$2/check_$name" \
		>"$out/log" 2>"$out/stderr" || status=$?
	while read -r line; do
		case $line in
		"ok "*) result "$name: ${line#*.[ch]:}" 0 ;;
		"not ok "*) result "$name: ${line#*.[ch]:}" 1 ;;
		esac
	done <"$out/log"
	[ "$status" = 0 ] || sed 's/^/# /' "$out/stderr"
	result "$name: the suite ends well" "$status"
}

# Runs a program that was built for the tool $1: valgrind, address or thread. In
# one process, since a child's memory is its own affair, and where it can be at
# addresses of no chance, which old sanitizers need under new kernels.
under()
{
	local tool=$1 fixed=(setarch -R)

	shift
	"${fixed[@]}" true 2>/dev/null || fixed=()
	case $tool in
	valgrind)
		CK_FORK=no timeout 300 valgrind -q --fair-sched=yes --leak-check=full \
			--errors-for-leak-kinds=definite --error-exitcode=99 "$@"
		;;
	*) CK_FORK=no TSAN_OPTIONS=halt_on_error=1 timeout 120 "${fixed[@]}" "$@" ;;
	esac
}

# A copy of the tree called $1, in which sed does $3 to the file $2; files that
# stay as they are keep their time, for Cargo.
plant()
{
	local copy=$out/planted/$1/tree file=$2 newest=$0

	rm -rf "$copy"
	mkdir -p "$copy"
	cp -rp bindings core drivers rust-handlers userspace "$copy"
	sed "$3" "$file" >"$copy/$file"
	[ "$file" -ot "$newest" ] || newest=$file
	touch -r "$newest" "$copy/$file"
	! cmp -s "$file" "$copy/$file" || {
		echo "nothing to plant $1 at in $file: mend the expression"
		return 1
	}
}

# A test: the fault $1, planted as in plant(), is found in the suite of $4 by the
# tool $5, which ends with $6 and says $7.
planted()
{
	local fault=$1 name=$4 tool=$5 dir=$out/planted/$1/build

	attempt "$fault is planted" plant "$fault" "$2" "$3" &&
		attempt "$fault builds" build "$out/planted/$fault/tree" OUT="$dir" names="$name" \
			SANITIZE="${tool/valgrind/}" "$dir/check_$name" || return 0
	attempt_failing "$tool finds $fault" "$6" "$7" till "$6" under "$tool" "$dir/check_$name"
}

# A race is met only where threads come close, which on a busy machine they need not
# at once: a few times, until it ends with the status $1.
till()
{
	local status=$1 got=0

	shift
	for _ in 1 2 3 4 5 6 7 8; do
		got=0
		"$@" || got=$?
		[ "$got" != "$status" ] || break
	done
	return $got
}

plants()
{
	local crate=rust-handlers/chard/src

	planted overflow $crate/memory/alloc.rs 's/layout.size() as _/(layout.size() - 1) as _/' \
		echo address 1 'AddressSanitizer: heap-buffer-overflow'
	planted overread $crate/memory/copy.rs 's/\(chard_copy_to_iter(call, to, from, len\))/\1 + 1)/' \
		echo address 1 'AddressSanitizer: heap-buffer-overflow'
	planted infoleak $crate/memory/alloc.rs '/mut()\[\.\.more\]/,/}/ s/place.write(value);/let _ = place;/' \
		echo valgrind 99 'process_vm_writev.* uninitialised byte'
	planted leak $crate/entry.rs '/file.place().drop_in_place/d' \
		selftest valgrind 99 'definitely lost'
	# A lock that is given back as soon as it is taken.
	planted race $crate/calls/lock.rs '
		s/unsafe { \(A::acquire([^)]*)[^)]*)\) }/unsafe { let got = \1; if got == 0 { A::release(call, self.inner.lock.get()) }; got }/
		/A::release(self.call, /d' \
		echo thread 66 'ThreadSanitizer: (data race|heap-use-after-free)'
}

# What of selftest's would bring a machine down, or leave it poorer.
corners()
{
	local program=$out/plain/selftest

	attempt_failing "a panic says why" 134 \
		'^<0>chard_selftest: panicked at .*selftest/src/lib.rs:[0-9:]*: asked to, by 0$' \
		"$program" panic 0
	attempt_failing "a bad index panics" 134 'panicked at .*: index out of bounds' "$program" panic 1
	attempt_failing "an overflow panics" 134 'panicked at .*: attempt to add' "$program" panic 2
	attempt_failing "unwrap panics" 134 'panicked at .*: EIO$' "$program" panic 3
	attempt_failing "a division by zero panics" 134 'panicked at .*: attempt to divide' \
		"$program" panic 4
	attempt_failing "a long message is one line, and cut" 134 \
		'panicked at .*: two lines, x{389}$' "$program" panic 8
	attempt_failing "a leaked box is counted" 1 \
		'selftest: left behind: 0 devices, 0 files, 0 states, 1 boxes' "$program" leak
	attempt_failing "a lock that is dropped while it is held is leaked, and counted" 1 \
		'selftest: left behind: 0 devices, 0 files, 0 states, 1 boxes' "$program" forget-drop
	attempt_failing "a line names the driver" 0 \
		'^<6>chard_selftest: a line with a number, 42$' "$program" print
	attempt_failing "a line names the device" 0 \
		"^<4>misc chard-selftest: a line of the device's$" "$program" print
	attempt_failing "a device that removes itself answers ENODEV" 0 \
		'^read 19 ioctl 19 open 19 close 0$' "$program" remove 0
	attempt_failing "a stack is dumped" 0 'selftest' "$program" dump
}

# The results of Rust's own tests, the target $2, one line each, by what they are.
rust_tests()
{
	local what=$1 target=$2 status=0 line

	build "$top" OUT="$out/plain" "$target" >"$out/log" 2>&1 || status=$?
	while read -r line; do
		case $line in
		"test "*" ... ok") result "$what ${line:5:-7}" 0 ;;
		"test "*" ... FAILED") result "$what ${line:5:-11}" 1 ;;
		esac
	done <"$out/log"
	[ "$status" = 0 ] || sed 's/^/# /' "$out/log"
	result "the crate's $target" "$status"
}

# The driver $1, whose suite is with the rest of it in the folder $2: none of this tree's.
beside()
{
	local name=$1 folder=$2 crate=$out/$1.crate tool

	mkdir -p "$crate/src"
	cp "$folder/$name.rs" "$crate/src/lib.rs"
	cat >"$crate/Cargo.toml" <<-END
		[package]
		name = "$name"
		version = "0.1.0"
		edition = "2024"

		[lib]
		crate-type = ["staticlib"]

		[dependencies]
		chard = { path = "$top/rust-handlers/chard" }
	END
	for tool in '' thread; do
		attempt "$name: builds${tool:+ for the $tool sanitizer}" build "$top" OUT="$out/$name$tool" \
			DRIVER="$top/$folder" CRATE="$crate" SANITIZE="$tool" names="$name" \
			"$out/$name$tool/check_$name" || return 0
	done
	suite "$name" "$out/$name"
	attempt "$name: the thread sanitizer finds nothing" under thread "$out/${name}thread/check_$name" || :
}

main()
{
	local file name tool names=()

	for file in userspace/*/check_*.c; do
		name=${file%/*}
		names+=("${name##*/}")
	done
	attempt "builds" build "$top" OUT="$out/plain" || exit 1
	for name in "${names[@]}"; do
		suite "$name" "$out/plain"
		attempt "$name: valgrind finds nothing" under valgrind "$out/plain/check_$name" || :
	done
	corners
	# One whose own C makes its devices, and one of chips on a bus, with each transfer.
	beside lines selftests/builds/lines
	beside chips selftests/core/i2c/driver
	for tool in address thread; do
		attempt "builds for the $tool sanitizer" \
			build "$top" OUT="$out/$tool" SANITIZE="$tool" || continue
		for name in "${names[@]}"; do
			attempt "$name: the $tool sanitizer finds nothing" \
				under "$tool" "$out/$tool/check_$name" || :
		done
	done
	attempt "the crate's unittest: the address sanitizer finds nothing" \
		build "$top" OUT="$out/address" SANITIZE=address unittest || :
	plants
	rust_tests "example in" doctest
	rust_tests "test" unittest
	attempt "documentation without warnings" build "$top" OUT="$out/plain" doc || :
	attempt "clippy without warnings" build "$top" OUT="$out/plain" clippy || :
	echo "1..$number"
}

main
