#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# root.sh RELEASE                  makes a minimal system of a Debian release (bookworm,
#                                  trixie, sid) by debootstrap, and prints its folder
# root.sh --run RELEASE COMMAND..  runs a command there, in the folder of the caller
#
# What the release alone can do is done there: build for a kernel whose host tools want
# its libc and its gcc, or try chard as a new user of it would. The root lies below
# CHARD_CACHE. This tree, the cache and BUILD are seen there at the paths that they have
# here. RUSTC, CARGO, BINDGEN and PATH are not handed on: the root has its own tools.
# Needs root, as chroot(2) and debootstrap do.

set -euo pipefail

# shellcheck source=selftests/setup/archive.sh
. "$(dirname "$(realpath "$0")")/archive.sh"
chard=$(realpath "$(dirname "$0")/../..")
cache=${CHARD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/chard}

die()
{
	echo "root.sh: $*" >&2
	exit 1
}

# Makes the root of release $1 below the cache, if it is not there.
root_make()
{
	local release=$1 mirror

	mkdir -p "$cache/roots"
	exec 8>"$cache/roots/lock"
	flock 8
	[ ! -d "$cache/roots/$release" ] || { exec 8>&-; return 0; }
	command -v debootstrap >/dev/null || die "debootstrap is missing: install the package debootstrap"
	mirror=$(archive_mirror)
	echo "root.sh: making a minimal system of $release in $cache/roots/$release, once" >&2
	rm -rf "$cache/roots/$release.part"
	debootstrap --variant=minbase "$release" "$cache/roots/$release.part" "$mirror" \
		>"$cache/roots/$release.log" 2>&1 || die "debootstrap failed; see $cache/roots/$release.log"
	# A mirror that stands still has lists that are out of date; the host says so, too.
	apt-config dump Acquire::Check-Valid-Until >"$cache/roots/$release.part/etc/apt/apt.conf.d/host"
	mv "$cache/roots/$release.part" "$cache/roots/$release"
	exec 8>&-
}

# Runs a command in the root of release $1. The mounts end with their namespace.
root_run()
{
	local root=$cache/roots/$1 kept=() seen name

	shift
	for name in KERNEL KDIR BUILD V CHARD_CACHE DEBIAN_MIRROR NO_INSTALL; do
		[ -z "${!name:-}" ] || kept+=("$name=${!name}")
	done
	cp -L /etc/resolv.conf "$root/etc/resolv.conf"
	mkdir -p "$cache" "${BUILD:-$PWD}"
	# Each of these may lie in another; they are mounted once all the same.
	seen=$(realpath "$chard" "$cache" "$PWD" "${BUILD:-$PWD}" "${KDIR:-$PWD}" | sort -u)
	# shellcheck disable=SC2016 # the inner shell's variables
	exec unshare --mount --pid --fork --kill-child bash -euc '
		root=$0 seen=$1 folder=$2
		shift 2
		mount -t proc proc "$root/proc"
		mount --rbind /dev "$root/dev"
		mount -t tmpfs tmpfs "$root/tmp"
		for path in $seen; do
			mkdir -p "$root$path"
			mount --bind "$path" "$root$path"
		done
		exec chroot "$root" /usr/bin/env -i -C "$folder" HOME="$HOME" LC_ALL=C.UTF-8 \
			PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"
	' "$root" "$seen" "$PWD" "${kept[@]}" "$@"
}

[ "${1:-}" != --run ] || { run=1; shift; }
case ${1:-} in
bookworm | trixie | sid) ;;
*) die "say which release: root.sh [--run] bookworm|trixie|sid" ;;
esac
[ "$(id -u)" = 0 ] || die "a root of $1 takes root, and this is not: run it as root, or on a machine with $1"
root_make "$1"
[ -n "${run:-}" ] || { echo "$cache/roots/$1"; exit; }
root_run "$@"
