#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# new.sh FOLDER - writes what a new driver begins with into a new folder, whose last part
# is the driver's name: the handler, the driver's C and uapi header, a kselftest, a
# libcheck suite and a Makefile. They build and pass.

set -euo pipefail

chard=$(realpath "$(dirname "$0")/../..")
folder=${1:-}
name=$(basename "$folder")
template=$chard/rust-handlers/new/template

die()
{
	echo "new.sh: $*" >&2
	exit 1
}

case $name in
'') die "say which folder, as in: make new FOLDER=../foo" ;;
*[!a-z0-9_]* | [!a-z]*)
	die "\"$name\" is no name: the last part of the folder takes small letters, digits and _, a letter first"
	;;
# What Rust has under that name.
chard | core | alloc | std | test) die "\"$name\" is taken: choose another" ;;
as | async | await | box | break | const | continue | crate | dyn | else | enum | extern | false | \
	fn | for | gen | if | impl | in | let | loop | match | mod | move | mut | pub | ref | return | self | \
	static | struct | super | trait | true | try | type | unsafe | use | where | while)
	die "\"$name\" is a word of Rust's: choose another"
	;;
auto | case | char | default | do | double | float | goto | int | long | register | short | \
	signed | sizeof | switch | typedef | union | unsigned | void | volatile | inline | bool)
	die "\"$name\" is a word of C's: choose another"
	;;
esac
# /dev/chard-NAME, and the core keeps its name in 32 bytes.
[ ${#name} -le 20 ] || die "\"$name\" is too long: 20 characters at most"
[ ! -e "$chard/drivers/$name" ] || die "\"$name\" is taken by a driver of chard's own: choose another"
[ ! -e "$folder" ] || die "$folder is there already: choose another"
case $(realpath -m "$folder") in
*[[:space:]]*) die "$folder: Kbuild and Cargo do not work below a path with spaces" ;;
esac

# @name@, @NAME@ and @Name@ stand for the name; the last one names a type in Rust.
upper=${name^^}
type=$(sed -E 's/(^|_)([a-z0-9])/\u\2/g; s/_//g' <<<"$name")
author=$(git config user.name 2>/dev/null || getent passwd "$(id -u)" | cut -d: -f5 | cut -d, -f1)
author=${author:-$(id -un)}

write()
{
	sed "s/@name@/$name/g; s/@NAME@/$upper/g; s/@Name@/$type/g; s|@chard@|$chard|g; s/@author@/${author//[\/&\"\\]/}/g" \
		"$template/$1" >"$folder/$2"
	echo "  $folder/$2"
}

mkdir -p "$folder"
echo "A new driver, of /dev/chard-$name:"
write handler.rs "$name.rs"
write driver.c "$name.c"
write uapi.h "chard_$name.h"
write kselftest.c "test_$name.c"
write suite.c "check_$name.c"
write Makefile.in Makefile
write README.md README.md
echo "In that folder make builds chard_$name.ko, make check tests it."
