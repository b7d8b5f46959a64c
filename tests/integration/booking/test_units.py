"""The time of rooms is kept by the database of what appointments say: whatever happens to them, both agree."""

import threading
import time

import pytest

from app.booking import actions, impact, queries
from app.booking.actions import place
from app.booking.models import OCCUPYING, Appointment, Resource, ResourcePool, ResourceUse
from app.booking.plans import rooms
from app.booking.refusals import CannotBeChanged, SlotTaken
from app.kernel.db import connection, database, write_tx
from app.kernel.ids import hexed
from app.kernel.tenancy import practice_context
from tests.integration.booking.agenda import see
from tests.integration.booking.conftest import somebody

BY = "account:desk"


def said():
    """What the appointments say, each session once."""
    return {
        (unit, one.session_key, f"{one.service_id.hex}@{one.schedule_id.hex}" if one.capacity > 1 else None,
         one.starts - one.buffer_before, one.ends + one.buffer_after, one.starts)
        for one in Appointment.select().where(Appointment.status.in_(OCCUPYING))
        for unit in one.units or ()
    }  # fmt: skip


def kept():
    uses = list(ResourceUse.select().where(ResourceUse.hold.is_null()))
    found = {(hexed(u.resource_id), u.session_key, u.group_key, u.starts, u.ends, u.core_start) for u in uses}
    assert len(found) == len(uses)
    return found


def in_step(count):
    return kept() == said() and len(kept()) == count


def by_person(offers):
    return list({offer.practitioner.id: offer for offer in offers}.values())


def both(desk):
    """Two people who share the rooms, and the starts both have free."""
    anne, bert = by_person(desk.offers())[:2]
    return anne, bert, sorted(set(desk.starts([anne])) & set(desk.starts([bert])))


def fresh(one):
    return Appointment.get_by_id(one.id)


def versions():
    return {pool.id: pool.availability_version for pool in ResourcePool.select()}


def test_whatever_happens_to_an_appointment_its_room_follows(desk):
    desk.rooms("seance", units=2)
    anne, bert, shared = both(desk)
    one, two = desk.book([anne], shared[0]), desk.book([bert], shared[0], person=somebody(2))
    assert one.units != two.units and in_step(2)
    actions.move(one, bert, shared[3], by="guest", now=desk.now)
    assert in_step(2)
    longer = 2 * (two.ends - two.starts)
    actions.resize(two, bert, longer, by=BY, now=desk.now, broken=set(place.OF_PATIENTS), because="x")
    assert in_step(2) and fresh(two).ends - two.starts == longer
    actions.note(fresh(two), "arrived", by=BY, now=desk.now)
    assert in_step(2)
    actions.cancel(fresh(one), by="guest", now=desk.now)
    assert in_step(1)
    with write_tx():
        Appointment.delete().where(Appointment.id == two.id).execute()
    assert in_step(0)


def test_places_of_a_group_have_one_room_until_the_last_has_left(desk):
    desk.rooms("ecole-du-dos", units=2)
    offers = desk.offers("ecole-du-dos")[:1]
    start, later = desk.starts(offers)[0], desk.starts(offers)[-1]
    made = [desk.book(offers, start, person=somebody(n)) for n in range(3)]
    assert len({tuple(one.units) for one in made}) == 1 and in_step(1)
    actions.cancel(made[0], by="guest", now=desk.now)
    assert in_step(1)
    actions.move(made[1], offers[0], later, by="guest", now=desk.now)
    assert in_step(2)
    actions.move(fresh(made[1]), offers[0], start, by="guest", now=desk.now)
    assert in_step(1)
    for one in made[1:]:
        actions.cancel(fresh(one), by="guest", now=desk.now)
    assert in_step(0)


def test_whoever_joins_a_group_is_in_its_room_though_another_is_free_again(desk):
    desk.rooms("ecole-du-dos", units=2)
    group = desk.offers("ecole-du-dos")[0]
    start = desk.starts([group])[0]
    first = group.pools[0].units[0].id
    use = {"resource": first, "starts": start, "ends": start + 5, "core_start": start}
    taken = ResourceUse.create(**use, session_key=group.schedule.id)
    one = desk.book([group], start, person=somebody(1))
    taken.delete_instance()
    two = desk.book([group], start, person=somebody(2))
    assert one.units == two.units != [first.hex] and in_step(1)


def test_a_room_that_is_retired_gives_its_sessions_to_another(desk):
    desk.rooms("seance", units=2)
    anne, bert, shared = both(desk)
    one, two = desk.book([anne], shared[0]), desk.book([bert], shared[2], person=somebody(2))
    left = Resource.get_by_id(one.units[0])
    see(lambda seen: rooms.retire(desk.practice, left, by=BY, now=desk.now, seen=seen))
    assert in_step(2) and left.id.hex not in str([fresh(one).units, fresh(two).units])
    assert impact.waiting() == 0


def test_who_came_after_all_has_a_room_again_unless_it_is_taken(desk):
    desk.rooms("seance", units=1)
    anne, bert, shared = both(desk)
    one = desk.book([anne], shared[0])
    actions.note(one, "noshow", by=BY, now=desk.now)
    assert in_step(0)
    actions.note(fresh(one), "booked", by=BY, now=desk.now)
    assert in_step(1)
    actions.note(fresh(one), "noshow", by=BY, now=desk.now)
    two = desk.book([bert], shared[0], person=somebody(2))
    with pytest.raises(CannotBeChanged):
        actions.note(fresh(one), "booked", by=BY, now=desk.now)
    assert in_step(1) and kept() == {use for use in said() if use[1] == two.session_key}


