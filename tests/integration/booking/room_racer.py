"""One of two processes that fight for one room: `python -m …booking.room_racer URL SEED ATTEMPTS guarded|bare`.

Two practitioners, one room. Prints {"won": …, "refused": …, "broken": […]}. `bare` takes lock and check away.
"""

import contextlib
import json
import random
import sys
import threading
import time
from datetime import timedelta
from uuid import uuid4

from app.booking import actions, catalogue, queries
from app.booking.actions import bookings, place
from app.booking.refusals import NotOffered, SlotTaken
from app.kernel import audit
from app.kernel.db import connection, open_database
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from app.patients.actions import Person
from app.services import Services

THREADS = 4


def main(url: str, seed: int, attempts: int, guarded: bool) -> None:
    open_database(url)
    services = Services.fakes()
    audit.install(services.sealer.keys.audit)
    now = services.clock.now()
    tally: dict = {"won": 0, "refused": 0, "broken": []}
    mutex = threading.Lock()
    with connection():
        practice = Practice.get(Practice.slug == "lavande")
        with practice_context(practice):
            found = catalogue.of(practice, now=now)
            offers = [o for o in found.offers if o.service.key == "bilan"]
            first = now.date() + timedelta(days=2)
            free = [
                (offer, start)
                for offer in offers
                for day in queries.free_times(
                    [offer], first_day=first, last_day=first + timedelta(days=6), now=now
                ).days.values()
                for start, _ in day
            ]
    free.sort(key=lambda pair: pair[1])
    free = free[: 40 if guarded else 12]
    if not guarded:
        take_the_guard_off()
    together = threading.Barrier(THREADS)

    def run(number: int) -> None:
        dice = random.Random(seed * 100 + number)
        together.wait()
        for _ in range(attempts // THREADS):
            offer, start = dice.choice(free)
            person = Person("Race", f"Runner{dice.randrange(10**9)}", "race@example.be", "fr")
            asked = actions.Asked(start, uuid4(), person, accepted=True, sentence="")
            try:
                with connection(), practice_context(practice):
                    actions.book([offer], asked, sealer=services.sealer, by="race", now=now, mail_at=now)
                outcome = "won"
            except (SlotTaken, NotOffered):
                outcome = "refused"
            except Exception as broken:  # noqa: BLE001 - the test wants to see every kind
                with mutex:
                    tally["broken"].append(f"{type(broken).__name__}: {broken}"[:200])
                continue
            with mutex:
                tally[outcome] += 1

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(tally))


def take_the_guard_off() -> None:
    """Check, then insert: what a program does that has never met two patients at once."""
    look = place.check

    def unlocked(*args, **kwargs):
        seats = look(*args, **kwargs)
        time.sleep(0.05)  # everybody has looked before anybody writes
        return seats

    place.check = unlocked
    place.lock = lambda *offers: None
    take = getattr(place, "units_for", None)
    if take is not None:  # whoever looked before takes what was free then
        place.units_for = lambda offer, _start, **_more: [pool.units[0].id for pool in offer.pools]
    bookings.write_tx = contextlib.nullcontext


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "guarded")
