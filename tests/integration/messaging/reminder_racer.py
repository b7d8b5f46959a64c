"""One of two workers on one database: `python -m …messaging.reminder_racer URL ROUNDS guarded|bare`.

Prints how many reminders it posted. `bare` is the control: neither the key nor a look at what is posted already.
"""

import contextlib
import itertools
import os
import sys
import time

from app.factory import create_app
from app.kernel import outbox
from app.kernel.db import connection
from app.messaging import upkeep
from app.services import Services
from tests.conftest import configured
from tests.integration.messaging.world import go

NOW = "2026-11-23 14:30"


def main(url: str, rounds: int, guarded: bool) -> None:
    services = Services.fakes()
    go(services.clock, NOW)
    app = create_app(configured(url), services)
    if not guarded:
        take_the_guard_off()
    posted = 0
    with app.app_context():
        print("ready", flush=True)
        sys.stdin.readline()  # both begin together
        for _ in range(rounds):
            with connection():
                posted += upkeep.post_reminders()
            time.sleep(0.01)
    print(posted)


def take_the_guard_off() -> None:
    """Post what is due: what a program does that has never met a second worker, nor a second minute."""
    numbers = itertools.count()

    def twice(event, payload, *, key, **more):
        outbox.post(event, payload, key=f"{key}:{os.getpid()}:{next(numbers)}", **more)
        return True

    outbox.post_once, outbox.posted = twice, lambda _keys: set()
    upkeep.telling.reminded = lambda *_args, **_more: contextlib.nullcontext()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3] == "guarded")
