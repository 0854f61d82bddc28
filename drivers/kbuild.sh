#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# kbuild.sh            builds this tree's modules
# kbuild.sh NAME DIR   builds the driver NAME of a folder outside this tree, and likewise
#                      more of them: NAME DIR NAME DIR...
# kbuild.sh --core     builds chard.ko alone
# kbuild.sh --install [NAME DIR]
#                      installs what was built of the one or the other by the kernel's
#                      modules_install
# kbuild.sh --where    prints the build folder and builds nothing; --release the kernel's release
#
# The Makefiles call it. What it heeds, all optional:
#
#   CHARD_DRIVERS  which of this tree's drivers are built, by name; without it all
#   DESTDIR  what is installed goes below this folder
#   KDIR     a configured kernel tree, or
#   KERNEL   a kernel of Debian's by its version, such as 6.12, which is
#            downloaded; without both, the running kernel
#   BUILD    where the build folders of this tree go (build/ in it)
#   SIGN_KEY, SIGN_CERT
#            what is installed is signed by this key, a file of PEM or a pkcs11: URI, with
#            this certificate
#   RUSTC, CARGO, BINDGEN
#
# One build folder for each kernel: sources are linked into it, so that Kbuild
# writes nothing beside them.

set -euo pipefail
# depmod and modinfo are there, which a user may lack.
PATH=$PATH:/usr/sbin:/sbin

chard=$(realpath "$(dirname "$0")/..")
# The folder of a driver outside this tree, while that is built.
dir=

. "$chard/drivers/lay.sh"
. "$chard/drivers/hints.sh"

# Sets kdir, the tree to build for, its release, and folder, the name of its build folder.
find_kernel()
{
	local file

	if [ -n "${KDIR:-}" ]; then
		kdir=$(realpath -e "$KDIR" 2>/dev/null) || die "KDIR=$KDIR is not there: name a kernel tree"
	elif [ -n "${KERNEL:-}" ]; then
		stock=$("$chard/selftests/setup/kernel.sh" "$KERNEL")
		kdir=$stock/build
	else
		release=$(uname -r)
		kdir=$(realpath -e "/lib/modules/$release/build" 2>/dev/null) ||
			die "no headers of the running kernel $release: install linux-headers-$release," \
				"or say for which kernel to build, as in: make KERNEL=6.12"
	fi
	for file in .config include/config/auto.conf include/generated/utsrelease.h; do
		[ -f "$kdir/$file" ] ||
			die "$kdir is not a configured kernel tree: run make olddefconfig modules_prepare there"
	done
	! grep -q '^CONFIG_CHARD=' "$kdir/include/config/auto.conf" ||
		die "$kdir has chard in it: what drivers/intree.sh has laid there is built there"
	release=$(sed -n 's/.*UTS_RELEASE "\(.*\)".*/\1/p' "$kdir/include/generated/utsrelease.h")
	folder=$release
	# Two trees may call themselves the same; only packaged ones do not.
	if [ -n "${KDIR:-}" ]; then
		folder=$release-$(sha256sum <"$kdir/.config" | cut -c1-8)
	fi
}

