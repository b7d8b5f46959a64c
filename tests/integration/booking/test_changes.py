"""Requests, moves, cancelling, attendance and rooms: what each action promises, and each of its refusals."""

from datetime import timedelta
from uuid import uuid4

import peewee as pw
import pytest

from app.booking import actions, queries
from app.booking.models import STATUSES, Appointment, Hold, ResourceUse
from app.booking.policy import Standing
from app.booking.refusals import (
    AlreadyCancelled,
    CallUs,
    CannotBeChanged,
    HeldAlready,
    LimitReached,
    NeedsAcknowledgement,
    NotOffered,
    RulesChanged,
    SignInFirst,
    SlotTaken,
    TooLateToCancel,
    TooLateToMove,
)
from app.booking.slots import Reason
from app.booking.states import TRANSITIONS
from app.directory.models import Practitioner
from app.kernel.audit import AuditEvent
from app.kernel.clock import to_minutes
from app.kernel.db import write_tx
from app.kernel.outbox import Outbox
from tests.factories import make_appointment
from tests.integration.booking.conftest import somebody

TO_PRACTICE = {"request-waiting", "request-unanswered"}  # tests/integration/booking/test_requests.py


def keys():
    """What is due to the person."""
    return {row.event for row in Outbox.select() if row.state == "waiting"} - TO_PRACTICE


def again(appointment):
    return Appointment.get_by_id(appointment.id)


# ---- what the rules make of a booking


def test_a_request_holds_its_time_and_says_until_when(desk):
    desk.rule(service="seance", outcome="request", answer_hours=48)
    offers = desk.offers()[:1]
    start = desk.starts(offers, days=6)[0]
    made = desk.book(offers, start, note="Douleur au genou")
    assert (made.status, made.note, made.level) == ("proposed", "Douleur au genou", 0)
    assert to_minutes(desk.now) < made.answer_by <= start
    assert keys() == {"appointment-requested"}
    assert start not in desk.starts(offers, days=6)


def test_what_is_for_the_telephone_is_shown_and_not_booked(desk):
    desk.rule(service="seance", outcome="call")
    offers = desk.offers()
    assert offers and not offers[0].is_bookable
    start = desk.starts(offers[:1])[0]
    with pytest.raises(CallUs):
        desk.book(offers[:1], start)
    with pytest.raises(CallUs):
        actions.hold(offers[:1], start, now=desk.now)


def test_what_is_hidden_is_not_there_and_is_there_for_others(desk):
    desk.rule(service="seance", level=0, outcome="hidden")
    assert desk.offers() == []
    assert desk.offers(standing=Standing(2, known=True)) != []


def test_a_service_that_wants_a_sign_in_refuses_guests(desk):
    desk.rule(service="seance", sign_in_required=True)
    offers = desk.offers()[:1]
    with pytest.raises(SignInFirst):
        desk.book(offers, desk.starts(offers)[0])
    assert Appointment.select().count() == 0


def test_rules_that_changed_since_the_page_was_read_refuse(desk):
    offers = desk.offers()[:1]
    start = desk.starts(offers)[0]
    desk.rule(service="seance", outcome="request")
    with pytest.raises(RulesChanged):
        desk.book(offers, start)
    with pytest.raises(RulesChanged):
        actions.hold(offers, start, now=desk.now)
    assert desk.book(desk.offers()[:1], start).status == "proposed"  # with the new rules it goes


def test_a_standing_that_changed_inside_the_transaction_refuses(desk):
    offers = desk.offers()[:1]
    start = desk.starts(offers)[0]
    with pytest.raises(RulesChanged):
        desk.book(offers, start, standing_of=lambda: Standing(4, known=True))
    assert desk.book(offers, start, standing_of=lambda: Standing()).status == "booked"


def test_a_guest_holds_no_more_than_the_practice_allows(desk):
    desk.rule(upcoming_most=2)
    offers = desk.offers()[:1]
    one, two, three = desk.starts(offers)[:3]
    desk.book(offers, one)
    desk.book(offers, two)
    with pytest.raises(LimitReached):
        desk.book(offers, three)
    desk.book(offers, three, person=somebody(1))


