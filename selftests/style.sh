#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# style.sh - what every file must be like, judged by the tools for it. Prints
# TAP: a check each.

set -euo pipefail

cd "$(dirname "$0")/.."
sources=$(selftests/setup/source.sh)
rustfmt=$(selftests/setup/toolchain.sh | sed -n 's/^RUSTC := //p')
rustfmt=$(dirname "$rustfmt")/rustfmt
. selftests/lib/tap.sh

# The files of the tree that match, new ones included, but for links, and for
# the templates, whose result is looked at where a handler is made of them.
files()
{
	local file

	git ls-files --cached --others --exclude-standard -- "$@" | sort -u | while read -r file; do
		case $file in
		*/template/*) continue ;;
		esac
		[ ! -f "$file" ] || [ -L "$file" ] || echo "$file"
	done
}

spdx()
{
	files | while read -r file; do
		[ "$file" = LICENSE ] || head -n 3 "$file" | grep 'SPDX-License-Identifier: GPL-2.0' >/dev/null ||
			echo "$file: no SPDX line: give it SPDX-License-Identifier: GPL-2.0"
	done
}

clang_format()
{
	files '*.c' '*.h' | xargs clang-format --dry-run -Werror
}

rust_format()
{
	files '*.rs' | xargs "$rustfmt" --check --edition 2024
}

shell()
{
	files | while read -r file; do
		! head -n 1 "$file" | grep -E '^#!/bin/(ba)?sh' >/dev/null || echo "$file"
	done | xargs shellcheck -x
}

# What writes to a pipe that is closed early is killed, if it is slow enough: with pipefail the
# whole pipe fails then, now and again.
pipes()
{
	files '*.sh' | xargs grep -nE '[^|][|] *([g]rep -[a-zA-Z]*q|[g]rep [^|]*-m|[h]ead )' |
		sed 's/$/: read it all: grep >\/dev\/null, sed -n 1p/' || :
}

# Macros that write a table's functions or a parameter's variables cannot be
# expressions (COMPLEX_MACRO, MACRO_*, MULTISTATEMENT_*), nor are their types
# arguments of functions (FUNCTION_ARGUMENTS); a panic ends in BUG() (AVOID_BUG); the level of a handler's line is
# an argument (PRINTK_WITHOUT_KERN_LEVEL). libcheck's suites are not in the kernel's style.
# Of the files named on stdin; arguments are more options of it.
checkpatch_files()
{
	local scratch

	# It leaves a file where it runs.
	scratch=$(mktemp -d)
	sed "s|^|$PWD/|" |
		(cd "$scratch" && xargs perl "$sources/scripts/checkpatch.pl" --no-tree --no-summary --quiet "$@" --terse \
			--show-types --max-line-length=100 --ignore \
			"COMPLEX_MACRO,MACRO_ARG_REUSE,MACRO_WITH_FLOW_CONTROL,MULTISTATEMENT_MACRO_USE_DO_WHILE,FUNCTION_ARGUMENTS,AVOID_BUG,PRINTK_WITHOUT_KERN_LEVEL" -f) || :
	rm -r "$scratch"
}

checkpatch()
{
	# The form of the kernel's events is not what it is strict about.
	files 'core/*.[ch]' 'bindings/*.[ch]' 'drivers/*.[ch]' 'selftests/*.[ch]' ':!*/check_*.c' |
		grep -vx core/chard_trace.h | checkpatch_files --strict
	echo core/chard_trace.h | checkpatch_files
}

kernel_doc()
{
	files 'core/*.[ch]' 'bindings/*.[ch]' | xargs perl "$sources/scripts/kernel-doc" -none
}

top_level()
{
	files | cut -d/ -f1 | sort -u | while read -r name; do
		case $name in
		core | drivers | rust-handlers | bindings | selftests | userspace | docs) ;;
		Kbuild | Makefile | README.md | LICENSE) ;;
		.ci | .clang-format | .editorconfig | .gitignore) ;;
		*) echo "$name does not belong at the top: put it into the folder that it serves" ;;
		esac
	done
}

# Those of docs/hostile.md are those that are tested, and no fewer than 60.
hostile_rows()
{
	local tested rows

	tested=$({
		sed -n 's/^TEST\(_F(hostile, \|(\)\([a-z_]*\))$/\2/p' selftests/core/hostile/*.c
		sed -n 's|^//# \([a-z_]*\): .*|\1|p' selftests/core/hostile/refused/*.cases
		sed -n 's/.*attempt "\([a-z_]*\)".*/\1/p' selftests/core/hostile/refused.sh
	} | sort)
	# shellcheck disable=SC2016 # of Markdown
	rows=$(sed -n 's/^| `\([a-z_]*\)` |.*/\1/p' docs/hostile.md | sort)
	diff <(echo "$tested") <(echo "$rows") || :
	[ "$(echo "$rows" | wc -l)" -ge 60 ] || echo "docs/hostile.md has fewer than 60 handlers"
}

# docs/ABI/chard has the form of the kernel's, and each attribute and variable of core.
abi()
{
	local name

	perl "$sources/scripts/get_abi.pl" validate --dir docs/ABI 2>&1
	sed -n 's/^static DEVICE_ATTR_[RW]*(\(.*\));/\1/p' core/devices/*.c | while read -r name; do
		grep -q "^What:.*/$name\$" docs/ABI/chard ||
			echo "docs/ABI/chard lacks the attribute $name"
	done
	sed -n 's/.*"\(CHARD_[A-Z]*\)=.*/\1/p' core/devices/uevent.c | while read -r name; do
		grep -q "$name=" docs/ABI/chard || echo "docs/ABI/chard lacks the variable $name"
	done
}

