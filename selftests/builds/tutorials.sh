#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# tutorials.sh [PAGE...] - does what the pages of docs/tutorial and docs/debug.md say, or these,
# for KERNEL: writes their files, runs their commands in a copy of this tree and in guests, and
# compares what these print with the page. selftests/lib/page.py says how a page is written.
# Prints TAP.

set -euo pipefail

cd "$(dirname "$0")/../.."
. selftests/lib/common.sh
# A reader's folder, with the clone of chard and the drivers beside it.
folder=$PWD/${build#"$PWD"/}/tutorials
pages=()
[ $# -gt 0 ] || set -- docs/tutorial/*.md docs/debug.md
for page; do
	case $page in
	*/sensor.md) has I2C || continue ;;
	esac
	pages+=("$page")
done
mkdir -p "$folder"
# But for the clone, whose sources keep their times, and what is built of chard.
find "$folder" -mindepth 1 -maxdepth 1 ! -name chard ! -name built -exec rm -r {} +
selftests/lib/copy-tree.sh "$folder/chard"
unset KDIR
BUILD=$folder/built selftests/lib/page.py --play "$folder/chard" "${pages[@]}"
