"""The card agent as a person runs it: a program of its own, told what to do by keyboard, with its browser noted."""

import os
import select
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WAITS = 40


class Agent:
    """`said` is everything it printed; `opened` the address it opened in its browser."""

    def __init__(self, folder, reader, *, python=sys.executable, environment=None):
        self.folder, self.said = folder, ""
        folder.mkdir(parents=True, exist_ok=True)
        self.note = folder / "opened.txt"
        browser = folder / "browser.sh"
        browser.write_text(f'#!/bin/sh\nprintf %s "$1" > {self.note}.new && mv {self.note}.new {self.note}\n')
        browser.chmod(0o755)
        self.python = python
        self.environment = {
            **os.environ,
            **(reader.environment if reader else {}),
            "BROWSER": str(browser),
            "PARVIS_CARD_AGENT_FOLDER": str(folder / "settings"),
            "PYTHONUNBUFFERED": "1",
            "PYTHONPATH": str(ROOT),
            **(environment or {}),
        }
        self.process = None

    def start(self, site, *arguments, language="fr"):
        self.note.unlink(missing_ok=True)
        words = [self.python, "-m", "card_agent", "--terminal", "--language", language, "--site", site]
        self.process = subprocess.Popen(
            [*words, *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        return self

    def hears(self, words, *, seconds=WAITS):
        """Reads on until it says this; what it says afterwards is for the next question."""
        deadline = time.monotonic() + seconds
        while words not in self.said:
            left = deadline - time.monotonic()
            assert left > 0, f"it never said {words!r}, but:\n{self.said}"
            if select.select([self.process.stdout], [], [], min(left, 0.5))[0]:
                part = os.read(self.process.stdout.fileno(), 4096)
                assert part, f"it ended without saying {words!r}:\n{self.said}"
                self.said += part.decode()
        self.said = self.said[self.said.index(words) + len(words) :]
        return self

    def types(self, text):
        self.process.stdin.write(f"{text}\n".encode())
        self.process.stdin.flush()
        return self

    @property
    def opened(self):
        deadline = time.monotonic() + WAITS
        while not self.note.exists():
            assert time.monotonic() < deadline, f"it opened no browser:\n{self.said}"
            time.sleep(0.05)
        return self.note.read_text()

    def ends(self):
        """How it ended, and the last it said."""
        rest, _ = self.process.communicate(timeout=WAITS)
        self.said += rest.decode()
        return self.process.returncode

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
        if self.process:
            self.process.wait()
            for stream in (self.process.stdin, self.process.stdout):
                stream.close()
