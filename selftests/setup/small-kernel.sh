# SPDX-License-Identifier: GPL-2.0
# small-kernel.sh - how a small kernel is built from Debian's source, by fragments of
# a configuration; debug-kernel.sh and intree-kernel.sh source it.

# shellcheck shell=bash
setup=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
cache=${CHARD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/chard}/kernels
# shellcheck source=selftests/setup/archive.sh
. "$setup/archive.sh"
mkdir -p "$cache"
cache=$(realpath "$cache")

die()
{
	echo "$(basename "$0"): $*" >&2
	exit 1
}

# The fragment of kernel $1, of kind $2.
fragment()
{
	cat "$setup/debug/common" "$setup/debug/$2"
	[ ! -f "$setup/debug/$1-$2" ] || cat "$setup/debug/$1-$2"
}

# The name of kernel $1, of kind $2, by its source and its fragment: a change of
# either is another kernel.
kernel_name()
{
	archive_source "$1" || exit
	echo "$source_version-$2-$(fragment "$1" "$2" | sha256sum | cut -c1-8)"
}

# The source of kernel $1, in the folder $2.
unpack()
{
	mkdir -p "$2"
	archive_source "$1" || exit
	tar -xJf "$source_tarball" -C "$2" --strip-components=1
}

# Whether each option of the fragment $1 has come to be as it says: a dependency
# that is missing drops one without a word. What the version does not know at all
# is another version's name for it.
options_hold()
{
	local line name

	grep -E '^CONFIG_|^# CONFIG_.* is not set' "$1" | while read -r line; do
		! grep -qxF -- "$line" .config || continue
		name=$(sed -E 's/^(# )?CONFIG_([A-Z0-9_]+).*/\2/' <<<"$line")
		if grep -q "^CONFIG_$name=" .config || grep -rqsE --include='Kconfig*' "^(menu)?config $name\$" \
			arch/Kconfig arch/x86 drivers fs init kernel lib mm net security; then
			echo "the kernel's .config does not have: $line"
			return 1
		fi
	done
}

# In the source's folder: makes the kernel, whose release ends in $1, by the
# fragment $2, whose lines "# make WORD" are for make. Its own objects go without debug
# information, which takes a third of the time; modules that are built against it have theirs.
compile()
{
	local words

	mapfile -t words < <(sed -n 's/^# make //p' "$2")
	make -s KCONFIG_ALLCONFIG="$2" "${words[@]}" allnoconfig &&
		options_hold "$2" &&
		make -s "-j$(nproc)" LOCALVERSION="$1" KCFLAGS=-g0 KBUILD_BUILD_HOST=chard KBUILD_BUILD_USER=chard \
			"${words[@]}" vmlinux modules
}
