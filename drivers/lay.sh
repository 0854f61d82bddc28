# SPDX-License-Identifier: GPL-2.0
# lay.sh - how sources come to where Kbuild builds them; kbuild.sh and intree.sh
# source it, with $chard the top of this tree.

# shellcheck shell=bash
: "${chard:?}"
die()
{
	echo "chard: $*" >&2
	exit 1
}

# Links the files named, relative to the folder $1, into the folder $2.
link_into()
{
	local from=$1 to=$2 file

	shift 2
	for file; do
		[ -e "$from/$file" ] || continue
		mkdir -p "$to/$(dirname "$file")"
		[ "$(readlink "$to/$file")" = "$from/$file" ] || ln -sfn "$from/$file" "$to/$file"
	done
	# What has left the sources leaves the folder.
	find "$to" -ignore_readdir_race \( -path "$to/cargo" -o -path "$to/rust" \) -prune -o -xtype l -exec rm -f {} +
}

# Makes the file $1 hold what comes on stdin. One that does already keeps its time,
# by which make and Cargo go.
write_file()
{
	cat >"$1.new"
	if [ ! -L "$1" ] && cmp -s "$1.new" "$1"; then
		rm "$1.new"
	else
		mv -T "$1.new" "$1"
	fi
}

# The modules of this tree, in the folder $1.
lay_tree()
{
	local old

	# A driver that is gone leaves no module behind.
	for old in "$1"/drivers/*/; do
		[ -d "$chard/drivers/$(basename "$old")" ] || rm -rf "$old"
	done
	# Headers, too: gcc writes their paths into the module, for UBSAN, as it has found them.
	(cd "$chard" && link_into "$chard" "$1" core/*.[ch] core/*/*.[chS] bindings/*.c drivers/*/*.c drivers/*/Kbuild)
	mkdir -p "$1/uapi" "$1/rust"
}

# A macro of chard's that the file $2 of the folder $1 misspells: C would take it for a
# function, and say so of all that chard.h has.
known_macros()
{
	local macro

	for macro in $(grep -oE '^CHARD_[A-Z0-9_]+' "$1/$2" | sort -u); do
		grep -rqE "^#[[:blank:]]*define[[:blank:]]+$macro\\>" "$1" "$chard/core" "$chard/bindings" \
			--include='*.[ch]' || die "$2: there is no $macro: chard.h has" \
			"$(grep -ohE '^#define CHARD_(MISC_DRIVER|DRIVER|PARAM[A-Z_]*)\(' -r "$chard/core" |
				sed 's/#define \(.*\)(/\1()/' | sort -u | paste -sd, | sed 's/,/, /g')"
	done
}

# The driver $1 of the folder $2, in the folder $3: NAME.c and NAME.rs, and where
# there are any, chard_NAME.h, Cargo.toml and Kbuild. What is missing of the last
# two is written.
lay_outside()
{
	local name=$1 dir=$2 to=$3 crate=$2

	case $name in
	*[!a-z0-9_]* | [!a-z]* | '') die "NAME=$name: a name is small letters, digits and _, a letter first" ;;
	esac
	[ -f "$dir/$name.c" ] || die "$dir has no $name.c, the driver's C: see drivers/echo/echo.c"
	[ ! -e "$chard/drivers/$name" ] || die "$name is a driver of chard's own: take another name"
	[ -f "$dir/Kbuild" ] || known_macros "$dir" "$name.c"
	link_into "$dir" "$to" "$name.c" "${name}_c.c"
	mkdir -p "$to/uapi" "$to/rust"
	if [ ! -f "$dir/Cargo.toml" ]; then
		[ -f "$dir/$name.rs" ] || die "$dir has neither $name.rs nor Cargo.toml: where is the handler?"
		crate=$to/crate
		mkdir -p "$crate"
		write_file "$crate/Cargo.toml" <<-END
			[package]
			name = "$name"
			version = "0.1.0"
			edition = "2024"

			[lib]
			path = "$dir/$name.rs"
			crate-type = ["staticlib"]

			[dependencies]
			chard = { path = "$chard/rust-handlers/chard" }

			[workspace]
		END
	fi
	{
		printf '%s := %s\n' CHARD_NAME "$name" CHARD_DIR "$dir" CHARD_CRATE "$crate"
		if [ -f "$dir/Kbuild" ]; then
			# shellcheck disable=SC2016 # for make
			echo 'include $(CHARD_DIR)/Kbuild'
		else
			cat <<-END
				obj-\$(or \$(CONFIG_CHARD_${name^^}),m) := chard_$name.o
				chard_$name-y := $name.o $([ ! -f "$dir/${name}_c.c" ] || echo "${name}_c.o ")lib$name.o
				include \$(CHARD)/rust-handlers/outside.mk
			END
		fi
	} | write_file "$to/Kbuild"
}
