#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# kernel.sh NAME - a stock Debian kernel with its headers, unpacked; or one that
# looks for bugs, built from Debian's source (debug-kernel.sh).
#
# NAME is a version, with a flavour if it is not the plain one: 6.1, 6.12,
# 6.1-rt, 6.12-rt, 6.1-cloud; 6.12-kasan, 6.12-kcsan. Prints the folder that holds
#
#   release		the kernel's release (what `uname -r` says)
#   vmlinuz		the kernel
#   lib/modules/RELEASE	its modules
#   build		its headers, to be used as KDIR
#
# Nothing is installed, since a kernel's package would change how this
# machine boots: the packages are downloaded and unpacked below CHARD_CACHE.

set -eu

kernel_cache=${CHARD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/chard}/kernels
kernel_lists=/var/lib/apt/lists
# As root apt would switch to a user who cannot write to the cache.
kernel_apt=(-q -o APT::Sandbox::User=root -o Acquire::Retries=1)

kernel_die()
{
	echo "kernel.sh: $*" >&2
	exit 1
}

# The package that always depends on the newest release of kernel $1. The
# release that came with Debian 12 has no version in its packages' names.
kernel_meta_package()
{
	local version=${1%%-*} flavour=

	case $1 in
	*-*) flavour=${1#*-}- ;;
	esac
	case $version in
	6.1) echo "linux-image-${flavour}amd64" ;;
	*) echo "linux-image-$version-${flavour}amd64" ;;
	esac
}

# Prints the newest release of kernel $1 that apt knows, or nothing.
kernel_newest_release()
{
	apt-cache "${kernel_apt[@]}" depends "$(kernel_meta_package "$1")" \
		2>/dev/null | sed -n 's/^ *Depends: linux-image-//p' | head -n 1
}

# Prints the packages that make up kernel release $1: the headers need those
# that are common to all flavours, and the host's tools.
kernel_packages()
{
	echo "linux-image-$1"
	echo "linux-headers-$1"
	apt-cache "${kernel_apt[@]}" depends "linux-headers-$1" |
		sed -n -E 's/^ *Depends: (linux-(headers-.*-common.*|kbuild-.*))$/\1/p'
}

# Fetches the package lists into the cache: the machine's own may be missing
# or too old (a superseded release is deleted from the archive), and changing
# them takes root.
kernel_refresh_lists()
{
	kernel_lists=$kernel_cache/lists
	mkdir -p "$kernel_lists/partial"
	kernel_apt+=(-o "Dir::State::Lists=$kernel_lists")
	echo "kernel.sh: fetching package lists" >&2
	apt-get "${kernel_apt[@]}" update >&2
}

# Unpacks $1/vmlinuz if it is an XZ one: an emulated processor takes seconds
# for that at each boot, the real one less than a second once.
kernel_decompress()
{
	local offset

	offset=$(LC_ALL=C grep -aobP -m 1 '\xfd7zXZ\0' "$1/vmlinuz" |
		head -n 1 | cut -d: -f1)
	[ -n "$offset" ] || return 0
	# The archive is followed by its own length, and code.
	tail -c "+$((offset + 1))" "$1/vmlinuz" |
		xz -dc --single-stream > "$1/vmlinux"
}

# Turns the unpacked packages in $1, of release $2, into the documented form.
kernel_arrange()
{
	local dir=$1 release=$2 headers=usr/src/linux-headers-$2

	# The headers include their common part by its installed path. As a
	# relative path it works wherever the cache may be.
	sed -i 's|^include /usr/src/|include ../|' "$dir/$headers/Makefile" &&
		ln -sfn "../../../$headers" "$dir/lib/modules/$release/build" &&
		rm -f "$dir/lib/modules/$release/source" &&
		ln -s "$headers" "$dir/build" &&
		ln -s "boot/vmlinuz-$release" "$dir/vmlinuz" &&
		kernel_decompress "$dir" &&
		echo "$release" > "$dir/release"
}

