#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# kmod-debs.sh           the package of deb.sh --modules for each of many kernels
# kmod-debs.sh NAME DIR  that of a driver
#
# KERNELS has the kernels, as KERNEL has one; without it, all that Debian's archive has at the
# time. The packages come into build/deb, where SHA256SUMS has the sums of all. Prints a line for
# each kernel. One that cannot be built for does not stop the others: then this fails at the end,
# and has named it.

set -euo pipefail

chard=$(realpath "$(dirname "$0")/../..")
packages=$chard/userspace/packages
out=$(realpath "${2:-$chard}")/build/deb
unset KDIR
mkdir -p "$out/logs"
all=${KERNELS:-$("$chard/selftests/setup/kernel.sh" --all | xargs)}
read -ra kernels <<<"$all"
[ ${#kernels[@]} -gt 0 ] || {
	echo "chard: the archive has no kernel: check apt's sources, or name kernels with KERNELS=" >&2
	exit 1
}
built=() failed=()
printf '%-30s %8s %8s %8s  %s\n' kernel result seconds KiB package
for kernel in "${kernels[@]}"; do
	start=$SECONDS log=$out/logs/$kernel package=
	if KERNEL=$kernel "$packages/deb.sh" --modules "$@" >"$log" 2>&1; then
		package=$(sed -n "s|^chard: built $out/\(.*\.deb\)\$|\1|p" "$log")
	fi
	if [ -n "$package" ]; then
		built+=("$package")
		printf '%-30s %8s %8d %8d  %s\n' "$kernel" built $((SECONDS - start)) \
			$(($(stat -c %s "$out/$package") / 1024)) "$package"
	else
		failed+=("$kernel")
		printf '%-30s %8s %8d %8s  see %s\n' "$kernel" failed $((SECONDS - start)) - "$log"
	fi
done
if [ ${#built[@]} -gt 0 ]; then
	# Those of other kernels that were built before, too.
	(cd "$out" && sha256sum -- *-modules-*.deb >SHA256SUMS)
	echo "chard: built ${#built[@]} packages; see $out/SHA256SUMS"
fi
[ ${#failed[@]} = 0 ] || {
	echo "chard: ${#failed[@]} could not be built: ${failed[*]}" >&2
	exit 1
}