def test_whoever_types_the_number_of_another_learns_nothing_of_them(desk):
    """Same names and number, another mail address: neither how many they hold nor when."""
    from tests.factories import make_person

    desk.rule(upcoming_most=1)
    anne, bert = (
        [offer] for offer in {o.practitioner.id: o for o in desk.offers()}.values() if desk.starts([offer])
    )
    shared = sorted(set(desk.starts(anne)) & set(desk.starts(bert)))
    desk.book(anne, shared[0])
    stranger = make_person(email="somebody.else@example.be")
    assert desk.book(bert, shared[0], person=stranger).status == "booked"


def test_the_same_person_twice_at_a_time_is_refused_for_whoever_is_known(desk):
    anne, bert = list({o.practitioner.id: o for o in desk.offers()}.values())[:2]
    shared = sorted(set(desk.starts([anne])) & set(desk.starts([bert])))
    first = desk.book([anne], shared[0], origin="desk")
    with pytest.raises(NeedsAcknowledgement) as refused:
        desk.book([bert], shared[0], origin="desk")
    assert refused.value.data["reasons"] == (Reason.PATIENT_BUSY,)
    second = desk.book(
        [bert], shared[0], origin="desk", broken=frozenset({Reason.PATIENT_BUSY}), because="twins"
    )
    assert first.patient_id == second.patient_id
    trace = AuditEvent.get(AuditEvent.target == f"appointment:{second.id}")
    assert trace.detail == {"broken": ["patient_busy"], "because": "twins"}


def test_no_acknowledgement_puts_two_people_in_one_place(desk):
    offers = desk.offers()[:1]
    start = desk.starts(offers)[0]
    desk.book(offers, start)
    with pytest.raises(SlotTaken):
        desk.book(offers, start, person=somebody(2), origin="desk", broken=frozenset(Reason))


def test_staff_book_sooner_than_patients_once_they_say_so(desk):
    offers = desk.offers()[:1]
    first = desk.starts(offers, days=0)[0]
    desk.services.clock.move(minutes=first - to_minutes(desk.now) - 30)
    with pytest.raises(NotOffered):
        desk.book(offers, first)
    with pytest.raises(NeedsAcknowledgement):
        desk.book(offers, first, origin="phone")
    assert desk.book(offers, first, origin="phone", broken=frozenset({Reason.TOO_SOON})).origin == "phone"


# ---- answers


@pytest.fixture
def request_(desk):
    desk.rule(service="seance", outcome="request")
    offers = desk.offers()[:1]
    return desk.book(offers, desk.starts(offers, days=6)[0])


def test_an_approved_request_is_an_appointment(desk, request_):
    actions.approve(request_, by="member", now=desk.now)
    made = again(request_)
    assert (made.status, made.version, made.answer_by) == ("booked", 2, None)
    assert keys() == {"request-approved"}
    with pytest.raises(CannotBeChanged):
        actions.approve(request_, by="other", now=desk.now)
    with pytest.raises(CannotBeChanged):
        actions.refuse(again(request_), by="other", now=desk.now, text="")


def test_a_refused_request_gives_its_time_back_and_says_why(desk, request_):
    actions.refuse(
        request_,
        by="member",
        now=desk.now,
        text="Plutôt le matin.",
        alternatives=[(request_.schedule_id.hex, 5)] * 4,
    )
    made = again(request_)
    assert (made.status, made.cancel_kind, made.cancel_reason) == ("cancelled", "refused", "Plutôt le matin.")
    told = Outbox.get(Outbox.event == "request-refused")
    assert len(told.payload["alternatives"]) == 3
    assert request_.starts in desk.starts(desk.offers()[:1], days=6)


def test_asked_first_then_answered_it_waits_for_the_practice_again(desk, request_):
    actions.ask(request_, by="member", now=desk.now)
    assert again(request_).status == "pending"
    with pytest.raises(CannotBeChanged):
        actions.ask(again(request_), by="member", now=desk.now)
    actions.answered(again(request_), by="guest", now=desk.now)
    assert again(request_).status == "proposed"


def test_a_request_expires_at_its_hour_and_not_before(desk, request_):
    with pytest.raises(CannotBeChanged):
        actions.expire(request_, now=desk.now)
    desk.services.clock.move(minutes=request_.answer_by - to_minutes(desk.now))
    actions.expire(request_, now=desk.now)
    assert (again(request_).cancel_kind, keys()) == ("expired", {"request-expired"})
    with pytest.raises((CannotBeChanged, AlreadyCancelled)):
        actions.expire(request_, now=desk.now)


