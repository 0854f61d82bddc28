#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The table of kernels tried, made of what the last runs have left.

kernels.py          prints it
kernels.py --write  puts it into docs/building.md; the row of a kernel that no log
                    here is about stays as it is

The stage build-KERNEL says with what it has built; how many tests of each stage
have passed say the logs of selftests/check.sh.
"""

import os
import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent
LOGS = pathlib.Path(os.environ.get("BUILD", TOP / "build")) / "check"
PAGE = TOP / "docs/building.md"
BEGIN = "<!-- kernels.py --write makes this table -->\n"
END = "<!-- to here -->\n"
HEAD = ["| kernel | built in | compiler | rustc | tests that pass | that fail |", "|---|---|---|---|---|---|"]


def counted(count):
    """How many tests of a stage have passed, failed and been skipped, as check.sh has counted."""
    passed, failed, skipped = count.read_text().split()
    return int(passed), int(failed), int(skipped)


def row(log):
    """The kernel that a build's log is about, and its row; None where it does not say."""
    how = re.search(r"^# built: (.*)$", log.read_text(errors="replace"), re.M)
    if not how:
        return None
    release, system, compiler, rustc = how.group(1).split(" | ")
    # gcc's line has the packager in brackets before the version, rustc's behind it.
    cells = [release, system, re.sub(r"^GCC: \(.*\)", "gcc", compiler), re.sub(r" \(.*", "", rustc)]
    name = log.stem.removeprefix("build-")
    stages = {each.stem.removesuffix(f"-{name}"): counted(each) for each in sorted(LOGS.glob(f"*-{name}.count"))}
    passed = ", ".join(f"{stage} {counts[0]}" + (f" ({counts[2]} skipped)" if counts[2] else "")
                       for stage, counts in stages.items())
    failed = ", ".join(f"{stage} {counts[1]}" for stage, counts in stages.items() if counts[1])
    return cells[0], "| " + " | ".join([*cells, passed, failed or "none"]) + " |"


def version(release):
    """What rows are ordered by: the numbers in front, so that 7.3-amd64 comes before 7.3.4."""
    numbers = [int(part) for part in re.match(r"[\d.]+", release).group().split(".")]
    return numbers, [int(part) for part in re.findall(r"\d+", release)], release


def main():
    text = PAGE.read_text()
    head, rest = text.split(BEGIN)
    before, after = rest.split(END, 1)
    rows = {line.split("|")[1].strip(): line for line in before.splitlines()[2:]}
    rows.update(filter(None, map(row, LOGS.glob("build-*.log"))))
    lines = HEAD + [rows[release] for release in sorted(rows, key=version)]
    if sys.argv[1:] == ["--write"]:
        PAGE.write_text(head + BEGIN + "\n".join(lines) + "\n" + END + after)
    else:
        print("\n".join(lines))


main()
