#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# hosts.sh RELEASE - chard on a fresh minimal system of a Debian release (bookworm, trixie,
# sid), as its first user has it: the packages that README names, a clone, make demo, the
# objects' tests for the release's own kernel, or for KERNEL. Prints TAP. Needs root, for chroot.
#
# Debian's archive is all that is asked for; the system is made anew each time.

set -euo pipefail

cd "$(dirname "$0")/../.."
. selftests/lib/tap.sh
release=${1:?say which release: bookworm, trixie or sid}
log=${BUILD:-$PWD/build}/hosts-$release.log
begun=$SECONDS

# Runs a shell's command in the root.
there()
{
	selftests/setup/root.sh --in "$root" sh -euc "$1" >>"$log" 2>&1
}

# One that takes long says how long.
timed()
{
	local what=$1 start=$SECONDS

	shift
	"$@" || { tail -n 15 "$log"; return 1; }
	echo "# $what: $((SECONDS - start)) s" >&3
}

shows_echo()
{
	timed "make demo" there "make demo"
	grep -q '^The guest has ended with status 0' "$log"
}

tested()
{
	timed "make and the objects' tests" there "
		export KERNEL=\${KERNEL:-\$(selftests/setup/kernel.sh --default)}
		selftests/setup/deps.sh check
		selftests/check.sh programs build-\$KERNEL objects-\$KERNEL"
}

# With what it was built.
say_versions()
{
	# shellcheck disable=SC2016 # the inner shell's
	there '
		eval "$(selftests/setup/toolchain.sh | sed "s/ := /=/")"
		echo "versions: Debian $(cat /etc/debian_version), kernel $(basename build/*-amd64)," \
			"gcc $(gcc -dumpfullversion), $($RUSTC --version), $($BINDGEN --version)"'
	sed -n 's/^versions: /# /p' "$log" >&3
}

exec 3>&1
: >"$log"
root=$(selftests/setup/root.sh --fresh "$release" "$PWD")
echo "# a minimal system of $release: $((SECONDS - begun)) s"
attempt "the packages to begin with" timed "apt-get" there \
	'apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends git make'
attempt "make demo" shows_echo
attempt "the objects are as they should be" tested
say_versions
plan
