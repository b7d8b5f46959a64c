"""Rooms as a second resource: nobody meets in one, a hold keeps it, a group shares it, and it can be retired."""

import json
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from app.booking import actions, catalogue, impact, queries
from app.booking.models import Appointment, Resource, ResourcePool, ResourceUse
from app.booking.plans import lengths, rooms
from app.booking.plans import offers as shelf
from app.booking.refusals import SlotTaken
from app.directory.models import HealthcareService, Location
from app.kernel.db import database
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from tests.factories import make_person
from tests.integration.booking.agenda import BY, agenda, at, see
from tests.integration.booking.agenda import book as make

ROOT = Path(__file__).resolve().parents[3]
TOGETHER = """
    SELECT COUNT(*) FROM resource_use AS one JOIN resource_use AS other
      ON one.resource_id = other.resource_id AND one.id < other.id AND one.session_key <> other.session_key
     AND one.starts < other.ends AND other.starts < one.ends
   WHERE one.hold_id IS NULL AND other.hold_id IS NULL"""


@pytest.fixture
def here(practice):
    with practice_context(practice):
        yield practice


@pytest.fixture
def furnish(here, clock):
    """So many rooms at Namur, needed by a service of Aline's and Nora's, with the buffers given."""

    def _furnish(*names, service="bilan", **changes):
        site = Location.select().order_by(Location.position).first()
        pool = rooms.add_pool(here, site, {"fr": "Salle de soins"}, by=BY, now=clock.now())
        for name in names:
            rooms.add_unit(here, rooms.pool(pool), {"fr": name}, by=BY, now=clock.now())
        row = HealthcareService.get(HealthcareService.key == service)
        needed = {**vars(lengths.of(row)), **changes, "needs": (ResourcePool.get_by_id(pool).key,)}
        new = replace(shelf.of(row), lengths=lengths.Lengths(**needed))
        shelf.change(here, row, new, before=shelf.mark(row), by=BY, now=clock.now())
        return ResourcePool.get_by_id(pool)

    return _furnish


@pytest.fixture
def book(here, services, clock):
    return partial(make, here, services=services, clock=clock, service="bilan")


def offers(here, clock):
    found = catalogue.of(Practice.get_by_id(here.id), now=clock.now())
    return {o.schedule.key: o for o in found.offers if o.service.key == "bilan"}


def test_two_practitioners_with_one_room_take_turns(here, furnish, book, clock):
    pool = furnish("Bleue")
    aline, nora = agenda(), agenda("nora-namur")
    book(aline, 10)
    with pytest.raises(SlotTaken):
        book(nora, 10)
    with pytest.raises(SlotTaken):
        book(nora, 9, 30)  # an hour: it would not be out in time
    assert book(nora, 10, 45)
    assert database.execute_sql(TOGETHER).fetchone()[0] == 0
    # the control: with a second room both are there at once
    rooms.add_unit(here, pool, {"fr": "Verte"}, by=BY, now=clock.now())
    book(nora, 14)
    assert book(aline, 14)
    assert {use.resource.name["fr"] for use in ResourceUse.select()} == {"Bleue", "Verte"}


def test_the_buffers_keep_the_room_too(here, furnish, book):
    furnish("Bleue", buffer_after_minutes=15)
    book(agenda(), 10)
    with pytest.raises(SlotTaken):
        book(agenda("nora-namur"), 10, 45)
    assert book(agenda("nora-namur"), 11)
    use = ResourceUse.select().order_by(ResourceUse.starts).first()
    assert (use.starts, use.core_start, use.ends) == (at(10), at(10), at(11))


def test_a_hold_keeps_the_room_for_its_owner_while_it_runs(here, furnish, book, services, clock):
    furnish("Bleue")
    kept = actions.hold([offers(here, clock)["aline-namur"]], at(10), now=clock.now())
    with pytest.raises(SlotTaken):
        book(agenda("nora-namur"), 10)
    asked = actions.Asked(at(10), kept.id, make_person(), accepted=True, sentence="")
    made = actions.book(
        [offers(here, clock)["aline-namur"]],
        asked,
        sealer=services.sealer,
        by="guest",
        now=clock.now(),
        mail_at=clock.now(),
    )
    assert ResourceUse.select().where(ResourceUse.hold.is_null()).count() == 1
    actions.cancel(queries.appointment(made), by="guest", now=clock.now())
    assert book(agenda("nora-namur"), 10)