def test_a_request_can_be_withdrawn_until_its_time(desk, request_):
    actions.cancel(request_, by="guest", now=desk.now, reason="Guéri")
    assert (again(request_).cancel_kind, again(request_).cancel_reason) == ("patient", "Guéri")


# ---- move and cancel


@pytest.fixture
def booked(desk):
    offers = desk.offers()[:1]
    return desk.book(offers, desk.starts(offers, days=6)[0])


def test_moving_keeps_the_appointment_and_frees_its_time(desk, booked):
    offers = desk.offers()[:1]
    before = set(desk.starts(offers))
    target = desk.starts(offers, days=8)[0]
    actions.move(booked, offers[0], target, by="guest", now=desk.now)
    moved = again(booked)
    assert (moved.id, moved.starts, moved.version, moved.status) == (booked.id, target, 2, "booked")
    assert moved.cancel_until == target - (booked.starts - booked.cancel_until)
    assert set(desk.starts(offers)) == (before - {target}) | {booked.starts}
    assert keys() == {"appointment-moved"}  # the confirmation that had not left stays here
    trace = AuditEvent.get(AuditEvent.verb == "appointment.move")
    assert trace.detail == {"from": booked.starts, "to": target}


def test_one_can_move_by_less_than_its_length(desk, booked):
    """Its own time does not stand in its way."""
    desk.rule(service="seance", min_notice_minutes=0)
    from app.directory.models import HealthcareService

    HealthcareService.update(grid_minutes=15).where(HealthcareService.key == "seance").execute()
    desk.changed()
    actions.move(booked, desk.offers()[0], booked.starts + 15, by="guest", now=desk.now)
    assert again(booked).starts == booked.starts + 15


def test_a_move_to_a_taken_time_changes_nothing(desk, booked):
    offers = desk.offers()[:1]
    target = desk.starts(offers, days=8)[0]
    desk.book(offers, target, person=somebody(3))
    with pytest.raises(SlotTaken):
        actions.move(booked, offers[0], target, by="guest", now=desk.now)
    assert again(booked).starts == booked.starts


def test_after_the_deadline_one_is_told_to_call_and_staff_still_may(desk, booked):
    offers = desk.offers()[:1]
    desk.services.clock.move(minutes=booked.move_until + 1 - to_minutes(desk.now))
    target = desk.starts(offers, days=3)[0]
    with pytest.raises(TooLateToMove):
        actions.move(booked, offers[0], target, by="guest", now=desk.now)
    with pytest.raises(TooLateToCancel):
        actions.cancel(booked, by="guest", now=desk.now)
    actions.move(booked, offers[0], target, by="member", now=desk.now, staff=True)
    assert again(booked).starts == target


def test_two_who_move_the_same_appointment(desk, booked):
    offers = desk.offers()[:1]
    one, two = desk.starts(offers, days=8)[:2]
    actions.move(booked, offers[0], one, by="guest", now=desk.now)
    with pytest.raises(CannotBeChanged):
        actions.move(booked, offers[0], two, by="member", now=desk.now, staff=True)
    assert again(booked).starts == one


def test_with_a_hold_of_ones_own_the_new_time_waits(desk, booked):
    offers = desk.offers()[:1]
    target = desk.starts(offers, days=8)[0]
    kept = actions.hold(offers, target, now=desk.now)
    with pytest.raises(SlotTaken):
        desk.book(offers, target, person=somebody(4))
    actions.move(booked, offers[0], target, by="guest", now=desk.now, attempt=kept.id)
    assert again(booked).starts == target and Hold.select().count() == 0


def test_where_only_requests_are_taken_nobody_moves_by_themselves(desk, booked):
    desk.rule(service="seance", outcome="request")
    offers = desk.offers()[:1]
    with pytest.raises(CallUs):
        actions.move(booked, offers[0], desk.starts(offers, days=8)[0], by="guest", now=desk.now)


@pytest.mark.parametrize(("late", "for_patient", "kind"), [(False, True, "patient"), (True, True, "patient"),
                                                           (True, False, "practice")])  # fmt: skip
def test_late_is_what_a_patient_gives_up_after_the_deadline(desk, booked, late, for_patient, kind):
    if late:
        desk.services.clock.move(minutes=booked.cancel_until + 1 - to_minutes(desk.now))
    actions.cancel_at_desk(booked, by="member", now=desk.now, reason="x", for_patient=for_patient)
    gone = again(booked)
    assert (gone.cancelled_late, gone.cancel_kind) == (late and for_patient, kind)


