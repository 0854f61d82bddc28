#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# intree.sh TREE [NAME=FOLDER...] - puts chard into a kernel's source tree, where
# its configuration then says what is built in, what is a module and what is not.
#
# The sources stay here: TREE/drivers/char/chard has links to them, and the menu
# and the makefile of drivers/char have a line each. A driver outside of this tree
# is named with its folder; its Kconfig, if it has one, is its entry in the menu.
# Where the folder has a file syscall_64.tbl, the lines of it go to the kernel's
# table of system calls, and each answers ENOSYS where it is not built. Once more
# with other names puts those there instead, but leaves the table's lines.

set -euo pipefail

chard=$(realpath "$(dirname "$0")/..")

. "$chard/drivers/lay.sh"

# Puts the line $2 into the file $1, if it is not there: before the line that
# matches $3, or at the end.
add_line()
{
	! grep -qxF -- "$2" "$1" || return 0
	if [ -n "${3:-}" ]; then
		line=$2 awk -v before="$3" '$0 ~ before && !done { print ENVIRON["line"]; done = 1 } 1' "$1"
	else
		cat "$1" && printf '%s\n' "$2"
	fi | write_file "$1"
}

# An entry of the menu for the driver $1, which is $2. The file $3 is its Kbuild: a driver of
# I2C chips asks for CONFIG_I2C there, and one of PCI devices for CONFIG_PCI.
entry()
{
	printf '\nconfig CHARD_%s\n\ttristate "%s"\n\tdepends on CHARD\n' "${1^^}" "$2"
	[ -z "${3:-}" ] || sed -n 's/.*CONFIG_\(I2C\|PCI\)).*/\tdepends on \1/p' "$3"
}

kconfig()
{
	local name

	cat <<-END
		# SPDX-License-Identifier: GPL-2.0
		config CHARD
			tristate "Character devices with handlers in safe Rust"
			depends on X86_64
			# What it has for I2C is in chard.ko: that is a module where I2C is one.
			depends on I2C || !I2C
			help
			  The core that drivers with a handler in Rust stand on. The
			  compiler is one that the machine has: RUST is not needed.
	END
	for name in "$chard"/drivers/*/Kbuild; do
		name=$(basename "$(dirname "$name")")
		entry "$name" "$(sed -n 's/^MODULE_DESCRIPTION("\(.*\)");/\1/p' "$chard/drivers/$name/$name.c")" \
			"$chard/drivers/$name/Kbuild"
	done
	for name in "${!outside[@]}"; do
		if [ -f "${outside[$name]}/Kconfig" ]; then
			printf '\nsource "%s"\n' "${outside[$name]}/Kconfig"
		else
			entry "$name" "chard $name"
		fi
	done
}

# What Kbuild reads first: where all is. It holds for the folders below as well.
kbuild()
{
	local name

	echo "# Written by chard's drivers/intree.sh."
	printf 'CHARD := %s\n' "$chard"
	# shellcheck disable=SC2016 # for make
	echo 'CHARD_BUILD := $(abspath $(obj))'
	"$chard/selftests/setup/toolchain.sh"
	echo 'export CHARD CHARD_BUILD RUSTC CARGO RUST_LIB_SRC BINDGEN'
	# shellcheck disable=SC2016 # for make
	echo 'include $(CHARD)/Kbuild'
	for name in "${!outside[@]}"; do
		printf "obj-\$(CONFIG_CHARD_%s) += outside/%s/\n" "${name^^}" "$name"
		printf "\$(obj)/outside/%s: \$(obj)/rust/handlers\n" "$name"
	done
}

# The system calls of the folder $1, in the order of their numbers.
system_calls()
{
	local number abi name entry

	while read -r number abi name entry; do
		[ -z "$(awk -v number="$number" -v entry="$entry" '$1 == number && $4 != entry' "$table")" ] ||
			die "the number $number of $name is taken in $table"
		awk -v number="$number" -v line="$(printf '%s\t' "$number" "$abi" "$name")$entry" '
			$1 ~ /^[0-9]+$/ && $1 + 0 >= number && !done { print line; done = 1 }
			$1 != number
			END { if (!done) print line }' "$table" | write_file "$table"
		add_line "$tree/kernel/sys_ni.c" "COND_SYSCALL(${entry#sys_});"
	done < <(grep -v '^#' "$1/syscall_64.tbl")
}

[ $# -gt 0 ] || die "say where the kernel's source is: intree.sh TREE [NAME=FOLDER...]"
tree=$(realpath -e "$1" 2>/dev/null) || die "$1 is not there: name the source tree of a kernel"
shift
declare -A outside=()
for pair; do
	dir=$(realpath -e "${pair#*=}" 2>/dev/null) || die "${pair#*=} is not there: say NAME=FOLDER"
	outside[${pair%%=*}]=$dir
done
for dir in "$chard" "$tree" "${outside[@]}"; do
	[[ $dir != *[[:space:]]* ]] || die "Kbuild and Cargo do not work below a path with spaces: move $dir"
done
[ -f "$tree/drivers/char/Kconfig" ] ||
	die "$tree is not the source tree of a kernel: headers alone will not do"

folder=$tree/drivers/char/chard
table=$tree/arch/x86/entry/syscalls/syscall_64.tbl
mkdir -p "$folder"
lay_tree "$folder"
for name in "${!outside[@]}"; do
	lay_outside "$name" "${outside[$name]}" "$folder/outside/$name"
	[ ! -f "${outside[$name]}/syscall_64.tbl" ] || system_calls "${outside[$name]}"
done
kconfig | write_file "$folder/Kconfig"
kbuild | write_file "$folder/Kbuild"
add_line "$tree/drivers/char/Kconfig" 'source "drivers/char/chard/Kconfig"' '^endmenu'
# shellcheck disable=SC2016 # for make
add_line "$tree/drivers/char/Makefile" 'obj-$(CONFIG_CHARD) += chard/'