# A handler may say no unsafe; all of the crate's have their SAFETY comment by
# clippy's word.
safe()
{
	files 'rust-handlers/*/src/lib.rs' | while read -r file; do
		[ "$file" = rust-handlers/chard/src/lib.rs ] ||
			grep -q '^#!\[forbid(unsafe_code)\]' "$file" ||
			echo "$file: a handler begins with #![forbid(unsafe_code)]"
	done
}

short()
{
	files | while read -r file; do
		[ "$file" = LICENSE ] || [ "$(wc -l <"$file")" -le 500 ] ||
			echo "$file: over 500 lines: find its seam"
	done
}

# What functions of the core need of a call is what they say.
needs()
{
	selftests/core/context/needs.py
}

# Text only, and nothing that holds for one machine alone.
portable()
{
	files | while read -r file; do
		grep -Iq . "$file" || [ ! -s "$file" ] || echo "$file: is binary"
	done
	files | xargs grep -nE '(^|[^A-Za-z0-9_.])/(work|farm|root|home/[a-z]+)/' || :
	files | xargs grep -nE 'https?://(deb|security|ftp)\.' || :
}

# How kernels differ is asked of their headers, in core/compat.h.
no_versions()
{
	files 'core/*' 'bindings/*' 'drivers/*' 'rust-handlers/*' | xargs grep -nE 'LINUX_VERSION_CODE|KERNEL_VERSION' || :
	# Nor by what KERNEL= is called, which may be a version or a release.
	files 'selftests/*.sh' | xargs grep -nE '(case|\[) "?\$\{?KERNEL\>' || :
}

spaces()
{
	files | xargs grep -nE '[[:blank:]]+$' || :
}

# A link of a page leads to a file, and to a heading there; docs/README.md leads to each page. So
# each path that a comment or a page names leads to a file.
links()
{
	local file line target

	selftests/links.py
	# But for what is generated, and the kernel's own drivers.
	files | xargs grep -noE '(^|[^A-Za-z0-9_./$-])(core|bindings|docs|drivers|rust-handlers|selftests|userspace)(/[a-z0-9_-]+)+\.(c|h|rs|md|sh|py|mk|lds)\b' |
		sed 's/:[^:A-Za-z0-9]*\([a-z-]*\/\)/: \1/' | while IFS=': ' read -r file line target; do
		case $target in
		bindings/chard_constants.h | bindings/contract.rs | core/chard_forms.h | drivers/char/* | drivers/base/*) ;;
		*) [ -e "$target" ] || echo "$file:$line: $target is not there" ;;
		esac
	done
}

# docs/macros.md has the macros of the crate that are not hidden, but for the variants of those of
# the log, and the macros of C that a driver is made by.
macros()
{
	local rust

	mapfile -t rust < <(files 'rust-handlers/chard/src/*.rs')
	{
		awk '/^(#\[|\/\/\/)/ { hidden = hidden || /hidden/; exported = exported || /macro_export/; next }
			/^macro_rules!/ && exported && !hidden { print $2 }
			{ hidden = exported = 0 }' "${rust[@]}" | grep -vE '_(once|ratelimited)$'
		sed -n 's/^#define \(CHARD_[A-Z0-9_]*\)(.*/\1/p' core/chard*.h core/{params,syscall}.h |
			grep -xE 'CHARD_((MISC_|I2C_|PCI_|BOUND_|)DRIVER|REGION|MISC|VALUE|SYSCALL|PARAM(_BOOL|_STRING|_ARRAY|))'
		sed -n 's/^#define \(CHARD_[A-Z]*_CONTEXT\)$/\1/p' bindings/chard_needs.h
	} | sort -u | while read -r name; do
		grep -qE "([\`]|chard::)${name}[\`!(]" docs/macros.md || echo "docs/macros.md lacks $name"
	done
}

# A planted bug that changes nothing would say so in hours, when check-mutants comes to it.
mutants()
{
	local file expression

	files 'selftests/mutants/*' | while read -r mutant; do
		{ read -r file; read -r expression; } < <(grep -v '^#' "$mutant")
		! sed -E "$expression" "$file" | cmp -s - "$file" || echo "$mutant: changes nothing in $file"
	done
}

quiet "every file has its licence" spdx
quiet "clang-format" clang_format
quiet "rustfmt" rust_format
quiet "shellcheck" shell
quiet "a pipe is read to its end" pipes
quiet "checkpatch" checkpatch
quiet "kernel-doc" kernel_doc
quiet "functions ask for what they declare to need" needs
quiet "the top level holds what belongs there" top_level
quiet "handlers forbid unsafe code" safe
quiet "links and paths lead to a file, and to each page of docs" links
quiet "each hostile handler has its row in docs/hostile.md" hostile_rows
quiet "docs/ABI has what user space sees" abi
quiet "docs/macros.md has all macros" macros
quiet "no file is over 500 lines" short
quiet "no binary, no path or host of one machine" portable
quiet "no code asks for a kernel's version" no_versions
quiet "each planted bug changes its file" mutants
quiet "no space at the end of a line" spaces
plan
