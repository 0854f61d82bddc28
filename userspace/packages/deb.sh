#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# deb.sh                      Debian packages of chard: chard-dkms, chard-dev, chard-doc, chard
# deb.sh NAME DIR             NAME-dkms of the driver in DIR, which stands on chard-dkms
# deb.sh --modules            chard-modules-RELEASE: chard.ko, built for KERNEL or KDIR, for
#                             machines that have no compiler
# deb.sh --modules NAME DIR   NAME-modules-RELEASE of a driver, which stands on that one
#
# They are built by debhelper, in build/deb of the tree or of the folder, and named at the end.
# Dates in them are those of the sources. DEBFULLNAME and DEBEMAIL name the maintainer, else git
# does.

set -euo pipefail

chard=$(realpath "$(dirname "$0")/../..")
packages=$chard/userspace/packages

die()
{
	echo "deb.sh: $*" >&2
	exit 1
}

# What the templates have as @WORD@.
declare -A words

# Writes the files of the folder $1 and the licence into debian/. A file whose name begins with
# PACKAGE gets that of the package.
write_debian()
{
	local file expression=(-e '/^# SPDX/d') word

	for word in "${!words[@]}"; do
		expression+=(-e "s/@$word@/$(sed 's/[\/&\\]/\\&/g' <<<"${words[$word]}")/g")
	done
	mkdir -p debian/source
	echo "3.0 (native)" >debian/source/format
	for file in "$1"/* "$packages/copyright"; do
		sed "${expression[@]}" "$file" >"debian/$(basename "${file/PACKAGE/${words[package]}}")"
	done
	cat >debian/changelog <<-END
		${words[source]} (${words[version]}) unstable; urgency=medium

		  * Built from the sources of this version.

		 -- ${words[maintainer]}  ${words[date]}
	END
	chmod +x debian/rules
}

# Sets what the packages are described by: of chard, or of the driver $1 in the folder $2.
describe()
{
	local fullname email version seconds

	fullname=${DEBFULLNAME:-$(git config user.name || id -un)}
	email=${DEBEMAIL:-$(git config user.email || echo "$(id -un)@$(uname -n)")}
	words[maintainer]="$fullname <$email>"
	words[holder]=$([ $# = 0 ] && echo "The chard authors" || echo "${words[maintainer]}")
	read -r version seconds < <("$packages/version.sh" "$@")
	words[version]=$version
	words[date]=$(LC_ALL=C date -u -R -d "@$seconds")
	words[year]=$(date -u -d "@$seconds" +%Y)
	export SOURCE_DATE_EPOCH=$seconds
}

# Has debhelper make the packages of the folder $work, which is done with then.
build()
{
	(cd "$work" && dpkg-buildpackage -b -us -uc) >"$out/log" 2>&1 || {
		tail -n 20 "$out/log" >&2
		die "dpkg-buildpackage failed; see $out/log"
	}
	# Those of this time: packages for other kernels lie there as well.
	sed -n "s|^\([^ ]*\.deb\) .*|chard: built $out/\1|p" "$work/debian/files"
	rm -rf "$work"
}

# An empty folder for the source package $1, below $2.
begin()
{
	words[source]=$1
	out=$2/build/deb
	work=$out/$1
	rm -rf "$work"
	mkdir -p "$work"
}

"$chard/selftests/setup/deps.sh" deb
modules=
if [ "${1:-}" = --modules ]; then
	modules=y
	shift
fi
name=${1:-} dir=$(realpath "${2:-$chard}")
if [ -z "$name" ]; then describe; else describe "$name" "$dir"; fi
# A package's name has no underscore.
driver=${name//_/-}
description=$(sed -n 's/^MODULE_DESCRIPTION("\(.*\)");$/\1/p' "$dir/${name:-core/main}.c")
words+=([name]=$name [driver]=$driver [package]=$driver-dkms [description]=${description:-driver of /dev/chard-$name})
if [ -n "$modules" ]; then
	release=$("$chard/drivers/kbuild.sh" --release)
	words+=([package]=${driver:-chard}-modules-$release [release]=$release)
	begin "${words[package]}" "$dir"
	"$chard/drivers/kbuild.sh" ${name:+"$name" "$dir"}
	INSTALL_MOD_STRIP=1 DESTDIR=$work/root/usr "$chard/drivers/kbuild.sh" --install ${name:+"$name" "$dir"}
	core=$(find "$work/root" -name 'chard.ko*')
	# A driver's package goes with that chard.ko alone which it was built with.
	words[contract]=chard-modules-$release-contract-$(PATH=$PATH:/usr/sbin:/sbin modinfo -F chard_contract "$core")
	words[depends]=linux-image-$release
	words[provides]=${words[contract]}
	[ -z "$name" ] || {
		words[depends]=${words[contract]}
		words[provides]=
		rm "$core"
	}
	template=modules
elif [ -z "$name" ]; then
	begin chard "$chard"
	DESTDIR=$work/dev PREFIX=/usr "$packages/install.sh" sources >"$out/log"
	DESTDIR=$work/doc PREFIX=/usr "$packages/install.sh" docs >"$out/log"
	DESTDIR=$work/tool PREFIX=/usr "$packages/install.sh" tool >"$out/log"
	template=core
else
	begin "$driver" "$dir"
	# All that the build may need, but not what it has made.
	(cd "$dir" && find . \( -path ./build -o -path ./.git \) -prune -o -type f -print0 |
		cpio --quiet -0 -pmd "$work/src")
	# The crate lies elsewhere where the package is.
	[ ! -f "$work/src/Cargo.toml" ] || sed -i -E \
		's|^(chard *= *\{.*path *= *)"[^"]*"|\1"/usr/share/chard/rust-handlers/chard"|' "$work/src/Cargo.toml"
	DESTDIR=$work/etc PREFIX=/usr "$packages/install.sh" settings "$name" "$dir" >"$out/log"
	template=driver
fi
(cd "$work" && write_debian "$packages/$template")
build
