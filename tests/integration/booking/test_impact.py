"""What a change of the agenda does to appointments: counted before, marked after, and undone by undoing it."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.booking import actions, catalogue, impact, queries
from app.booking.impact import Differs, NotSeen
from app.booking.models import Appointment, TimeOff
from app.booking.plans import days_off, lengths, weeks
from app.booking.plans.days_off import Away
from app.booking.plans.typed import Week, Window
from app.directory.models import HealthcareService, Practitioner, Schedule
from app.kernel.audit import AuditEvent
from app.kernel.clock import to_minutes
from app.kernel.errors import NotFound
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from tests.factories import make_person

DAY = date(2026, 11, 24)  # a Tuesday: Nadia works 8-12, 13-17.30 and 18-20
BY = "account:owner"


@pytest.fixture
def here(practice):
    with practice_context(practice):
        yield practice


@pytest.fixture
def nadia(here):
    return Schedule.select(Schedule, Practitioner).join(Practitioner).order_by(Schedule.position).first()


@pytest.fixture
def book(here, services, clock):
    """An appointment of Nadia's sessions at a wall time of the day."""

    def _book(schedule, hour, minute=0, *, day=DAY, service="seance", **person):
        found = catalogue.of(Practice.get_by_id(here.id), now=clock.now())
        offer = next(o for o in found.offers if o.schedule.id == schedule.id and o.service.key == service)
        start = queries.free_times([offer], first_day=day, last_day=day, now=clock.now())
        wanted = midnight(day) + hour * 60 + minute
        assert wanted in [start for start, _ in start.of(day)], "not free"
        person.setdefault("family_name", f"Patient{hour}x{minute}")
        asked = actions.Asked(wanted, uuid4(), make_person(**person), accepted=True, sentence="")
        made = actions.book(
            [offer], asked, sealer=services.sealer, by="guest", now=clock.now(), mail_at=clock.now()
        )
        return queries.appointment(made)

    return _book


def midnight(day):
    from app.kernel.clock import day_bounds

    return day_bounds(day, "Europe/Brussels")[0]


def away(schedule, first, last, *, day=DAY):
    """From one wall hour to another."""
    start = midnight(day)
    return Away(start + first * 60, start + last * 60, practitioner=schedule.practitioner_id)


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


def test_it_is_not_saved_before_somebody_saw_what_it_does(here, nadia, book, clock):
    book(nadia, 9)
    book(nadia, 14)
    gone = away(nadia, 8, 12)
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


def test_a_booking_made_meanwhile_shows_the_page_again(here, nadia, book, clock):
    book(nadia, 9)
    with pytest.raises(NotSeen) as told:
        days_off.add(here, away(nadia, 8, 12), by=BY, now=clock.now())
    book(nadia, 10)
    with pytest.raises(NotSeen) as again:
        days_off.add(here, away(nadia, 8, 12), by=BY, now=clock.now(), seen=told.value.impact.digest)
    assert len(again.value.impact.lost) == 2


def test_what_touches_nobody_is_saved_at_once(here, nadia, clock):
    _, found = days_off.add(here, away(nadia, 8, 12), by=BY, now=clock.now())
    assert found.affected == 0
    assert Practice.get_by_id(here.id).catalogue_version == here.catalogue_version + 1


def test_every_save_moves_both_versions(here, nadia, clock):
    before = Practitioner.get_by_id(nadia.practitioner_id).availability_version
    others = {p.id: p.availability_version for p in Practitioner.select() if p.id != nadia.practitioner_id}
    days_off.add(here, away(nadia, 8, 12), by=BY, now=clock.now())
    assert Practitioner.get_by_id(nadia.practitioner_id).availability_version == before + 1
    assert others == {p.id: p.availability_version for p in Practitioner.select() if p.id in others}


def test_undoing_the_change_empties_the_queue(here, nadia, book, clock):
    book(nadia, 9)
    made, _ = see(lambda seen: days_off.add(here, away(nadia, 8, 12), by=BY, now=clock.now(), seen=seen))
    assert impact.waiting() == 1 and len(impact.queue()) == 1
    see(lambda seen: days_off.remove(here, days_off.time_off(made), by=BY, now=clock.now(), seen=seen))
    assert impact.waiting() == 0 and fits() == {"Patient9x0": "supported"}


def see(act):
    """As somebody who looks at the impact and then saves."""
    try:
        return act("")
    except NotSeen as told:
        return act(told.impact.digest)


