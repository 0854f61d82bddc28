#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# modular.sh - the same kernel with chard as modules of its tree, which are installed
# and signed as others of it are: what is loaded, what is refused where signatures are
# asked for, and the crate of cargo/ built against the tree. Prints TAP.

set -euo pipefail

cd "$(dirname "$0")/../../.."
way=modular
. selftests/builds/intree/common.sh

attempt "the kernel builds, with chard as its modules" builds
[ -n "${kernel:-}" ] || { plan; exit 1; }
quiet "no warning is about what is ours" no_warnings
release=$(cat "$kernel/release")
modules=$kernel/lib/modules/$release/kernel/drivers/char/chard
squares=$build/intree/squares

# Ours outside of the kernel's tree, with the key of the tree.
crate_installs()
{
	selftests/builds/intree/cargo/copy.sh "$squares" &&
		selftests/setup/intree-kernel.sh --locked env -u MAKEFLAGS make --no-print-directory -C "$squares" \
			CHARD="$PWD" KDIR="$(realpath "$kernel/build")" INSTALL_MOD_PATH="$kernel" all install &&
		ls "$kernel/lib/modules/$release"/*/squares.ko
}

# Whether modinfo knows a signature of the module.
is_signed()
{
	modinfo "$1" | grep -E '^sig_id: *PKCS#7'
}

names_dependency()
{
	grep -E '^kernel/drivers/char/chard/drivers/echo/chard_echo.ko: kernel/drivers/char/chard/chard.ko$' \
		"$kernel/lib/modules/$release/modules.dep"
}

attempt "a crate by Cargo builds against the tree, and is installed" crate_installs
for module in "$modules/chard.ko" "$modules/drivers/echo/chard_echo.ko" "$kernel/lib/modules/$release"/*/squares.ko; do
	attempt "$(basename "$module") is signed" is_signed "$module"
done
attempt "depmod knows that echo stands on the core" names_dependency

cp selftests/vm/guest-check.sh selftests/vm/load selftests/vm/unload "$payload"
cp "$modules/chard.ko" "$modules/drivers/echo/chard_echo.ko" "$payload"
list=()
mkdir "$payload/echo"
for program in "$programs"/echo/*; do
	if [ ! -x "$program" ] || [ ! -f "$program" ]; then
		continue
	fi
	cp "$program" "$payload/echo"
	list+=("./${program#"$programs"/}")
done
selftests/builds/intree/programs/build.sh "$payload"

# Signed, without a signature, and with one that is not of these bytes.
mkdir "$payload/signed"
cp "$kernel/lib/modules/$release"/*/squares.ko "$payload/signed/squares.ko"
cp "$squares/squares.ko" "$payload/signed/unsigned.ko"
sed 's/A crate by Cargo/A crate by Nobody/' "$payload/signed/squares.ko" >"$payload/signed/changed.ko"
cp -r "$kernel/lib" "$payload/lib"
cat >"$payload/signatures" <<'END'
number=0
is() { number=$((number + 1)); if eval "$2"; then echo "ok $number - $1"; else dmesg | tail -n 3; echo "not ok $number - $1"; fi; }
ln -s /chard/lib /lib
is "signatures are asked for" 'grep -q Y /sys/module/module/parameters/sig_enforce'
is "one without a signature is refused" '! insmod signed/unsigned.ko'
is "and the log says so" 'dmesg | grep "Loading of unsigned module is rejected"'
is "one that was changed is refused" '! insmod signed/changed.ko'
is "the tree's own is loaded, with what it stands on" 'modprobe chard_echo && [ -c /dev/chard-echo ]'
is "and so is the crate" 'modprobe squares'
is "which counts" 'echo 10 >/sys/module/squares/parameters/sum && grep -x 385 /sys/module/squares/parameters/sum'
is "nothing is tainted" 'grep -x 0 /proc/sys/kernel/tainted || grep -x 4096 /proc/sys/kernel/tainted'
is "a panic of the crate is an oops of the kernel" '! (echo 4000000 >/sys/module/squares/parameters/sum && cat /sys/module/squares/parameters/sum)'
is "which the log shows, behind its line" 'dmesg | grep "squares: panicked in line" && dmesg | grep "invalid opcode"'
echo "1..$number"
END

in_guest()
{
	selftests/vm/vm.sh --kernel "$kernel" --payload "$payload" --timeout 300 --log "$build/intree/$1.log" "${@:2}" |
		tee "$build/intree/$1.tap"
}

# What the guest's shell reports, each.
signatures()
{
	in_guest signatures --append module.sig_enforce=1 -- sh signatures
	grep -q '^1\.\.' "$build/intree/signatures.tap" && ! grep '^not ok' "$build/intree/signatures.tap"
}

attempt "echo's tests, and no system calls of ours" \
	in_guest modular -- env CK_TAP_LOG_FILE_NAME=- CK_VERBOSITY=silent \
	sh guest-check.sh ./load "${list[@]}" ./nothing ./absent_32 ./unload
attempt "signatures, where the kernel asks for them" signatures
plan
