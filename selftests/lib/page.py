#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The files and commands of a page, for the stages that do what it says.

page.py --commands PAGE...     prints each line of the pages' blocks for the shell
page.py --lay PAGE FOLDER      writes all files that a page shows into a folder
page.py --play FOLDER PAGE...  does all that each page says, beginning in FOLDER; prints TAP

How a page is written, so that a program can read it as well:

- A paragraph before a block ends with a colon. The last file name in backquotes in it names
  the file that the block is: "`foo.rs` is now:".
- A block ```diff there changes that file. What its lines with a space and a minus say is there
  once, and what those with a space and a plus say takes its place. An empty line parts changes.
- A block ```sh has commands for the reader's shell, and each must succeed.
- A block ```console has commands behind prompts, and what they print: "$ " is the reader's shell,
  "/chard # " the guest that the last `make vm` has booted. "..." stands for text, or for
  lines, that the page leaves out. A command that fails must print last what the page shows last.
- A block of no language is text that is not looked at.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

FILE = re.compile(r"`((?:[\w.-]+/)*(?:[\w-]+\.(?:rs|c|h|toml|conf|rules)|Makefile|Kbuild))`")
PROMPT = re.compile(r"(?:(\$)|/[\w/]* (#)) ")
# A core that is not built yet, on a machine that does other things as well.
LIMIT = 900
MARK = "@@page@@"


class Wrong(Exception):
    """What is said of a block that does not do what the page says."""


class Block:
    """A block of code: its language, the file that it names, its text and its line."""

    def __init__(self, language, name, line):
        self.language, self.name, self.line, self.text = language, name, line, ""


def blocks(page):
    """The blocks of a page, in their order."""
    paragraph, block, found = "", None, []
    for number, line in enumerate(pathlib.Path(page).read_text().splitlines(), 1):
        if block:
            if line == "```":
                block = None
            else:
                block.text += line + "\n"
        elif line.startswith("```"):
            names = FILE.findall(paragraph) if paragraph.endswith(":") else []
            block = Block(line[3:], names[-1] if names else None, number)
            found.append(block)
            paragraph = ""
        elif line:
            paragraph = f"{paragraph} {line}" if paragraph and previous else line
        previous = line
    return found


def shell_lines(page):
    """The lines of the blocks for the shell."""
    return [line for block in blocks(page) if block.language == "sh"
            for line in block.text.splitlines()]


def changed(text, diff):
    """The text with the changes of a diff without line numbers."""
    for change in re.split(r"\n\n+", diff.strip("\n")):
        lines = change.splitlines()
        old = "".join(line[1:] + "\n" for line in lines if line[0] != "+")
        new = "".join(line[1:] + "\n" for line in lines if line[0] != "-")
        if any(line[0] not in " +-" for line in lines):
            raise Wrong(f"a line of the change begins with none of space, + and -:\n{change}")
        if ("\n" + text).count("\n" + old) != 1:
            raise Wrong(f"what it changes is not there once:\n{old}")
        text = ("\n" + text).replace("\n" + old, "\n" + new, 1)[1:]
    return text


def write(where, block):
    """Writes or changes the file of a block, in the folder of a reader, or in this one."""
    path = pathlib.Path(getattr(where, "folder", where)) / block.name
    if block.language == "diff" and not path.exists():
        raise Wrong(f"{block.name} is not there to be changed")
    path.parent.mkdir(parents=True, exist_ok=True)
    changes = block.language == "diff"
    path.write_text(changed(path.read_text(), block.text) if changes else block.text)


def entries(block):
    """The commands of a block with prompts: prompt, command, and the lines shown behind it."""
    found = []
    for line in block.text.splitlines():
        prompt = PROMPT.match(line)
        if prompt:
            found.append((prompt[1] or prompt[2], line[prompt.end():], []))
        elif not found:
            raise Wrong("it does not begin with a prompt")
        else:
            found[-1][2].append(line)
    return found


def compare(command, status, said, shown):
    """Raises what is wrong with what a command has printed."""
    pattern = ""
    for line in shown:
        if line.strip() == "...":
            pattern += r"(?:.*\n)*?"
        else:
            parts = [re.escape(part) for part in line.rstrip().split("...")]
            pattern += ".*?".join(parts) + r"[ \t]*\n"
    said = said.replace("\r", "")
    if said and not said.endswith("\n"):
        said += "\n"
    if not re.fullmatch(pattern, said):
        lines = "".join(line + "\n" for line in shown)
        raise Wrong(f"{command}\nhas printed\n{said}and the page shows\n{lines}")
    if status and (not shown or shown[-1].strip() == "..."):
        raise Wrong(f"{command}\nhas ended with {status}, which the page does not show:\n{said}")


