#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""lsp.py SERVER... FOLDER FILE - asks a language server about a handler, as an editor does.

Completes behind each mark in the file, `/*? WORD... */`, where each WORD must be offered, and
expects of each line with `//~ TEXT` an error whose text has TEXT; and no other error. Prints
what is wrong, a line each. The marks are comments of the file itself.
"""
import json
import os
import re
import subprocess
import sys
import threading
import time

TIMEOUT = 240


class Server:
    """The server, and what it has said of itself and of the file."""

    def __init__(self, command, folder):
        self.process = subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.answers, self.diagnostics, self.quiet, self.health = {}, {}, False, {}
        self.seen = threading.Condition()
        self.next = 0
        threading.Thread(target=self.read, daemon=True).start()

    def send(self, message):
        text = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(text) + text)
        self.process.stdin.flush()

    def notify(self, method, params):
        self.send({"method": method, "params": params})

    def ask(self, method, params):
        self.next += 1
        number = self.next
        self.send({"id": number, "method": method, "params": params})
        self.wait(lambda: number in self.answers)
        return self.answers.pop(number)

    def wait(self, what):
        with self.seen:
            if not self.seen.wait_for(what, TIMEOUT):
                sys.exit("the server does not answer")

    def read(self):
        while True:
            length = 0
            while (line := self.process.stdout.readline().strip()):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            if not length:
                return
            message = json.loads(self.process.stdout.read(length))
            with self.seen:
                self.take(message)
                self.seen.notify_all()

    def take(self, message):
        params = message.get("params") or {}
        if "id" in message and "method" in message:
            # It asks for settings, or for leave to do something: the defaults.
            items = params.get("items") if isinstance(params, dict) else None
            self.send({"id": message["id"], "result": [None] * len(items) if items else None})
        elif "id" in message:
            self.answers[message["id"]] = message.get("result")
        elif message["method"] == "textDocument/publishDiagnostics":
            self.diagnostics[params["uri"]] = params["diagnostics"]
        elif message["method"] == "experimental/serverStatus":
            self.quiet, self.health = params["quiescent"], params


def main():
    command, folder, path = sys.argv[1:-2], os.path.realpath(sys.argv[-2]), sys.argv[-1]
    path = os.path.join(folder, path)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    uri, wrong = "file://" + path, []
    server = Server(command, folder)
    server.ask("initialize", {
        "processId": os.getpid(), "rootUri": "file://" + folder,
        "workspaceFolders": [{"uri": "file://" + folder, "name": "driver"}],
        "capabilities": {
            "experimental": {"serverStatusNotification": True},
            "window": {"workDoneProgress": True},
            "textDocument": {"publishDiagnostics": {}},
        },
        "initializationOptions": {
            "cachePriming": {"enable": False},
            "check": {"overrideCommand": ["make", "-s", "--no-print-directory", "ide-check"]},
        },
    })
    server.notify("initialized", {})
    server.notify("textDocument/didOpen", {"textDocument": {
        "uri": uri, "languageId": "rust", "version": 1, "text": text}})
    server.wait(lambda: server.quiet)
    if server.health["health"] == "error":
        wrong.append(server.health["message"])
    server.notify("textDocument/didSave", {"textDocument": {"uri": uri}})

    expected = {}
    for number, line in enumerate(text.split("\n")):
        if (found := re.search(r"//~ (.*)", line)) and line.split("//~")[0].strip():
            expected[number] = found[1]
        for mark in re.finditer(r"/\*\? ([^*]*) \*/", line):
            answer = server.ask("textDocument/completion", {
                "textDocument": {"uri": uri},
                "position": {"line": number, "character": mark.start()}}) or {}
            items = answer if isinstance(answer, list) else answer.get("items", [])
            offered = {re.match(r"\w*", item["label"])[0] for item in items}
            wrong += [f"{number + 1}: {word} is not offered, but {sorted(offered)[:8]}"
                      for word in mark[1].split() if word not in offered]

    def errors():
        return [(each["range"]["start"]["line"], each["message"])
                for each in server.diagnostics.get(uri, []) if each.get("severity") == 1]

    deadline = time.monotonic() + TIMEOUT

    def complete():
        return all(any(line == number and part in message for line, message in errors())
                   for number, part in expected.items()) or time.monotonic() > deadline

    server.wait(complete)
    # More may come of it.
    time.sleep(3)
    found = errors()
    for number, part in expected.items():
        if not any(line == number and part in message for line, message in found):
            wrong.append(f"{number + 1}: no error says {part}")
    wrong += [f"{line + 1}: {message}" for line, message in found if line not in expected]
    server.process.kill()
    print("\n".join(wrong), end="\n" if wrong else "")
    sys.exit(bool(wrong))


main()
