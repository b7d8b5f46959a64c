"""What a change of the agenda does to appointments: counted before, marked after, and undone by undoing it."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.booking import catalogue, impact, queries
from app.booking.impact import Differs, NotSeen
from app.booking.models import Appointment, TimeOff
from app.booking.plans import days_off, offers, weeks
from app.booking.plans.days_off import Away
from app.booking.plans.typed import Week, Window
from app.booking.refusals import CannotBeChanged
from app.directory.models import HealthcareService, Practitioner
from app.kernel.audit import AuditEvent
from app.kernel.errors import NotFound
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from tests.factories import make_appointment
from tests.integration.booking.agenda import BY, DAY, agenda, at, away, midnight, see
from tests.integration.booking.agenda import book as make


@pytest.fixture
def here(practice):
    with practice_context(practice):
        yield practice


@pytest.fixture
def aline(here):
    return agenda()


@pytest.fixture
def book(here, services, clock):
    """An appointment of Aline's sessions at a wall time of the day."""
    return partial(make, here, services=services, clock=clock)


def fits():
    return {a.patient.family_name: a.fit for a in Appointment.select()}


def offered(practice, clock, days=14):
    """Everything anybody could book, whatever the service."""
    found = catalogue.of(Practice.get_by_id(practice.id), now=clock.now())
    span = {"first_day": DAY - timedelta(days=2), "last_day": DAY + timedelta(days=days), "now": clock.now()}
    return {
        (o.schedule.key, o.service.key): [
            start for found in queries.free_times([o], **span).days.values() for start, _ in found
        ]
        for o in found.offers
    }


def test_it_is_not_saved_before_somebody_saw_what_it_does(here, aline, book, clock):
    book(aline, 9)
    book(aline, 14)
    gone = away(aline, 8, 12)
    with pytest.raises(NotSeen) as told:
        days_off.add(here, gone, by=BY, now=clock.now())
    found = told.value.impact
    assert (found.affected, len(found.stays), len(found.lost)) == (2, 1, 1)
    assert TimeOff.select().where(TimeOff.starts == gone.starts).count() == 0
    assert set(fits().values()) == {"supported"}
    _, done = days_off.add(here, gone, by=BY, now=clock.now(), seen=found.digest)
    assert [one.id for one in done.lost] == [one.id for one in found.lost]
    assert fits() == {"Patient9x0": "orphaned", "Patient14x0": "supported"}
    told = AuditEvent.get(AuditEvent.verb == "time-off.add").detail
    assert (told["affected"], told["lost"]) == (2, 1)


def test_a_booking_made_meanwhile_shows_the_page_again(here, aline, book, clock):
    book(aline, 9)
    with pytest.raises(NotSeen) as told:
        days_off.add(here, away(aline, 8, 12), by=BY, now=clock.now())
    book(aline, 10)
    with pytest.raises(NotSeen) as again:
        days_off.add(here, away(aline, 8, 12), by=BY, now=clock.now(), seen=told.value.impact.digest)
    assert len(again.value.impact.lost) == 2


def test_what_touches_nobody_is_saved_at_once(here, aline, clock):
    _, found = days_off.add(here, away(aline, 8, 12), by=BY, now=clock.now())
    assert found.affected == 0
    assert Practice.get_by_id(here.id).catalogue_version == here.catalogue_version + 1


def test_every_save_moves_both_versions(here, aline, clock):
    before = Practitioner.get_by_id(aline.practitioner_id).availability_version
    others = {p.id: p.availability_version for p in Practitioner.select() if p.id != aline.practitioner_id}
    days_off.add(here, away(aline, 8, 12), by=BY, now=clock.now())
    assert Practitioner.get_by_id(aline.practitioner_id).availability_version == before + 1
    assert others == {p.id: p.availability_version for p in Practitioner.select() if p.id in others}


def test_undoing_the_change_empties_the_queue(here, aline, book, clock):
    book(aline, 9)
    made, _ = see(lambda seen: days_off.add(here, away(aline, 8, 12), by=BY, now=clock.now(), seen=seen))
    assert impact.waiting() == 1 and len(impact.queue()) == 1
    see(lambda seen: days_off.remove(here, days_off.time_off(made), by=BY, now=clock.now(), seen=seen))
    assert impact.waiting() == 0 and fits() == {"Patient9x0": "supported"}


@settings(max_examples=12)
@given(data=st.data())
def _deleting_restores(here, aline, clock, data):
    first = data.draw(st.integers(-1, 20)) * 720 + data.draw(st.sampled_from((0, 7, 480, 545)))
    length = data.draw(st.sampled_from((15, 61, 480, 1440, 4000)))
    whose = data.draw(st.sampled_from(("aline", "site", "all")))
    start = midnight(DAY) + first
    gone = Away(
        start,
        start + length,
        practitioner=aline.practitioner_id if whose == "aline" else None,
        location=aline.location_id if whose == "site" else None,
    )
    before = offered(here, clock)
    made, _ = see(lambda seen: days_off.add(here, gone, by=BY, now=clock.now(), seen=seen))
    during = offered(here, clock)
    for place, starts in before.items():
        assert set(during[place]) <= set(starts)
    row = days_off.time_off(made)
    see(lambda seen: days_off.remove(here, row, by=BY, now=clock.now(), seen=seen))
    assert offered(here, clock) == before
    assert set(fits().values()) <= {"supported"}


def test_deleting_an_absence_gives_back_exactly_the_times_it_took(here, aline, book, clock):
    book(aline, 9)
    book(aline, 13, 30, day=DAY + timedelta(days=2))
    _deleting_restores(here, aline, clock)


