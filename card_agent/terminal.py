"""The agent in a terminal: the same questions as the window's, in lines."""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Callable
from typing import TextIO

from card_agent.requests import Job
from card_agent.words import Words

BACKSPACE, ENTER, INTERRUPT, END = (0x7F, 0x08), (0x0A, 0x0D), 0x03, 0x04
LONGEST_PIN = 12


class Terminal:
    """A Face. `browse` opens an address in this computer's browser and never shows it."""

    def __init__(
        self,
        words: Words,
        *,
        out: TextIO | None = None,
        browse: Callable[[str], object] = webbrowser.open,
    ) -> None:
        self.words, self.out, self._browse = words, out or sys.stdout, browse
        self.language = words.language

    def say(self, code: str, **values: object) -> None:
        print(self.words(code, **values), file=self.out, flush=True)

    def open_browser(self, url: str) -> None:
        self._browse(url)

    def ask(self, code: str, **values: object) -> str | None:
        """One line; None at the end of the input."""
        print(self.words(code, **values), end=" ", file=self.out, flush=True)
        line = _line()
        return None if line is None else line.decode(errors="replace").strip()

    def ask_consent(self, site: str, job: Job) -> bool:
        self.say("line")
        self.say("consent", site=site, practice=job.practice)
        for part in self.words.parts(job):
            print(f"  - {part}", file=self.out)
        if job.account:
            self.say("consent-account", account=job.account)
        if job.proof == "authentication":
            self.say("consent-pin")
        return self._yes("consent-question")

    def ask_pin(self, tries: int, *, wrong: bool) -> bytearray | None:
        if wrong:
            self.say("pin-wrong", tries=tries)
        while True:
            print(self.words("pin", tries=tries), end=" ", file=self.out, flush=True)
            pin = _secret()
            print(file=self.out, flush=True)
            if pin is None or not pin:
                return None
            if 4 <= len(pin) <= LONGEST_PIN and all(0x30 <= sign <= 0x39 for sign in pin):
                return pin
            pin[:] = bytes(len(pin))
            self.say("pin-shape")

    def ask_last_try(self) -> bool:
        self.say("pin-last")
        return self._yes("pin-last-question")

    def stopped(self) -> bool:
        return False

    def _yes(self, question: str) -> bool:
        answer = self.ask(question)
        return (answer or "").lower() in self.words("yes").split()


def _line() -> bytes | None:
    """Without Python's buffers, so that a PIN after it is still in the pipe and nowhere else."""
    found = bytearray()
    while True:
        sign = os.read(0, 1)
        if not sign:
            return bytes(found) if found else None
        if sign[0] in ENTER:
            return bytes(found)
        found += sign


def _secret() -> bytearray | None:
    """A PIN, typed without an echo: its digits stand in one place of the memory, which the caller wipes."""
    if sys.platform == "win32":
        return _typed(_windows_key)
    if not os.isatty(0):
        return _typed(lambda: os.read(0, 1))
    import termios
    import tty

    before = termios.tcgetattr(0)
    try:
        tty.setcbreak(0)
        without_echo = termios.tcgetattr(0)
        without_echo[3] &= ~termios.ECHO
        termios.tcsetattr(0, termios.TCSADRAIN, without_echo)
        return _typed(lambda: os.read(0, 1))
    finally:
        termios.tcsetattr(0, termios.TCSADRAIN, before)


def _windows_key() -> bytes:
    import msvcrt

    return msvcrt.getch()  # type: ignore[attr-defined,no-any-return]


def _typed(key: Callable[[], bytes]) -> bytearray | None:
    found, length = bytearray(64), 0
    while True:
        sign = key()
        if not sign or sign[0] in (INTERRUPT, END):
            found[:] = bytes(len(found))
            return None
        if sign[0] in ENTER:
            pin = found[:length]
            found[:] = bytes(len(found))
            return pin
        if sign[0] in BACKSPACE:
            length = max(0, length - 1)
        elif length < len(found):
            found[length] = sign[0]
            length += 1
