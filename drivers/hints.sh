# SPDX-License-Identifier: GPL-2.0
# hints.sh - what to do about errors of the tools that do not say so themselves; kbuild.sh
# sources it, with $chard the top of this tree.

# shellcheck shell=bash
: "${chard:?}"

hint()
{
	echo "chard: $*" >&2
}

# Reads the errors of a build, of the handler $2, from the file $1.
hints()
{
	local crate

	name_unknown_declaration "$1"
	if grep -qE "(unlinked crate|find crate for|maybe a missing crate) \`(std|alloc)\`|module or crate \`(std|alloc)\`|unresolved import \`std" "$1"; then
		# shellcheck disable=SC2016 # of rustc's
		crate=$(sed -n 's/^error: could not compile `\([^`]*\)`.*/\1/p' "$1" | sed -n 1p)
		if [ "$crate" = "${2:-}" ] || [ -z "$crate" ]; then
			hint "a handler has no std: begin it with #![no_std], write core:: for std::, and take" \
				"Vec, String, Box and Arc from chard::prelude; the kernel's part is in chard:: (make doc)"
		else
			hint "the crate $crate needs std, which the kernel has not: see whether it can do without" \
				"(default-features = false in Cargo.toml), or take another"
		fi
	fi
	if grep -qE "\`.*String: From<&?(str|char)>\` is not satisfied|no (method|function or associated item|associated function).* named \`[a-z_]*\` found for (struct|type|reference|mutable reference).*(Vec|String|Box|Arc|VecDeque|str|\[[a-z0-9_]*\])\b" "$1"; then
		hint "what allocates has another name here, and gives a Result, since memory may be refused:" \
			"try_push, try_push_str, try_extend, try_box(), try_arc(), try_format!() (make doc)"
	fi
	if grep -qE "couldn't read .*/uapi/[a-z0-9_]*\.c\.rs" "$1"; then
		hint "chard::c!() reads NAME_c.h beside the handler, which is not there: see docs/own-c.md"
	elif grep -qE "couldn't read .*/uapi/[a-z0-9_]*\.rs" "$1"; then
		hint "chard::uapi!() reads chard_NAME.h beside the handler, which is not there: see docs/outside.md"
	fi
}

# What core uses and a new kernel has changed: says where it belongs.
name_unknown_declaration()
{
	local first name

	! grep -q 'core/compat.h:.*takes no form' "$1" || return 0
	first=$(grep -m 1 -E '(^|/)(core|bindings)/[^:]*:[0-9:]* error: ' "$1") || return 0
	# That one says itself what is wrong, as of a kernel that lacks a bus.
	[[ $first != *": error: #error "* ]] || return 0
	name=$(sed -n "s/.* error: [^'‘]*['‘]\([^'’]*\)['’].*/\1/p" <<<"$first")
	hint "this kernel has another ${name:-declaration} than core/ uses: where core builds for other" \
		"kernels, add the difference to core/compat.h; see docs/new-kernel.md"
}
