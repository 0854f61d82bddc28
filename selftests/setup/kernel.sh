#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# kernel.sh NAME       a stock Debian kernel with its headers, unpacked; or one that
#                      looks for bugs, or that clang compiles, built from Debian's source
#                      (debug-kernel.sh)
# kernel.sh --default  prints the version of the kernel that the host's Debian installs
# kernel.sh --all      prints the release of each kernel that Debian's archive has
#
# NAME is a version, with a flavour if it is not the plain one: 6.1, 6.12, 7.2, 7.3,
# 6.1-rt, 7.3-cloud; or a kind: 6.12-kasan, 6.12-kcsan, 6.12-nopreempt, 6.12-cfi,
# 6.12-thinlto. The newest release of it is taken that the host's own Debian has, else the
# newest of any Debian release (archive.sh). Or NAME is that release itself, as `uname -r`
# prints it: 7.3-amd64. Prints the folder that holds
#
#   release		the kernel's release
#   vmlinuz		the kernel
#   lib/modules/RELEASE	its modules
#   build		its headers, to be used as KDIR
#   debian		the Debian release whose compiler and libraries its build needs
#   version		the version of its package
#
# Nothing is installed, since a kernel's package would change how this
# machine boots: the packages are downloaded and unpacked below CHARD_CACHE.

set -eu

# shellcheck source=selftests/setup/archive.sh
. "$(dirname "$(realpath "$0")")/archive.sh"
kernel_cache=${CHARD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/chard}/kernels
kernel_lists=/var/lib/apt/lists

kernel_die()
{
	echo "kernel.sh: $*" >&2
	exit 1
}

# Prints the newest release of kernel $1 that apt has, or nothing. For hours after the headers
# of a release have come into the archive its kernel is missing there, until it is signed.
kernel_newest_release()
{
	local version=${1%%-*} flavour='' pattern release

	case $1 in
	*-amd64)
		apt-cache "${archive_apt[@]}" pkgnames "linux-headers-$1" | sed -n "s/^linux-headers-\($1\)\$/\1/p"
		return
		;;
	*-*) flavour=${1#*-}- ;;
	esac
	# 6.1.0-56-amd64, 6.12.117+deb12-cloud-amd64, 7.3-amd64
	pattern="^linux-headers-(${version//./\\.}(\.[0-9]+)?(-[0-9]+)?(\+deb[0-9.]+)?-${flavour}amd64)\$"
	apt-cache "${archive_apt[@]}" pkgnames "linux-headers-$version" | sed -n -E "s/$pattern/\1/p" | sort -rV |
		while read -r release; do
			[ -z "$(apt-cache "${archive_apt[@]}" madison "linux-image-$release" 2>/dev/null)" ] || {
				echo "$release"
				break
			}
		done
}

