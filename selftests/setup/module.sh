#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# module.sh KERNEL FOLDER NAME... - unpacks these modules of the kernel's own into FOLDER as
# NAME.ko. KERNEL is a folder that kernel.sh has printed.

set -euo pipefail

kernel=$1 folder=$2
shift 2
for name; do
	file=$(find "$kernel/lib/modules/" -name "$name.ko*" -print -quit)
	case $file in
	'')
		echo "module.sh: the kernel $(cat "$kernel/release") has no module $name" >&2
		exit 1
		;;
	*.xz) xz -dc "$file" ;;
	*) cat "$file" ;;
	esac >"$folder/$name.ko"
done
