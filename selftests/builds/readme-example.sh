#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# readme-example.sh FOLDER - lays README's driver into a folder of its own, with
# the three lines of Makefile that build it from there.

set -euo pipefail

cd "$(dirname "$0")/../.."
folder=$1

mkdir -p "$folder"
selftests/lib/page.py --lay README.md "$folder"
sed -i "s|^CHARD := .*|CHARD := $PWD|" "$folder/Makefile"
