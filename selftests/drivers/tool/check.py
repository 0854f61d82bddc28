#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""check.py FILE - reads the JSON that chard(8) has printed in the guest, each document behind
`# json NAME`, and compares it with what was done there. Prints TAP."""

import json
import re
import sys

number, failures = 0, 0
# Of the run that is looked at.
documents, pids = {}, []


def report(good, what):
    global number, failures
    number += 1
    failures += not good
    print(f"{'ok' if good else 'not ok'} {number} - {what}")


def equal(got, wanted, what):
    if got != wanted:
        print(f"# got {got!r}, wanted {wanted!r}")
    report(got == wanted, what)


def device(name, document, state=None):
    return next(d for d in documents[document][0]["devices"]
                if d["name"] == name and state in (None, d["state"]))


def value(name, kind="attributes", document="show"):
    return next(a for a in documents[document][0][kind] if a["name"] == name).get("value")


def names_of(document, key):
    return [one["name"] for one in documents[document][0][key]]


def bytes_of(text):
    return text.encode("utf-8", "surrogateescape")


def check_list():
    equal(documents["nothing"][0], {"drivers": [], "devices": [], "unseen_processes": 0},
          "nothing is there without chard")
    equal(names_of("list", "drivers"), ["echo", "lone", "scull", "shm", "sole", "weird"], "the drivers")
    echo = device("chard-echo", "list")
    equal({key: echo[key] for key in ("node", "major", "driver", "parent", "state", "panics", "open")},
          {"node": "/dev/chard-echo", "major": 10, "driver": "echo", "parent": None,
           "state": "ready", "panics": 0, "open": 3}, "a misc device")
    equal(echo["processes"], [{"pid": pids[0], "comm": "na\x1bme \udcff", "descriptors": [3, 4, 5],
                               "mappings": 0}], "its process, whose name is no UTF-8")
    equal(bytes_of(echo["processes"][0]["comm"]), b"na\x1bme \xff", "no byte of that is lost")
    equal(device("chard-shm", "list")["processes"],
          [{"pid": pids[1], "comm": "maps", "descriptors": [], "mappings": 2}], "mappings")
    equal(device("weird\x1b[31m", "list")["node"], "/dev/weird\x1b[31m", "an odd name")
    equal(device("weird/first", "list")["parent"], "/devices/chard-weird", "a parent")
    equal(documents["list"][0]["unseen_processes"], 0, "root sees all")
    report(1 <= documents["user"][0]["unseen_processes"] <= 20,
           "a user does not, and kernel threads do not count")
    equal(names_of("user", "devices"), names_of("list", "devices"), "but all devices")


def check_show():
    equal(value("control"), "\x1b[2J\0\x9b1m\u202e\x7f\t\"\\é", "control characters")
    equal(value("lines"), "one\n\ntwo\x07\nstate: ready\n", "lines")
    equal(value("long"), "x" * 4000 + " end", "a long value")
    equal(value("na\x1bme"), "plain", "an attribute with an odd name")
    equal(value("empty"), "", "an empty one")
    equal(value("next"), None, "one that can only be written")
    absent = next(a for a in documents["show"][0]["attributes"] if a["name"] == "absent")
    equal(absent, {"name": "absent", "mode": 0o444, "error": "ENODATA"}, "one without a value")
    equal(value("view", "debugfs").count("\n"), 19999, "a view in debugfs")
    equal(bytes_of(value("label", "parameters")), b'a\xff\x1b[31m\xe2\x82"', "a parameter of any bytes")
    equal(documents["show"][0]["mode"], 0o640, "the node's permissions")
    equal(documents["quarantined"][0]["state"], "quarantined", "a quarantine")


def check_removed():
    old = device("scull1", "removed")
    equal((old["state"], old["node"], old["panics"], old["open"]), ("removed", None, None, 1),
          "a device that was removed and is open")
    new = device("scull1", "both", "ready")
    equal(new["open"], 1, "the new one of its name has its own file")
    equal(device("scull1", "both", "removed")["processes"], old["processes"], "the old one, too")
    report(len(documents["storm"][0]["devices"]) >= 5, "while devices come and go")


def check_watch():
    lines = documents["watch"]
    equal([line["event"] for line in lines], ["add", "change", "panic", "remove", "remove", "unload"],
          "the events, each on a line")
    equal(lines[1]["variables"], ["LEVEL=high\x1b[2J", "ODD=\udcff\"", "DEVNAME=another"],
          "a handler's variables")
    equal((lines[1]["name"], lines[1]["driver"], lines[1]["panics"]), ("weird/first", "weird", None),
          "whose they are")
    equal((lines[2]["name"], lines[2]["panics"]), ("weird2", 1), "a panic")
    equal((lines[4]["name"], lines[4]["driver"]), ("chard-odd-sole", "sole"), "what was there before")
    report(all(re.fullmatch(r"\d{4}(-\d\d){2}T\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d", line["time"])
               for line in lines), "each has a time")


def check_trace():
    lines = documents["trace"]
    opened = next(line for line in lines if line["event"] == "exit" and line["op"] == "open")
    equal({key: opened[key] for key in ("name", "driver", "result", "error", "comm", "lost")},
          {"name": "weird\x1b[31m", "driver": "weird", "result": 0, "error": None,
           "comm": "na\x1bme \udcff", "lost": None}, "a call that ends well")
    report(opened["pid"] > 1 and opened["duration"] > 0, "its process and duration")
    failed = next(line for line in lines if line["op"] == "attribute_store" and line["event"] == "exit")
    equal((failed["result"], failed["error"]), (None, "EIO"), "a call that fails")
    panic = next(line for line in lines if line["event"] == "panic")
    report(re.search(r"weird\.rs:\d+$", panic["place"]), "the place of a panic")
    equal({line["name"] for line in lines}, {"weird\x1b[31m"}, "no other device")
    report(all(re.fullmatch(r"\d{4}(-\d\d){2}T\d\d:\d\d:\d\d\.\d{6}[+-]\d\d:\d\d", line["time"])
               for line in lines), "each has a time")


def check_top():
    top = documents["top"][0]
    rows = {(row["name"], row["op"]): row for row in top["operations"]}
    write, failed = rows["chard-echo", "write"], rows["chard-echo", "unlocked_ioctl"]
    report(1000 <= top["interval_ms"] < 60000 and top["lost"] == 0, "the interval")
    equal(write["errors"], 0, "calls that end well")
    equal(failed["errors"], failed["calls"], "calls that fail")
    report(0 < write["mean"] <= write["max"], "the durations")
    report(all(sum(part["calls"] for part in row["histogram"]) == row["calls"] for row in rows.values()),
           "the histogram has all calls")
    report(write["histogram"][-1]["from"] <= write["max"] < 2 * write["histogram"][-1]["from"],
           "and the longest in its last part")
    counts = [row["calls"] for row in top["operations"]]
    equal(counts, sorted(counts, reverse=True), "the busiest first")


def read(file):
    """The documents of each run: that of the tool as it is, and that with AddressSanitizer."""
    runs = [({}, [])]
    for line in file:
        if line.startswith("# asan_shows"):
            runs.append(({}, []))
        elif found := re.match(r" *# json (\S+) (.*)$", line.rstrip("\n")):
            runs[-1][0].setdefault(found[1], []).append(json.loads(found[2]))
        elif found := re.match(r" *# pids (\d+) (\d+)$", line):
            runs[-1][1].extend([int(found[1]), int(found[2])])
    return runs


with open(sys.argv[1], encoding="utf-8", newline="\n") as said:
    for documents, pids in read(said):
        for check in (check_list, check_show, check_removed, check_watch, check_trace, check_top):
            try:
                check()
            except (KeyError, StopIteration, IndexError, TypeError) as error:
                report(False, f"{check.__name__}: {type(error).__name__} {error}")
print(f"TOTALS {number - failures} {failures} 0")
sys.exit(failures > 0)
