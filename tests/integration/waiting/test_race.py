"""Six hands press «accept» on the same offers from two processes: each time is one person's, once."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from app.booking import actions as booking
from app.booking import catalogue
from app.booking import queries as bookings
from app.booking.models import Appointment
from app.kernel.tenancy import practice_context
from app.waiting import actions
from app.waiting.actions import Wanted, serving
from app.waiting.models import WaitEntry, WaitOffer
from app.waiting.wishes import Wish
from tests.delivery import deliver_all
from tests.factories import make_person

ROOT = Path(__file__).resolve().parents[3]
OFFERS = 4


@pytest.fixture
def tokens(inside, practice, clock, services):
    """Of four offers that are open."""
    with practice_context(practice):
        now, shop = clock.now(), catalogue.of(practice, now=clock.now())
        offers = list(shop.of_service(next(s for s in shop.services if s.capacity == 1).id))[:1]
        day = now.date() + timedelta(days=5)
        free = bookings.free_times(offers, first_day=day, last_day=day + timedelta(days=9), now=now)
        starts = [found[0][0] for found in free.days.values() if found][:OFFERS]
        for number, start in enumerate(starts):
            asked = booking.Asked(start, uuid4(), make_person(family_name=f"Held{number}"), True, "")
            booking.book(offers, asked, sealer=services.sealer, by="guest", now=now, mail_at=now)
        for number in range(OFFERS):
            who = make_person(family_name=f"Waits{number}", email=f"waits{number}@example.be")
            wish = Wish(now.date(), now.date() + timedelta(days=30), "Europe/Brussels")
            actions.join(Wanted(wish, offers[0], False, who), sealer=services.sealer, by="guest", now=now)
        for held in Appointment.select():
            booking.cancel(bookings.appointment(held.id), by="guest", now=now)
    deliver_all()
    with practice_context(practice):
        return [serving.token_of(one.id) for one in WaitOffer.select().where(WaitOffer.state == "open")]


def race(url, guard, tokens):
    command = [sys.executable, "-m", "tests.integration.waiting.racer", url, guard, *tokens]
    running = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    return [json.loads(process.communicate(timeout=240)[0]) for process in running]


def test_of_six_who_press_one_wins_each_time(tokens, practice, database_url):
    assert len(tokens) == OFFERS
    tallies = race(database_url, "guarded", tokens)
    assert [tally["broken"] for tally in tallies] == [[], []]
    assert sum(tally["won"] for tally in tallies) == OFFERS
    assert sum(tally["refused"] for tally in tallies) == OFFERS * 5
    with practice_context(practice):
        booked = Appointment.select().where(Appointment.status == "booked")
        assert booked.count() == OFFERS == len({row.starts for row in booked})
        assert WaitOffer.select().where(WaitOffer.state == "accepted").count() == OFFERS
        assert WaitEntry.select().where(WaitEntry.state == "served").count() == OFFERS


def test_the_control_that_only_looks_has_several_winners(tokens, practice, database_url):
    """If this one has one winner each, the test above proves nothing."""
    tallies = race(database_url, "bare", tokens)
    assert sum(tally["won"] for tally in tallies) > OFFERS
