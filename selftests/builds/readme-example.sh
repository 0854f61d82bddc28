#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# readme-example.sh FOLDER - lays README's driver into a folder of its own, with
# the three lines of Makefile that build it from there.

set -euo pipefail

cd "$(dirname "$0")/../.."
folder=$1

# The block of README.md behind the line <!-- NAME -->, without its fence.
block()
{
	awk -v mark="<!-- $1 -->" '$0 == mark { on = 1; next }
		on && /^```/ { if (inside) exit; inside = 1; next }
		inside' README.md >"$folder/$1"
	[ -s "$folder/$1" ] || {
		echo "README.md has no block <!-- $1 -->" >&2
		exit 1
	}
}

mkdir -p "$folder"
block hello.rs
block hello.c
block Makefile
sed -i "s|^CHARD := .*|CHARD := $PWD|" "$folder/Makefile"
