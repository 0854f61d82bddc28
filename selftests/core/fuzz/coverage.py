#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
#
# coverage.py MISSES MODULE.ko... - reads what fuzz --kcov has printed, and says
# which lines of core/ were come to. A line is one where a block of code begins
# that the compiler has instrumented and KCOV can see: not every line of the file.
# Fails below 90% of those that MISSES does not name, or where a function is missed as
# a whole that it does not name: a single line of one that was come to may be missed by
# chance.
#
# MISSES has lines "FUNCTION: why its lines are missed, some or all", and "FILE: ..." or
# "FOLDER/: ..." for all functions there.

import os
import re
import subprocess
import sys

WANTED = 90
# As in kcov.c.
SECTION_BYTES = 1 << 20
OURS = re.compile(r"(?:^|/)((?:core|bindings)/[a-z0-9_/]+\.[ch])$")


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def sites(module):
    """Where the compiler's calls return to: pairs of section and offset.

    Where a block is the last of its function, it may jump there instead: then the
    kernel is told the function's caller, and whether the block was come to nobody
    can see. It is no site.
    """
    section = None
    for line in run("objdump", "-drw", "--no-show-raw-insn", module).splitlines():
        if match := re.match(r"Disassembly of section (\S+):", line):
            section = match[1]
        elif match := re.search(
            r":\tcall .*\t([0-9a-f]+): R_X86_64_PL?[TC]32\t__sanitizer_cov_trace_pc-0x4$", line
        ):
            # A relocation is 4 bytes, the last of the call.
            site = int(match[1], 16) + 4
            if site >= SECTION_BYTES:
                sys.exit(f"coverage.py: {module} has more code than kcov.c looks at: see SECTION_BYTES")
            yield section, site


def lines(module, section, offsets):
    """For each offset, (file, line, function) of ours, or None."""
    # The call itself, not what it returns to.
    addresses = [hex(offset - 5) for offset in offsets]
    said = run("addr2line", "-afi", "-e", module, "-j", section, *addresses)
    found = []
    frames = iter(said.splitlines())
    for text in frames:
        if text.startswith("0x"):
            found.append(None)
            continue
        place = next(frames).split(" (")[0]
        path, _, number = place.rpartition(":")
        match = OURS.search(os.path.normpath(path))
        # The innermost function of ours; the kernel's own inline ones are not, nor
        # those that the compiler adds to each file.
        if match and found[-1] is None and number.isdigit() and not text.startswith("_sub_"):
            found[-1] = (match[1], int(number), text)
    return dict(zip(offsets, found, strict=True))


def read_hits():
    hits = set()
    for line in sys.stdin:
        words = line.split()
        if words[:2] == ["#", "kcov"] and len(words) == 5:
            hits.add((words[2], words[3], int(words[4], 16)))
    return hits


def read_misses(path):
    with open(path, encoding="ascii") as file:
        pairs = [line.split(":", 1) for line in file if line.strip() and line[0] != "#"]
    return {name.strip(): why.strip() for name, why in pairs}


def why_missed(misses, file, function):
    """What MISSES says of the function, of its file, or of the folder that this is in."""
    return misses.get(function) or misses.get(file) or misses.get(os.path.dirname(file) + "/")


def main():
    misses, modules = read_misses(sys.argv[1]), sys.argv[2:]
    hits = read_hits()
    known = {}
    for module in modules:
        name = os.path.basename(module).removesuffix(".ko")
        offsets = {}
        for section, offset in sites(module):
            offsets.setdefault(section, []).append(offset)
        for section, ours in offsets.items():
            for offset, place in lines(module, section, ours).items():
                if place:
                    known[place] = known.get(place, False) or (name, section, offset) in hits
    if not known or not any(known.values()):
        sys.exit("coverage.py: nothing is instrumented, or nothing was come to")

    # One line may be of several functions, where it is inlined.
    files, functions_hit = {}, set()
    for (file, number, function), hit in known.items():
        line = files.setdefault(file, {}).setdefault(number, [False, set()])
        line[0] |= hit
        line[1].add(function)
        if hit:
            functions_hit.add(function)
    unknown = set()
    total = [0, 0]
    all_lines = 0
    for file in sorted(files):
        covered = sum(hit for hit, _ in files[file].values())
        print(f"# {file}: {covered} of {len(files[file])} lines, {100 * covered // len(files[file])}%")
        all_lines += len(files[file]) * file.startswith("core/")
        for number, (hit, functions) in sorted(files[file].items()):
            function = sorted(functions)[0]
            why = why_missed(misses, file, function)
            if file.startswith("core/") and not why:
                total = [total[0] + hit, total[1] + 1]
            if hit:
                continue
            if not why and function in functions_hit:
                why = "not this time, as it seems: others of its lines were come to"
            elif not why:
                why = "NOT KNOWN WHY"
                unknown.add(function)
            print(f"# missed: {file}:{number} {function}: {why}")
    print(
        f"# core: {total[0]} of {total[1]} lines where instrumented code begins, in functions that no "
        f"line of misses names, {100 * total[0] / total[1]:.1f}%; {all_lines} in all"
    )
    if 100 * total[0] < WANTED * total[1]:
        sys.exit(f"coverage.py: below {WANTED}%")
    if unknown:
        sys.exit(f"coverage.py: missed, and nobody knows why: {', '.join(sorted(unknown))}")


main()
