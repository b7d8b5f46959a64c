"""The agent in a window: one step at a time, in the middle of the screen; the work runs in a thread beside it."""

from __future__ import annotations

import queue
import threading
import tkinter as tk
import webbrowser
from collections.abc import Callable
from tkinter import ttk
from typing import Any

from card_agent.portal import Portal
from card_agent.problems import Problem
from card_agent.requests import Job
from card_agent.settings import LANGUAGES, Settings
from card_agent.words import Words

NATIVE = {"fr": "Français", "nl": "Nederlands", "de": "Deutsch", "en": "English"}
LOOKS_EVERY_MS = 50
WRAP = 420


class Closed(Exception):
    """The window is gone; the thread stops where it is."""


class Window:
    """Runs until it is closed. `browse` opens an address in this computer's browser."""

    def __init__(self, settings: Settings, *, browse: Callable[[str], object] = webbrowser.open) -> None:
        self.settings, self._browse = settings, browse
        self.words = Words(settings.language)
        self.language = self.words.language
        self._asked: queue.Queue[tuple[Callable[..., None], tuple[Any, ...]]] = queue.Queue()
        self._closed = threading.Event()
        self.root = tk.Tk()
        self.root.title(self.words("title"))
        self.root.minsize(480, 340)
        self.root.protocol("WM_DELETE_WINDOW", self.close)
        ttk.Style().configure("Big.TButton", padding=8)
        self.page = ttk.Frame(self.root, padding=24)
        self.page.pack(fill="both", expand=True)
        self.ask_code()

    def run(self) -> int:
        self.root.after(LOOKS_EVERY_MS, self._look)
        self.root.mainloop()
        return 0

    def close(self) -> None:
        self._closed.set()
        self.root.destroy()

    # ---- steps --------------------------------------------------------------------------------------------------

    def ask_code(self, problem: str = "") -> None:
        """The first step: which site, and the code of its page."""
        self._clear()
        self._languages()
        if problem:
            self._sentence(self.words(problem), role="problem")
        ttk.Label(self.page, text=self.words("site-label")).pack(anchor="w")
        site = ttk.Combobox(self.page, values=self.settings.sites, width=44, name="site")
        site.set(self.settings.sites[0] if self.settings.sites else "https://")
        site.pack(anchor="w", fill="x", pady=(2, 12))
        ttk.Label(self.page, text=self.words("code-label")).pack(anchor="w")
        code = ttk.Entry(self.page, font=("TkFixedFont", 22), width=11, name="code")
        code.bind("<<Paste>>", lambda _event: "break")  # a code is typed by hand: none comes from a message
        code.pack(anchor="w", pady=(2, 2))
        self._sentence(self.words("code-hint"), role="hint")
        self._buttons(
            (self.words("start"), "start", lambda: self._start(site.get(), code.get())),
            (self.words("close"), "close", self.close),
        )
        code.bind("<Return>", lambda _event: self._start(site.get(), code.get()))
        (code if self.settings.sites else site).focus_set()

    def _languages(self) -> None:
        bar = ttk.Frame(self.page)
        bar.pack(anchor="e")
        for code in LANGUAGES:
            style = {} if code != self.words.language else {"state": "disabled"}
            ttk.Button(
                bar,
                text=NATIVE[code],
                width=11,
                name=f"lang_{code}",
                command=lambda c=code: self._speak(c),
                **style,
            ).pack(side="left")

    def _speak(self, code: str) -> None:
        self.settings.language = code
        self.settings.save()
        self.words, self.language = Words(code), code
        self.root.title(self.words("title"))
        self.ask_code()

    def _start(self, site: str, code: str) -> None:
        try:
            origin = self.settings.add(site)
        except Problem as wrong:
            return self.ask_code(wrong.code)
        self.show(self.words("sending"))
        threading.Thread(target=self._work, args=(origin, code), daemon=True).start()

    def _work(self, origin: str, code: str) -> None:
        """Beside the window: everything that waits."""
        try:
            from card_agent import course

            paired = course.pair(Portal(origin), code, self)
            course.run(paired, self)
            while paired.purpose == "desk":
                self.say("next-card")
                try:
                    course.run_next(paired, self)
                except Problem as problem:
                    if problem.code == "over":
                        self._later(self._end, "desk-over")
                        return
                    if problem.code == "cancelled" and self.stopped():
                        raise
                    self.say(problem.code)
            self._later(self._end, "done", origin)
        except Problem as problem:
            self._later(self._end, problem.code, origin)
        except ImportError:
            self._later(self._end, "no-service", origin)
        except Closed:
            return

    def _end(self, code: str, site: str = "") -> None:
        if code == "code-unknown":
            return self.ask_code(code)
        self._clear()
        self._sentence(self.words(code, site=site), role="outcome")
        self._buttons(
            (self.words("close"), "close", self.close), (self.words("again"), "again", self.ask_code)
        )

    def show(self, sentence: str) -> None:
        self._clear()
        self._sentence(sentence, role="status")
        bar = ttk.Progressbar(self.page, mode="indeterminate")
        bar.pack(fill="x", pady=12)
        bar.start(15)
        self._buttons((self.words("cancel"), "close", self.close))

    # ---- the Face, called from beside the window ----------------------------------------------------------------

    def say(self, code: str, **values: object) -> None:
        self._later(self.show, self.words(code, **values))

    def open_browser(self, url: str) -> None:
        self._browse(url)

    def ask_consent(self, site: str, job: Job) -> bool:
        return bool(self._answer(self._consent, site, job))

    def ask_pin(self, tries: int, *, wrong: bool) -> bytearray | None:
        found = self._answer(self._pin, tries, wrong)
        return found if isinstance(found, bytearray) else None

    def ask_last_try(self) -> bool:
        return bool(self._answer(self._last_try))

    def stopped(self) -> bool:
        return self._closed.is_set()

    def _consent(self, give: Callable[[object], None], site: str, job: Job) -> None:
        self._clear()
        ttk.Label(self.page, text=self.words("consent-title"), font=("TkHeadingFont", 15)).pack(anchor="w")
        self._sentence(self.words("consent", site=site, practice=job.practice), role="consent")
        for part in self.words.parts(job):
            self._sentence(f"•  {part}")
        if job.account:
            self._sentence(self.words("consent-account", account=job.account), role="account")
        if job.proof == "authentication":
            self._sentence(self.words("consent-pin"))
        self._buttons(
            (self.words("allow"), "allow", lambda: give(True)),
            (self.words("refuse"), "refuse", lambda: give(False)),
        )

    def _pin(self, give: Callable[[object], None], tries: int, wrong: bool) -> None:
        self._clear()
        self._sentence(self.words("pin-wrong" if wrong else "pin-tries", tries=tries), role="tries")
        ttk.Label(self.page, text=self.words("pin-label")).pack(anchor="w")
        entry = ttk.Entry(self.page, show="•", font=("TkFixedFont", 22), width=13, name="pin")
        entry.pack(anchor="w", pady=(2, 8))

        def done() -> None:
            digits = entry.get()
            if not (digits.isascii() and digits.isdigit() and 4 <= len(digits) <= 12):
                return self._sentence(self.words("pin-shape"), role="shape")
            entry.delete(0, "end")
            give(bytearray(digits.encode()))

        entry.bind("<Return>", lambda _event: done())
        self._buttons((self.words("ok"), "ok", done), (self.words("cancel"), "refuse", lambda: give(None)))
        entry.focus_set()

    def _last_try(self, give: Callable[[object], None]) -> None:
        self._clear()
        self._sentence(self.words("pin-last"), role="last")
        self._buttons(
            (self.words("cancel"), "refuse", lambda: give(False)),
            (self.words("pin-last-allow"), "allow", lambda: give(True)),
        )

    # ---- between the thread and the window ----------------------------------------------------------------------

    def _later(self, step: Callable[..., None], *values: object) -> None:
        if self._closed.is_set():
            raise Closed
        self._asked.put((step, values))

    def _answer(self, step: Callable[..., None], *values: object) -> object:
        given: queue.Queue[object] = queue.Queue()
        self._later(step, given.put, *values)
        while not self._closed.is_set():
            try:
                return given.get(timeout=0.1)
            except queue.Empty:
                continue
        return None

    def _look(self) -> None:
        while not self._asked.empty():
            step, values = self._asked.get()
            step(*values)
        self.root.after(LOOKS_EVERY_MS, self._look)

    # ---- what a step is made of ---------------------------------------------------------------------------------

    def _clear(self) -> None:
        for child in self.page.winfo_children():
            child.destroy()

    def _sentence(self, text: str, *, role: str | None = None) -> None:
        known = self.page.nametowidget(role) if role and role in self.page.children else None
        if known is not None:
            return
        label = ttk.Label(self.page, text=text, wraplength=WRAP, justify="left", name=role)
        label.pack(anchor="w", pady=(0, 8))

    def _buttons(self, *wanted: tuple[str, str, Callable[[], None]]) -> None:
        bar = ttk.Frame(self.page, name="buttons")
        bar.pack(anchor="w", pady=(12, 0))
        for text, name, press in wanted:
            ttk.Button(bar, text=text, name=name, command=press, style="Big.TButton").pack(
                side="left", padx=(0, 8)
            )
