#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""trace.py record FOLDER                 with a guest of vm.sh --trace FOLDER
trace.py show FOLDER PROGRAM KALLSYMS  prints what it has recorded
trace.py sums FILE                     how many of that each function has

The first turns QEMU's log on and off when the guest's program says so, at ttyS3.
The second prints the kernel's instructions between two calls of the program's
mark(), each with its function.
"""

import bisect
import gzip
import re
import socket
import subprocess
import sys
import time


def connect(path):
    """The socket, once the guest is there."""
    for _ in range(300):
        try:
            sock = socket.socket(socket.AF_UNIX)
            sock.connect(path)
            sock.settimeout(120)
            return sock
        except OSError:
            sock.close()
            time.sleep(0.1)
    sys.exit(f"trace.py: there is nobody at {path}")


def record(folder):
    """Serves one guest."""
    port, monitor = connect(f"{folder}/port"), connect(f"{folder}/monitor")

    def said():
        if not port.recv(1):
            sys.exit("trace.py: the guest has ended before it was traced: see what it said")

    def order(*lines):
        for line in lines:
            monitor.sendall(line.encode() + b"\n")
        # It has been done when the prompt is back; what it says is of no use.
        time.sleep(0.5)
        monitor.recv(65536)

    said()
    order("singlestep on", "log in_asm,exec,nochain")
    port.sendall(b".")
    said()
    order("log none", "singlestep off")
    port.sendall(b".")


def mark_of(program):
    """The address of mark() in the program."""
    for line in subprocess.run(["nm", program], capture_output=True, text=True, check=True).stdout.splitlines():
        address, _, name = line.split()[-3:] if len(line.split()) == 3 else ("0", "", "")
        if name == "mark":
            return int(address, 16)
    sys.exit(f"trace.py: {program} has no mark()")


def read_trace(path, mark):
    """The instructions between the first two calls of mark(): (address, text)."""
    texts, addresses, marks, between = {}, [], 0, re.compile(r"Trace \d+: \S+ \[[0-9a-f]+/([0-9a-f]+)/")
    with open(path, encoding="ascii", errors="replace") as lines:
        for line in lines:
            found = between.match(line)
            if found:
                address = int(found[1], 16)
                marks += address == mark
                if marks == 1:
                    addresses.append(address)
            elif line.startswith("0x"):
                address, _, text = line.partition(":")
                texts[int(address, 16)] = " ".join(re.sub(r"^ *([0-9a-f]{2} )*", "", text.strip()).split())
    if marks < 2:
        sys.exit(f"trace.py: {path} has {marks} calls of mark(), not two")
    return [(address, texts.get(address, "?")) for address in addresses]


def functions(path):
    """Addresses of the kernel's functions, in order, and their names."""
    table = []
    with gzip.open(path, "rt", encoding="ascii") as lines:
        for line in lines:
            address, kind, name, *module = line.split()
            if kind in "tTwW":
                table.append((int(address, 16), name + (" " + module[0] if module else "")))
    table.sort()
    return [entry[0] for entry in table], [entry[1] for entry in table]


def show(folder, program, kallsyms):
    """The kernel's part of it, an instruction a line: where it lies, what it is."""
    starts, names = functions(kallsyms)
    for address, text in read_trace(f"{folder}/trace", mark_of(program)):
        if address >= 1 << 47:
            at = bisect.bisect_right(starts, address) - 1
            print(f"{names[at]}+{address - starts[at]:#x}\t{text}")


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


def main():
    """See above."""
    command, *arguments = sys.argv[1:] or [""]
    commands = {"record": (record, 1), "show": (show, 3), "sums": (sums, 1)}
    if command not in commands or len(arguments) != commands[command][1]:
        sys.exit(__doc__)
    commands[command][0](*arguments)


main()
