#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""report.py table BENCH.tsv             what it says, side by side, with a bar for each
report.py check BENCH.tsv LIMITS      TAP: no operation costs more than its limit
report.py write BENCH.tsv DOC FACTS   puts the table and the sentence FACTS between the
                                      two lines of DOC that say so

BENCH.tsv is what bench.sh makes: driver, operation, size, kernel, C, chard, ratio.
"""

import sys
from statistics import median

BEGIN, END = "<!-- make bench writes from here -->", "<!-- to here -->"


def rows(path):
    """The lines of BENCH.tsv."""
    with open(path, encoding="ascii") as lines:
        return [line.rstrip("\r\n").split("\t") for line in lines]


def key(row):
    """What identifies a row in the file of limits."""
    return tuple(row[:3])


def counted(row):
    """Whether both sides were counted, and counted exactly."""
    return "-" not in row[4:6] and row[0] not in ("module", "scale") and not row[1].startswith("bytes")


def of_lines(row):
    """Whether it says how many cache lines several processors write."""
    return row[0] == "scale" and row[6] == "-"


def bar(ratio):
    """Twenty marks are what C costs; each more or less is a twentieth."""
    return "#" * min(round(float(ratio) * 20), 40)


def table(path):
    """Lines of a table in Markdown."""
    yield "| Driver | Operation | Bytes | C | chard | | Ratio | |"
    yield "|---|---|---:|---:|---:|---:|---:|---|"
    for driver, operation, size, _, twin, chard, ratio in rows(path):
        more = f"{int(chard) - int(twin):+d}" if "-" not in (twin, chard) else ""
        picture = f"`{bar(ratio)}`" if ratio != "-" else ""
        cells = [driver, operation, size.replace("-", ""), twin, chard, more]
        yield "| " + " | ".join(cells) + f" | {ratio.replace('-', '')} | {picture} |"
    ratios = [float(row[6]) for row in rows(path) if counted(row)]
    if not ratios:
        return
    yield ""
    yield (f"Median of {len(ratios)} ratios: {median(ratios):.3f}; "
           f"{sum(ratio <= 1.02 for ratio in ratios)} are at most 1.02, "
           f"{sum(ratio <= 1 for ratio in ratios)} at most 1.00.")


def limits(path):
    """The limits by their key, as said in that file."""
    found = {}
    with open(path, encoding="ascii") as lines:
        for line in lines:
            if line.strip() and not line.startswith("#"):
                *what, limit = line.rstrip("\n").split("\t")
                found[tuple(what)] = float(limit)
    return found


def check(path, limits_path):
    """Compares; whether all is well."""
    known, number, failed = limits(limits_path), 0, 0
    for row in rows(path):
        name = ", ".join(part for part in key(row) if part != "-")
        if counted(row):
            ratio, limit = float(row[6]), known.get(key(row))
            good = limit is not None and ratio <= limit
            print(f"# {row[4]} in C, {row[5]}: {ratio}, of {limit} at most")
        elif of_lines(row):
            more, limit = int(row[5]) - int(row[4]), known.get(key(row), 0)
            good = more <= limit
            print(f"# {row[4]} in C, {row[5]}: {more} more, of {limit:.0f} at most")
        else:
            continue
        number += 1
        print(f"{'ok' if good else 'not ok'} {number} - {name}")
        failed += not good
    print(f"1..{number}")
    return not failed


def write(path, document, facts):
    """Puts the table where the document says."""
    with open(document, encoding="utf-8") as file:
        text = file.read()
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        sys.exit(f"report.py: {document} lacks the lines '{BEGIN}' and '{END}'")
    lines = "\n".join(table(path))
    with open(document, "w", encoding="utf-8") as file:
        file.write(f"{before}{begin}\n{facts}\n\n{lines}\n{end}{after}")


def main():
    """See above."""
    command, *arguments = sys.argv[1:] or [""]
    if command == "table" and len(arguments) == 1:
        print("\n".join(table(*arguments)))
    elif command == "check" and len(arguments) == 2:
        sys.exit(0 if check(*arguments) else 1)
    elif command == "write" and len(arguments) == 3:
        write(*arguments)
    else:
        sys.exit(__doc__)


main()
