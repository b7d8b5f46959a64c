"""`make demo-card`: the card of the demo's patient in a reader of its own, and the card agent that finds it there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.virtual_card.person import KINDS
from tools.virtual_card.reader import NoReader, Reader

ROOT = Path(__file__).resolve().parents[2]
WITH_WINDOW = "/usr/bin/python3"  # the system's own, which may have Tk where ours has not
CLAIRE = {"surname": "Lejeune", "given_names": "Claire Marie", "niss": "85073099437"}  # the demo's patient
STORY = """
A virtual eID card ({kind}) lies in a virtual reader: Claire Lejeune, 30 July 1985, PIN 1234. Nobody real.

1. `make run` in another terminal, and sign in at {site}/sign-in
   as claire@example.be (her own card: «Mes données») or as accueil@lavande.example (her card at the desk).
2. There, press «Lire la carte eID», and type the code into the card program, which starts now.

Ctrl-C takes the card out and ends everything.
"""


def main() -> int:
    kind = os.environ.get("KIND", "v18")
    site = os.environ.get("SITE") or f"http://lavande.localhost:{os.environ.get('PORT') or 8000}"
    if kind not in KINDS:
        print(f"KIND is one of {', '.join(KINDS)}.", file=sys.stderr)
        return 2
    folder = Path(tempfile.mkdtemp(prefix="parvis-demo-card-"))
    try:
        with Reader(folder) as reader:
            reader.ask("insert", name="demo", kind=kind, person=CLAIRE)
            print(STORY.format(kind=kind, site=site), flush=True)
            own = {"PARVIS_CARD_AGENT_FOLDER": str(folder / "settings")}
            environment, again = {**os.environ, **reader.environment, **own}, True
            while again:
                subprocess.run([*agent(), "--site", site], env=environment, cwd=ROOT)
                again = input("\nOnce more? (Enter; Ctrl-C ends) ") == ""
    except NoReader as missing:
        print(f"\n{missing}", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, EOFError):
        print()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def agent() -> list[str]:
    """In a window where there is a screen and a Python that can draw one; in this terminal otherwise."""
    if os.environ.get("DISPLAY"):
        for python in (sys.executable, WITH_WINDOW):
            can = (
                subprocess.run([python, "-c", "import tkinter, smartcard"], capture_output=True).returncode
                == 0
            )
            if can:
                return [python, "-m", "card_agent"]
    return [sys.executable, "-m", "card_agent", "--terminal"]


if __name__ == "__main__":
    sys.exit(main())
