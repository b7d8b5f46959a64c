"""One of two processes that book: `python -m …series.racer URL series|single guarded|bare ATTEMPTS`.

Both want the same starts: whole series of three, or one of their dates. Prints {"won": …, "refused": …, "broken": […]}.
`bare` is the control: no lock, no check inside the transaction, no transaction.
"""

import contextlib
import json
import random
import sys
import time
from datetime import timedelta
from uuid import uuid4

from app.booking import actions, catalogue, queries
from app.booking.actions import bookings, place
from app.booking.actions import series as of_series
from app.booking.refusals import DatesLost, NotOffered, SlotTaken
from app.kernel import audit, rate_limits
from app.kernel.db import connection, open_database
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from app.patients.actions import Person
from app.services import Services


def main(url: str, kind: str, guard: str, attempts: int) -> None:
    open_database(url)
    services = Services.fakes()
    keys = services.sealer.keys
    audit.install(keys.audit)
    rate_limits.install(keys.index)
    now, dice = services.clock.now(), random.Random(kind)
    tally: dict = {"won": 0, "refused": 0, "broken": []}
    with connection():
        practice = Practice.get(Practice.slug == "lavande")
        with practice_context(practice):
            offer, starts = contested(catalogue.of(practice, now=now), now=now)
    if guard == "bare":
        take_the_guard_off()
    for number in range(attempts):
        person = Person("Race", f"{kind}{number}", "race@example.be", "fr")
        chosen = dice.sample(starts, 3 if kind == "series" else 1)
        asked = actions.Asked(chosen[0], uuid4(), person, True, "")
        given = {"sealer": services.sealer, "by": "race", "now": now, "mail_at": now}
        try:
            with connection(), practice_context(practice):
                if kind == "series":
                    actions.book_series([(offer, start) for start in chosen], asked, **given)
                else:
                    actions.book([offer], asked, **given)
            tally["won"] += 1
        except (SlotTaken, NotOffered, DatesLost):
            tally["refused"] += 1
        except Exception as broken:  # noqa: BLE001 - the test wants to see every kind
            tally["broken"].append(f"{type(broken).__name__}: {broken}"[:200])
    print(json.dumps(tally))


def contested(shop, *, now):
    """One agenda, and the first start of each of its next days."""
    offer = shop.of_service(next(s for s in shop.services if s.capacity == 1).id)[0]
    first = now.date() + timedelta(days=2)
    free = queries.free_times([offer], first_day=first, last_day=first + timedelta(days=60), now=now)
    return offer, [found[0][0] for found in free.days.values() if found][:20]


def take_the_guard_off() -> None:
    look = place.check

    def unlocked(*args, **kwargs):
        seats = look(*args, **kwargs)
        time.sleep(0.02)  # the other has looked too before anybody writes
        return seats

    place.check = unlocked
    place.lock = place.lock_all = lambda *_offers, **_more: None
    bookings.write_tx = of_series.write_tx = contextlib.nullcontext


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
