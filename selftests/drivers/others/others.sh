#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# others.sh - programs of Debian's, which know nothing of us, put the drivers to
# use in a guest with KERNEL. Prints KTAP.

set -euo pipefail

cd "$(dirname "$0")/../../.."
. selftests/lib/common.sh
payload=$(mktemp -d)
trap 'rm -rf "$payload"' EXIT

# Debian's, whatever else is in PATH.
PATH=/usr/bin:/bin
for program in dd socat fio stress-ng python3; do
	program_of_host "$payload" "$program"
done
# Of Python's library what is of use here, by the place that PYTHONHOME wants.
library=$(python3 -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')
mkdir -p "$payload/python/lib/${library##*/}"
tar -C "$library" --exclude=__pycache__ --exclude=test --exclude=idlelib --exclude=lib2to3 \
	--exclude=ensurepip --exclude=pydoc_data --exclude=tkinter --exclude='config-*' \
	--exclude=distutils -cf - . | tar -C "$payload/python/lib/${library##*/}" -xf -

programs=(dd_copies socat_streams python_calls stress_stresses fio_verifies)
cp "$build/chard.ko" "$build"/drivers/*/chard_*.ko "$payload"
cp selftests/vm/guest-check.sh selftests/lib/tap.sh selftests/vm/{load,unload} "$payload"
cp "${programs[@]/#/selftests/drivers/others/}" selftests/drivers/others/calls.py "$payload"
selftests/vm/vm.sh --kernel "$kernel" --payload "$payload" --timeout 300 --log "$build/others.log" -- \
	sh guest-check.sh ./load "${programs[@]/#/./}" ./unload
