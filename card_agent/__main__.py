"""`python -m card_agent`: the window, or the terminal where there is none (or with --terminal)."""

from __future__ import annotations

import argparse
import signal
import sys

from card_agent import VERSION
from card_agent.portal import Portal
from card_agent.problems import Problem
from card_agent.settings import LANGUAGES, Settings
from card_agent.terminal import Terminal
from card_agent.words import Words


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="card_agent", description="Reads a Belgian eID for a page of Parvis."
    )
    parser.add_argument("--site", help="address of the portal; remembered")
    parser.add_argument("--language", choices=LANGUAGES)
    parser.add_argument("--terminal", action="store_true", help="no window")
    parser.add_argument("--version", action="version", version=VERSION)
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, _interrupted)  # told to stop: the page learns that nothing will come
    settings = Settings.load()
    settings.language = options.language or settings.language
    if options.site:
        try:
            settings.add(options.site)
        except Problem as wrong:
            print(Words(settings.language)(wrong.code), file=sys.stderr)
            return 2
    if not options.terminal:
        try:
            from card_agent.window import Window
        except ImportError:  # a Python without Tk
            print(Words(settings.language)("no-window"), file=sys.stderr)
        else:
            return Window(settings).run()
    try:
        return terminal(settings)
    except KeyboardInterrupt:
        return 130


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def terminal(settings: Settings) -> int:
    """One pairing: a reading for a person at home, or one after another at a desk."""
    try:
        from card_agent import course
    except ImportError:  # pyscard is not installed
        print(Words(settings.language)("no-service"), file=sys.stderr)
        return 2
    face = Terminal(Words(settings.language))
    try:
        site = settings.sites[0] if settings.sites else settings.add(face.ask("site") or "")
        face.say("site-used", site=site)
        paired = course.pair(Portal(site), face.ask("code") or "", face)
        course.run(paired, face)
        while paired.purpose == "desk":
            face.say("next-card")
            try:
                course.run_next(paired, face)
            except Problem as problem:
                if problem.code in ("over", "cancelled"):
                    raise
                face.say(problem.code)
    except Problem as problem:
        if problem.code == "over" and "paired" in locals() and paired.purpose == "desk":
            face.say("desk-over")
            return 0
        face.say(problem.code)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
