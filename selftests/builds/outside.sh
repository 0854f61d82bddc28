#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# outside.sh - what others begin with, for KERNEL: what `make new` writes, in a folder of its
# own, and README's example, by a tree that nobody may write to. Prints TAP.

set -euo pipefail

cd "$(dirname "$0")/../.."
. selftests/lib/common.sh
work=$build/outside
. selftests/lib/tap.sh
mkdir -p "$work"
# Outside of the tree, which nobody may write to meanwhile.
elsewhere=$(mktemp -d)
trap 'rm -rf "$elsewhere" "$output"' EXIT
sample=$elsewhere/sample

# A target of the folder $1. Read-only takes root; others build as well, and show less.
folder_make()
{
	local command=(make --no-print-directory -C "$@")

	unset BUILD
	if [ "$(id -u)" = 0 ]; then
		# shellcheck disable=SC2016 # the inner shell's arguments
		command=(unshare --mount sh -euc '
			mount --bind "$0" "$0"
			mount -o remount,ro,bind "$0"
			cd /
			exec "$@"' "$PWD" "${command[@]}")
	fi
	"${command[@]}"
}

# The kernel's style, which its author may want to keep.
formatted()
{
	clang-format --dry-run -Werror --style="file:$PWD/.clang-format" "$sample"/*.[ch]
}

documented()
{
	local crate

	folder_make "$sample" doc
	for crate in sample chard; do
		[ -f "$sample/build/host/plain/cargo/x86_64-unknown-linux-gnu/doc/$crate/index.html" ] || return
	done
}

shell_in_guest()
{
	# shellcheck disable=SC2016 # for the guest's shell
	echo './load && echo "it says: $(cat /dev/chard-sample)"' | folder_make "$sample" vm |
		grep "it says: hello from sample"
}

# A warning, what is not formatted, a test that fails and a suite that is not there are seen.
sees_faults()
{
	local said text folder=$elsewhere/faults/sample

	mkdir -p "$folder"
	cp "$sample"/*.* "$sample/Makefile" "$folder"
	rm "$folder/check_sample.c"
	sed -i 's/hello from sample/good bye/; s/^struct/  struct/' "$folder/sample.rs"
	echo 'static int nobody_needs;' >>"$folder/sample.c"
	said=$(folder_make "$folder" check BUILD="$sample/build/chard") && { echo "$said"; return 1; }
	echo "$said"
	for text in 'not ok [0-9]* - builds without warnings' 'not ok [0-9]* - rustfmt' 'not ok [0-9]* - the tests pass in a guest' \
		'^ok [0-9]* - the suite passes in a process # SKIP' '^ok [0-9]* - clippy'; do
		grep -q "$text" <<<"$said" || return
	done
}

attempt "make new writes a driver" make --no-print-directory new FOLDER="$sample"
attempt "make check passes there" folder_make "$sample" check
attempt "its C is formatted" formatted
attempt "make doc documents the crate and the handler" documented
attempt "make vm boots a guest that loads it" shell_in_guest
attempt "make check sees what is wrong" sees_faults

# --- a driver with C of its own, the kernel's uapi, and crates of others.
gauge=$elsewhere/gauge
cp -r selftests/builds/gauge "$gauge"
sed 's/sample/gauge/' "$sample/Makefile" >"$gauge/Makefile"
sed -i "s|\.\./\.\./\.\./|$PWD/|" "$gauge/Cargo.toml"
attempt "make check passes for a driver with C of its own and crates of others" folder_make "$gauge" check BUILD="$sample/build/chard"

# --- a driver for a subsystem that the crate does not have, whose C makes its devices.
lines=$elsewhere/lines
cp -r selftests/builds/lines "$lines"
sed 's/sample/lines/' "$sample/Makefile" >"$lines/Makefile"
attempt "make check passes for a GPIO chip whose lines are a handler" folder_make "$lines" check BUILD="$sample/build/chard"

# What an editor shows of a handler with two mistakes, where there is a rust-analyzer; and what
# it goes by in any case: the file, and what rustc says.
marked()
{
	sed -i -e 's|c::msleep(file, 1)?|c::/*? gauge_nap gauge_boot msleep */msleep(file, 1)?|' \
		-e 's|self.timer.start(file|self.timer./*? start cancel */start(file|' \
		-e 's|options: WDIOF|options: uapi::/*? watchdog_info gauge_bytes WDIOF_OVERHEAT */WDIOF|' \
		-e 's|Ok(36)|Ok("x") //~ mismatched types|' -e 's|Ok(seconds)$|Ok(seconds.none()) //~ no method|' "$gauge/gauge.rs"
	[ "$(grep -c '/\*?' "$gauge/gauge.rs")" = 3 ] && [ "$(grep -c ' //~ ' "$gauge/gauge.rs")" = 2 ]
}

# The file that make ide writes, also for a handler with mistakes and for one without Cargo.toml.
ide()
{
	marked || return
	folder_make "$gauge" ide BUILD="$sample/build/chard" && folder_make "$sample" ide || return
	python3 - "$gauge/rust-project.json" "$sample/rust-project.json" <<-'END'
		import json, os, sys
		for path in sys.argv[1:]:
		    crates = {each["display_name"]: each for each in json.load(open(path))["crates"]}
		    assert {"chard", "chard_bindings"} < set(crates), crates.keys()
		    for each in crates.values():
		        assert os.path.isfile(each["root_module"]), each
		        assert os.path.isfile(each["env"]["CHARD_BINDINGS"] + "/contract.rs"), each
		    own = crates[os.path.basename(os.path.dirname(path))]
		    assert os.path.isfile(own["env"]["CHARD_UAPI"] + "/" + own["display_name"] + ".rs"), own
		    assert own["display_name"] != "gauge" or {"itoa", "ring"} < set(crates), crates.keys()
	END
}

ide_check()
{
	local said

	said=$(folder_make "$gauge" ide-check BUILD="$sample/build/chard") && return 1
	grep -q '"message":"mismatched types"' <<<"$said" && grep -q '"reason":"compiler-message"' <<<"$said"
}

attempt "make ide tells a language server of all crates" ide
attempt "make ide-check has rustc's errors as JSON" ide_check
analyzer=${RUST_ANALYZER:-rust-analyzer}
if "$analyzer" --version >/dev/null 2>&1; then
	quiet "rust-analyzer completes, and shows rustc's errors" selftests/builds/lsp.py "$analyzer" "$gauge" gauge.rs
else
	skip "rust-analyzer completes, and shows rustc's errors" "there is no rust-analyzer that runs: RUST_ANALYZER names one"
fi

# --- a kernel that has changed what core uses, as far as gcc can tell.
unknown_kernel()
{
	local copy=$work/tree

	selftests/lib/copy-tree.sh "$copy"
	sed -i 's/hrtimer_try_to_cancel(/hrtimer_try_to_end(/' "$copy/core/background/timer.c"
	(unset BUILD && cd "$copy" && drivers/kbuild.sh sample "$sample")
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
	BUILD=$(dirname "$build") make --no-print-directory -C "$outside"
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
