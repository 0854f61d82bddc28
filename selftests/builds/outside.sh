#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# outside.sh - what others begin with, for KERNEL: make new-handler in a copy of
# the tree, and README's example in a folder of its own. Prints TAP.

set -euo pipefail

cd "$(dirname "$0")/../.."
. selftests/lib/common.sh
work=$build/outside
. selftests/lib/tap.sh

# --- make new-handler, in a copy that is kept: Cargo's work is reused.
copy=$work/tree
selftests/lib/copy-tree.sh "$copy"

new_handler()
{
	(cd "$copy" && make --no-print-directory new-handler NAME="$1")
}

# A build without warnings.
builds()
{
	(cd "$copy" && W=1 drivers/kbuild.sh && BUILD="$copy/build" selftests/drivers/programs.sh) >"$work/log" 2>&1 ||
		{ cat "$work/log"; return 1; }
	! grep -iE 'warning|^not ok' "$work/log"
}

# The new one's tests, loaded beside echo.
passes()
{
	(cd "$copy" && selftests/drivers/guest.sh sample)
}

# Its suite over the stand-in.
passes_on_host()
{
	(
		cd "$copy"
		eval "$(selftests/setup/toolchain.sh | sed 's/ := /=/; s/^/export /')"
		make --no-print-directory -f userspace/host/Makefile OUT="$work/host" names=sample "$work/host/check_sample"
	) && "$work/host/check_sample"
}

formatted()
{
	local rustfmt

	rustfmt=$(dirname "$(selftests/setup/toolchain.sh | sed -n 's/^RUSTC := //p')")/rustfmt
	clang-format --dry-run -Werror "$copy"/{drivers,selftests/drivers,userspace}/sample/*.[ch] &&
		"$rustfmt" --check --edition 2024 "$copy/rust-handlers/sample/src/lib.rs"
}

attempt "make new-handler writes a device" new_handler sample
attempt "the new device builds without warnings, its tests too" builds
attempt "the new device passes its tests beside echo" passes
attempt "what new-handler writes is formatted" formatted
attempt "the new device passes its suite in a process" passes_on_host

# --- a kernel that has changed what core uses, as far as gcc can tell.
unknown_kernel()
{
	sed -i 's/hrtimer_try_to_cancel(/hrtimer_try_to_end(/' "$copy/core/background/background.c"
	(cd "$copy" && drivers/kbuild.sh)
}

refused "a declaration that the kernel has otherwise is named" \
	"chard: this kernel has another hrtimer_try_to_end than core/ uses" unknown_kernel

# --- a driver in a folder of its own: README's example and three lines.
outside=$work/driver
rm -rf "$outside"
selftests/builds/readme-example.sh "$outside"
drivers/kbuild.sh >&2

make_outside()
{
	# The core may be built again for it: what is loaded is what is there then.
	make --no-print-directory -C "$outside"
}

loads()
{
	local payload=$work/payload

	rm -rf "$payload"
	mkdir "$payload"
	cp "$build/chard.ko" "$build/drivers/echo/chard_echo.ko" "$outside/build"/*/chard_hello.ko "$payload"
	# shellcheck disable=SC2016 # for the guest's shell
	selftests/vm/vm.sh --kernel "$kernel" --payload "$payload" --timeout 60 -- sh -ec '
		insmod chard.ko
		insmod chard_echo.ko
		insmod chard_hello.ko
		test "$(cat /dev/chard-hello)" = "hello from Rust"
		rmmod chard_hello
		rmmod chard_echo
		rmmod chard
		! dmesg | grep -E "WARNING|BUG|left behind"'
}

# Whether the driver is built for the core's symbols as they are, and for no older ones: by
# what genksyms says of one, which is put there and taken back.
follows_the_core()
{
	local symbols=$build/Module.symvers status=0

	cp "$symbols" "$work/symvers"
	sed -i -E 's/^0x[0-9a-f]{8}(\tchard_unregister\t)/0x00c0ffee\1/' "$symbols"
	make_outside && grep -rq '0x0*c0ffee, "chard_unregister"' "$outside/build" --include=*.mod.c || status=1
	cp "$work/symvers" "$symbols"
	make_outside && ! grep -rq '0x0*c0ffee,' "$outside/build" --include=*.mod.c || status=1
	return $status
}

attempt "README's example builds from a folder outside" make_outside
# Without versions of symbols, the contract's number alone refuses another build: faults.
! has MODVERSIONS || attempt "it is built again where the core's symbols have changed" follows_the_core
attempt "it is loaded beside echo and read" loads

plan
