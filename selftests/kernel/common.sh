# SPDX-License-Identifier: GPL-2.0
# common.sh - what the stages of one kernel begin with; they source it at the
# top of the tree.

# shellcheck shell=bash
: "${KERNEL:?say which kernel, as in KERNEL=6.1}"
# The build folder of the kernel, and the folder that it is unpacked in.
build=$(drivers/kbuild.sh --where)
# shellcheck disable=SC2034 # for those who source this
kernel=$(selftests/setup/kernel.sh "$KERNEL")

# Whether the kernel is configured with the option $1.
has()
{
	grep -q "^CONFIG_$1=y" "$kernel/build/.config"
}