def test_the_version_of_its_rooms_rises_when_their_time_changes_and_then_alone(desk):
    desk.rooms("seance", units=1)
    anne, _bert, shared = both(desk)
    pool = anne.pools[0].id
    others = {id: version for id, version in versions().items() if id != pool}
    seen = [versions()[pool]]

    def rises(act, by):
        act()
        seen.append(versions()[pool])
        assert (seen[-1] > seen[-2]) is by

    made = desk.book([anne], shared[0])
    rises(lambda: None, True)
    rises(lambda: actions.note(made, "arrived", by=BY, now=desk.now), False)
    rises(lambda: actions.note(fresh(made), "booked", by=BY, now=desk.now), False)
    rises(lambda: actions.move(fresh(made), anne, shared[4], by="guest", now=desk.now), True)
    rises(lambda: actions.cancel(fresh(made), by="guest", now=desk.now), True)
    rises(lambda: actions.hold([anne], shared[1], now=desk.now), True)
    assert {id: version for id, version in versions().items() if id != pool} == others


def test_the_control_of_rooms_that_the_database_does_not_keep(desk, engine):
    desk.rooms("seance", units=1)
    anne, bert, shared = both(desk)
    for name in ("appointment_units_taken", "appointment_units_changed", "appointment_units_left"):
        database.execute_sql(f"DROP TRIGGER {name}" + ("" if engine == "sqlite" else " ON appointment"))
    desk.book([anne], shared[0])
    assert kept() != said()
    desk.book([bert], shared[0], person=somebody(2))  # two in one room


def test_next_door_keeps_its_rooms(desk, neighbour):
    desk.rooms("seance", units=1)
    anne, _bert, shared = both(desk)
    with practice_context(neighbour):
        site = ResourcePool.create(location=_site(), key="room", name={})
        before = (site.availability_version, Resource.create(pool=site, key="one", name={}).id)
    made = desk.book([anne], shared[0])
    with write_tx():  # a unit of theirs, by mistake: it is none of ours
        Appointment.update(units=[before[1].hex]).where(Appointment.id == made.id).execute()
    assert kept() == set()
    with practice_context(neighbour):
        assert ResourceUse.select().count() == 0
        assert ResourcePool.get_by_id(site.id).availability_version == before[0]


def _site():
    from app.directory.models import Location

    return Location.select().first()


# ---- two at the same moment, with a room for each


def together(desk, monkeypatch):
    """Two people book the same start with two practitioners at once; the units they got, and who was refused."""
    desk.rooms("seance", units=2)
    anne, bert, shared = both(desk)
    look, start = place.check, threading.Barrier(2, timeout=20)

    def slowly(*args, **kwargs):
        found = look(*args, **kwargs)
        time.sleep(0.4)  # the other has looked too, if nothing holds them back
        return found

    monkeypatch.setattr(place, "check", slowly)
    outcomes = []

    def book(offer, number):
        with connection(), practice_context(desk.practice):
            start.wait()
            try:
                outcomes.append(desk.book([offer], shared[0], person=somebody(number)).units[0])
            except SlotTaken as no:
                outcomes.append(no)

    threads = [threading.Thread(target=book, args=(offer, n)) for n, offer in enumerate((anne, bert))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_two_at_once_have_a_room_each_and_nobody_is_refused(desk, monkeypatch):
    outcomes = together(desk, monkeypatch)
    assert len({str(one) for one in outcomes}) == 2 and all(isinstance(one, str) for one in outcomes)
    assert in_step(2)


@pytest.mark.parametrize("engine", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_the_control_without_the_lock_of_the_rooms_one_is_refused(desk, monkeypatch):
    """Both have looked before either wrote; the wall alone lets one in."""
    bump = place._bump
    monkeypatch.setattr(place, "_bump", lambda unchanged, _pools: bump(unchanged, 0))
    refused = [one for one in together(desk, monkeypatch) if isinstance(one, SlotTaken)]
    assert len(refused) == 1 and in_step(1)


@pytest.mark.parametrize("engine", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
@pytest.mark.parametrize("rooms_first", [False, True])
def test_people_are_locked_before_rooms_in_one_statement(app, desk, rooms_first):
    """Whoever waits for a practitioner has no room yet: two who need the same two never wait for each other."""
    desk.rooms("seance", units=1)
    anne = by_person(desk.offers())[0]
    has, problems = threading.Event(), []

    def holds_the_person():
        try:
            with connection(), practice_context(desk.practice), write_tx():
                place.bump([anne.practitioner.id])
                has.set()
                time.sleep(0.5)
                database.execute_sql("SET LOCAL lock_timeout = '200ms'")
                place.bump_pools(pool.id for pool in anne.pools)  # nobody has it
        except Exception as problem:  # shown below
            problems.append(problem)

    other = threading.Thread(target=holds_the_person)
    other.start()
    assert has.wait(10)
    with write_tx():
        if rooms_first:  # the control
            place.bump_pools(pool.id for pool in anne.pools)
        place.lock(anne)
        other.join()
    assert ["lock timeout" in str(problem) for problem in problems] == ([True] if rooms_first else [])
    before = database.obj.statements
    with write_tx():
        place.lock(anne)
    assert database.obj.statements - before == 1


def test_queries_show_the_room_of_an_appointment(desk):
    desk.rooms("seance", units=1)
    anne, _bert, shared = both(desk)
    made = desk.book([anne], shared[0])
    names = queries.rooms_within(made.starts - 60, made.starts + 60, language="fr", languages=["fr"])
    assert names == {made.session_key.hex: "Salle 0"}
