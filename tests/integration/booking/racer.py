"""One of two processes that fight for the same hours: `python -m …racer URL SEED ATTEMPTS guarded|bare [moves]`.

Prints {"won": …, "refused": …, "broken": […]}; with `moves`, every other attempt moves an appointment of its own, and
"moved" counts those. `bare` is the control: the same attempts without lock, without the
check inside a transaction and without the walls of the database.
"""

import contextlib
import json
import random
import sys
import threading
import time
from uuid import UUID, uuid4

from app.booking import actions, catalogue, queries
from app.booking.actions import bookings, changes, place
from app.booking.models import Appointment
from app.booking.refusals import CannotBeChanged, NotOffered, SlotTaken
from app.kernel import audit
from app.kernel.db import connection, open_database
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from app.patients.actions import Person
from app.services import Services

THREADS = 4


def main(url: str, seed: int, attempts: int, guarded: bool, *, moves: bool = False) -> None:
    open_database(url)
    services = Services.fakes()
    audit.install(services.sealer.keys.audit)
    now = services.clock.now()
    tally: dict = {"won": 0, "moved": 0, "refused": 0, "broken": []}
    mutex = threading.Lock()
    with connection():
        practice = Practice.get(Practice.slug == "lavande")
        with practice_context(practice):
            offers = contested(catalogue.of(practice, now=now))
            starts = contested_starts(offers, now=now)
    if not guarded:
        take_the_guard_off()
        starts = starts[: THREADS - 1]  # fewer than those who choose at once: two of them meet for certain
    together = threading.Barrier(THREADS)

    def attempt(dice: random.Random, own: list[UUID]) -> str:
        start = dice.choice(starts) + dice.choice((0, 0, 0, 15))
        if moves and own and dice.random() < 0.5:
            return move(dice.choice(own), start)
        return book(start, dice, own)

    def move(mine: UUID, start: int) -> str:
        try:
            actions.move(Appointment.get_by_id(mine), offers[0], start, by="race", now=now)
        except (SlotTaken, NotOffered, CannotBeChanged):
            return "refused"
        return "moved"

    def book(start: int, dice: random.Random, own: list[UUID]) -> str:
        asked = actions.Asked(
            start=start,
            attempt=uuid4(),
            person=Person("Race", f"Runner{dice.randrange(10**9)}", "race@example.be", "fr", birth_date=None),
            accepted=True,
            sentence="",
        )
        try:
            own.append(actions.book(offers, asked, sealer=services.sealer, by="race", now=now, mail_at=now))
        except (SlotTaken, NotOffered):
            return "refused"
        return "won"

    def run(number: int) -> None:
        dice = random.Random(seed * 100 + number)
        own: list[UUID] = []
        together.wait()
        for _ in range(attempts // THREADS):
            try:
                with connection(), practice_context(practice):
                    outcome = attempt(dice, own)
                with mutex:
                    tally[outcome] += 1
            except Exception as broken:  # noqa: BLE001 - the test wants to see every kind
                with mutex:
                    tally["broken"].append(f"{type(broken).__name__}: {broken}"[:200])

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(tally))


def contested(found):
    """The agendas of the service most agendas offer at one site."""
    return list(max((found.at(s.id, site.id) for s in found.services for site in found.locations), key=len))[
        :1
    ]


def contested_starts(offers, *, now):
    """Forty starts, few enough that everybody meets."""
    from datetime import timedelta

    first = now.date() + timedelta(days=2)
    free = queries.free_times(offers, first_day=first, last_day=first + timedelta(days=12), now=now)
    return [start for found in free.days.values() for start, _ in found][:40]


def take_the_guard_off() -> None:
    """Check, then insert: what a program does that has never met two patients at once."""
    look = place.check

    def unlocked(*args, **kwargs):
        seats = look(*args, **kwargs)
        time.sleep(0.05)  # everybody has looked before anybody writes
        return seats

    place.check = unlocked
    place.lock = lambda *offers: None
    bookings.write_tx = contextlib.nullcontext
    changes.write_tx = contextlib.nullcontext


if __name__ == "__main__":
    main(
        sys.argv[1],
        int(sys.argv[2]),
        int(sys.argv[3]),
        sys.argv[4] == "guarded",
        moves=sys.argv[5:] == ["moves"],
    )
