# SPDX-License-Identifier: GPL-2.0
"""objfile - what objcheck reads: ELF relocatables, with objdump's disassembly.

Only what is needed of either, for x86_64.
"""
import bisect
import os
import re
import struct
import subprocess
import tempfile

SHT_SYMTAB, SHT_RELA, SHT_NOBITS = 2, 4, 8
SHF_ALLOC, SHF_EXECINSTR = 2, 4
STT_FUNC, STT_SECTION = 2, 3
SHN_LORESERVE = 0xFF00

# Replacements that the kernel may or may not patch in; not code as it stands.
NOT_CHECKED = re.compile(r"\.altinstr")

PREFIXES = {
    *("cs ds es fs gs ss data16 data32 addr32 lock rep repz repe repnz".split()),
    *("repne notrack bnd xacquire xrelease".split()),
}


class Unusable(Exception):
    """Nothing can be said about the code."""


class Instruction:
    """One line of objdump's, with the relocations that lie in it."""

    def __init__(self, section, offset, text):
        self.section = section
        self.offset = offset
        self.end = offset
        # Behind # objdump says where an operand relative to %rip points.
        text, _, where = text.partition("#")
        match = re.match(r" *([0-9a-f]+)\b", where)
        self.points_to = int(match[1], 16) if match else None
        self.text = re.sub(r"\s+", " ", text).strip()
        words = self.text.split(" ")
        while len(words) > 1 and (words[0] in PREFIXES or words[0].startswith("rex")):
            words.pop(0)
        self.mnemonic = words[0].split(",")[0]
        self.bare = " ".join(words)
        self.relocations = []

    def is_branch(self):
        return self.mnemonic.startswith(("j", "call", "loop"))

    def is_jump(self):
        return self.mnemonic in ("jmp", "jmpq", "ljmp")

    def is_return(self):
        return self.mnemonic in ("ret", "retq", "lret", "lretq")

    def is_indirect(self):
        return self.is_branch() and " *" in self.bare

    def is_nop(self):
        return self.mnemonic in ("nop", "nopw", "nopl", "data16") or self.bare == "xchg %ax,%ax"

    def uses(self, prefix):
        """A symbol of that name, or of a name that begins with it."""
        return any(r.symbol.name.startswith(prefix) for r in self.relocations)


class Symbol:
    def __init__(self, name, info, section, value, size):
        self.name, self.value, self.size = name, value, size
        self.section = section
        self.type = info & 15
        self.is_global = info >> 4 != 0


class Relocation:
    def __init__(self, section, offset, kind, symbol, addend):
        self.section, self.offset, self.kind = section, offset, kind
        self.symbol, self.addend = symbol, addend


class Section:
    def __init__(self, name, header):
        self.name = name
        (_, self.type, self.flags, _, self.offset, self.size) = header[:6]
        (self.link, self.info) = header[6:8]
        self.relocations = []

    def is_code(self):
        return (
            self.flags & SHF_EXECINSTR
            and self.type != SHT_NOBITS
            and self.size
            and not NOT_CHECKED.match(self.name)
        )