# Has the kernel's make make the target $1 of the folder $2, with more variables behind. Sources
# may lie in the folder $dir as well.
kbuild()
{
	local target=$1 folder=$2 assignments

	shift 2
	assignments=$("$chard/selftests/setup/toolchain.sh" | sed 's/ := /=/')
	# A kernel that clang compiled takes modules of clang's alone.
	assignments+=" $("$chard/selftests/setup/build-host.sh" --compiler "$kdir")"
	# shellcheck disable=SC2086 # one word for each; paths with spaces are refused
	# Packaged headers of 6.1 come without the vmlinux that BTF is made from,
	# at which Kbuild would grumble for each module.
	if [ ! -f "$kdir/vmlinux" ]; then
		set -- CONFIG_DEBUG_INFO_BTF_MODULES= "$@"
	elif grep -q '^CONFIG_DEBUG_INFO_BTF_MODULES=y' "$kdir/.config"; then
		command -v pahole >/dev/null ||
			die "pahole is missing, which makes BTF of this kernel's modules: install the package pahole"
	fi
	# The kernel's make heeds these on its own command line alone: what is in W and C of the
	# environment is meant for it, as with `make W=1`.
	[ -z "${W:-}" ] || set -- "W=$W" "$@"
	[ -z "${C:-}" ] || set -- "C=$C" "$@"
	# The same bytes wherever it is built: no folder's name in debug information, of which the
	# build ID is made. pahole writes types in the same order each time if Kbuild has a time of
	# the build, which it puts into no module.
	local each maps=
	for each in "$chard" "${dir:-$folder}" "$folder"; do
		maps+=" -ffile-prefix-map=$each=. -ffile-prefix-map=$each/="
	done
	local -x KCFLAGS="${KCFLAGS:-} $maps" KAFLAGS="${KAFLAGS:-} $maps"
	local -x KBUILD_BUILD_TIMESTAMP=${KBUILD_BUILD_TIMESTAMP:-any}
	# As many jobs as there are processors, unless make was told.
	case " ${MAKEFLAGS:-}" in
	*" -j"* | *"--jobserver"*) ;;
	*) set -- "-j$(nproc)" "$@" ;;
	esac
	# What it says of errors is kept beside the terminal, and what it prints goes by it.
	# shellcheck disable=SC2086 # one word for each assignment
	{
		make --no-print-directory -C "$kdir" M="$folder" CHARD="$chard" CHARD_BUILD="$core_build" \
			$assignments "$@" "$target" 2>&1 >&3 | tee "$folder/errors" >&2
	} 3>&1 || {
		hints "$folder/errors" "${name:-}"
		exit 1
	}
}

# What several drivers stand on is made by one build at a time. With more variables behind.
build_tree()
{
	cd "$chard"
	mkdir -p "$core_build"
	(
		flock -n 9 || {
			echo "chard: another build goes on in $core_build: waiting for its end" >&2
			flock 9
		}
		lay_tree "$core_build"
		link_into "$chard" "$core_build" Kbuild
		kbuild modules "$core_build" "$@"
	) 9>"$core_build/lock"
}

# A driver outside this tree, in a build folder beside it.
build_outside()
{
	local name=$1 dir=$2 build=$2/build/$folder

	lay_outside "$name" "$dir" "$build"
	# Kbuild looks at the core's symbols when the driver has changed, but not when they
	# have: it would be refused by the kernel, as one for another core.
	if [ "$core_build/Module.symvers" -nt "$build/Module.symvers" ]; then
		rm -f "$build/Module.symvers"
	fi
	kbuild modules "$build" KBUILD_EXTRA_SYMBOLS="$core_build/Module.symvers"
	echo "chard: built $build/chard_$name.ko, to be loaded after $core_build/chard.ko"
}

# Refuses what modules cannot be signed with, before anything is installed.
check_signing()
{
	local file

	if [ -z "${SIGN_KEY:-}" ] || [ -z "${SIGN_CERT:-}" ]; then
		die "to sign modules takes both: SIGN_KEY=, a private key, and SIGN_CERT=, its certificate"
	fi
	[ -x "$kdir/scripts/sign-file" ] ||
		die "$kdir has no scripts/sign-file: the kernel was configured without CONFIG_MODULE_SIG"
	for file in "$SIGN_KEY" "$SIGN_CERT"; do
		[[ $file = pkcs11:* ]] || [ -r "$file" ] || die "$file, to sign modules with, cannot be read"
	done
}

# Installs the modules that were built in the folder $1, where modprobe finds them.
install_modules()
{
	local build=$1 to=${DESTDIR:-}/lib/modules/$release

	[ -s "$build/modules.order" ] || die "nothing is built in $build for $release yet: run make first"
	[ -w "$(existing "$to")" ] || die "$to cannot be written to: run make install as root, or give DESTDIR"
	shift
	if [ -n "${SIGN_KEY:-}${SIGN_CERT:-}" ]; then
		# By Kbuild's own step, between strip and xz, which knows the kernel's key alone and
		# installs a module that could not be signed.
		set -- CONFIG_MODULE_SIG_ALL=y \
			"cmd_sign=\$(objtree)/scripts/sign-file \$(CONFIG_MODULE_SIG_HASH) '$SIGN_KEY' '$SIGN_CERT' \$@" "$@"
	elif [ ! -f "$kdir/certs/signing_key.pem" ]; then
		# A packaged kernel's key is its distribution's: Kbuild would look for it in vain.
		set -- CONFIG_MODULE_SIG_ALL= "$@"
	fi
	kbuild modules_install "$build" INSTALL_MOD_PATH="${DESTDIR:-}" INSTALL_MOD_DIR=updates/chard \
		quiet_cmd_depmod= cmd_depmod=: "$@"
	# Kbuild's own wants the kernel's System.map. A folder that a package is made of has not
	# the kernel's modules, and so no list of them.
	[ ! -f "$to/modules.order" ] || depmod -b "${DESTDIR:-/}" "$release"
}

