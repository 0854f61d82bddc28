#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# root.sh RELEASE                  makes a minimal system of a Debian release (bookworm,
#                                  trixie, sid) by debootstrap, and prints its folder
# root.sh --run RELEASE COMMAND..  runs a command there, in the folder of the caller
# root.sh --fresh RELEASE TREE     makes another, with nothing but a clone of the git tree
#                                  TREE in /chard, and prints its folder
# root.sh --in FOLDER COMMAND...   runs a command in that one, in /chard
#
# What the release alone can do is done there: build for a kernel whose host tools want
# its libc and its gcc, or try chard as a new user of it would. The root lies below
# CHARD_CACHE. This tree, the cache, BUILD, DESTDIR, and the files SIGN_KEY and SIGN_CERT are seen
# there at the paths that they have here. RUSTC, CARGO, BINDGEN and PATH are not handed on: the
# root has its own tools.
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

# Makes a minimal system of release $1 in the folder $2.
root_make()
{
	local release=$1 root=$2 mirror

	command -v debootstrap >/dev/null || die "debootstrap is missing: install the package debootstrap"
	mirror=$(archive_mirror)
	mkdir -p "$archive_cache/debootstrap"
	rm -rf "$root.part"
	debootstrap --variant=minbase --cache-dir="$(realpath "$archive_cache/debootstrap")" \
		"$release" "$root.part" "$mirror" >"$root.log" 2>&1 || die "debootstrap failed; see $root.log"
	# A mirror that stands still has lists that are out of date; the host says so, too.
	apt-config dump Acquire::Check-Valid-Until >"$root.part/etc/apt/apt.conf.d/host"
	# A stable release has these beside it, as the installer puts them there.
	[ "$release" = sid ] || archive_sources "$release" "$release-updates" "$release-security" \
		>"$root.part/etc/apt/sources.list"
	# What is lost when the machine stops can be made again.
	echo force-unsafe-io >"$root.part/etc/dpkg/dpkg.cfg.d/host"
	mv "$root.part" "$root"
}

# The root of release $1 below the cache, made once.
root_kept()
{
	exec 8>"$cache/roots/lock"
	flock 8
	if [ ! -d "$cache/roots/$1" ]; then
		echo "root.sh: making a minimal system of $1 in $cache/roots/$1, once" >&2
		root_make "$1" "$cache/roots/$1"
	fi
	exec 8>&-
}

# Runs a command in the root $1, in the folder $2, with the paths $3, separated by spaces,
# mounted where they are here. The mounts end with their namespace.
root_run()
{
	local kept=() name

	for name in KERNEL KDIR BUILD V W C CHARD_CACHE CHARD_DRIVERS DESTDIR INSTALL_MOD_STRIP DEBIAN_MIRROR \
		NO_INSTALL SIGN_KEY SIGN_CERT; do
		[ -z "${!name+set}" ] || kept+=("$name=${!name}")
	done
	cp -L /etc/resolv.conf "$1/etc/resolv.conf"
	# shellcheck disable=SC2016 # the inner shell's variables
	exec unshare --mount --pid --fork --kill-child bash -euc '
		root=$0 folder=$1 paths=$2
		shift 2
		mount -t proc proc "$root/proc"
		mount --rbind /dev "$root/dev"
		mount -t tmpfs tmpfs "$root/tmp"
		for path in $paths; do
			if [ -d "$path" ]; then
				mkdir -p "$root$path"
			else
				mkdir -p "$root$(dirname "$path")"
				touch "$root$path"
			fi
			mount --bind "$path" "$root$path"
			[ -d "$path" ] || mount -o remount,bind,ro "$root$path"
		done
		# Not among the arguments above, which anybody can read as long as the build takes.
		[ -z "${KBUILD_SIGN_PIN:-}" ] || set -- KBUILD_SIGN_PIN="$KBUILD_SIGN_PIN" "$@"
		exec chroot "$root" /usr/bin/env -i -C "$folder" HOME="$HOME" LC_ALL=C.UTF-8 \
			PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"
	' "$1" "$2" "$3" "${kept[@]}" "${@:4}"
}

mode=
case ${1:-} in
--*) mode=$1; shift ;;
esac
[ "$(id -u)" = 0 ] || die "chroot takes root, and this is not: run it as root, or on a machine with that release"
if [ "$mode" = --in ]; then
	unset KDIR BUILD CHARD_CACHE DESTDIR
	root_run "$1" /chard "" "${@:2}"
fi
case ${1:-} in
bookworm | trixie | sid) ;;
*) die "say which release: root.sh [--run | --fresh] bookworm|trixie|sid" ;;
esac
mkdir -p "$cache/roots" "${BUILD:-$PWD}" "${DESTDIR:-$PWD}"
case $mode in
--fresh)
	rm -rf "$cache/roots/$1-fresh"
	root_make "$1" "$cache/roots/$1-fresh"
	git clone -q "$2" "$cache/roots/$1-fresh/chard"
	echo "$cache/roots/$1-fresh"
	;;
--run)
	root_kept "$1"
	# Each of these may lie in another; they are mounted once all the same. Crates of others are
	# those of the host's librust packages.
	registry=/usr/share/cargo/registry
	[ -d "$registry" ] || registry=$PWD
	paths=$(realpath "$chard" "$cache" "$PWD" "${BUILD:-$PWD}" "${KDIR:-$PWD}" "${DESTDIR:-$PWD}" \
		"$registry" | sort -u | xargs)
	for file in "${SIGN_KEY:-}" "${SIGN_CERT:-}"; do
		case $file in '' | pkcs11:*) ;; *) paths+=" $file" ;; esac
	done
	root_run "$cache/roots/$1" "$PWD" "$paths" "${@:2}"
	;;
*)
	root_kept "$1"
	echo "$cache/roots/$1"
	;;
esac
