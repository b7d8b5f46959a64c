"""Hold, book, undo, cancel: what each promises, and each refusal."""

from datetime import timedelta
from uuid import uuid4

import pytest

from app.booking import actions, catalogue, queries
from app.booking.models import Appointment, Hold
from app.booking.refusals import AlreadyCancelled, NotOffered, SlotTaken, TooLateToCancel, TooLateToUndo
from app.kernel import audit
from app.kernel.audit import AuditEvent
from app.kernel.db import database
from app.kernel.errors import NotFound
from app.kernel.outbox import Outbox
from app.kernel.tenancy import practice_context
from app.patients.models import Patient
from tests.factories import make_person
from tests.integration.booking.conftest import somebody


@pytest.fixture
def shop(practice, clock):
    with practice_context(practice):
        yield catalogue.of(practice, now=clock.now())


@pytest.fixture
def offers(shop):
    """One agenda of an individual service."""
    service = next(s for s in shop.services if s.capacity == 1)
    return list(shop.of_service(service.id))[:1]


@pytest.fixture
def starts(offers, clock):
    first = clock.now().date() + timedelta(days=3)
    free = queries.free_times(offers, first_day=first, last_day=first + timedelta(days=10), now=clock.now())
    return [start for found in free.days.values() for start, _ in found]


@pytest.fixture
def book(services, clock):
    def _book(offers, start, *, person=None, attempt=None, address=""):
        asked = actions.Asked(
            start=start,
            attempt=attempt or uuid4(),
            person=person or make_person(),
            accepted=True,
            sentence="Annulation gratuite.",
            address=address,
        )
        return actions.book(
            offers, asked, sealer=services.sealer, by="guest", now=clock.now(), mail_at=clock.now()
        )

    return _book


def test_a_booking_leaves_appointment_consent_trace_and_mail_together(offers, starts, book):
    made = book(offers, starts[0])
    appointment = queries.appointment(made)
    assert (appointment.status, appointment.starts) == ("booked", starts[0])
    assert queries.consent_of(appointment).sentence == "Annulation gratuite."
    assert AuditEvent.get(AuditEvent.target == f"appointment:{made}").verb == "appointment.book"
    assert Outbox.get(Outbox.event == "appointment-booked").payload == {"appointment": made.hex}


@pytest.mark.parametrize("with_rooms", [False, True])
def test_it_costs_at_most_seven_statements(desk, with_rooms):
    if with_rooms:
        desk.rooms("seance", units=2)
    offers = desk.offers()[:1]
    starts = desk.starts(offers)
    desk.book(offers, starts[9], person=somebody(9))
    for place, remembered in ((0, True), (4, False)):
        if not remembered:
            audit._ends.clear()  # as if another process had written last
        before = database.obj.statements
        asked = actions.Asked(
            starts[place], uuid4(), somebody(place), accepted=True, sentence="", address="192.0.2.1"
        )
        actions.book(offers, asked, sealer=desk.services.sealer, by="guest", now=desk.now, mail_at=desk.now)
        assert database.obj.statements - before <= 7  # and one for the host: eight in all


def test_the_time_is_gone_and_comes_back_exactly_when_cancelled(offers, starts, book, clock):
    def free():
        first = clock.now().date() + timedelta(days=3)
        found = queries.free_times(
            offers, first_day=first, last_day=first + timedelta(days=10), now=clock.now()
        )
        return [start for day in found.days.values() for start, _ in day]

    before = free()
    made = book(offers, starts[0])
    assert starts[0] not in free()
    actions.cancel(queries.appointment(made), by="guest", now=clock.now())
    assert free() == before


def test_a_taken_time_is_refused_and_writes_nothing(offers, starts, book):
    book(offers, starts[0])
    patients, mails = Patient.select().count(), Outbox.select().count()
    with pytest.raises(SlotTaken):
        book(offers, starts[0], person=make_person(family_name="Late"))
    assert (Patient.select().count(), Outbox.select().count()) == (patients, mails)


@pytest.mark.parametrize("shift", [1, 7, -100_000, 60 * 24 * 400])
def test_a_start_that_was_never_offered_is_refused(offers, starts, book, shift):
    with pytest.raises(NotOffered):
        book(offers, starts[0] + shift)


def test_the_same_attempt_twice_is_one_appointment(offers, starts, book):
    attempt, person = uuid4(), make_person()
    assert book(offers, starts[0], attempt=attempt, person=person) == book(
        offers, starts[0], attempt=attempt, person=person
    )
    assert Appointment.select().count() == 1


def test_another_person_with_the_same_attempt_does_not_get_that_appointment(offers, starts, book):
    attempt = uuid4()
    book(offers, starts[0], attempt=attempt)
    with pytest.raises(SlotTaken):
        book(offers, starts[0], attempt=attempt, person=make_person(family_name="Somebody"))


def test_a_hold_keeps_the_time_from_others_and_for_its_owner(offers, starts, book, clock):
    kept = actions.hold(offers, starts[0], now=clock.now())
    with pytest.raises(SlotTaken):
        book(offers, starts[0])
    made = book(offers, starts[0], attempt=kept.id)
    assert queries.appointment(made).starts == starts[0]