def test_a_hold_that_ran_out_gives_the_room_back(here, furnish, book, clock):
    furnish("Bleue")
    actions.hold([offers(here, clock)["aline-namur"]], at(10), now=clock.now())
    clock.move(minutes=11)
    assert book(agenda("nora-namur"), 10)


def test_a_group_of_three_is_in_one_room_and_leaves_it_together(here, furnish, book, clock):
    furnish("Bleue", capacity=3)
    made = [book(agenda(), 10, family_name=f"Place{n}") for n in range(3)]
    assert ResourceUse.select().count() == 1
    with pytest.raises(SlotTaken):
        book(agenda(), 10, family_name="TooMany")
    with pytest.raises(SlotTaken):
        book(agenda("nora-namur"), 10)
    for one in made[:2]:
        actions.cancel(queries.appointment(one.id), by="guest", now=clock.now())
    assert ResourceUse.select().count() == 1
    actions.cancel(queries.appointment(made[2].id), by="guest", now=clock.now())
    assert ResourceUse.select().count() == 0


def test_a_retired_room_hands_its_sessions_to_the_others_and_takes_them_back(here, furnish, book, clock):
    furnish("Bleue", "Verte")
    book(agenda(), 10)
    book(agenda("nora-namur"), 10)
    book(agenda(), 14)
    blue = Resource.get(Resource.key == "bleue")
    found = see(lambda seen: rooms.retire(here, blue, by=BY, now=clock.now(), seen=seen))
    assert (len(found.stays), len(found.lost)) == (1, 1)  # at two the green one is free, at ten it is not
    assert impact.waiting() == 1
    with pytest.raises(SlotTaken):
        book(agenda("nora-namur"), 14)
    see(lambda seen: rooms.bring_back(here, blue, by=BY, now=clock.now(), seen=seen))
    assert impact.waiting() == 0 and book(agenda("nora-namur"), 14)
    assert database.execute_sql(TOGETHER).fetchone()[0] == 0


def test_a_service_that_needs_what_the_site_has_not_is_never_free(here, furnish, clock):
    furnish()
    first = clock.now().date()
    free = queries.free_times(
        [offers(here, clock)["aline-namur"]], first_day=first, last_day=first.replace(day=30), now=clock.now()
    )
    assert free.first() is None


def race(url, *, attempts, guard):
    command = [sys.executable, "-m", "tests.integration.booking.room_racer", url]
    running = [
        subprocess.Popen(
            [*command, str(seed), str(attempts // 2), guard], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        for seed in (1, 2)
    ]
    return [json.loads(process.communicate(timeout=240)[0]) for process in running]


def test_a_race_for_one_room_leaves_nobody_together(here, furnish, database_url):
    furnish("Bleue")
    tallies = race(database_url, attempts=400, guard="guarded")
    assert [tally["broken"] for tally in tallies] == [[], []]
    assert database.execute_sql(TOGETHER).fetchone()[0] == 0
    assert Appointment.select().count() == sum(tally["won"] for tally in tallies) > 5


def test_the_control_without_lock_and_wall_they_meet_in_it(here, furnish, database_url, engine):
    """If this one stays empty, the race above proves nothing."""
    furnish("Bleue")
    if engine == "sqlite":
        for trigger in ("resource_no_overlap_insert", "resource_no_overlap_update"):
            database.execute_sql(f"DROP TRIGGER {trigger}")
    else:
        database.execute_sql("ALTER TABLE resource_use DROP CONSTRAINT resource_no_overlap")
    race(database_url, attempts=120, guard="bare")
    assert database.execute_sql(TOGETHER).fetchone()[0] > 0


def test_the_wall_alone_holds_when_the_code_forgets_its_lock(here, furnish, database_url):
    furnish("Bleue")
    race(database_url, attempts=120, guard="bare")
    assert database.execute_sql(TOGETHER).fetchone()[0] == 0


def test_next_door_the_room_is_not_there(here, furnish, neighbour):
    pool = furnish("Bleue")
    with practice_context(neighbour):
        assert ResourcePool.get_or_none(ResourcePool.id == pool.id) is None
        assert queries.rooms_within(0, 99_999_999, language="fr", languages=["fr"]) == {}
