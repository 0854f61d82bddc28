# SPDX-License-Identifier: GPL-2.0
#
# archive.sh - Debian's archive, also of releases that are not the host's. To be sourced.
# shellcheck shell=bash
#
# The host's own package lists come first; chard's lists lie below CHARD_CACHE and
# cover every release that has a kernel to build for. Both are read by apt, which
# checks their signatures. Only the host's architecture is known.

archive_cache=${CHARD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/chard}/archive
# Oldest first; experimental is built upon sid.
archive_suites=(bookworm bookworm-updates bookworm-security trixie trixie-updates trixie-security
	trixie-backports sid experimental)
# As root apt would switch to a user of its own, which cannot write to the cache.
archive_apt=(-q -o APT::Sandbox::User=root -o Acquire::Retries=1)

# Prints the address of the mirror that the host uses; of its security part with
# -security, which a host may lack.
archive_mirror()
{
	local uris uri

	if [ -n "${DEBIAN_MIRROR:-}" ]; then
		echo "${DEBIAN_MIRROR%/}${1:-}"
		return
	fi
	# shellcheck disable=SC2016 # for apt
	uris=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' 2>/dev/null | sort -u)
	case ${1:-} in
	-security) uri=$(awk '$2 ~ /-security$/ { print $1; exit }' <<<"$uris") ;;
	*) uri=$(awk '$2 !~ /-/ { print $1; exit }' <<<"$uris") ;;
	esac
	[ -n "$uri" ] || {
		echo "archive.sh: apt has no Debian mirror$([ -z "${1:-}" ] || echo " of security"):" \
			"set DEBIAN_MIRROR to the address of one" >&2
		return 1
	}
	echo "${uri%/}"
}

# Prints sources for apt of the suites given.
archive_sources()
{
	local suite main security

	main=$(archive_mirror) || return 1
	security=$(archive_mirror -security 2>/dev/null) || security=
	for suite; do
		case $suite in
		*-security) [ -z "$security" ] || echo "deb $security $suite main" ;;
		*) echo "deb $main $suite main" ;;
		esac
	done
}

# Has apt use chard's lists from here on, and fetches them if they are missing or older
# than a day. Lists that are there will do when the network is down.
archive_use_all()
{
	local list=$archive_cache/sources.list

	archive_apt=(-q -o APT::Sandbox::User=root -o Acquire::Retries=1 -o "Dir::Etc::sourcelist=$list"
		-o "Dir::Etc::sourceparts=$archive_cache/none" -o "Dir::Etc::preferencesparts=$archive_cache/none"
		-o "Dir::State::Lists=$archive_cache/lists" -o "Dir::Cache=$archive_cache/cache")
	mkdir -p "$archive_cache/lists/partial" "$archive_cache/cache/archives/partial" "$archive_cache/none"
	[ -z "$(find "$archive_cache/fetched" -mtime -1 2>/dev/null)" ] || return 0
	archive_sources "${archive_suites[@]}" >"$list" || return 1
	echo "archive.sh: fetching the package lists of ${archive_suites[*]}" >&2
	if apt-get "${archive_apt[@]}" update >"$archive_cache/log" 2>&1; then
		touch "$archive_cache/fetched"
	elif [ ! -e "$archive_cache/fetched" ]; then
		echo "archive.sh: apt-get update failed; see $archive_cache/log" >&2
		return 1
	else
		echo "archive.sh: apt-get update failed, see $archive_cache/log: using the lists of before" >&2
	fi
}

# The same with fresh lists.
archive_refresh()
{
	[ ! -e "$archive_cache/fetched" ] || touch -d '2 days ago' "$archive_cache/fetched"
	archive_use_all
}

# Prints the release, as debootstrap names it, that package $1 comes from.
archive_release_of()
{
	apt-cache "${archive_apt[@]}" madison "$1" 2>/dev/null |
		sed -n 's/^[^|]*|[^|]*| *[^ ]* \([a-z]*\)[-/].*/\1/p' | sed 's/^experimental$/sid/' | sed -n 1p
}

# Sets source_version and source_tarball: Debian's source of kernel $1, such as 6.12. An
# installed package will do; else it is downloaded, of the host's own release if that has it.
archive_source()
{
	local package=linux-source-$1 folder=$archive_cache/source deb

	source_tarball=/usr/src/$package.tar.xz
	source_version=$(dpkg-query -W -f '${Version}' "$package" 2>/dev/null) || source_version=
	[ -z "$source_version" ] || [ ! -f "$source_tarball" ] || return 0
	archive_candidate "$package" || { archive_use_all && archive_candidate "$package"; } || {
		echo "archive.sh: no release of Debian (${archive_suites[*]}) has $package" >&2
		return 1
	}
	source_tarball=$folder/${package}_${source_version//[:~+]/_}.tar.xz
	[ ! -f "$source_tarball" ] || return 0
	echo "archive.sh: downloading $package $source_version" >&2
	rm -rf "$folder/part"
	mkdir -p "$folder/part"
	(cd "$folder/part" && apt-get "${archive_apt[@]}" download "$package=$source_version") >"$archive_cache/log" 2>&1 || {
		echo "archive.sh: apt could not download $package; see $archive_cache/log" >&2
		return 1
	}
	deb=$(echo "$folder/part"/*.deb)
	dpkg-deb --fsys-tarfile "$deb" | tar -xO "./usr/src/$package.tar.xz" >"$folder/part/tarball" &&
		mv "$folder/part/tarball" "$source_tarball" &&
		rm -rf "$folder/part"
}

# Sets source_version to that of package $1 which apt would take; fails if there is none.
archive_candidate()
{
	source_version=$(apt-cache "${archive_apt[@]}" madison "$1" 2>/dev/null |
		sed -n 's/^[^|]*| *\([^ |]*\).*/\1/p' | sort -V | tail -n 1)
	[ -n "$source_version" ]
}
