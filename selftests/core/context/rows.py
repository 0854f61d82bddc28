#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""rows.py FILE - the table of docs/context.md as C, for the test that holds it.

A row is named by its first cell. One that begins with names of methods is a row for each
of them, by that name and what follows the last one: "`read`, `write` by `splice()`".
"""
import errno
import re
import sys

COLUMNS = "sleep wait memory copy create remove start uevent caller".split()
WORDS = ["none", "later", "small", "at hand", "as before", "caller", "opener", "kernel"]


def fail(why):
    sys.exit(f"rows.py: {sys.argv[1]}: {why}")


def plain(cell):
    """A cell without its markup and the numbers of its notes."""
    return re.sub(r" \(\d+\)", "", cell).replace("`", "").strip()


def value(cell, label):
    word = plain(cell)
    if word == "yes":
        return "0"
    if word in WORDS:
        return "CELL_" + word.replace(" ", "_").upper()
    if hasattr(errno, word):
        return word
    words = ", ".join(WORDS)
    fail(f'the row "{label}" has a cell "{word}": not yes, {words} or an errno')


def names(label):
    if not label.startswith("`"):
        return [plain(label)]
    *first, last = plain(label).split(", ")
    return [f"{name}{last[len(last.split()[0]):]}" for name in first] + [last]


with open(sys.argv[1], encoding="utf-8") as file:
    lines = [line.strip() for line in file]
head = "| method | " + " | ".join(COLUMNS) + " |"
if head not in lines:
    fail(f"the table of methods does not begin with {head}")
rows = []
for line in lines[lines.index(head) + 2:]:
    if not line.startswith("|"):
        break
    label, *cells = [cell.strip() for cell in line.strip("|").split("|")]
    if len(cells) != len(COLUMNS):
        fail(f'the row "{label}" has {len(cells)} cells, not {len(COLUMNS)}')
    rows += [(name, [value(cell, label) for cell in cells]) for name in names(label)]
print("/* SPDX-License-Identifier: GPL-2.0 */\n/* Made by rows.py. */")
for name, cells in rows:
    print(f'{{ "{name}", {{ {", ".join(cells)} }}, false }},')
