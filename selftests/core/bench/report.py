#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""report.py table BENCH.tsv             what it says, side by side
report.py check BENCH.tsv LIMITS      TAP: no operation costs more than its limit
report.py write BENCH.tsv DOC README FACTS
                                      puts the table and the sentence FACTS between the
                                      two lines of DOC that say so, and two sentences into README
report.py over BENCH.tsv              driver, operation, size of what costs over 20 more
report.py where PARTS.tsv DOC         puts what is whose there into DOC
report.py kernels DOC BENCH.tsv...    puts what chard costs on each kernel, side by side, into DOC

BENCH.tsv is what bench.sh makes: driver, operation, size, kernel, C, chard, ratio.
PARTS.tsv has, behind driver, operation and size, what trace.py says of them.
"""

import sys
import textwrap
from statistics import median

BEGIN, END = "<!-- make bench writes from here -->", "<!-- to here -->"
KERNELS = "<!-- bench.sh --kernels writes from here -->"
WHERE = "<!-- bench.sh --where writes from here -->"

# So many more than in C an operation may cost without a word.
FEW = 20

# What README says of it: the row, and how it calls that.
SHOWN = (
    (("bench", "ioctl, empty", "-"), "an empty ioctl"),
    (("bench", "ioctl, 64 bytes in and out", "-"), "an ioctl with 64 bytes in and out"),
    (("echo", "read", "64"), "a read of 64 bytes under a mutex"),
    (("echo", "write", "64"), "a write of 64 bytes"),
    (("echo", "open, close", "-"), "open and close"),
)


def rows(path):
    """The lines of BENCH.tsv."""
    with open(path, encoding="ascii") as lines:
        return [line.rstrip("\r\n").split("\t") for line in lines]


def key(row):
    """What identifies a row in the file of limits."""
    return tuple(row[:3])


def counted(row):
    """Whether both sides were counted, and counted exactly."""
    return ("-" not in row[4:6] and row[0] not in ("module", "scale", "build") and
            not row[1].startswith("bytes"))


def of_lines(row):
    """Whether it says how many cache lines several processors write."""
    return row[0] == "scale" and row[6] == "-"


def table(path):
    """Lines of a table in Markdown."""
    yield "| Driver | Operation | Bytes | C | chard | | Ratio |"
    yield "|---|---|---:|---:|---:|---:|---:|"
    for driver, operation, size, _, twin, chard, ratio in rows(path):
        more = f"{int(chard) - int(twin):+d}" if "-" not in (twin, chard) else ""
        cells = [driver, operation, size.replace("-", ""), twin, chard, more]
        yield "| " + " | ".join(cells) + f" | {ratio.replace('-', '')} |"
    if any(counted(row) for row in rows(path)):
        yield ""
        yield summary(path)


def summary(path):
    """All ratios in a sentence."""
    ratios = [float(row[6]) for row in rows(path) if counted(row)]
    return (f"Median of {len(ratios)} ratios: {median(ratios):.3f}; "
            f"{sum(ratio <= 1.02 for ratio in ratios)} are at most 1.02, "
            f"{sum(ratio <= 1 for ratio in ratios)} at most 1.00.")


def sentences(path):
    """What it costs, for README."""
    found = {key(row): row for row in rows(path)}
    ratios = [float(row[6]) for row in found.values() if counted(row)]
    shown = [f"{name} {found[what][5]} ({found[what][4]})" for what, name in SHOWN]
    text = (f"On {next(iter(found.values()))[3]}, an operation costs {median(ratios):.2f} times what it "
            f"costs in C, in the middle of {len(ratios)}. In instructions, with those of C in brackets: "
            + ", ".join(shown) + ".")
    return textwrap.wrap(text, 88)


# Instructions by which a count differs from one build to the next, by where things lie.
SLACK = 2


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
            good = limit is not None and int(row[5]) <= limit * int(row[4]) + SLACK
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


def put(document, lines, mark=BEGIN):
    """Puts the lines where the document says."""
    with open(document, encoding="utf-8") as file:
        text = file.read()
    before, begin, rest = text.partition(mark)
    _, end, after = rest.partition(END)
    if not begin or not end:
        sys.exit(f"report.py: {document} lacks the lines '{mark}' and '{END}'")
    with open(document, "w", encoding="utf-8") as file:
        file.write("\n".join([before + begin, *lines, end + after]))


def write(path, document, readme, facts):
    """See above."""
    put(document, [facts, "", *table(path)])
    put(readme, sentences(path))


def over(path):
    """See above."""
    for row in rows(path):
        if counted(row) and int(row[5]) - int(row[4]) > FEW:
            print(*row[:3], sep="\t")


def where(path, document):
    """See above."""
    lines = ["| Driver | Operation | Bytes | More | C, its own | chard: entry | handler | chard.ko "
             "| the kernel's, more |", "|---|---|---:|---:|---:|---:|---:|---:|---:|"]
    for driver, operation, size, *numbers in rows(path):
        lines.append("| " + " | ".join([driver, operation, size.replace("-", ""), *numbers]) + " |")
    put(document, lines, WHERE)


def kernels(document, *paths):
    """See above."""
    tables = [{key(row): row for row in rows(path) if counted(row)} for path in paths]
    names = [next(iter(found.values()))[3] for found in tables]
    lines = ["| Driver | Operation | Bytes | " + " | ".join(names) + " |",
             "|---|---|---:|" + "---:|" * len(tables)]
    for what in tables[-1]:
        cells = [f"{found[what][5]} ({float(found[what][6]):.3f})" if what in found else ""
                 for found in tables]
        lines.append("| " + " | ".join([*what[:2], what[2].replace("-", ""), *cells]) + " |")
    middle = [f"{median(float(row[6]) for row in found.values()):.3f}" for found in tables]
    lines += ["| | median of the ratios | | " + " | ".join(middle) + " |"]
    put(document, lines, KERNELS)


def main():
    """See above."""
    command, *arguments = sys.argv[1:] or [""]
    if command == "table" and len(arguments) == 1:
        print("\n".join(table(*arguments)))
    elif command == "check" and len(arguments) == 2:
        sys.exit(0 if check(*arguments) else 1)
    elif command == "write" and len(arguments) == 4:
        write(*arguments)
    elif command == "over" and len(arguments) == 1:
        over(*arguments)
    elif command == "where" and len(arguments) == 2:
        where(*arguments)
    elif command == "kernels" and len(arguments) > 1:
        kernels(*arguments)
    else:
        sys.exit(__doc__)


main()
