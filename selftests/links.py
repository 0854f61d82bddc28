#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Prints each link of a page that leads to no file, or to no heading of a page, and each file of
docs/ that docs/README.md does not link to, as README.md has to link to that."""

import pathlib
import re
import subprocess

FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
INDEX = "docs/README.md"


def listed(*patterns):
    """The files of the tree that match, new ones included."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    return sorted({each for each in told.stdout.splitlines() if pathlib.Path(each).is_file()})


def text_of(page):
    """A page without its blocks of code."""
    return FENCE.sub("", pathlib.Path(page).read_text())


def headings(page):
    """The anchors of a page, as a forge makes them of its headings."""
    anchors = {}
    for heading in re.findall(r"^#+ (.*)$", text_of(page), re.MULTILINE):
        heading = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).lower()
        anchor = re.sub(r"[^\w\- ]", "", heading).replace(" ", "-")
        anchors[anchor] = anchors.get(anchor, -1) + 1
        if anchors[anchor]:
            anchors[f"{anchor}-{anchors[anchor]}"] = 0
    return anchors


def links(page):
    """The links of a page within the tree: the file that each names, and the heading."""
    for target in LINK.findall(text_of(page)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, heading = target.partition("#")
        path = (pathlib.Path(page).parent / name).resolve() if name else pathlib.Path(page).resolve()
        yield target, path, heading


def main():
    top = pathlib.Path.cwd()
    ways = {}
    for page in listed("*.md", ":!*/template/*"):
        ways[page] = []
        for target, path, heading in links(page):
            if not path.exists():
                print(f"{page}: {target} is not there")
            elif heading and (path.suffix != ".md" or heading not in headings(path)):
                print(f"{page}: {target} has no such heading")
            elif path.is_relative_to(top):
                ways[page].append(str(path.relative_to(top)))
    if INDEX not in ways.get("README.md", []):
        print(f"README.md has no link to {INDEX}")
    for file in listed("docs"):
        if file != INDEX and file not in ways.get(INDEX, []):
            print(f"{INDEX} has no link to {file}")


main()
