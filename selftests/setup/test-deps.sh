#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-deps.sh - what a host is told that lacks something: deps.sh on a host that is not
# Debian, toolchain.sh with tools that will not do, kernel.sh of an archive that has not all of
# a kernel, compat.sh of a kernel that it does not know. Prints TAP. Installs nothing.

set -euo pipefail

cd "$(dirname "$0")/../.."
. selftests/lib/tap.sh
setup=$PWD/selftests/setup
work=$(mktemp -d)
trap 'rm -rf "$work" "$output"' EXIT
mkdir "$work/bin" "$work/old"

# A host by the commands that it has: those of deps.sh's list, dpkg-query not among them.
for command in bash env sed gcc make ld bc perl rustc cargo bindgen pahole qemu-system-x86_64 busybox cpio \
	modprobe xz; do
	ln -s "$(command -v "$command" || type -P true)" "$work/bin/$command"
done

elsewhere()
{
	env -i PATH="$work/bin" "$@" bash "$setup/deps.sh" "$level"
}

# A tool named $1 that says that it is of version $2.
tool_of_version()
{
	printf '#!/bin/sh\necho "%s %s"\n' "$1" "$2" >"$work/old/$1"
	chmod +x "$work/old/$1"
}

level=demo
attempt "a host that is not Debian and has all of it" elsewhere
rm "$work/bin/pahole"
refused "one that lacks a command is told which, and what it is for" "pahole (dwarves, for kernels with BTF)" elsewhere
level=build
ln -s "$(type -P true)" "$work/bin/pahole"
rm "$work/bin/busybox"
attempt "of what a level does not need nothing is said" elsewhere
rm "$work/bin/rustc"
attempt "a tool that is given need not be in PATH" elsewhere RUSTC=/bin/true
level=none
refused "a level that there is not" "say which level" elsewhere

refused "a rustc that is not there" "RUSTC=/nowhere/rustc is not there" env RUSTC=/nowhere/rustc "$setup/toolchain.sh"
tool_of_version rustc 1.85.0
refused "a rustc that is too old" "RUSTC will not do" env RUSTC="$work/old/rustc" "$setup/toolchain.sh"
tool_of_version bindgen 0.59.2
refused "a bindgen that is too old" "0.60 or newer is needed" env BINDGEN="$work/old/bindgen" "$setup/toolchain.sh"
refused "a cargo that is not there" "CARGO=/nowhere/cargo is not there" env CARGO=/nowhere/cargo "$setup/toolchain.sh"

# An archive that has the headers of two kernels, and the image of the older one; and a
# candidate of a third.
mkdir "$work/archive"
cat >"$work/archive/apt-cache" <<'END'
#!/bin/sh
case "$*" in
*" pkgnames linux-headers-9.9") echo linux-headers-9.9-amd64 ;;
*" madison linux-image-9.9-amd64") echo "linux-image-9.9-amd64 | 9.9~rc2-1 | archive experimental/main" ;;
*" pkgnames "*) printf 'linux-headers-6.1.0-%s\n' 9-amd64 10-amd64 10-common 10-rt-amd64 ;;
*" madison linux-image-6.1.0-9-amd64") echo "linux-image-6.1.0-9-amd64 | 6.1.2-1 | archive bookworm/main" ;;
*" depends "*) printf '  Depends: %s\n' linux-headers-6.1.0-9-common linux-kbuild-6.1 ;;
esac
END
printf '#!/bin/sh\nexit 1\n' >"$work/archive/apt-get"
chmod +x "$work"/archive/*
refused "a kernel whose newest image is not there yet is the one before" \
	"downloading linux-image-6.1.0-9-amd64 linux-headers-6.1.0-9-amd64" \
	env CHARD_CACHE="$work/cache" PATH="$work/archive:$PATH" DEBIAN_MIRROR=/nowhere "$setup/kernel.sh" 6.1
candidate=$work/cache/kernels/9.9-amd64
mkdir -p "$candidate"
echo 9.9-amd64 >"$candidate/release"
echo 9.9~rc1-1 >"$candidate/version"
kernel_9_9()
{
	env CHARD_CACHE="$work/cache" PATH="$work/archive:$PATH" DEBIAN_MIRROR=/nowhere "$setup/kernel.sh" 9.9
}
refused "a candidate that has the name of a newer one is fetched anew" "downloading linux-image-9.9-amd64" kernel_9_9
echo 9.9~rc2-1 >"$candidate/version"
attempt "the newest candidate is taken as it is" kernel_9_9
refused "a kernel that there is not" "say which kernel" "$setup/kernel.sh" newest
refused "a kernel that takes no form of a difference" \
	"error: this kernel takes no form of HRTIMER" core/compat.sh false
refused "a Debian release that there is not" "say which release" "$setup/root.sh" potato
plan