# The folder $1, or what there is of the way to it.
existing()
{
	local folder=$1

	while [ ! -d "$folder" ]; do
		folder=$(dirname "$folder")
	done
	echo "$folder"
}

# The driver $1 of the folder $2, and the core that it stands on, where there is none.
install_outside()
{
	local core installed

	core=$(find "${DESTDIR:-}/lib/modules/$release/updates" -name 'chard.ko*' 2>/dev/null | sed -n 1p) || :
	if [ -z "$core" ]; then
		install_modules "$core_build"
	else
		installed=$(modinfo -F chard_contract "$core")
		[ "$installed" = "$(modinfo -F chard_contract "$core_build/chard.ko")" ] ||
			die "$core is of another build of chard, and would refuse chard_$1.ko: run make install" \
				"in that of $chard first, or build the driver with the sources of the one that is installed"
	fi
	install_modules "$2/build/$folder"
}

case $chard$PWD${2:-}${BUILD:-}${DESTDIR:-} in
*[[:space:]]*) die "Kbuild and Cargo do not work below a path with spaces: move $chard or $PWD" ;;
esac
case ${SIGN_KEY:-}${SIGN_CERT:-} in
*[[:space:]\'\$]*) die "SIGN_KEY or SIGN_CERT has a space, a quote or a dollar sign, which make would read: move the file" ;;
esac
find_kernel
core_build=${BUILD:-$chard/build}/$folder
# The kernel's make goes to other folders.
[ -z "${SIGN_CERT:-}" ] || SIGN_CERT=$(realpath -m "$SIGN_CERT")
case ${SIGN_KEY:-} in
'' | pkcs11:*) ;;
*) SIGN_KEY=$(realpath -m "$SIGN_KEY") ;;
esac
# Also before a package is built, which is installed for that behind the build.
[ -z "${SIGN_KEY:-}${SIGN_CERT:-}" ] || check_signing
case ${1:-} in
--where | --release) lack= ;;
*) lack=$("$chard/selftests/setup/build-host.sh" --lacks "$kdir") ;;
esac
if [ -n "$lack" ]; then
	[ "${1:-}${DESTDIR:-}" != --install ] ||
		die "this host cannot run $folder, for which it lacks $lack: give DESTDIR to install elsewhere"
	[ -n "${stock:-}" ] || die "this host lacks $lack, which $kdir is built with: install it"
	# The very folder: the other release's apt may know another kernel of that name.
	KERNEL=$(basename "$stock")
	export KERNEL
	exec "$chard/selftests/setup/build-host.sh" "$stock" "$chard/drivers/kbuild.sh" "$@"
fi
[ -z "${DESTDIR:-}" ] || DESTDIR=$(realpath -m "$DESTDIR")
case ${1:-} in
--where) echo "$core_build" ;;
--release) echo "$release" ;;
--core) build_tree CHARD_DRIVERS= ;;
--install)
	if [ -n "${2:-}" ]; then
		install_outside "$2" "${3:?say in which folder}"
	else
		install_modules "$core_build"
	fi
	;;
'') build_tree ${CHARD_DRIVERS+"CHARD_DRIVERS=$CHARD_DRIVERS"} ;;
*)
	# The core it stands on, and the contract that it is built against.
	build_tree CHARD_DRIVERS=
	status=0 builds=()
	while [ $# -gt 0 ]; do
		build_outside "$1" "${2:?say in which folder}" &
		builds+=($!)
		shift 2
	done
	for each in "${builds[@]}"; do
		wait "$each" || status=1
	done
	exit $status
	;;
esac