class Reader:
    """Somebody who reads a page, in a folder, with the guest that was booted last."""

    def __init__(self, folder):
        self.folder = str(pathlib.Path(folder).resolve())

    def run(self, command, given=None):
        """Runs a command of the shell; the folder that it leaves the shell in stays."""
        with tempfile.NamedTemporaryFile("r") as where:
            script = 'eval "$1"; status=$?; pwd >"$2"; exit $status'
            done = subprocess.run(
                ["timeout", "-k", "10", str(LIMIT), "bash", "-c", script, "bash", command, where.name],
                cwd=self.folder, input=given or "", stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
            self.folder = where.read().strip() or self.folder
        return done.returncode, done.stdout

    def shell(self, commands):
        """Runs commands that must succeed."""
        status, said = self.run("set -e\n" + commands)
        if status:
            raise Wrong(f"{commands}has ended with status {status}:\n{said}")

    def shows(self, command, shown):
        """Runs a command whose output the page shows."""
        compare(command, *self.run(command), shown)

    def guest(self, boot, session):
        """Boots a guest by a command and has it run a session, whose parts it compares."""
        script = f"exec 2>&1\necho {MARK}\n"
        for command, _ in session:
            script += f"{command}\nprintf '\\n{MARK} %s\\n' $?\n"
        status, said = self.run(boot[0], script)
        parts = re.split(rf"{MARK}\n|\n{MARK} (\d+)\n", said.replace("\r", ""))
        compare(boot[0], status, parts[0], boot[1])
        # Behind each command's text is its status.
        said, statuses = parts[2::2], parts[3::2]
        for (command, shown), text, ended in zip(session, said, statuses):
            compare(command, int(ended), text, shown)
        if len(statuses) < len(session) and session[len(statuses)][0] != "exit":
            raise Wrong(f"the guest did not come behind {session[len(statuses)][0]}:\n"
                        f"{said[-1] if said else ''}")


class Play:
    """Does what pages say, and prints a result for each command and file."""

    def __init__(self, folder):
        self.folder, self.number, self.failed = folder, 0, False

    def result(self, page, line, what, work, *arguments):
        """Whether it works."""
        self.number += 1
        said = f"{self.number} - {page}:{line}: {what}"
        begun = time.monotonic()
        try:
            work(*arguments)
        except Wrong as wrong:
            print("".join(f"# {each}\n" for each in str(wrong).splitlines()), end="")
            print(f"not ok {said}", flush=True)
            self.failed = True
            return False
        seconds = round(time.monotonic() - begun)
        print(f"ok {said}" + (f"\n# {seconds} s" if seconds else ""), flush=True)
        return True

    def steps(self, page, reader):
        """What there is to do on a page, in its order: the line, what it is called, and how."""
        session = None
        for block in blocks(page):
            alone = [(None, None, None)]
            for prompt, command, shown in entries(block) if block.language == "console" else alone:
                if prompt == "#" and session is not None:
                    session.append((command, shown))
                    continue
                if session is not None:
                    yield line, "a guest", reader.guest, boot, session
                session, line = None, block.line
                if prompt == "#":
                    yield line, command, _refuse, "no guest was booted before it"
                elif prompt and re.search(r"\bmake\b.* vm\b", command):
                    boot, session = (command, shown), []
                elif prompt:
                    yield line, command, reader.shows, command, shown
                elif block.language == "sh":
                    yield line, block.text.splitlines()[0], reader.shell, block.text
                elif block.name:
                    yield line, block.name, write, reader, block
                elif block.language:
                    yield line, "a block", _refuse, "no paragraph that ends with a colon names its file"
        if session is not None:
            yield line, "a guest", reader.guest, boot, session

    def page(self, page):
        """Goes on with a page as long as it works."""
        for step in self.steps(page, Reader(self.folder)):
            if not self.result(page, *step):
                break


def _refuse(why):
    raise Wrong(why)


def main():
    what, arguments = sys.argv[1], sys.argv[2:]
    if what == "--commands":
        for page in arguments:
            print("".join(line + "\n" for line in shell_lines(page)), end="")
    elif what == "--lay":
        for block in blocks(arguments[0]):
            if block.name and block.language not in ("sh", "console"):
                write(arguments[1], block)
    elif what == "--play":
        os.environ["LC_ALL"] = "C.UTF-8"
        play = Play(arguments[0])
        for page in arguments[1:]:
            play.page(page)
        print(f"1..{play.number}")
        sys.exit(play.failed)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
