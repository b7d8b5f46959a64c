"""A series is booked whole or not at all; its rest is cancelled and moved within each date's own deadline."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from app.booking import actions, catalogue
from app.booking import queries as bookings
from app.booking.models import Appointment, BookingPolicy
from app.booking.refusals import (
    DatesLost,
    HeldAlready,
    LimitReached,
    NeedsAcknowledgement,
    NothingChosen,
    RulesChanged,
    SeriesOnRequest,
    SeriesTooLong,
    SlotTaken,
    TooLateToCancel,
    TooLateToMove,
)
from app.booking.slots import Reason
from app.kernel.audit import AuditEvent
from app.kernel.clock import local, to_minutes
from app.kernel.outbox import Outbox
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from app.patients.actions import Behind
from app.patients.models import Connection, Patient
from tests.delivery import deliver_all
from tests.factories import make_patient, make_person
from tests.people import make_account

ZONE = "Europe/Brussels"


@pytest.fixture
def here(practice):
    with practice_context(practice):
        yield practice


@pytest.fixture
def offers(here, clock):
    def current():
        shop = catalogue.of(Practice.get_by_id(here.id), now=clock.now())
        service = next(s for s in shop.services if s.capacity == 1)
        return list(shop.of_service(service.id))[:1]

    return current


@pytest.fixture
def starts(offers, clock):
    """One a day, days apart, from three days ahead."""

    def find(count, *, first=3):
        day = clock.now().date() + timedelta(days=first)
        free = bookings.free_times(
            offers(), first_day=day, last_day=day + timedelta(days=60), now=clock.now()
        )
        return [found[0][0] for found in free.days.values() if found][:count]

    return find


@pytest.fixture
def alice():
    return make_account(email="alice@example.be")


@pytest.fixture
def series(offers, clock, services, alice):
    def book(starts, *, attempt=None, **changes):
        (offer,) = offers()
        asked = actions.Asked(
            start=starts[0] if starts else 0,
            attempt=attempt or uuid4(),
            person=make_person(niss=None, birth_date=date(1985, 7, 30), country="FR"),
            accepted=True,
            sentence="Gratuit.",
            behind=Behind(alice.id),
        )
        asked, now = replace(asked, **changes), clock.now()
        dates = [(offer, start) for start in starts]
        return actions.book_series(dates, asked, sealer=services.sealer, by="guest", now=now, mail_at=now)

    return book


@pytest.fixture
def rule(here):
    def change(**values):
        BookingPolicy.create(**values)
        Practice.update(catalogue_version=Practice.catalogue_version + 1).where(
            Practice.id == here.id
        ).execute()

    return change


def rows(series):
    return list(Appointment.select().where(Appointment.series_id == series).order_by(Appointment.starts))


@pytest.fixture
def deliver(services):
    def run():
        deliver_all()
        return services.mailer.letters

    return run


def test_all_dates_are_booked_with_one_mail_and_one_calendar(series, starts, deliver, here):
    wanted = starts(4)
    made = series(wanted)
    assert [row.starts for row in rows(made)] == wanted
    assert {row.status for row in rows(made)} == {"booked"} and len(
        {row.patient_id for row in rows(made)}
    ) == 1
    assert AuditEvent.select().where(AuditEvent.verb == "appointment.book").count() == 4
    (letter,) = deliver()
    assert letter.attachments[0].content.count(b"BEGIN:VEVENT") == 4 and "/series/" in letter.text
    assert Outbox.select().where(Outbox.event == "appointment-booked").count() == 0
    assert Connection.select().count() == 1


def test_a_date_that_vanished_books_nothing_and_is_named(series, starts, offers, clock, services):
    wanted = starts(4)
    other = actions.Asked(wanted[2], uuid4(), make_person(family_name="Quick"), True, "")
    actions.book(offers(), other, sealer=services.sealer, by="guest", now=clock.now(), mail_at=clock.now())
    before = [Patient.select().count(), Appointment.select().count(), Outbox.select().count()]
    with pytest.raises(DatesLost) as no:
        series(wanted)
    assert {start: type(why) for start, why in no.value.data["lost"].items()} == {wanted[2]: SlotTaken}
    assert [Patient.select().count(), Appointment.select().count(), Outbox.select().count()] == before
    assert len(rows(series([start for start in wanted if start != wanted[2]]))) == 3  # the control


def test_the_same_attempt_twice_is_one_series_and_somebody_elses_is_not_theirs(series, starts):
    wanted, attempt = starts(3), uuid4()
    assert series(wanted, attempt=attempt) == series(wanted, attempt=attempt) == attempt
    assert Appointment.select().count() == 3
    eve = make_account(email="eve@example.be")
    with pytest.raises(DatesLost):
        series(wanted, attempt=attempt, behind=Behind(eve.id))


def test_the_dates_of_the_series_count_against_the_caps(series, starts, rule):
    rule(upcoming_most=2)
    with pytest.raises(DatesLost) as no:
        series(starts(4))
    assert {type(why) for why in no.value.data["lost"].values()} == {LimitReached}
    assert len(no.value.data["lost"]) == 2 and not Appointment.select().exists()
    assert len(rows(series(starts(2)))) == 2


def test_two_dates_at_the_same_time_are_no_series(series, starts):
    (start,) = starts(1)
    with pytest.raises(DatesLost) as no:
        series([start, start])
    assert isinstance(next(iter(no.value.data["lost"].values())), HeldAlready | SlotTaken)
    assert not Appointment.select().exists()


def test_nothing_too_many_and_on_request_are_said_plainly(series, starts, rule):
    with pytest.raises(NothingChosen):
        series([])
    rule(series_most=3)
    with pytest.raises(SeriesTooLong, match="SeriesTooLong") as no:
        series(starts(4))
    assert "3" in no.value.sentence()
    BookingPolicy.update(outcome="request").execute()
    rule(level=4)
    with pytest.raises(SeriesOnRequest):
        series(starts(2))
    assert not Appointment.select().exists()


def test_rules_that_change_meanwhile_book_nothing(series, starts, offers, rule, services, clock, alice):
    old, wanted = offers(), starts(2)
    rule(min_notice_minutes=60)
    asked = actions.Asked(wanted[0], uuid4(), make_person(), True, "", behind=Behind(alice.id))
    dates, now = [(old[0], start) for start in wanted], clock.now()
    with pytest.raises(RulesChanged):
        actions.book_series(dates, asked, sealer=services.sealer, by="guest", now=now, mail_at=now)
    assert series(wanted)


def test_the_desk_books_for_a_file_and_breaks_rules_only_knowingly(starts, offers, clock, services, rule):
    rule(upcoming_most=1)
    patient, wanted, now = make_patient(email="p@example.be"), starts(3), clock.now()
    asked = actions.Asked(
        wanted[0], uuid4(), make_person(), False, "", origin="desk", behind=Behind(None, None, patient.id)
    )
    dates = [(offers()[0], start) for start in wanted]

    def book(asked):
        return actions.book_series(dates, asked, sealer=services.sealer, by="account:x", now=now, mail_at=now)

    with pytest.raises(NeedsAcknowledgement) as no:
        book(asked)
    assert no.value.data["reasons"] == (Reason.PATIENT_LIMIT,) and not Appointment.select().exists()
    made = book(replace(asked, broken=frozenset({Reason.PATIENT_LIMIT}), because="prescription"))
    assert {row.patient_id for row in rows(made)} == {patient.id} and not Connection.select().exists()
    why = [
        event.detail.get("because")
        for event in AuditEvent.select().where(AuditEvent.verb == "appointment.book")
    ]
    assert why == ["prescription"] * 3


# ---- the rest of a series


def test_this_and_following_are_cancelled_with_one_mail_and_what_is_too_late_stays(
    series, starts, clock, deliver
):
    found = rows(series(starts(4)))
    deliver()
    while to_minutes(clock.now()) <= found[1].cancel_until:
        clock.move(hours=6)
    outcome = actions.cancel_following(found[1:], by="guest", now=clock.now())
    assert [one.starts for one in outcome.kept] == [found[1].starts]
    assert [row.status for row in rows(found[0].series_id)] == ["booked", "booked", "cancelled", "cancelled"]
    letters = deliver()
    assert len(letters) == 2 and letters[1].attachments[0].content.count(b"STATUS:CANCELLED") == 2
    with pytest.raises(TooLateToCancel):
        actions.cancel_following(rows(found[0].series_id)[1:], by="guest", now=clock.now())


def test_following_dates_move_together_and_keep_their_ids(series, starts, offers, clock, deliver):
    found = rows(series(starts(3)))
    deliver()
    length = offers()[0].rules.duration
    moves = [(one, offers()[0], one.starts + length) for one in found[1:]]
    actions.move_following(moves, by="guest", now=clock.now())
    after = rows(found[0].series_id)
    assert [row.id for row in after] == [row.id for row in found]
    assert [b.starts - a.starts for a, b in zip(found, after, strict=True)] == [0, length, length]
    letters = deliver()
    assert len(letters) == 2 and letters[1].attachments[0].content.count(b"BEGIN:VEVENT") == 2


def test_dates_make_room_for_each_other(series, starts, offers, clock):
    """Each to the place of the next: possible only in one order."""
    wanted = starts(4)
    found = rows(series(wanted[:3]))
    moves = [(one, offers()[0], wanted[number + 1]) for number, one in enumerate(found)]
    actions.move_following(moves, by="guest", now=clock.now())
    assert [row.starts for row in rows(found[0].series_id)] == wanted[1:]


def test_one_new_time_that_is_gone_moves_nothing(series, starts, offers, clock, services):
    found = rows(series(starts(3)))
    length = offers()[0].rules.duration
    quick = actions.Asked(found[2].starts + length, uuid4(), make_person(family_name="Quick"), True, "")
    now = clock.now()
    actions.book(offers(), quick, sealer=services.sealer, by="guest", now=now, mail_at=now)
    with pytest.raises(DatesLost) as no:
        actions.move_following(
            [(one, offers()[0], one.starts + length) for one in found], by="guest", now=now
        )
    assert set(no.value.data["lost"]) == {found[2].starts + length}
    assert [row.starts for row in rows(found[0].series_id)] == [one.starts for one in found]


def test_too_late_to_move_moves_nothing(series, starts, offers, clock):
    found = rows(series(starts(2)))
    Appointment.update(move_until=0).where(Appointment.id == found[0].id).execute()
    late = rows(found[0].series_id)
    with pytest.raises(TooLateToMove):
        actions.move_following(
            [(one, offers()[0], one.starts + 30) for one in late], by="guest", now=clock.now()
        )
    assert [row.starts for row in rows(found[0].series_id)] == [one.starts for one in found]


def test_next_door_the_series_is_not_there(series, starts, neighbour):
    from app.booking import series_pages
    from app.kernel.errors import NotFound

    made = series(starts(2))
    assert series_pages.of(made)
    with practice_context(neighbour), pytest.raises(NotFound):
        series_pages.of(made)


def test_the_wall_time_is_kept_across_a_clock_change(series, offers, clock, rule):
    rule(horizon_days=365)
    clock.move(days=100)  # the end of February
    day = clock.now().date() + timedelta(days=14)
    free = bookings.free_times(offers(), first_day=day, last_day=day + timedelta(days=40), now=clock.now())
    monday = next(found for found, starts in free.days.items() if starts and found.weekday() == 0)
    hour = local(free.days[monday][0][0], ZONE).time()
    wanted = [
        start
        for found, starts in free.days.items()
        for start, _who in starts
        if found.weekday() == 0 and local(start, ZONE).time() == hour
    ]
    made = rows(series(wanted[:4]))
    assert {local(row.starts, ZONE).time() for row in made} == {hour}
    assert len({b.starts - a.starts for a, b in zip(made, made[1:], strict=False)}) == 2
