#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# new-handler.sh NAME - writes what a new device begins with: the handler's
# crate, the driver's C with its Kbuild and uapi header, a kselftest and a
# libcheck suite. They build and pass; no other file needs a change.

set -euo pipefail

cd "$(dirname "$0")/../.."
name=${1:-}
template=rust-handlers/new/template

die()
{
	echo "new-handler: $*" >&2
	exit 1
}

case $name in
'') die "say which name, as in: make new-handler NAME=foo" ;;
*[!a-z0-9_]* | [!a-z]*) die "\"$name\" is no name: it takes small letters, digits and _, a letter first" ;;
# What the tree itself or Rust has under that name.
new | chard | template | host | setup | vm | kernel | core | alloc | std | test)
	die "\"$name\" is taken: choose another"
	;;
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
for taken in "drivers/$name" "rust-handlers/$name" selftests/{core,drivers}/"$name" "userspace/$name"; do
	[ ! -e "$taken" ] || die "\"$name\" is taken: there is $taken already"
done

# @name@, @NAME@ and @Name@ stand for the name; it names a type in Rust.
upper=${name^^}
type=$(sed -E 's/(^|_)([a-z0-9])/\u\2/g; s/_//g' <<<"$name")

write()
{
	mkdir -p "$(dirname "$2")"
	sed "s/@name@/$name/g; s/@NAME@/$upper/g; s/@Name@/$type/g" "$template/$1" >"$2"
	echo "  $2"
}

echo "A new device, /dev/chard-$name:"
write handler.rs "rust-handlers/$name/src/lib.rs"
write Cargo.toml.in "rust-handlers/$name/Cargo.toml"
write driver.c "drivers/$name/$name.c"
write uapi.h "drivers/$name/chard_$name.h"
write Kbuild.in "drivers/$name/Kbuild"
write kselftest.c "selftests/drivers/$name/$name.c"
write kselftest.mk "selftests/drivers/$name/Makefile"
ln -s "../../../drivers/$name/chard_$name.h" "selftests/drivers/$name/chard_$name.h"
write suite.c "userspace/$name/check_$name.c"
echo "make builds chard_$name.ko, make check tests it."