class Object:
    """An ELF relocatable: sections, symbols, relocations, instructions."""

    def __init__(self, name, data):
        self.name = name
        # 64 bits, little-endian; a relocatable; x86_64.
        if data[:6] != b"\x7fELF\x02\x01" or data[16:20] != b"\x01\0\x3e\0":
            raise Unusable(f"{name}: no relocatable object for x86_64")
        try:
            self.read_sections(data)
            self.read_symbols(data)
            self.read_relocations(data)
        except (struct.error, IndexError, ValueError, OverflowError) as error:
            raise Unusable(f"{name}: broken ELF file: {error}") from error
        self.code = {}
        self.disassemble(data)

    def read_sections(self, data):
        (where,) = struct.unpack_from("<Q", data, 0x28)
        size, count, names = struct.unpack_from("<HHH", data, 0x3A)
        first = struct.unpack_from("<IIQQQQIIQQ", data, where)
        # More sections than 16 bits can count: the first header says it.
        count = count or first[5]
        names = first[6] if names == 0xFFFF else names
        headers = [
            struct.unpack_from("<IIQQQQIIQQ", data, where + i * size) for i in range(count)
        ]
        table = headers[names][4]
        self.sections = [Section(string(data, table + h[0]), h) for h in headers]

    def read_symbols(self, data):
        self.symbols = []
        for table in self.sections:
            if table.type != SHT_SYMTAB:
                continue
            names = self.sections[table.link].offset
            for at in range(table.offset, table.offset + table.size, 24):
                name, info, _, index, value, size = struct.unpack_from("<IBBHQQ", data, at)
                section = None
                if 0 < index < SHN_LORESERVE:
                    section = self.sections[index]
                text = string(data, names + name)
                if info & 15 == STT_SECTION:
                    text = section.name
                self.symbols.append(Symbol(text, info, section, value, size))

    def read_relocations(self, data):
        for table in self.sections:
            if table.type != SHT_RELA:
                continue
            target = self.sections[table.info]
            for at in range(table.offset, table.offset + table.size, 24):
                offset, info, addend = struct.unpack_from("<QQq", data, at)
                symbol = self.symbols[info >> 32]
                target.relocations.append(
                    Relocation(target, offset, info & 0xFFFFFFFF, symbol, addend)
                )

    def disassemble(self, data):
        with tempfile.NamedTemporaryFile(suffix=".o") as file:
            file.write(data)
            file.flush()
            run = subprocess.run(
                ["objdump", "-d", "-z", "-w", "--no-show-raw-insn", file.name],
                env=dict(os.environ, LC_ALL="C"),
                capture_output=True,
                text=True,
                check=False,
            )
        if run.returncode:
            raise Unusable(f"{self.name}: objdump: {run.stderr.strip()}")
        # objdump shows the sections in the file's order, by name alone.
        waiting = [s for s in self.sections if s.flags & SHF_EXECINSTR and s.size]
        waiting = [s for s in waiting if s.type != SHT_NOBITS]
        lines = None
        for line in run.stdout.splitlines():
            if line.startswith("Disassembly of section "):
                section = waiting.pop(0)
                if line != f"Disassembly of section {section.name}:":
                    raise Unusable(f"{self.name}: objdump shows other sections: {line}")
                lines = self.code[section] = []
            elif lines is not None:
                match = re.match(r"\s*([0-9a-f]+):\t(.*)", line)
                if match:
                    lines.append(Instruction(section, int(match[1], 16), match[2]))
        if waiting:
            raise Unusable(f"{self.name}: objdump left out section {waiting[0].name}")
        for section, lines in self.code.items():
            by_offset = {r.offset: r for r in section.relocations}
            for line, following in zip(lines, lines[1:] + [None]):
                line.end = following.offset if following else section.size
                inside = (by_offset.get(o) for o in range(line.offset, line.end))
                line.relocations = [r for r in inside if r]

    def has_code(self):
        return any(section.is_code() for section in self.code)

    def functions(self):
        """All but names for the padding, for kCFI's types and static call trampolines."""
        return [
            s
            for s in self.symbols
            if s.type == STT_FUNC
            and s.section in self.code
            and s.section.is_code()
            and not s.name.startswith(("__pfx_", "__cfi_", "__SCT__"))
        ]

    def between(self, section, start, end):
        """The instructions of a section that begin within a range."""
        lines = self.code.get(section, [])
        first = bisect.bisect_left(lines, start, key=lambda line: line.offset)
        last = bisect.bisect_left(lines, end, key=lambda line: line.offset)
        return lines[first:last]


def string(data, offset):
    return data[offset : data.index(b"\0", offset)].decode("utf-8", "replace")


def members(path):
    """The objects in a file, each with the name to call it by."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise Unusable(f"{path}: {error.strerror}") from error
    if data[:8] == b"!<thin>\n":
        raise Unusable(f"{path}: a thin archive; name its members instead")
    if data[:8] != b"!<arch>\n":
        yield path, data
        return
    at, long_names = 8, b""
    while at < len(data):
        if data[at + 58 : at + 60] != b"`\n":
            raise Unusable(f"{path}: broken archive")
        name, size = data[at : at + 16].rstrip(), int(data[at + 48 : at + 58])
        body = data[at + 60 : at + 60 + size]
        at += 60 + size + size % 2
        if name == b"//":
            long_names = body
        elif name not in (b"/", b"/SYM64/"):
            if name[:1] == b"/":
                name = long_names[int(name[1:]) :].split(b"\n")[0]
            yield f"{path}({name.rstrip(b'/').decode()})", body
