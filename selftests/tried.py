#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""tried.py [--write]

The table "Kernels tried" of docs/building.md, made of what the last run of check.sh has
left in build/: of each kernel the results of its stages (build/check), the compilers that
its modules were built with, and what its configuration adds. --write puts the rows of
these kernels into the page; those of other kernels stay.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
BUILD = Path(os.environ.get("BUILD", TOP / "build"))
PAGE = TOP / "docs/building.md"
HEAD = "| kernel | its configuration | built with | `make check` |"
OPTIONS = {
    "RETHUNK": "return thunks",
    "MITIGATION_RETHUNK": "return thunks",
    "MITIGATION_ITS": "ITS",
    "X86_KERNEL_IBT": "IBT",
    "CALL_PADDING": "call padding",
    "MODVERSIONS": "module versions",
    "DEBUG_INFO_BTF_MODULES": "BTF",
    "PREEMPT_LAZY": "lazy preemption",
    "PREEMPT_RT": "PREEMPT_RT",
    "RUST": "Rust",
    "KASAN": "KASAN",
    "KCSAN": "KCSAN",
}


def kernel(name):
    """The folder that kernel.sh has unpacked it in."""
    command = [TOP / "selftests/setup/kernel.sh", name]
    return Path(subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip())


def configuration(folder):
    set_ = set(re.findall(r"^CONFIG_(\w+)=y$", (folder / "build/.config").read_text(), re.M))
    return ", ".join(dict.fromkeys(words for option, words in OPTIONS.items() if option in set_))


def compilers(build):
    """What the modules in a build folder say that they were built with."""
    comment = subprocess.run(["readelf", "-p", ".comment", build / "chard.ko"], check=True, capture_output=True,
                             text=True).stdout
    gcc = re.search(r"GCC: .* (\d+\.\d+\.\d+)", comment).group(1)
    rustc = None
    for info in build.glob("**/.rustc_info.json"):
        for output in json.loads(info.read_text())["outputs"].values():
            rustc = re.search(r"^rustc (\d+\.\d+\.\d+)", output["stdout"]) or rustc
    bindgen = re.search(r"bindgen (\d+\.\d+\.\d+)", (build / "bindings/contract.rs").read_text())
    return f"gcc {gcc}, rustc {rustc.group(1)}, bindgen {bindgen.group(1)}"


def results():
    """Of each kernel that has results: passed, failed, skipped, stages."""
    counts = {}
    for file in sorted((BUILD / "check").glob("*.count")):
        match = re.fullmatch(r"([a-z]+)-(\d+\.\d+(?:-[a-z]+)?)", file.stem)
        if match:
            total = counts.setdefault(match.group(2), [0, 0, 0, 0])
            for i, count in enumerate(file.read_text().split()):
                total[i] += int(count)
            total[3] += 1
    return counts


def row(name, counts):
    folder = kernel(name)
    release = (folder / "release").read_text().strip()
    passed, failed, skipped, stages = counts
    where = (folder / "debian").read_text().strip() if (folder / "debian").exists() else ""
    result = f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "") + f", {stages} stages"
    return f"| {name}: {release}{where and f' ({where})'} | {configuration(folder)} | " \
           f"{compilers(BUILD / release)} | {result} |"


def main():
    rows = {name: row(name, counts) for name, counts in results().items()}
    if sys.argv[1:] != ["--write"]:
        print(HEAD, *rows.values(), sep="\n")
        return
    before, table, after = re.split(rf"({re.escape(HEAD)}\n\|[-|]+\n(?:\|.*\n)*)", PAGE.read_text())
    lines = table.splitlines()
    kept = {line[2:].split(":")[0]: line for line in lines[2:]}
    kept.update(rows)
    order = sorted(kept, key=lambda name: [int(n) if n.isdigit() else n for n in re.split(r"[.-]", name)])
    PAGE.write_text(before + "\n".join([*lines[:2], *(kept[name] for name in order)]) + "\n" + after)


main()
