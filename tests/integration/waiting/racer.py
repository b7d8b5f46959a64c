"""One of two processes that press «accept» on the same offers: `python -m …waiting.racer URL guarded|bare TOKEN…`.

Prints {"won": …, "refused": …, "broken": […]}. `bare`, the control, does not ask whether an offer is open.
"""

import json
import sys
import threading
import time

from flask import Flask

from app.factory import create_app
from app.kernel.db import connection
from app.kernel.errors import Refusal
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from app.services import Services
from app.waiting import actions, queries
from app.waiting.actions import answering
from tests.conftest import configured

THREADS = 3


def main(url: str, guard: str, tokens: list[str]) -> None:
    services = Services.fakes()
    app: Flask = create_app(configured(url), services)
    tally: dict = {"won": 0, "refused": 0, "broken": []}
    mutex, together = threading.Lock(), threading.Barrier(THREADS)
    if guard == "bare":
        take_the_guard_off()

    def press(token: str) -> str:
        now = services.clock.now()
        given = {"sentence": "", "texts": (), "address": "", "sealer": services.sealer, "by": "race"}
        try:
            actions.accept(queries.offer_of(token), **given, now=now, mail_at=now)
        except Refusal:
            return "refused"
        return "won"

    def run() -> None:
        for token in tokens:
            together.wait()
            try:
                with app.app_context(), connection():
                    practice = Practice.get(Practice.slug == "lavande")
                    with practice_context(practice):
                        outcome = press(token)
                with mutex:
                    tally[outcome] += 1
            except Exception as broken:  # noqa: BLE001 - the test wants to see every kind
                with mutex:
                    tally["broken"].append(f"{type(broken).__name__}: {broken}"[:200])

    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(tally))


def take_the_guard_off() -> None:
    """Look, then count the answer: what a program does that trusts what it read a moment ago."""

    def look_only(offer, *, now):  # type: ignore[no-untyped-def]
        time.sleep(0.02)
        actions_count.append(offer.id)

    answering._claim = look_only
    answering.booking.book = lambda *_args, **_more: queries.offer(actions_count[-1]).hold_id  # type: ignore[assignment]
    answering._lock = lambda *_args: None
    answering.WaitOffer = _Nobody  # type: ignore[misc,assignment]


actions_count: list = []


class _Nobody:
    """Writes nothing: the control counts who believes to have won."""

    id = None

    @classmethod
    def update(cls, **_values):  # type: ignore[no-untyped-def]
        return cls()

    def where(self, *_conditions):  # type: ignore[no-untyped-def]
        return self

    def execute(self) -> int:
        return 1


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
