#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# entries.sh NAME GLUE STATICLIB: prints the symbols by which the driver's C
# (GLUE, an object) enters its handler. Fails, and says what to do, where the
# operations that C names are not those that the handler implements.
set -eu

name=$1 glue=$2 lib=$3

symbols() {
	${NM:-nm} "$@" 2>/dev/null |
		sed -n "s/^[0-9a-f]* *[UTRD] \(chard_${name}_[a-z_]*\)\$/\1/p" | sort -u
}

named=$(symbols --undefined-only "$glue")
implemented=$(symbols --defined-only "$lib")
[ -n "$implemented" ] || {
	echo "$name: the handler exports nothing: does its crate say chard::handler!(Type)?" >&2
	exit 1
}

# The trait for an operation, by its name in file_operations.
trait() {
	case $1 in
	read_iter) echo Read ;;
	write_iter) echo Write ;;
	llseek) echo Seek ;;
	ioctl) echo Ioctl ;;
	*) echo "handler!" ;;
	esac
}

bad=0
for symbol in $named $implemented; do
	op=${symbol#"chard_${name}_"}
	case " $(echo "$implemented" | tr '\n' ' ')" in
	*" $symbol "*) ;;
	*)
		echo "$name: the driver's C names $op, but the handler does not implement chard::$(trait "$op")" >&2
		bad=1
		;;
	esac
	case " $(echo "$named" | tr '\n' ' ')" in
	*" $symbol "*) ;;
	*)
		echo "$name: the handler implements chard::$(trait "$op"), but the driver's C does not name $op: add it to CHARD_MISC_DRIVER" >&2
		bad=1
		;;
	esac
done
[ "$bad" = 0 ]
echo "$named"