# Prints the packages that make up kernel release $1: the headers need those that
# are common to all flavours, and the host's tools; since 7.0 the kernel, its
# modules and what names them are packages of their own.
kernel_packages()
{
	echo "linux-image-$1"
	echo "linux-headers-$1"
	apt-cache "${archive_apt[@]}" depends "linux-headers-$1" "linux-image-$1" |
		sed -n -E 's/^ *Depends: (linux-(headers-.*-common.*|kbuild-.*|(base|binary|modules)-[0-9].*))$/\1/p' |
		sort -u
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

	# Since 7.0 all of it lies below /usr.
	[ -e "$dir/lib" ] || ln -s usr/lib "$dir/lib" || return 1
	[ -e "$dir/boot/vmlinuz-$release" ] || {
		mkdir -p "$dir/boot" && ln -s "../lib/modules/$release/vmlinuz" "$dir/boot/vmlinuz-$release"
	} || return 1
	# The headers name themselves and their common part by the installed path. As a
	# relative path it works wherever the cache may be.
	sed -i -E 's,^(include |KBUILD_OUTPUT=)/usr/src/,\1../,' "$dir/$headers/Makefile" &&
		ln -sfn "$(realpath -m --relative-to="$(realpath "$dir/lib/modules/$release")" "$dir/$headers")" \
			"$dir/lib/modules/$release/build" &&
		rm -f "$dir/lib/modules/$release/source" &&
		ln -s "$headers" "$dir/build" &&
		ln -s "boot/vmlinuz-$release" "$dir/vmlinuz" &&
		kernel_decompress "$dir" &&
		archive_release_of "linux-headers-$release" > "$dir/debian" &&
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
	# The kernel, its headers, a part common to all flavours, and the build's tools.
	if [ ${#packages[@]} -lt 4 ]; then
		echo "kernel.sh: apt does not know all packages of $release, only:" \
			"${packages[*]}" >&2
		return 1
	fi
	echo "kernel.sh: downloading ${packages[*]}" >&2
	(cd "$work/debs" && apt-get "${archive_apt[@]}" download "${packages[@]}") \
		>&2 || return 1
	for deb in "$work"/debs/*.deb; do
		dpkg-deb -x "$deb" "$work/root" || return 1
	done
	kernel_arrange "$work/root" "$release" || return 1
	if archive_candidate "linux-image-$release"; then
		echo "$source_version" > "$work/root/version"
	fi
	if [ -d "$kernel_cache/$release" ]; then
		# What was built with the headers of before is to be built again.
		find "$work/root/usr/src" -type f -exec touch {} +
		mv -T "$kernel_cache/$release" "$work/before" || return 1
	fi
	mv -T "$work/root" "$kernel_cache/$release" || return 1
	rm -rf "$work"
}

# True if release $1 is there as apt has it. The candidates of 7.3 are all called 7.3-amd64,
# one after the other; any other release is one package for ever.
kernel_is_unpacked()
{
	[ -d "$kernel_cache/$1" ] || return 1
	[[ $1 =~ ^[0-9]+\.[0-9]+-[a-z] ]] && archive_candidate "linux-image-$1" || return 0
	[ "$(cat "$kernel_cache/$1/version" 2>/dev/null)" = "$source_version" ]
}

# Makes the newest release of kernel $1 present; fails if that cannot be.
kernel_fetch()
{
	local name=$1 release

	release=$(kernel_newest_release "$name")
	[ -n "$release" ] || return 1
	kernel_is_unpacked "$release" || kernel_unpack "$release" || return 1
	echo "$release" > "$kernel_cache/$name.newest.part"
	mv "$kernel_cache/$name.newest.part" "$kernel_cache/$name.newest"
}

# True if an earlier run got a kernel $1 that is still there.
kernel_is_recorded()
{
	local record=$kernel_cache/$1.newest

	[ -e "$record" ] && [ -e "$kernel_cache/$(cat "$record")/release" ]
}

# True if the recorded kernel $1 is the newest: the host's apt has fetched no lists since.
# Asking apt itself takes most of a second.
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

# The version of the kernel that this Debian release installs, such as 6.12; on a host
# that is not Debian, the oldest that chard is tried on.
kernel_default()
{
	local version

	version=$(apt-cache "${archive_apt[@]}" depends linux-image-amd64 2>/dev/null |
		sed -n -E 's/^ *Depends: linux-image-([0-9]+\.[0-9]+)[.-].*/\1/p' | sed -n 1p)
	echo "${version:-6.1}"
}

# The releases of which there are both, the newest version last: a kernel comes into the archive
# hours after its headers, and goes before them.
kernel_all()
{
	archive_use_all
	comm -12 <(kernel_releases linux-headers-) <(kernel_releases linux-image-) |
		sed 's/^/linux-headers-/' | xargs apt-cache "${archive_apt[@]}" depends |
		awk '/^linux-headers-/ { release = substr($1, 15) }
			# Another headers package is what a name without a release leads to.
			/Depends: linux-headers-.*-common/ { print release }' | sort -uV
}

# Those whose package is called so, with the release behind it.
kernel_releases()
{
	apt-cache "${archive_apt[@]}" pkgnames "$1" | sed -n -E "s/^$1([0-9].*-amd64)\$/\1/p" | sort
}

# Gets kernel $1 by the host's lists, or by those of all of Debian; the second time
# with fresh ones, since a superseded release is deleted from the archive.
kernel_get()
{
	kernel_fetch "$1" && return
	archive_use_all && kernel_fetch "$1" && return
	! kernel_is_recorded "$1" || return 1
	archive_refresh && kernel_fetch "$1"
}

kernel_main()
{
	local name=${1:-}

	case $name in
	--default | --all)
		"kernel_${name#--}"
		return
		;;
	esac
	mkdir -p "$kernel_cache"
	kernel_cache=$(realpath "$kernel_cache")
	# A release is what it is for ever, and so is the folder of a debug kernel.
	if [[ $name != */* ]] && [ -e "$kernel_cache/$name/release" ]; then
		echo "$kernel_cache/$name"
		return
	fi
	[[ $name =~ ^[0-9]+\.[0-9]+(-[a-z]+|[0-9.+a-z-]*-amd64)?$ ]] || kernel_die "say which kernel:" \
		"kernel.sh 6.1, 6.12, 7.3, with -rt or -cloud behind it, 6.12-kasan, or a release such as 7.3-amd64"
	case $name in
	*-kasan | *-kcsan | *-nopreempt | *-cfi | *-thinlto) exec "$(dirname "$(realpath "$0")")/debug-kernel.sh" "$name" ;;
	esac
	if kernel_is_current "$name"; then
		kernel_print "$name"
		return
	fi
	command -v apt-get >/dev/null || kernel_die "there is no apt-get:" \
		"this needs Debian; elsewhere, build with KDIR=path/to/headers"

	# One at a time: a second run waits here and then finds the work done.
	exec {lock}>"$kernel_cache/lock"
	flock "$lock"
	if kernel_is_current "$name" || kernel_get "$name"; then
		kernel_print "$name"
	elif kernel_is_recorded "$name"; then
		echo "kernel.sh: apt could not give the newest kernel $name: using" \
			"the one of an earlier run; apt-get update may help" >&2
		kernel_print "$name"
	else
		kernel_die "apt gave no kernel $name: check that the network is" \
			"up and that a release of Debian (${archive_suites[*]}) has it"
	fi
}

kernel_main "$@"
