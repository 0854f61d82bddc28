#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# install.sh install             installs the modules that were built, the sources that drivers
#                                elsewhere are built with, the tool and the docs
# install.sh install NAME DIR    the driver of a folder outside this tree: its module, its uapi
#                                header, and its udev.rules, modprobe.conf and modules-load.conf
# install.sh uninstall [NAME DIR]  removes the same
# install.sh sources | docs | tool | settings NAME DIR  installs these alone
#
# The Makefiles call it. What it heeds, all optional: KERNEL, KDIR and BUILD as kbuild.sh does;
# DESTDIR, below which all goes; PREFIX, /usr/local if it is not set. Modules go where modprobe
# finds them, below /lib/modules, whatever PREFIX is; a PREFIX of /usr has them below
# /usr/lib/modules, as packages do.

set -euo pipefail

chard=$(realpath "$(dirname "$0")/../..")
what=$1 name=${2:-} dir=${3:-}
prefix=${PREFIX:-/usr/local}
to=${DESTDIR:-}$prefix
modules=${DESTDIR:-}
[ "$prefix" != /usr ] || modules=$to

die()
{
	echo "chard: $*" >&2
	exit 1
}

kbuild()
{
	DESTDIR=$modules "$chard/drivers/kbuild.sh" "$@"
}

# Copies the file $1, where there is one, to $2.
put()
{
	[ ! -f "$1" ] || {
		install -D -m 644 "$1" "$2"
		echo "  INSTALL $2"
	}
}

# The files of this tree that build, test and document a driver elsewhere.
sources()
{
	cd "$chard"
	find Kbuild bindings core drivers rust-handlers userspace selftests/setup selftests/vm selftests/lib \
		-type f ! -name Cargo.lock -print0
}

install_sources()
{
	mkdir -p "$to/share/chard"
	sources | (cd "$chard" && cpio --quiet -0 -pmdu "$to/share/chard")
	echo "  INSTALL $to/share/chard"
}

# With their folders: README and the pages link to each other.
install_docs()
{
	(cd "$chard" && find README.md docs -type f -exec install -D -m 644 {} "$to/share/doc/chard/{}" \;)
	echo "  INSTALL $to/share/doc/chard"
}

# The command chard, its manual page and its completion.
install_tool()
{
	make -s -C "$chard/userspace/chard" install DESTDIR="${DESTDIR:-}" PREFIX="$prefix"
	echo "  INSTALL $to/sbin/chard"
}

# What a folder has for the programs that make its device ready, and where each reads it.
settings()
{
	echo "udev.rules $to/lib/udev/rules.d/60-chard-$name.rules"
	echo "modprobe.conf $to/lib/modprobe.d/chard-$name.conf"
	echo "modules-load.conf $to/lib/modules-load.d/chard-$name.conf"
	echo "chard_$name.h $to/include/chard_$name.h"
}

install_settings()
{
	local from where

	settings | while read -r from where; do
		put "$dir/$from" "$where"
	done
}

# The running system's programs learn of what has changed.
reload()
{
	[ -n "${DESTDIR:-}" ] || ! command -v udevadm >/dev/null || udevadm control --reload 2>/dev/null || :
}

# Removes the modules that match the pattern $1 of the kernel's updates.
remove_modules()
{
	local release=${DESTDIR:-}/lib/modules/$2

	find "$modules/lib/modules/$2/updates/chard" -name "$1" -print -delete 2>/dev/null | sed 's/^/  REMOVE  /'
	find "$modules/lib/modules/$2/updates/chard" -depth -type d -empty -delete 2>/dev/null || :
	[ ! -f "$release/modules.order" ] || PATH=$PATH:/usr/sbin:/sbin depmod -b "${DESTDIR:-/}" "$2"
}

remove()
{
	local path

	for path; do
		[ ! -e "$path" ] || {
			rm -rf "$path"
			echo "  REMOVE  $path"
		}
	done
}

case $what:$name in
install:)
	kbuild --install
	install_sources
	install_docs
	install_tool
	;;
install:*)
	kbuild --install "$name" "$dir"
	install_settings
	reload
	;;
uninstall:)
	release=$(kbuild --release)
	others=$(find "$modules/lib/modules/$release/updates/chard" -maxdepth 1 -name 'chard_*.ko*' -printf ' %f' 2>/dev/null) || :
	[ -z "$others" ] || die "these drivers need chard.ko: run make uninstall in their folders first:$others"
	remove_modules 'chard*.ko*' "$release"
	remove "$to/share/chard" "$to/share/doc/chard" "$to/sbin/chard" "$to/share/man/man8/chard.8" \
		"$to/share/bash-completion/completions/chard"
	;;
uninstall:*)
	remove_modules "chard_$name.ko*" "$(kbuild --release)"
	settings | while read -r _ where; do
		remove "$where"
	done
	reload
	;;
sources:) install_sources ;;
docs:) install_docs ;;
tool:) install_tool ;;
settings:?*) install_settings ;;
*) die "install.sh: say install, uninstall, sources, docs, tool or settings" ;;
esac