@given(data=st.data())
def _deleting_restores(here, nadia, clock, data):
    first = data.draw(st.integers(-1, 20)) * 720 + data.draw(st.sampled_from((0, 7, 480, 545)))
    length = data.draw(st.sampled_from((15, 61, 480, 1440, 4000)))
    whose = data.draw(st.sampled_from(("nadia", "site", "all")))
    start = midnight(DAY) + first
    gone = Away(
        start,
        start + length,
        practitioner=nadia.practitioner_id if whose == "nadia" else None,
        location=nadia.location_id if whose == "site" else None,
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


def test_deleting_an_absence_gives_back_exactly_the_times_it_took(here, nadia, book, clock):
    book(nadia, 9)
    book(nadia, 13, 30, day=DAY + timedelta(days=2))
    from hypothesis import settings

    settings(max_examples=12)(_deleting_restores)(here, nadia, clock)


def test_what_was_shown_is_what_is_there_after_saving(here, nadia, clock):
    """The thought-of offers are the ones that are read once the change is made."""
    gone = away(nadia, 9, 15)
    found = catalogue.for_desk(Practice.get_by_id(here.id), now=clock.now())
    thought = {o.service.id: days_off.added(here, gone).applied(o) for o in found.offers if same(o, nadia)}
    days_off.add(here, gone, by=BY, now=clock.now())
    saved = catalogue.for_desk(Practice.get_by_id(here.id), now=clock.now())
    for offer in saved.offers:
        if same(offer, nadia):
            assert sorted(offer.blocked) == sorted(thought[offer.service.id].blocked)


def same(offer, schedule):
    return offer.schedule.id == schedule.id


def test_other_hours_from_a_day_end_the_old_ones_the_day_before(here, nadia, book, clock):
    book(nadia, 9)
    book(nadia, 16)
    begins = date(2026, 11, 23)
    before = offered(here, clock)
    week = Week(begins, tuple(Window(0, day, 480, 720) for day in range(5)))
    mark = weeks.mark(nadia.id)
    agenda = weeks.schedule(nadia.id)
    found = see(lambda seen: weeks.begin(here, agenda, week, before=mark, by=BY, now=clock.now(), seen=seen))
    assert (len(found.stays), len(found.lost)) == (1, 1)
    old, new = weeks.plans(nadia.id)
    assert old.valid_to == begins - timedelta(days=1) and new.valid_from == begins and new.valid_to is None
    assert fits() == {"Patient9x0": "supported", "Patient16x0": "orphaned"}
    see(lambda seen: weeks.withdraw(here, agenda, begins, by=BY, now=clock.now(), seen=seen))
    assert offered(here, clock) == before and set(fits().values()) == {"supported"}


def test_two_people_who_change_the_same_hours_the_second_is_told(here, nadia, clock):
    mark, agenda = weeks.mark(nadia.id), weeks.schedule(nadia.id)
    week = Week(date(2027, 1, 4), (Window(0, 0, 480, 720),))
    weeks.begin(here, agenda, week, before=mark, by=BY, now=clock.now())
    with pytest.raises(Differs):
        weeks.begin(here, agenda, week, before=mark, by=BY, now=clock.now())


def test_a_day_that_differs_and_back(here, nadia, book, clock):
    book(nadia, 9)
    before = offered(here, clock)
    agenda = weeks.schedule(nadia.id)
    day = weeks.Day("replace", DAY, DAY, 780, 1050)
    found = see(lambda seen: weeks.add_day(here, agenda, day, by=BY, now=clock.now(), seen=seen))
    assert len(found.lost) == 1
    row = next(one for one in weeks.exceptions(nadia.id, since=DAY) if one.kind == "replace")
    see(lambda seen: weeks.remove_day(here, agenda, row, by=BY, now=clock.now(), seen=seen))
    assert offered(here, clock) == before and impact.waiting() == 0


def test_a_holiday_is_opened_and_closed_again(here, nadia, book, clock):
    armistice = date(2027, 4, 5)  # Easter Monday
    days_off.open_holiday(here, armistice, by=BY, now=clock.now())
    found = catalogue.for_desk(Practice.get_by_id(here.id), now=clock.now())
    assert armistice not in found.offers[0].agenda.holidays
    clock.move(days=60)
    book(nadia, 9, day=armistice)
    closed = see(lambda seen: days_off.close_holiday(here, armistice, by=BY, now=clock.now(), seen=seen))
    assert len(closed.lost) == 1 and impact.waiting() == 1
    see(lambda seen: days_off.open_holiday(here, armistice, by=BY, now=clock.now(), seen=seen))
    assert impact.waiting() == 0
    with pytest.raises(days_off.NoHoliday):
        days_off.open_holiday(here, date(2027, 4, 6), by=BY, now=clock.now())


def test_a_longer_service_names_those_it_would_not_leave_room_for(here, nadia, book, clock):
    book(nadia, 9)
    book(nadia, 9, 30)
    book(nadia, 11, 30)
    book(nadia, 14)
    row = HealthcareService.get(HealthcareService.key == "seance")
    new = lengths.Lengths(**{**vars(lengths.of(row)), "duration_minutes": 45})
    mark = lengths.mark(row)
    found = see(lambda seen: lengths.change(here, row, new, before=mark, by=BY, now=clock.now(), seen=seen))
    assert (found.affected, len(found.lost)) == (4, 2)  # before another, and at the end of the morning
    assert HealthcareService.get_by_id(row.id).duration_minutes == 45
    assert {a.ends - a.starts for a in Appointment.select()} == {30}


def test_an_orphan_is_settled_by_hand_once(here, nadia, book, clock):
    made = book(nadia, 9)
    see(lambda seen: days_off.add(here, away(nadia, 8, 12), by=BY, now=clock.now(), seen=seen))
    impact.settle(made, by=BY, now=clock.now())
    assert impact.waiting() == 0
    with pytest.raises(actions_refusal()):
        impact.settle(made, by=BY, now=clock.now())


def actions_refusal():
    from app.booking.refusals import CannotBeChanged

    return CannotBeChanged


def test_next_door_is_not_there(here, nadia, neighbour, clock):
    made, _ = days_off.add(here, away(nadia, 8, 12), by=BY, now=clock.now())
    assert days_off.time_off(made).starts  # the control: at home it is
    with practice_context(neighbour):
        for look in (lambda: days_off.time_off(made), lambda: weeks.schedule(nadia.id)):
            with pytest.raises(NotFound):
                look()
        assert impact.waiting() == 0
        assert to_minutes(clock.now()) > 0