def test_a_hold_ends_after_ten_minutes(offers, starts, book, clock):
    actions.hold(offers, starts[0], now=clock.now())
    clock.move(minutes=11)
    assert book(offers, starts[0])


def test_a_used_hold_does_not_block_the_time_after_an_undo(offers, starts, book, clock):
    kept = actions.hold(offers, starts[0], now=clock.now())
    actions.undo(queries.appointment(book(offers, starts[0], attempt=kept.id)), by="guest", now=clock.now())
    assert book(offers, starts[0], person=make_person(family_name="Next"))


def test_a_hold_is_renewed_once(offers, starts, clock):
    kept = actions.hold(offers, starts[0], now=clock.now())
    clock.move(minutes=8)
    actions.renew(kept.id, now=clock.now())
    clock.move(minutes=8)
    actions.renew(kept.id, now=clock.now())
    clock.move(minutes=3)
    assert Hold.get_by_id(kept.id).expires < clock.now().timestamp() // 60


def test_undo_within_three_minutes_takes_the_mail_back(offers, starts, book, clock):
    made = book(offers, starts[0])
    clock.move(minutes=2, seconds=59)
    actions.undo(queries.appointment(made), by="guest", now=clock.now())
    assert queries.appointment(made).status == "cancelled"
    assert [row.state for row in Outbox.select()] == ["dropped"]


def test_undo_after_three_minutes_is_refused(offers, starts, book, clock):
    made = book(offers, starts[0])
    clock.move(minutes=3, seconds=1)
    with pytest.raises(TooLateToUndo):
        actions.undo(queries.appointment(made), by="guest", now=clock.now())


def test_cancelling_after_the_mail_left_sends_another(offers, starts, book, clock):
    made = book(offers, starts[0])
    Outbox.update(state="sent").execute()
    actions.cancel(queries.appointment(made), by="guest", now=clock.now())
    assert {row.event for row in Outbox.select()} == {"appointment-booked", "appointment-cancelled"}


def test_cancelling_after_the_deadline_is_refused(offers, starts, book, clock):
    made = book(offers, starts[0])
    clock.at += timedelta(minutes=queries.appointment(made).cancel_until - clock.now().timestamp() // 60 + 1)
    with pytest.raises(TooLateToCancel):
        actions.cancel(queries.appointment(made), by="guest", now=clock.now())


def test_cancelling_twice_says_it_is_done(offers, starts, book, clock):
    appointment = queries.appointment(book(offers, starts[0]))
    actions.cancel(appointment, by="guest", now=clock.now())
    with pytest.raises(AlreadyCancelled):  # from another window, with the old row in hand
        actions.cancel(appointment, by="guest", now=clock.now())


def test_places_of_a_group_are_given_once_each(shop, book, clock):
    group = next(s for s in shop.services if s.capacity > 1)
    offers = list(shop.of_service(group.id))[:1]
    first = clock.now().date() + timedelta(days=3)
    free = queries.free_times(offers, first_day=first, last_day=first + timedelta(days=20), now=clock.now())
    start = next(start for found in free.days.values() for start, _ in found)
    places = group.capacity - group.staff_reserved
    for number in range(places):
        book(offers, start, person=make_person(family_name=f"Place{number}"))
    with pytest.raises(SlotTaken):
        book(offers, start, person=make_person(family_name="TooMany"))
    assert sorted(a.seat for a in Appointment.select()) == list(range(1, places + 1))


def test_any_practitioner_spreads_the_day_and_fills_up(shop, book, clock):
    first = clock.now().date() + timedelta(days=3)
    shared = []
    for service in (s for s in shop.services if s.capacity == 1):
        offers = list(shop.of_service(service.id))
        free = queries.free_times(
            offers, first_day=first, last_day=first + timedelta(days=20), now=clock.now()
        )
        shared += [(len(who), start, offers) for found in free.days.values() for start, who in found]
    people, start, offers = max(shared, key=lambda found: found[0])
    assert people > 1
    made = [
        queries.appointment(book(offers, start, person=make_person(family_name=f"P{n}")))
        for n in range(people)
    ]
    assert len({appointment.practitioner_id for appointment in made}) == people
    with pytest.raises(SlotTaken):
        book(offers, start, person=make_person(family_name="TooMany"))


def test_the_neighbour_sees_nothing_of_it(offers, starts, book, neighbour):
    made = book(offers, starts[0])
    with practice_context(neighbour):
        assert Appointment.select().count() == 0
        with pytest.raises(NotFound):
            queries.appointment(made)


def test_a_known_number_with_another_name_is_another_record(offers, starts, book):
    book(offers, starts[0], person=make_person(given_name="An", family_name="Peeters"))
    book(offers, starts[4], person=make_person(given_name="Eve", family_name="Other"))
    book(offers, starts[8], person=make_person(given_name="AN", family_name="Peéters"))
    assert Patient.select().count() == 2


def test_the_number_is_sealed_and_never_in_the_clear(offers, starts, book, services):
    from app.patients.actions import niss_of

    person = make_person()
    book(offers, starts[0], person=person)
    patient = Patient.get()
    assert person.niss.encode() not in bytes(patient.niss_sealed)
    assert niss_of(patient, sealer=services.sealer) == person.niss