# Downloads and unpacks release $1. The folder appears under its name only
# when it is complete, so that a run that is killed leaves nothing behind
# that could be taken for a kernel.
kernel_unpack()
{
	local release=$1 work=$kernel_cache/$1.part packages deb

	# Left by a run that was killed: the lock says that it is nobody's.
	rm -rf "$work"
	mkdir -p "$work/debs" "$work/root"
	mapfile -t packages < <(kernel_packages "$release")
	# The headers, a part common to all flavours, and the build's tools.
	if [ ${#packages[@]} -ne 4 ]; then
		echo "kernel.sh: apt does not know all packages of $release, only:" \
			"${packages[*]}" >&2
		return 1
	fi
	echo "kernel.sh: downloading ${packages[*]}" >&2
	(cd "$work/debs" && apt-get "${kernel_apt[@]}" download "${packages[@]}") \
		>&2 || return 1
	for deb in "$work"/debs/*.deb; do
		dpkg-deb -x "$deb" "$work/root" || return 1
	done
	kernel_arrange "$work/root" "$release" || return 1
	mv -T "$work/root" "$kernel_cache/$release" || return 1
	rm -rf "$work"
}

# Makes the newest release of kernel $1 present; fails if that cannot be.
kernel_fetch()
{
	local name=$1 release

	release=$(kernel_newest_release "$name")
	[ -n "$release" ] || return 1
	[ -d "$kernel_cache/$release" ] || kernel_unpack "$release" || return 1
	echo "$release" > "$kernel_cache/$name.newest.part"
	mv "$kernel_cache/$name.newest.part" "$kernel_cache/$name.newest"
}

# True if an earlier run got a kernel $1 that is still there.
kernel_is_recorded()
{
	local record=$kernel_cache/$1.newest

	[ -e "$record" ] && [ -e "$kernel_cache/$(cat "$record")/release" ]
}

# True if the recorded kernel $1 is the newest: apt has not learnt of others
# since. Asking apt itself takes most of a second.
kernel_is_current()
{
	local record=$kernel_cache/$1.newest

	kernel_is_recorded "$1" &&
		[ -z "$(find "$kernel_lists" -maxdepth 1 -name '*_Packages*' \
			-cnewer "$record" -print -quit 2>/dev/null)" ]
}

kernel_print()
{
	echo "$kernel_cache/$(cat "$kernel_cache/$1.newest")"
}

kernel_main()
{
	local name=${1:-}

	[[ $name =~ ^[0-9]+\.[0-9]+(-[a-z]+)?$ ]] || kernel_die \
		"say which kernel: kernel.sh 6.1, 6.12, 6.1-rt, 6.12-rt or 6.1-cloud"
	case $name in
	*-kasan | *-kcsan) exec "$(dirname "$(realpath "$0")")/debug-kernel.sh" "$name" ;;
	esac
	mkdir -p "$kernel_cache"
	kernel_cache=$(realpath "$kernel_cache")
	if kernel_is_current "$name"; then
		kernel_print "$name"
		return
	fi
	command -v apt-get >/dev/null || kernel_die "there is no apt-get:" \
		"this needs Debian; elsewhere, build with KDIR=path/to/headers"

	# One at a time: a second run waits here and then finds the work done.
	exec {lock}>"$kernel_cache/lock"
	flock "$lock"
	if kernel_is_current "$name" || kernel_fetch "$name"; then
		kernel_print "$name"
	elif kernel_is_recorded "$name"; then
		echo "kernel.sh: apt could not give the newest kernel $name: using" \
			"the one of an earlier run; apt-get update may help" >&2
		kernel_print "$name"
	elif kernel_refresh_lists; kernel_fetch "$name"; then
		kernel_print "$name"
	else
		kernel_die "apt gave no kernel $name: check that the network is" \
			"up and that this Debian release has the package" \
			"$(kernel_meta_package "$name")"
	fi
}

kernel_main "$@"
