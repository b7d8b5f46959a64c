"""`python -m tools.virtual_card.inside`: within the reader's namespaces, runs pcscd and holds the card.

Orders are lines of JSON on the standard input; when that closes, everything ends.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tools.virtual_card import person as people
from tools.virtual_card.authority import Authority
from tools.virtual_card.card import Card
from tools.virtual_card.reader import BUILT_IN, die_with_parent, pcscd, wait_for_socket
from tools.virtual_card.slot import Slot


class Inside:
    """Cards by name, so that one that was pulled out can come back with the tries it had."""

    def __init__(self, port: int) -> None:
        self.slot, self.cards, self.card, self.registers = Slot(port), {}, None, {}

    def insert(self, name="card", gone_after=0, into="", **profile):
        """A card that is known by this name, or a new one. `gone_after` so many commands it is pulled out, and the one
        named `into` stands in its place at once."""
        card = self.prepare(name, **profile)
        self.slot.remove()
        self.slot.insert(card, leave=lambda: self._swap(into), after=gone_after)
        self.card = card
        return card.profile.person.niss

    def prepare(self, name, kind="v18", person=None, tries=3, register="", **values):
        """Made and not plugged in. `register` names another one than the usual: the card of a stranger's root."""
        if name not in self.cards:
            if register:
                signer = self.registers.setdefault(register, Authority("rsa" if kind == "v17" else "ec"))
                values["register"] = signer
            made = people.make(kind, people.Person(**(person or {})), **values)
            self.cards[name] = Card(made)
            self.cards[name].tries = tries
        return self.cards[name]

    def prepare_card(self, name, **profile):
        """Known by this name from here on, and not plugged in."""
        return self.prepare(name, **profile).profile.person.niss

    def _swap(self, into):
        self.slot.remove()
        if into:
            self.card = self.cards[into]
            self.slot.insert(self.card)

    def remove(self):
        self.slot.remove()
        return True

    def forget(self):
        """A new run of tests, say: no card, and none remembered."""
        self.slot.remove()
        self.cards.clear()
        return True

    def heard(self):
        found = [command.hex() for card in self.cards.values() for command in card.heard]
        for card in self.cards.values():
            card.heard.clear()
        return found

    def tries(self):
        return self.card.tries

    def verified(self):
        return self.card.verified


def main() -> int:
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    place = Path(sys.argv[3]) if len(sys.argv) > 3 else None  # where we are not apart
    if place is None:
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        # an empty /run: neither the machine's own pcscd nor its readers are seen from here
        subprocess.run(["mount", "-t", "tmpfs", "none", str(BUILT_IN.parent)], check=True)
        BUILT_IN.mkdir()
        subprocess.run(["mount", "--bind", str(folder / "run"), str(BUILT_IN)], check=True)
    daemon = subprocess.Popen(
        [pcscd(), "--foreground", "--config", str(folder / "conf")],
        stdout=sys.stderr,
        preexec_fn=die_with_parent,
    )
    try:
        if not wait_for_socket((place or folder / "run") / "pcscd.comm", daemon):
            print("pcscd opened no socket", file=sys.stderr)
            return 1
        inside = Inside(port)
        print("ready", flush=True)
        for line in sys.stdin:
            order = json.loads(line)
            try:
                answer = {"answer": getattr(inside, order.pop("order"))(**order)}
            except Exception as broken:  # told to whoever gave the order
                answer = {"error": f"{type(broken).__name__}: {broken}"}
            print(json.dumps(answer), flush=True)
        inside.slot.remove()
    finally:
        daemon.terminate()
        daemon.wait(5)
    return 0


if __name__ == "__main__":
    sys.exit(main())