# ---- the visit, and the walls of its states


def test_the_visit_step_by_step_and_back(desk, booked):
    for status in ("arrived", "checked-in", "arrived", "checked-in", "fulfilled", "checked-in", "fulfilled"):
        actions.note(again(booked), status, by="member", now=desk.now)
    with pytest.raises(CannotBeChanged):
        actions.note(again(booked), "noshow", by="member", now=desk.now)
    with pytest.raises(CannotBeChanged):
        actions.note(booked, "arrived", by="member", now=desk.now)  # a page from before


def test_a_place_given_up_by_mistake_comes_back_unless_it_is_taken(desk, booked):
    offers = desk.offers()[:1]
    actions.note(booked, "noshow", by="member", now=desk.now)
    actions.note(again(booked), "booked", by="member", now=desk.now)
    actions.note(again(booked), "noshow", by="member", now=desk.now)
    desk.book(offers, booked.starts, person=somebody(5))
    with pytest.raises(CannotBeChanged):
        actions.note(again(booked), "booked", by="member", now=desk.now)


@pytest.mark.parametrize("status", [status for status in STATUSES if status != "cancelled"])
def test_the_database_refuses_every_other_step(desk, status):
    """Whatever the code does; and it lets through what may follow."""
    for new in STATUSES:
        if new == status:
            continue
        row = make_appointment(status=status, origin="import", starts=29_925_000 + 60 * STATUSES.index(new))
        change = Appointment.update(status=new, **_as_cancelled(new)).where(Appointment.id == row.id)
        if new in TRANSITIONS[status]:
            change.execute()
            continue
        with pytest.raises(pw.DatabaseError, match="appointment_transition"), write_tx():
            change.execute()


def _as_cancelled(status):
    from tests.factories import NOW

    if status != "cancelled":
        return {}
    return {"cancelled_at": NOW, "cancelled_by": "x", "cancel_kind": "patient"}


def test_the_database_lets_nothing_begin_in_the_middle(desk):
    with pytest.raises(pw.DatabaseError, match="appointment_transition"), write_tx():
        make_appointment(status="fulfilled")
    make_appointment(status="proposed")


def test_the_database_wants_to_know_how_it_was_cancelled(desk, booked):
    from tests.factories import NOW

    gone = Appointment.update(status="cancelled", cancelled_at=NOW, cancelled_by="x")
    with pytest.raises(pw.DatabaseError, match="appointment_cancel_kind"), write_tx():
        gone.where(Appointment.id == booked.id).execute()


# ---- rooms


def by_person(offers):
    return list({offer.practitioner.id: offer for offer in offers}.values())


def test_one_room_serves_one_session_at_a_time(desk):
    desk.rooms("seance", units=1)
    anne, bert = by_person(desk.offers())[:2]
    shared = sorted(set(desk.starts([anne])) & set(desk.starts([bert])))
    made = desk.book([anne], shared[0])
    assert shared[0] not in desk.starts([bert]) and shared[1] in desk.starts([bert])
    with pytest.raises(SlotTaken):
        desk.book([bert], shared[0], person=somebody(6))
    actions.cancel(made, by="guest", now=desk.now)
    assert ResourceUse.select().count() == 0
    assert desk.book([bert], shared[0], person=somebody(6)).practitioner_id == bert.practitioner.id


def test_with_two_rooms_the_second_one_is_taken(desk):
    desk.rooms("seance", units=2)
    anne, bert = by_person(desk.offers())[:2]
    shared = sorted(set(desk.starts([anne])) & set(desk.starts([bert])))
    desk.book([anne], shared[0])
    desk.book([bert], shared[0], person=somebody(7))
    assert len({use.resource_id for use in ResourceUse.select()}) == 2


def test_a_hold_keeps_its_room_and_the_booking_takes_it_over(desk):
    desk.rooms("seance", units=1)
    anne, bert = by_person(desk.offers())[:2]
    shared = sorted(set(desk.starts([anne])) & set(desk.starts([bert])))
    kept = actions.hold([anne], shared[0], now=desk.now)
    assert shared[0] not in desk.starts([bert])
    desk.book([anne], shared[0], attempt=kept.id)
    assert shared[0] not in desk.starts([bert])
    assert [use.hold_id for use in ResourceUse.select() if use.hold_id is None] == [None]