def test_what_was_shown_is_what_is_there_after_saving(here, aline, clock):
    """The thought-of offers are the ones that are read once the change is made."""
    gone = away(aline, 9, 15)
    found = catalogue.for_desk(Practice.get_by_id(here.id), now=clock.now())
    thought = {o.service.id: days_off.added(here, gone).applied(o) for o in found.offers if same(o, aline)}
    days_off.add(here, gone, by=BY, now=clock.now())
    saved = catalogue.for_desk(Practice.get_by_id(here.id), now=clock.now())
    for offer in saved.offers:
        if same(offer, aline):
            assert sorted(offer.blocked) == sorted(thought[offer.service.id].blocked)


def same(offer, schedule):
    return offer.schedule.id == schedule.id


def test_whoever_the_desk_put_outside_the_hours_is_told_of_an_absence_too(here, aline, book, clock):
    inside = book(aline, 9)
    early = make_appointment(like=inside, starts=at(7))
    found = see(lambda seen: days_off.add(here, away(aline, 0, 24), by=BY, now=clock.now(), seen=seen)[1])
    assert [one.id for one in found.lost] == [early.id, inside.id]


def test_other_hours_from_a_day_end_the_old_ones_the_day_before(here, aline, book, clock):
    book(aline, 9)
    book(aline, 16)
    begins = date(2026, 11, 23)
    before = offered(here, clock)
    week = Week(begins, tuple(Window(0, day, 480, 720) for day in range(5)))
    mark = weeks.mark(aline.id)
    whose = weeks.schedule(aline.id)
    found = see(lambda seen: weeks.begin(here, whose, week, before=mark, by=BY, now=clock.now(), seen=seen))
    assert (len(found.stays), len(found.lost)) == (1, 1)
    old, new = weeks.plans(aline.id)
    assert old.valid_to == begins - timedelta(days=1) and new.valid_from == begins and new.valid_to is None
    assert fits() == {"Patient9x0": "supported", "Patient16x0": "orphaned"}
    see(lambda seen: weeks.withdraw(here, whose, begins, by=BY, now=clock.now(), seen=seen))
    assert offered(here, clock) == before and set(fits().values()) == {"supported"}


def test_two_people_who_change_the_same_hours_the_second_is_told(here, aline, clock):
    mark, whose = weeks.mark(aline.id), weeks.schedule(aline.id)
    week = Week(date(2027, 1, 4), (Window(0, 0, 480, 720),))
    weeks.begin(here, whose, week, before=mark, by=BY, now=clock.now())
    with pytest.raises(Differs):
        weeks.begin(here, whose, week, before=mark, by=BY, now=clock.now())


def test_a_day_that_differs_and_back(here, aline, book, clock):
    book(aline, 9)
    before = offered(here, clock)
    whose = weeks.schedule(aline.id)
    day = weeks.Day("replace", DAY, DAY, 780, 1050)
    found = see(lambda seen: weeks.add_day(here, whose, day, by=BY, now=clock.now(), seen=seen))
    assert len(found.lost) == 1
    row = next(one for one in weeks.exceptions(aline.id, since=DAY) if one.kind == "replace")
    see(lambda seen: weeks.remove_day(here, whose, row, by=BY, now=clock.now(), seen=seen))
    assert offered(here, clock) == before and impact.waiting() == 0


def test_a_holiday_is_opened_and_closed_again(here, aline, book, clock):
    easter = date(2027, 3, 29)  # Monday
    days_off.open_holiday(here, easter, by=BY, now=clock.now())
    found = catalogue.for_desk(Practice.get_by_id(here.id), now=clock.now())
    assert easter not in found.offers[0].agenda.holidays
    clock.move(days=60)
    book(aline, 9, day=easter)
    closed = see(lambda seen: days_off.close_holiday(here, easter, by=BY, now=clock.now(), seen=seen))
    assert len(closed.lost) == 1 and impact.waiting() == 1
    see(lambda seen: days_off.open_holiday(here, easter, by=BY, now=clock.now(), seen=seen))
    assert impact.waiting() == 0
    with pytest.raises(days_off.NoHoliday):
        days_off.open_holiday(here, date(2027, 4, 6), by=BY, now=clock.now())


def test_a_longer_service_names_those_it_would_not_leave_room_for(here, aline, book, clock):
    book(aline, 9)
    book(aline, 9, 30)
    book(aline, 11, 30)
    book(aline, 14)
    row = HealthcareService.get(HealthcareService.key == "seance")
    was = offers.of(row)
    new = replace(was, lengths=replace(was.lengths, duration_minutes=45))
    mark = offers.mark(row)
    found = see(lambda seen: offers.change(here, row, new, before=mark, by=BY, now=clock.now(), seen=seen))
    assert (found.affected, len(found.lost)) == (4, 2)  # before another, and at the end of the morning
    assert HealthcareService.get_by_id(row.id).duration_minutes == 45
    assert {a.ends - a.starts for a in Appointment.select()} == {30}


def test_an_orphan_is_settled_by_hand_once(here, aline, book, clock):
    made = book(aline, 9)
    see(lambda seen: days_off.add(here, away(aline, 8, 12), by=BY, now=clock.now(), seen=seen))
    impact.settle(made, by=BY, now=clock.now())
    assert impact.waiting() == 0
    with pytest.raises(CannotBeChanged):
        impact.settle(made, by=BY, now=clock.now())


def test_next_door_is_not_there(here, aline, neighbour, clock):
    made, _ = days_off.add(here, away(aline, 8, 12), by=BY, now=clock.now())
    assert days_off.time_off(made).starts  # the control: at home it is
    with practice_context(neighbour):
        for look in (lambda: days_off.time_off(made), lambda: weeks.schedule(aline.id)):
            with pytest.raises(NotFound):
                look()
        assert impact.waiting() == 0
