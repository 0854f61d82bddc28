#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# twin.sh - chard-echo by hand, in C: builds it for KERNEL, runs echo's tests on
# it, and says how large each is. A twin that did less would prove nothing.

set -euo pipefail

cd "$(dirname "$0")/../.."
. selftests/lib/common.sh
programs=${BUILD:-$PWD/build}/programs/echo
payload=$(mktemp -d)
trap 'rm -rf "$payload"' EXIT

build_twins echo_twin.ko

cp "$twins/echo_twin.ko" selftests/vm/guest-check.sh "$payload"
list=()
for program in "$programs"/*; do
	case $(basename "$program") in
	# These are about the module chard_echo; the suite runs on the node.
	module | module_32) continue ;;
	esac
	cp "$program" "$payload"
	list+=("./$(basename "$program")")
done
selftests/vm/vm.sh --kernel "$kernel" --payload "$payload" --timeout 300 --log "$build/twin.log" -- \
	env CK_TAP_LOG_FILE_NAME=- CK_VERBOSITY=silent \
	sh -c 'insmod echo_twin.ko && sh guest-check.sh "$@" && rmmod echo_twin' - "${list[@]}"

echo "# bytes of .text and of all that is loaded, for $(cat "$kernel/release"):"
for module in "$build/chard.ko" "$build/drivers/echo/chard_echo.ko" "$twins/echo_twin.ko"; do
	size -A "$module" | awk -v name="$(basename "$module")" '
		$1 == ".text" { text = $2 }
		# As the loader sums it up: what is not debug information.
		$1 !~ /^\.(debug|comment|note\.GNU|gnu_debug)/ && $1 ~ /^[._]/ { all += $2 }
		END { printf "# %-16s %6d %6d\n", name, text, all }'
done
