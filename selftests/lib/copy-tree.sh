#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# copy-tree.sh FOLDER - makes FOLDER a copy of this tree as git would commit it,
# new files included. What else is there goes, but for FOLDER/build. A file that
# differs gets a new time, so that make and Cargo see that it has changed.

set -euo pipefail

cd "$(dirname "$0")/../.."
folder=$1
files=$(git ls-files --cached --others --exclude-standard | sort -u | while read -r file; do
	[ ! -e "$file" ] || echo "$file"
done)

mkdir -p "$folder"
(
	cd "$folder"
	find . -path ./build -prune -o \( -type f -o -type l \) -print | sed 's|^\./||' | sort |
		comm -23 - <(echo "$files") | xargs -r rm -f
	for dir in */; do
		[ "$dir" = build/ ] || [ ! -d "$dir" ] || find "$dir" -depth -type d -empty -delete
	done
)
while read -r file; do
	if ! cmp -s "$file" "$folder/$file"; then
		mkdir -p "$(dirname "$folder/$file")"
		cp -P --remove-destination "$file" "$folder/$file"
	fi
done <<<"$files"
