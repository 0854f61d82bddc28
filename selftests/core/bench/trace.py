#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""trace.py show CALLS KALLSYMS           prints the kernel's instructions of the last call
trace.py sums FILE                     how many of that each function has
trace.py parts TWIN CHARD              how many more it is in CHARD than in TWIN, and whose:
                                       the twin's own; the driver's C, the handler's,
                                       chard.ko's, and how many more of the kernel's
trace.py scale CALLS KALLSYMS SAID KERNEL DETAILS
                                       prints, as lines of the table, how many a call has
                                       of two callers', and how many cache lines both of
                                       them write on two CPUs; which goes to DETAILS

CALLS is what plugin.c writes; SAID what measure --scale says, in KERNEL.
"""

import bisect
import gzip
import sys
from collections import defaultdict

KERNEL = 1 << 47
LINE = 64


def calls(path):
    """For each call the lines that the plugin has written, in words."""
    found = None
    with open(path, encoding="ascii", errors="replace") as lines:
        for line in lines:
            words = line.split()
            if words[0] == "call":
                found = []
            elif words[0] == "end":
                yield found
            else:
                found.append(words)


class Functions:
    """Which function an address of the kernel's is in."""

    def __init__(self, path):
        table = []
        with gzip.open(path, "rt", encoding="ascii") as lines:
            for line in lines:
                address, kind, name, *module = line.split()
                if kind in "tTwW":
                    table.append((int(address, 16), name + (" " + module[0] if module else "")))
        table.sort()
        self.starts = [entry[0] for entry in table]
        self.names = [entry[1] for entry in table]
        # Where an interrupt enters, but for exceptions, which are a call's own.
        self.interrupts = {(name, 0) for name in self.names
                           if name.startswith("asm_sysvec_") or name == "asm_common_interrupt"}

    def at(self, address):
        """Its name, and where in it."""
        found = bisect.bisect_right(self.starts, address) - 1
        return self.names[found], address - self.starts[found]


def show(path, kallsyms):
    """The kernel's part of it, an instruction a line: where it lies, what it is."""
    functions, last = Functions(kallsyms), None
    for last in calls(path):
        pass
    if not last:
        sys.exit(f"trace.py: {path} has no call")
    for kind, where, *text in last:
        if kind == "x" and int(where, 16) >= KERNEL:
            name, offset = functions.at(int(where, 16))
            print(f"{name}+{offset:#x}\t{' '.join(text)}")


def sums(path):
    """Of what show() printed: how many instructions each function has in a row."""
    total, last, count = 0, None, 0
    with open(path, encoding="ascii") as lines:
        for line in lines:
            name = line.partition("\t")[0].rpartition("+")[0]
            if last not in (None, name):
                print(f"{count:6} {last}")
                count = 0
            last, count, total = name, count + 1, total + 1
    print(f"{count:6} {last}\n{total:6} in all")


def owners(path):
    """Of what show() printed: how many instructions are whose."""
    counts = defaultdict(int)
    with open(path, encoding="ascii") as lines:
        for line in lines:
            name, _, module = line.partition("\t")[0].rpartition("+")[0].partition(" ")
            module = module.strip("[]")
            if module.endswith("_twin"):
                counts["twin"] += 1
            elif module == "chard":
                counts["core"] += 1
            elif module:
                # The names of Rust's functions, and those that the contract gives it.
                counts["handler" if name.startswith(("_R", module + "_")) else "entry"] += 1
            else:
                counts["kernel"] += 1
    return counts


def parts(twin_path, chard_path):
    """See above."""
    twin, chard = owners(twin_path), owners(chard_path)
    print(sum(chard.values()) - sum(twin.values()), twin["twin"], chard["entry"], chard["handler"],
          chard["core"], chard["kernel"] - twin["kernel"], sep="\t")


def written(call):
    """The kernel's cache lines that a call writes, each with the instructions that do."""
    found, at = defaultdict(set), 0
    for kind, where, *rest in call:
        address = int(where, 16)
        if kind == "x":
            at = address
        elif kind == "w" and address >= KERNEL:
            for line in range(address // LINE, (address + int(rest[0]) - 1) // LINE + 1):
                found[line].add(at)
    return found


def without_interrupts(call, functions):
    """The call without what came between: others count it no more than that."""
    between = False
    for kind, where, *rest in call:
        if kind == "x" and functions.at(int(where, 16)) in functions.interrupts:
            between = True
        if not between:
            yield kind, where, *rest
        if kind == "x" and rest[0].startswith("iret"):
            between = False


class Caller:
    """What the calls of one caller say: the shortest counts, and lines are what each writes."""

    def __init__(self):
        self.shortest = self.lines = None

    def add(self, call):
        """One call more."""
        if self.shortest is None or len(call) < len(self.shortest):
            self.shortest = call
        # What a single call writes besides, others may have written by chance.
        lines = written(call)
        self.lines = lines if self.lines is None else {
            line: at | lines[line] for line, at in self.lines.items() if line in lines}


def callers(path, functions, said):
    """The callers that the lines of the file tell apart."""
    found, seen = defaultdict(Caller), list(calls(path))
    with open(said, encoding="ascii") as lines:
        labels = [tuple(line.rstrip("\n").split("\t")) for line in lines]
    if len(seen) != len(labels):
        sys.exit(f"trace.py: {len(labels)} calls were to be seen, and {len(seen)} were")
    for label, call in zip(labels, seen):
        found[label].add(list(without_interrupts(call, functions)))
    return found


def of_scale(what, kernel, which):
    """What a line of the table begins with."""
    driver, operation, size, devices = what
    where = "same device" if devices == "1" else "a device each"
    return "scale", f"{driver}: {operation}; 2 callers, {where}, {which}", "-" if size == "0" else size, kernel


def scale(path, kallsyms, said, kernel, details_path):
    """See above: instructions, of the whole call, and lines."""
    functions = Functions(kallsyms)
    found = callers(path, functions, said)
    counts, both = defaultdict(dict), defaultdict(dict)
    with open(details_path, "w", encoding="ascii") as details:
        for *what, side, caller in found:
            one, other = found[*what, side, "0"], found.get((*what, side, "1"))
            counts[*what][side] = sum(kind == "x" for kind, *_ in one.shortest)
            if caller == "1" and what[-1] == "2":
                lines = sorted(one.lines.keys() & other.lines.keys())
                both[*what][side] = len(lines)
                for line in lines:
                    where = sorted("{}+{:#x}".format(*functions.at(at)) for at in one.lines[line])
                    print(*what, side, f"{line * LINE:x}", *where, sep="\t", file=details)
    for (*what, processors), count in counts.items():
        print(*of_scale(what, kernel, "1 CPU" if processors == "1" else "a CPU each"),
              count["twin"], count["chard"], f"{count['chard'] / count['twin']:.4f}", sep="\t")
    for (*what, _), count in both.items():
        print(*of_scale(what, kernel, "lines of both CPUs"), count["twin"], count["chard"], "-", sep="\t")


def main():
    """See above."""
    command, *arguments = sys.argv[1:] or [""]
    commands = {"show": (show, 2), "sums": (sums, 1), "parts": (parts, 2), "scale": (scale, 5)}
    if command not in commands or len(arguments) != commands[command][1]:
        sys.exit(__doc__)
    commands[command][0](*arguments)


main()
