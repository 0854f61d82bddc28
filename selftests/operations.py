#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The table of operations, made of the sources.

operations.py          prints it, with what the logs of the last runs say
operations.py --check KERNEL|host
                       whether docs/operations.md has it, no cell is empty, and the last run
                       on that kernel or on the host has passed each one's test;
                       prints TAP
operations.py --write  puts it into docs/operations.md

What an operation's entry is called says the contract; whose method it is, the crate; who
uses it, the drivers; which test covers it, the mutant that takes it away and is
caught by that test. The logs are those that selftests/check.sh leaves.
"""

import os
import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent
LOGS = pathlib.Path(os.environ.get("BUILD", TOP / "build")) / "check"
COLUMNS = {"6.1": ["6.1"], "6.12": ["6.12"], "7.3": ["7.3"], "RT": ["6.1-rt", "6.12-rt"], "host": ["host"]}
BEGIN = "<!-- operations.py --write makes this table -->\n"
END = "<!-- to here -->\n"
# Entries that a trait has beside the one that its operation is called by.
COME_ALONG = ["read", "write", "fault", "attribute_store", "resume"]
# What a driver's C lists by the name of its trait.
LISTED_AS = {"ioctl": "unlocked_ioctl", "attributes": "attribute_show"}
# Handlers that are there for the tests alone.
TEST_DRIVERS = {"selftest": "drivers/selftest", "armed": "selftests/core/faults/armed",
                "many": "selftests/core/region/many", "types": "selftests/core/types/driver",
                "plug": "selftests/core/bound/driver"}


def read(path):
    return (TOP / path).read_text()


def operations():
    """Their entries, in the contract's order: those of a trait, and of an open file."""
    entries = re.findall(r"^\tENTRY\(([a-z_]+)", read("bindings/chard_handler.h"), re.M)
    return [entry for entry in entries if entry in methods() and entry not in COME_ALONG]


def methods():
    """By entry, the method of the handler's, as the crate's table has it."""
    rows = re.findall(r"^ +(\w+::\w+) [A-Z_]+ (\w+)\(", read("rust-handlers/chard/src/entry.rs"), re.M)
    return {"open": "Handler::open", "release": "Handler::release"} | {entry: method for method, entry in rows}


def drivers():
    """By operation, the files that name it: the useful ones, else those of the tests."""
    useful, tests = {}, {}
    folders = {path.name: f"drivers/{path.name}" for path in sorted((TOP / "drivers").iterdir()) if path.is_dir()}
    for name, folder in (folders | TEST_DRIVERS).items():
        calls = re.search(r"^CHARD_\w*DRIVER\((.*?)\);", read(f"{folder}/{name}.c"), re.S | re.M)
        words = set(re.findall(r"\w+", calls.group(1))) | {"open", "release"}
        for listed, entry in LISTED_AS.items():
            if listed in words:
                words.add(entry)
        for word in words:
            (tests if name in TEST_DRIVERS else useful).setdefault(word, []).append(name)
    return {word: ", ".join(useful.get(word) or [f"{name} (test)" for name in tests[word]])
            for word in useful | tests}


def covering(operation):
    """The folder, the test and the host's test that cover it."""
    path = TOP / "selftests/mutants" / f"operation_{operation}"
    if not path.exists():
        return "", "", ""
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    return (lines[2:5] + ["", "", ""])[:3]


def log_of(folder, where):
    """The log that holds the tests of a folder."""
    if where == "host":
        return LOGS / "host.log"
    stage = folder if (TOP / "selftests/core" / folder / f"{folder}.sh").exists() else "guest"
    return LOGS / f"{stage}-{where}.log"


def passed(operation, where):
    """Whether the last run there has passed its test; None where there was none."""
    folder, test, on_host = covering(operation)
    if where == "host":
        test = on_host and on_host.replace(":", r": .*\b", 1) + r"\b"
    log = log_of(folder, where)
    if not test or not log.exists():
        return None
    text = log.read_text(errors="replace")
    results = re.findall(rf"^ *(not ok|ok) \d+ (?:- )?{test}(?!\w)", text, re.M)
    return bool(results) and "not ok" not in results


def shown(test):
    """A pattern, as a reader wants it."""
    return re.sub(r"\\(.)", r"\1", test).removeprefix("- ")


def table(results):
    """The lines, with results(operation, column) in the last cells."""
    lines = ["| operation | method | drivers | test | " + " | ".join(COLUMNS) + " |",
             "|---|---|---|---|" + "---|" * len(COLUMNS)]
    method_of, drivers_of = methods(), drivers()
    for operation in operations():
        folder, test, _ = covering(operation)
        cells = [f"`{operation}`", f"`{method_of[operation]}`" if method_of.get(operation) else "",
                 drivers_of.get(operation, ""), f"{folder}: {shown(test)}" if test else ""]
        cells += [results(operation, column) for column in COLUMNS]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def in_document():
    text = read("docs/operations.md")
    if BEGIN not in text:
        return []
    return text.split(BEGIN)[1].split(END)[0].splitlines()


def from_logs(operation, column):
    ran = [passed(operation, where) for where in COLUMNS[column]]
    return "passes" if all(ran) else "fails" if False in ran else ""


def check(where):
    number, bad = 0, 0
    rows = {line.split("|")[1].strip(" `"): line for line in in_document()[2:]}

    def report(good, what):
        nonlocal number, bad
        number += 1
        bad += not good
        print("ok" if good else "not ok", number, "-", what, flush=True)

    # All but what runs have to say is made anew.
    made = {line.split("|")[1].strip(" `"): line for line in table(lambda *_: "")[2:]}
    report([row.split("|")[1:5] for row in rows.values()] == [row.split("|")[1:5] for row in made.values()],
           "docs/operations.md has the table that the sources give (selftests/operations.py --write)")
    column = next((name for name, runs in COLUMNS.items() if where in runs), None)
    for operation in operations():
        cells = [cell.strip() for cell in rows.get(operation, "").split("|")[1:-1]]
        report(cells and all(cells), f"{operation}: no cell of its row is empty")
        if column and cells:
            claimed = cells[4 + list(COLUMNS).index(column)]
            # There may be no test in a process yet.
            found = {"passes": True, "none": None}.get(claimed, "")
            report(passed(operation, where) is found,
                   f'{operation}: docs/operations.md says "{claimed}" of {where}, and so does the last run')
        else:
            report(bool(passed(operation, where)), f"{operation}: its test passes on {where}")
    print(f"1..{number}")
    return bad


def write():
    text = read("docs/operations.md")
    before = {line.split("|")[1].strip(" `"): [cell.strip() for cell in line.split("|")[5:-1]]
              for line in in_document()[2:]}

    def result(operation, column):
        found = from_logs(operation, column)
        kept = before.get(operation, [""] * len(COLUMNS))
        return found or kept[list(COLUMNS).index(column)]

    head, rest = text.split(BEGIN)
    (TOP / "docs/operations.md").write_text(head + BEGIN + "\n".join(table(result)) + "\n" + END + rest.split(END)[1])


if __name__ == "__main__":
    if sys.argv[1:2] == ["--check"]:
        sys.exit(bool(check(sys.argv[2])))
    if sys.argv[1:2] == ["--write"]:
        write()
    else:
        print("\n".join(table(from_logs)))