def test_a_hold_that_ran_out_gives_its_room_back(desk):
    desk.rooms("seance", units=1)
    anne, bert = by_person(desk.offers())[:2]
    shared = sorted(set(desk.starts([anne])) & set(desk.starts([bert])))
    actions.hold([anne], shared[0], now=desk.now)
    desk.services.clock.move(minutes=actions.HOLD_MINUTES + 1)
    assert shared[0] in desk.starts([bert])
    desk.book([bert], shared[0])


def test_the_room_moves_with_its_appointment(desk):
    desk.rooms("seance", units=1)
    anne, bert = by_person(desk.offers())[:2]
    shared = sorted(set(desk.starts([anne])) & set(desk.starts([bert])))
    made = desk.book([anne], shared[0])
    actions.move(made, bert, shared[1], by="guest", now=desk.now)
    assert [use.core_start for use in ResourceUse.select()] == [shared[1]]
    assert shared[0] in desk.starts([anne]) and shared[1] not in desk.starts([anne])


def test_the_wall_of_a_room_refuses_what_the_code_forgot(desk):
    desk.rooms("seance", units=1)
    offers = desk.offers()[:1]
    start = desk.starts(offers)[0]
    desk.book(offers, start)
    use = ResourceUse.get()
    same = {name: getattr(use, name) for name in ("resource", "starts", "ends", "core_start")}
    with pytest.raises(pw.IntegrityError, match="resource_no_overlap"), write_tx():
        ResourceUse.create(**{**same, "starts": use.starts + 5, "ends": use.ends + 5}, session_key=uuid4())
    ResourceUse.create(**{**same, "starts": use.ends, "ends": use.ends + 30}, session_key=uuid4())


def test_a_group_meets_in_one_room_and_leaves_it_together(desk):
    desk.rooms("ecole-du-dos", units=1)
    offers = desk.offers("ecole-du-dos")[:1]
    start = desk.starts(offers)[0]
    one, two = desk.book(offers, start), desk.book(offers, start, person=somebody(8))
    assert ResourceUse.select().count() == 1
    actions.cancel(one, by="guest", now=desk.now)
    assert ResourceUse.select().count() == 1
    actions.cancel(two, by="guest", now=desk.now)
    assert ResourceUse.select().count() == 0


def test_a_service_that_needs_what_the_site_has_not_is_free_nowhere(desk):
    desk.rooms("seance", units=0)
    assert desk.starts(desk.offers()[:1]) == []


# ---- what changed can be seen


def test_the_tag_of_a_page_changes_with_the_room_of_another(desk):
    desk.rooms("seance", units=1)
    anne, bert = by_person(desk.offers())[:2]
    shared = sorted(set(desk.starts([anne])) & set(desk.starts([bert])))
    before = queries.availability_tag([bert])
    desk.book([anne], shared[0])
    assert queries.availability_tag([bert]) != before


def test_a_verdict_is_offered_exactly_for_what_is_offered(desk):
    desk.rooms("seance", units=1)
    anne, bert = by_person(desk.offers())[:2]
    desk.book([anne], desk.starts([anne])[0])
    first = desk.now.date() + timedelta(days=3)
    span = {"first_day": first, "last_day": first + timedelta(days=12), "now": desk.now}
    verdicts = queries.explain(bert, **span)
    assert [v.start for v in verdicts if v.is_offered] == desk.starts([bert])
    assert Reason.ROOM_BUSY in {reason for v in verdicts for reason in v.reasons}


def test_versions_rise_with_every_change(desk, booked):
    def version():
        return Practitioner.get_by_id(booked.practitioner_id).availability_version

    seen = [version()]
    actions.cancel(booked, by="guest", now=desk.now)
    seen.append(version())
    assert seen[1] > seen[0]


def test_two_places_of_one_person_at_one_time_are_held_already(desk):
    anne, bert = by_person(desk.offers())[:2]
    shared = sorted(set(desk.starts([anne])) & set(desk.starts([bert])))
    made = desk.book([anne], shared[0])
    asking = queries.held(made.patient_id, now=desk.now)
    from app.booking.questions import Asking

    with pytest.raises(HeldAlready):
        actions.hold([bert], shared[0], now=desk.now, asking=Asking(own=tuple(asking)))
