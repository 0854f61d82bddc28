#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""flags.py - the table of flags in docs/intree.md against what is built.

Each option of codegen.mk, which the build reads, must have its rows there, with the
flags that come of it and no others. For each row a probe is compiled for the
architecture, with the flag and without it: the words of the row must be in the
disassembly of the one and not of the other. Prints TAP.
"""
import itertools
import os
import re
import subprocess
import sys
import tempfile

top = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../.."))
probe = os.path.join(top, "selftests/builds/intree/flags/probe.rs")
# What stands for a number in a kernel's .config.
values = ["CONFIG_FUNCTION_PADDING_BYTES=16", "CONFIG_FUNCTION_ALIGNMENT=0",
          "CONFIG_KASAN_SHADOW_OFFSET=0xdffffc0000000000"]
arches = {
    "x86_64": ("CONFIG_X86_64=y", "x86_64-unknown-linux-gnu", "objdump"),
    "arm64": ("CONFIG_ARM64=y", "aarch64-unknown-linux-gnu", "aarch64-linux-gnu-objdump"),
}
number = 0


def report(wrong, what):
    global number
    number += 1
    for line in wrong:
        print(f"# {line}")
    print(f"{'not ok' if wrong else 'ok'} {number} - {what}")
    return not wrong


def rustc():
    told = subprocess.run([f"{top}/selftests/setup/toolchain.sh"], capture_output=True, text=True, check=True)
    return re.search(r"^RUSTC := (.*)$", told.stdout, re.M)[1]


def evaluate(*options):
    """The triple, the flags and the target's features for these options."""
    makefile = f"{top}/selftests/builds/intree/flags/flags.mk"
    told = subprocess.run(["make", "-s", "-f", makefile, f"CHARD={top}", *values, *options],
                          capture_output=True, text=True, check=True,
                          env={**os.environ, "MAKEFLAGS": ""}).stdout.splitlines()
    return told[0], told[1].split(), told[2].split()


def options():
    """The options that codegen.mk asks for, but for numbers and details of others."""
    with open(f"{top}/rust-handlers/codegen.mk", encoding="utf-8") as file:
        found = set(re.findall(r"\$\(CONFIG_(\w+)\)", file.read()))
    given = {value.split("=")[0][len("CONFIG_"):] for value in values} - {"FUNCTION_ALIGNMENT"}
    return sorted(found - given - {"X86_64", "ARM64", "KASAN_INLINE", "KASAN_STACK",
                           "CFI_ICALL_NORMALIZE_INTEGERS", "FINEIBT_BHI"})


def set_of(option):
    return f"CONFIG_{option}={32 if option == 'FUNCTION_ALIGNMENT' else 'y'}"


def rows():
    """Of the table: architecture, option, flags, words without, words with."""
    with open(f"{top}/docs/intree.md", encoding="utf-8") as file:
        text = re.search(r"<!-- flags.py checks this table -->\n(.*?)<!-- to here -->", file.read(), re.S)[1]
    for line in text.splitlines()[2:]:
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        yield [cell.replace("`", "").replace("\\|", "|") for cell in cells]


class Codegen:
    """Disassemblies of the probe, each made once."""

    def __init__(self, scratch):
        self.scratch, self.rustc, self.made = scratch, rustc(), {}

    def __call__(self, arch, triple, flags):
        key = (arch, triple, tuple(flags))
        if key not in self.made:
            out = f"{self.scratch}/probe.o"
            flags = [f"-Ctarget-feature={f}" if f.startswith("+") else f for f in flags]
            told = subprocess.run([self.rustc, "--edition=2024", "--crate-type=lib", "--emit=obj", f"--target={triple}",
                                   "-Ccodegen-units=1", *flags, "-o", out, probe], capture_output=True, text=True,
                                  env={**os.environ, "RUSTC_BOOTSTRAP": "1"}, check=False)
            if told.returncode:
                self.made[key] = told.stderr
            else:
                self.made[key] = subprocess.run([arches[arch][2], "-hdrw", "--no-show-raw-insn", out],
                                                capture_output=True, text=True, check=True).stdout
        return self.made[key]


def effect(codegen, row):
    """What is wrong with what a row says of the code."""
    arch, option, flags, without, with_it = row
    triple, base, _ = evaluate(arches[arch][0])
    more = flags.split()
    if more[-1:] == ["..."]:
        more = [flag for flag in evaluate(arches[arch][0], set_of(option))[1] if flag not in base]
    other = triple
    if option == "the target":
        other, more = arches[arch][1], []
    elif option == "KCSAN":
        # What rustc's bare target does not have, handlers.mk adds to its description.
        other = triple = arches[arch][1]
    less = [flag for flag in base if flag not in more]
    before, after = codegen(arch, other, less), codegen(arch, triple, less + more)
    wrong = []
    if "error" in before + after:
        wrong = (before + after).splitlines()[:20]
    elif (without, with_it) == ("", "the same"):
        # Their file's name and its bitcode are no code.
        wrong = [] if strip(before) == strip(after) else ["the code is not the same"]
    else:
        for words, there, here in ((without, before, after), (with_it, after, before)):
            if words and not re.search(words, there, re.M):
                wrong.append(f"there is no {words}")
            if words and re.search(words, here, re.M):
                wrong.append(f"there is {words} on either side")
        if not (without or with_it):
            wrong.append("the row names no code")
    return wrong


def strip(listing):
    return listing[listing.index("Disassembly"):]


def main():
    table = list(rows())
    for arch, (chosen, _, _) in arches.items():
        named = {}
        for _, option, flags, *_ in (row for row in table if row[0] == arch):
            named.setdefault(option, []).extend(flags.split())
        named.pop("the target", None)
        _, base, features = evaluate(chosen)
        wanted = {"always": base + features}
        for option in options():
            _, flags, features = evaluate(chosen, set_of(option))
            wanted[option] = [flag for flag in flags + features if flag not in base]
        # What an option is called by either kernel is one row; dots stand for details.
        wrong = []
        for option, flags in wanted.items():
            rowed = list(itertools.chain(*(f for name, f in named.items() if option in name.split(", "))))
            if rowed[-1:] == ["..."]:
                rowed = rowed[:-1] + flags[len(rowed) - 1:]
            if sorted(rowed) != sorted(flags):
                wrong.append(f"{option}: the build has {' '.join(flags) or 'nothing'}, the table {' '.join(rowed) or 'nothing'}")
        wrong += [f"{name}: codegen.mk knows no such option" for names in named
                  for name in names.split(", ") if name not in wanted]
        report(wrong, f"{arch}: the table has what the build has")
    with tempfile.TemporaryDirectory() as scratch:
        codegen = Codegen(scratch)
        for row in table:
            report(effect(codegen, row), f"{row[0]}, {row[1]}: {row[2]}")
    print(f"1..{number}")


sys.exit(main())
