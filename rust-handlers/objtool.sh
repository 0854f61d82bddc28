#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# objtool.sh OBJTOOL [ARG...] OBJECT: runs the kernel's objtool, and fails where it warns:
# the kernel could not walk the stack of such code, or would let it run into nothing.
set -eu

for object; do :; done
said=$("$@" 2>&1) || {
	status=$?
	printf '%s\n' "$said" >&2
	exit "$status"
}
[ -z "$said" ] || {
	printf '%s\n' "$said" >&2
	echo "chard: $object: objtool warns of this code (above), which stops the build: the usual reason is a method that never returns" >&2
	exit 1
}
