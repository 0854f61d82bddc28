#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""needs.py - what the functions of chard.ko need of a call, as declared and as written.

Each declaration that bindings/chard_contract.h makes to handlers begins with what the
function needs (CHARD_NEEDS() and so on, bindings/chard_needs.h). This looks, without running
anything, whether the function asks for that with chard_call_may() or chard_call_can(), itself
or by the functions that it calls, and whether its kernel-doc says the same; and whether a
function for any context calls one that sleeps. Says what is wrong, a line each.
"""
import glob
import re
import sys

CONTRACT = "bindings/chard_contract.h"
NEEDS = r"NEEDS\((?:[A-Z, ]|WANTS\([A-Z, ]+\))+\)"
MARKERS = rf"CHARD_(?:ANY_CONTEXT|TASK_CONTEXT|BEHIND\(\w+\)|{NEEDS})"
# What sleeps, or takes a lock that is not for interrupts.
SLEEPS = re.compile(
    r"\b(mutex_lock\w*|down_(?:read|write)(?:_killable)?|synchronize_\w+|wait_event\w*"
    r"|wait_var_event\w*|wait_for_completion\w*|wait_woken|kthread_create|kthread_stop"
    r"|GFP_KERNEL\w*|GFP_USER\w*|vfree|kvfree|cond_resched|msleep|usleep_range|schedule|device_lock"
    r"|flush_\w+|\w+_sync|get_task_comm|task_lock)\b(?=\s*[(|);])"
)


def without_comments(text):
    return re.sub(r"/\*.*?\*/|//[^\n]*", " ", text, flags=re.S)


def bodies():
    """Of each function of the core: its name, its body and its kernel-doc."""
    body, doc = {}, {}
    for path in sorted(glob.glob("core/**/*.[ch]", recursive=True)):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for found in re.finditer(r"/\*\*[\s*]*(\w+)\(\) - (.*?)\*/", text, re.S):
            doc[found[1]] = " ".join(re.sub(r"\n \*", " ", found[2]).split())
        code = without_comments(text)
        # A function begins at the margin; its body ends with a brace there.
        function = r"^(\w[^\n;#={]*(?:\n[^\n;#={]+)*)\n\{\n(.*?)\n\}"
        for found in re.finditer(function, code, re.S | re.M):
            name = re.search(r"(\w+)\s*\(", found[1])
            if name:
                body[name[1]] = found[2]
        macro = r"^#define (CHARD_\w+)\([^)]*\)((?:[^\n]*\\\n)*[^\n]*)"
        for found in re.finditer(macro, code, re.M):
            body.setdefault(found[1], found[2])
    return body, doc


def calls(name, body):
    return set(re.findall(r"\b(\w+)\(", body[name])) & set(body) - {name}


def reached(name, body, stop=()):
    """The function and all that it calls, but those that come after these."""
    seen, left = set(), [name]
    while left:
        name = left.pop()
        if name not in seen and name not in stop:
            seen.add(name)
            left += calls(name, body)
    return seen


def asked(function, body, declared):
    """What is asked for: where it refuses, and else."""
    needs, wants = set(), set()
    for name in reached(function, body, ("chard_call_may", "chard_call_can")):
        text = body[name]
        wants.update(re.findall(r"(?:if |unlikely)\(!\(+\w+\)?->may & CHARD_MAY_(\w+)", text))
        for how, what in re.findall(r"chard_call_(may|can)\(\w+, ([A-Z_| ]+)\)", text):
            asks = r"\(\w+, " + re.escape(what) + r"\)"
            refuses = how == "may" or re.search(rf"!chard_call_can{asks}\)\)\n\s*return", text)
            unless = re.search(rf"(\?|&&|if \(.*\)\n\s*\w+ =)\s*chard_call_may{asks}", text)
            # What another refuses that handlers call as well, this may do without.
            own = name == function or name not in declared
            which = re.findall(r"CHARD_MAY_(\w+)", what)
            (needs if refuses and own and not unless else wants).update(which)
    return needs, wants


def declarations():
    """The markers of each declaration to handlers, and its name."""
    with open(CONTRACT, encoding="utf-8") as file:
        text = file.read()
    text = text[text.index("* What chard.ko exports to handlers"):].split("*/", 1)[1]
    text = without_comments(text)
    text = re.sub(r"^#.*$", "", text, flags=re.M)
    for declaration in text.split(";"):
        declaration = " ".join(declaration.split())
        if declaration:
            head = re.match(rf"(?:{MARKERS} ?)*", declaration)[0]
            yield re.search(r"(\w+) ?\(", declaration[len(head):])[1], re.findall(MARKERS, head)


def check(name, markers, declared, body, doc):
    """What is wrong with a function."""
    if not markers:
        yield "begin its declaration with what it needs: CHARD_NEEDS() or another of these"
        return
    if name not in body:
        yield "is not found in core/"
        return
    marker, text = " ".join(markers), doc.get(name, "")
    summary = text.split("@")[0]
    must = set(re.findall(r"\w+", "".join(re.findall(r"NEEDS\(([A-Z, ]*?)(?:WANTS|\))", marker))))
    may_want = set(re.findall(r"\w+", "".join(re.findall(r"WANTS\((.*?)\)", marker))))
    needs, wants = asked(name, body, declared)
    if needs != must:
        yield f"declares that it needs {sorted(must)}, and asks for {sorted(needs)}"
    if wants - needs != may_want and "BEHIND" not in marker:
        yield f"declares that it wants {sorted(may_want)}, and asks for {sorted(wants - needs)}"
    if "_CONTEXT" in marker:
        for inner in sorted(reached(name, body, ["chard_gfp"])):
            sleeps = "chard_gfp_sleeps()" not in body[inner] and SLEEPS.search(body[inner])
            if sleeps:
                yield f"must not sleep, and {inner}() has {sleeps[1]}"
        if re.search(r"\bmay sleep\b", summary):
            yield "must not sleep, and its kernel-doc says that it may"
    elif "any context" in summary:
        yield "needs what not every context has, and its kernel-doc says any context"
    if "SLEEP" in must and "sleep" not in text:
        yield "needs to sleep, and its kernel-doc does not say so"
    # A handler may have taken a spinlock meanwhile, unless the crate calls both at once.
    if "BEHIND" in marker and name != "chard_rcu_wait":
        for inner in sorted(reached(name, body, ["chard_gfp"])):
            sleeps = SLEEPS.search(body[inner])
            if sleeps:
                yield f"asks for nothing itself, and {inner}() has {sleeps[1]}"
    for behind in re.findall(r"BEHIND\((\w+)\)", marker):
        if behind not in declared:
            yield f"comes behind {behind}(), which is not declared"


def main():
    body, doc = bodies()
    wrong = []
    declared = dict(declarations())
    # An object's own functions for any context are called by their addresses.
    for path in glob.glob("core/**/*.c", recursive=True):
        with open(path, encoding="utf-8") as file:
            for name in re.findall(r"^\t+\.(?:wake|cancel|free) = (\w+),", file.read(), re.M):
                declared.setdefault(name, ["CHARD_ANY_CONTEXT"])
    for name, markers in declared.items():
        for what in check(name, markers, declared, body, doc):
            wrong.append(f"{CONTRACT}: {name}: {what}")
    print("\n".join(wrong), end="\n" if wrong else "")
    sys.exit(bool(wrong))


main()
