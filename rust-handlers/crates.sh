#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# crates.sh SOURCES MANIFEST DIR... - where the crates of others come from that the handler of
# MANIFEST depends on: makes SOURCES the one folder of all crates in the folders DIR, which
# Cargo takes for its registry, without a network. Prints arguments for Cargo, a word each, and
# fails where a crate has what no handler's may. CARGO and RUSTC are in the environment.

set -euo pipefail

sources=$1 manifest=$2
shift 2
rm -rf "$sources"
mkdir -p "$sources"
for registry in "$@"; do
	for crate in "$registry"/*/; do
		# A crate of the same name and version comes from the first of the folders.
		[ ! -f "$crate/.cargo-checksum.json" ] || [ -e "$sources/$(basename "$crate")" ] ||
			ln -s "$(realpath "$crate")" "$sources/$(basename "$crate")"
	done
done
config=('source.crates-io.replace-with="library"' "source.library.directory=\"$sources\"")
words=()
for crate in "${config[@]}"; do
	words+=(--config "$crate")
done
tree=$("$CARGO" tree --offline --manifest-path "$manifest" --edges normal,build --prefix none \
	--format '{p}' "${words[@]}") || {
	echo "chard: Cargo finds no such crate (above): of others it takes what lies in the handler's folder vendor/" \
		"(path = \"vendor/NAME\", or made by cargo vendor) and Debian's packages librust-NAME-dev, and no network" >&2
	exit 1
}
own=$(realpath "$(dirname "$manifest")")
# A line is "NAME vVERSION", with the folder in brackets where that is no registry.
while read -r name version folder _; do
	version=${version#v}
	case $folder in
	'(proc-macro)' | '(*)' | '') folder= ;;
	*) folder=${folder#(} folder=${folder%)} ;;
	esac
	case $name in chard | chard-bindings) continue ;; esac
	[ "$folder" != "$own" ] || continue
	if [ -z "$folder" ]; then
		folder=$sources/$name-$version
		[ -d "$folder" ] || folder=$sources/$name
	fi
	if grep -q '^build *= *"' "$folder/Cargo.toml" ||
		{ [ -f "$folder/build.rs" ] && ! grep -q '^build *= *false' "$folder/Cargo.toml"; }; then
		echo "chard: the crate $name has a build script (build.rs), which would run on this machine and may" \
			"link anything: put a copy without one into vendor/ and depend on it by path = \"vendor/$name\"" >&2
		exit 1
	fi
	# No panic of it tells where it lies.
	config+=("profile.release.package.\"$name@$version\".rustflags=[\"--remap-path-prefix=$folder=$name\"]")
done < <(sort -u <<<"$tree")
printf -- '--config=%s\n' "${config[@]}"
