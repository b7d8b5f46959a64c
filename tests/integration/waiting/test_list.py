"""A time comes free for somebody who waits: kept, offered one by one, taken once; and everything that can go wrong."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest

from app.account import farewell
from app.booking import actions as booking
from app.booking import catalogue
from app.booking import queries as bookings
from app.booking.models import Appointment, BookingPolicy, Hold, HoursException
from app.booking.policy import GUEST
from app.booking.questions import Asking
from app.booking.refusals import HeldAlready, SignInFirst, SlotTaken, TooLateToCancel
from app.directory.models import Practitioner, Schedule
from app.kernel.audit import AuditEvent
from app.kernel.clock import local, to_minutes
from app.kernel.errors import NotFound
from app.kernel.outbox import Outbox
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from app.patients.actions import Behind
from app.waiting import actions, queries, upkeep
from app.waiting.actions import Wanted, serving
from app.waiting.models import WaitEntry, WaitOffer
from app.waiting.refusals import EnoughWishes, NoList, NoLongerWaiting, OfferIsOver, ReasonForPriority
from app.waiting.wishes import Wish
from tests.delivery import deliver_all
from tests.factories import make_person
from tests.people import make_account

ZONE = "Europe/Brussels"
BRUNO = {"given_name": "Bruno", "family_name": "Maes", "email": "bruno@example.be", "niss": "85073099338"}
CHLOE = {"given_name": "Chloé", "family_name": "Petit", "email": "chloe@example.be", "niss": "78000099363"}


@pytest.fixture
def here(practice):
    with practice_context(practice):
        yield practice


@pytest.fixture
def offers(here, clock):
    """One agenda of an individual service."""
    return offers_of(here, clock)


def offers_of(here, clock):
    shop = catalogue.of(Practice.get_by_id(here.id), now=clock.now())
    service = next(s for s in shop.services if s.capacity == 1)
    return list(shop.of_service(service.id))[:1]


def free(offers, clock, **more):
    first = clock.now().date() + timedelta(days=3)
    asking = Asking(**more)
    found = bookings.free_times(
        offers, first_day=first, last_day=first + timedelta(days=10), now=clock.now(), asking=asking
    )
    return [start for day in found.days.values() for start, _ in day]


@pytest.fixture
def taken(offers, clock, services):
    """Three appointments that follow each other, three days ahead or later."""

    def take(start, person):
        asked = booking.Asked(start, uuid4(), person, True, "Annulation gratuite.")
        made = booking.book(
            offers, asked, sealer=services.sealer, by="guest", now=clock.now(), mail_at=clock.now()
        )
        return bookings.appointment(made)

    starts = [free(offers, clock)[0]]
    length = offers[0].rules.duration + offers[0].rules.before + offers[0].rules.after
    for start in free(offers, clock):
        if start >= starts[-1] + length:
            starts.append(start)
    people = [
        make_person(family_name=name, niss=None, birth_date=date(1980, 1, 1), country="FR") for name in "ABC"
    ]
    return [take(start, person) for start, person in zip(starts, people, strict=False)]


@pytest.fixture
def wait(offers, clock, services, here):
    def join(person=None, *, any_practitioner=False, behind=None, swap=None, offer=None, **changes):
        today = clock.now().date()
        wish = {"first_day": today, "last_day": today + timedelta(days=30), "zone": ZONE, **changes}
        wanted = Wanted(
            wish=Wish(**wish),
            offer=offer or offers_of(here, clock)[0],
            any_practitioner=any_practitioner,
            person=person or make_person(**BRUNO),
            behind=behind,
            swap=swap,
        )
        made = actions.join(wanted, sealer=services.sealer, by="guest", now=clock.now())
        clock.move(seconds=1)  # the next one waits since later
        return made

    return join


@pytest.fixture
def deliver(clock, services):
    """Whatever is due now, the mails it sends included."""

    def run():
        deliver_all()
        return services.mailer.letters

    return run


def cancel(appointment, clock):
    booking.cancel(bookings.appointment(appointment.id), by="guest", now=clock.now())


def accept(offer, clock, services, **changes):
    given = {"sentence": "Gratuit.", "texts": (), "address": "", "by": "guest", **changes}
    now = clock.now()
    return actions.accept(queries.offer(offer.id), **given, sealer=services.sealer, now=now, mail_at=now)


def offered():
    return list(WaitOffer.select().order_by(WaitOffer.offered_at, WaitOffer.id))


def states():
    return [one.state for one in offered()]


# ---- joining and leaving


def test_a_wish_leaves_its_row_its_trace_and_its_mail_together(wait, deliver):
    entry = wait(weekdays=0b11, start=540, end=720)
    assert (entry.state, entry.weekdays, entry.start_minute, entry.patient.given_name) == (
        "waiting",
        3,
        540,
        "Bruno",
    )
    assert AuditEvent.get(AuditEvent.target == f"wait_entry:{entry.id}").verb == "waiting.join"
    (letter,) = deliver()
    assert letter.to == "bruno@example.be" and "/waiting/" in letter.text


def test_nobody_waits_where_the_practice_keeps_no_list(wait, here, clock):
    BookingPolicy.create(waiting_list=False)
    Practice.update(catalogue_version=Practice.catalogue_version + 1).where(Practice.id == here.id).execute()
    with pytest.raises(NoList):
        wait()
    BookingPolicy.update(waiting_list=True).execute()
    Practice.update(catalogue_version=Practice.catalogue_version + 1).where(Practice.id == here.id).execute()
    assert wait()  # the control


def test_a_guest_signs_in_first_where_the_practice_asks_for_it(wait, here):
    BookingPolicy.create(sign_in_required=True)
    Practice.update(catalogue_version=Practice.catalogue_version + 1).where(Practice.id == here.id).execute()
    with pytest.raises(SignInFirst):
        wait()
    assert wait(behind=Behind(make_account(email="bruno@example.be").id))


def test_three_wishes_are_enough(wait):
    for _ in range(3):
        wait()
    with pytest.raises(EnoughWishes):
        wait()
    assert wait(make_person(**CHLOE))


def test_withdrawn_twice_is_withdrawn_once(wait, clock):
    entry = wait()
    actions.withdraw(entry, by="guest", now=clock.now())
    with pytest.raises(NoLongerWaiting):
        actions.withdraw(entry, by="guest", now=clock.now())
    assert queries.entry(entry.id).state == "withdrawn"


def test_priority_wants_a_reason_and_leaves_it_in_the_journal(wait, clock):
    entry = wait()
    for reason in ("", "  x ", "y" * 301):
        with pytest.raises(ReasonForPriority):
            actions.prioritise(entry, 2, reason, by="account:x", now=clock.now())
    actions.prioritise(entry, 2, "Postopératoire", by="account:x", now=clock.now())
    found = queries.entry(entry.id)
    assert (found.priority, found.priority_reason) == (2, "Postopératoire")
    event = AuditEvent.get(AuditEvent.verb == "waiting.prioritise")
    assert event.detail == {"from": 0, "to": 2, "reason": "Postopératoire"}


# ---- a time comes free


def test_a_freed_time_is_off_the_public_page_at_once_and_staff_still_see_it(taken, wait, offers, clock):
    wait()
    start = taken[0].starts
    cancel(taken[0], clock)
    assert Hold.get().kind == "freed" and Hold.get().expires == to_minutes(clock.now()) + 60
    assert start not in free(offers, clock)
    assert start in free(offers, clock, staff=True)
    with pytest.raises(SlotTaken):
        booking.hold(offers, start, now=clock.now())
    assert booking.hold(offers, start, now=clock.now(), asking=Asking(staff=True))


def test_a_freed_time_nobody_waits_for_is_public_at_once(taken, wait, offers, clock):
    """The control: the wish is for other hours."""
    hour = local(taken[0].starts, ZONE).hour * 60
    wait(start=hour + 120)
    cancel(taken[0], clock)
    assert taken[0].starts in free(offers, clock) and not Hold.select().exists()


def test_without_a_worker_the_time_is_public_again_after_an_hour(taken, wait, offers, clock):
    wait()
    cancel(taken[0], clock)
    clock.move(minutes=59)
    assert taken[0].starts not in free(offers, clock)
    clock.move(minutes=1)
    assert taken[0].starts in free(offers, clock)


def test_it_is_offered_with_a_hold_and_one_mail(taken, wait, offers, clock, deliver):
    entry = wait()
    deliver()
    cancel(taken[0], clock)
    letters = deliver()
    (offer,) = offered()
    assert (offer.entry_id, offer.starts, offer.state) == (entry.id, taken[0].starts, "open")
    assert offer.expires == to_minutes(clock.now()) + 60
    assert [hold.kind for hold in Hold.select()] == ["offer"]
    mine = [letter for letter in letters if letter.to == "bruno@example.be" and "offers" in letter.text]
    assert len(mine) == 1
    serving.serve(
        {**serving.gap_of(offer).payload(), "hold": uuid4().hex}
    )  # the work done again changes nothing
    assert states() == ["open"] and taken[0].starts not in free(offers, clock)


def test_priority_goes_first_then_who_waits_longest(taken, wait, clock, deliver):
    first, second, urgent = wait(), wait(make_person(**CHLOE)), wait(make_person())
    actions.prioritise(urgent, 1, "douleur", by="account:x", now=clock.now())
    cancel(taken[0], clock)
    order = []
    for _ in range(3):
        deliver()
        order.append(offered()[-1].entry_id)
        actions.decline(queries.offer(offered()[-1].id), by="guest", now=clock.now())
    assert order == [urgent.id, first.id, second.id]


def test_when_nobody_is_left_the_time_is_public_again(taken, wait, offers, clock, deliver):
    wait()
    cancel(taken[0], clock)
    deliver()
    before = Practitioner.get_by_id(offers[0].practitioner.id).availability_version
    actions.decline(queries.offer(offered()[0].id), by="guest", now=clock.now())
    assert taken[0].starts in free(offers, clock) and not Hold.select().exists()
    assert Practitioner.get_by_id(offers[0].practitioner.id).availability_version > before  # pages ask again
    assert WaitEntry.get().state == "waiting"


def test_an_offer_nobody_answers_goes_to_the_next_and_the_time_stays_kept(
    taken, wait, offers, clock, deliver
):
    first, second = wait(), wait(make_person(**CHLOE))
    cancel(taken[0], clock)
    deliver()
    clock.move(minutes=60)
    assert taken[0].starts not in free(offers, clock)  # until the worker comes
    clock.move(minutes=1)
    deliver()
    assert [(one.entry_id, one.state) for one in offered()] == [(first.id, "expired"), (second.id, "open")]
    assert taken[0].starts not in free(offers, clock)
    clock.move(minutes=61)
    deliver()
    assert states() == ["expired", "expired"] and taken[0].starts in free(offers, clock)


def test_a_visit_within_a_day_is_kept_for_twenty_minutes(taken, wait, clock, deliver):
    wait()
    while to_minutes(clock.now()) < taken[0].starts - 1440:
        clock.move(hours=12)
    booking.cancel_at_desk(bookings.appointment(taken[0].id), by="x", now=clock.now(), for_patient=False)
    deliver()
    assert offered()[0].expires == to_minutes(clock.now()) + 20


def test_a_moved_appointment_frees_its_old_time(taken, wait, offers, clock, deliver):
    wait()
    later = free(offers, clock)[-1]
    was = bookings.appointment(taken[0].id)
    booking.move(was, offers[0], later, by="guest", now=clock.now())
    assert taken[0].starts not in free(offers, clock)
    deliver()
    assert offered()[0].starts == taken[0].starts


def test_who_has_an_offer_is_not_offered_another(taken, wait, clock, deliver):
    wait()
    cancel(taken[0], clock)
    deliver()
    cancel(taken[2], clock)
    deliver()
    assert len(offered()) == 1


def test_what_the_engine_refuses_is_not_offered(taken, wait, offers, clock, deliver):
    """Away on that day: the reaction kept the time, the engine finds nothing, and it is given back."""
    from app.booking.models import TimeOff

    wait()
    cancel(taken[0], clock)
    TimeOff.create(
        practitioner=offers[0].practitioner.id, kind="absence", starts=taken[0].starts, ends=taken[0].ends
    )
    here = Practice.get_by_id(offers[0].practitioner.practice_id)
    Practice.update(catalogue_version=Practice.catalogue_version + 1).where(Practice.id == here.id).execute()
    deliver()
    assert offered() == [] and not Hold.select().exists()


def test_the_persons_own_caps_hold_for_offers_too(taken, wait, offers, clock, deliver, services, here):
    BookingPolicy.create(upcoming_most=1)
    Practice.update(catalogue_version=Practice.catalogue_version + 1).where(Practice.id == here.id).execute()
    person = make_person(**BRUNO)
    entry, other = wait(person), wait(make_person(**CHLOE))
    fresh = offers_of(here, clock)
    asked = booking.Asked(free(fresh, clock)[-1], uuid4(), person, True, "")
    booking.book(fresh, asked, sealer=services.sealer, by="guest", now=clock.now(), mail_at=clock.now())
    cancel(taken[0], clock)
    deliver()
    assert [one.entry_id for one in offered()] == [other.id] != [entry.id]


# ---- answering


def test_accepting_books_with_the_hold_and_ends_the_wish(taken, wait, clock, deliver, services):
    entry = wait()
    cancel(taken[0], clock)
    deliver()
    made = accept(offered()[0], clock, services)
    appointment = Appointment.get_by_id(made)
    assert (appointment.starts, appointment.status) == (taken[0].starts, "booked")
    assert appointment.patient_id == entry.patient_id and appointment.idempotency_key == offered()[0].hold_id
    assert appointment.policy_sentence == "Gratuit."
    assert states() == ["accepted"] and queries.entry(entry.id).state == "served"
    clock.move(minutes=70)
    letters = deliver()
    assert (
        sum("BEGIN:VCALENDAR" in str(one.attachments) for one in letters if one.to == "bruno@example.be") == 1
    )
    assert states() == ["accepted"]


@pytest.mark.parametrize("first", ["accept", "decline"])
def test_an_offer_is_answered_once(taken, wait, clock, deliver, services, first):
    wait()
    cancel(taken[0], clock)
    deliver()
    offer = offered()[0]
    if first == "accept":
        accept(offer, clock, services)
    else:
        actions.decline(queries.offer(offer.id), by="guest", now=clock.now())
    with pytest.raises((OfferIsOver, NoLongerWaiting)):
        accept(offer, clock, services)
    with pytest.raises(OfferIsOver):
        actions.decline(queries.offer(offer.id), by="guest", now=clock.now())
    bruno = Appointment.select().where(Appointment.contact_email == "bruno@example.be")
    assert bruno.count() == (first == "accept")


def test_an_expired_offer_books_nothing_even_before_the_worker_came(taken, wait, clock, deliver, services):
    wait()
    cancel(taken[0], clock)
    deliver()
    clock.move(minutes=60)
    with pytest.raises(OfferIsOver):
        accept(offered()[0], clock, services)
    assert WaitEntry.get().state == "waiting"
    assert not Appointment.select().where(Appointment.contact_email == "bruno@example.be").exists()


def test_a_wish_withdrawn_takes_its_offer_along_and_the_next_is_asked(taken, wait, clock, deliver, services):
    first, second = wait(), wait(make_person(**CHLOE))
    cancel(taken[0], clock)
    deliver()
    actions.withdraw(first, by="guest", now=clock.now())
    with pytest.raises(NoLongerWaiting):
        accept(offered()[0], clock, services)
    assert [(one.entry_id, one.state) for one in offered()] == [(first.id, "withdrawn"), (second.id, "open")]


def test_a_swap_gives_the_old_time_up_in_the_same_moment_and_cascades(
    taken, wait, offers, clock, deliver, services
):
    person = make_person(**BRUNO)
    far = free(offers, clock)[-1]
    asked = booking.Asked(far, uuid4(), person, True, "")
    old = booking.book(
        offers, asked, sealer=services.sealer, by="guest", now=clock.now(), mail_at=clock.now()
    )
    wait(person, swap=old)
    chloe = wait(make_person(**CHLOE))
    cancel(taken[0], clock)
    deliver()
    made = accept(offered()[0], clock, services)
    assert Appointment.get_by_id(old).status == "cancelled" and Appointment.get_by_id(made).status == "booked"
    assert far not in free(offers, clock)  # kept for the list at once
    deliver()
    last = offered()[-1]
    assert (last.entry_id, last.starts, last.state) == (chloe.id, far, "open")


def test_a_swap_that_cannot_be_booked_gives_nothing_up(taken, wait, offers, clock, deliver, services):
    person = make_person(**BRUNO)
    asked = booking.Asked(free(offers, clock)[-1], uuid4(), person, True, "")
    old = booking.book(
        offers, asked, sealer=services.sealer, by="guest", now=clock.now(), mail_at=clock.now()
    )
    wait(person, swap=old)
    cancel(taken[0], clock)
    deliver()
    # meanwhile the desk gave them something at the very same hour elsewhere
    other = Schedule.select().where(Schedule.practitioner != offers[0].practitioner.id).first()
    row = Appointment.get_by_id(old)
    Appointment.create(
        **{
            **{k: v for k, v in row.__data__.items() if k not in ("id", "practice")},
            "practitioner": other.practitioner_id,
            "schedule": other.id,
            "starts": taken[0].starts,
            "ends": taken[0].ends,
            "session_key": uuid4(),
            "idempotency_key": uuid4(),
        }
    )
    with pytest.raises(HeldAlready):
        accept(offered()[0], clock, services)
    assert Appointment.get_by_id(old).status == "booked"
    assert states() == ["open"] and WaitEntry.get().state == "waiting"


def test_too_late_to_give_up_is_too_late_to_swap(taken, wait, offers, clock, deliver, services):
    person = make_person(**BRUNO)
    asked = booking.Asked(free(offers, clock)[-1], uuid4(), person, True, "")
    old = booking.book(
        offers, asked, sealer=services.sealer, by="guest", now=clock.now(), mail_at=clock.now()
    )
    wait(person, swap=old)
    cancel(taken[0], clock)
    deliver()
    Appointment.update(cancel_until=0).where(Appointment.id == old).execute()
    with pytest.raises(TooLateToCancel):
        accept(offered()[0], clock, services)
    assert Appointment.get_by_id(old).status == "booked" and states() == ["open"]


def test_nobody_gives_up_what_is_somebody_elses(taken, wait):
    assert wait(swap=taken[1].id).swap_id is None


def test_rules_that_changed_meanwhile_pass_the_offer_on(taken, wait, clock, deliver, services, here):
    wait()
    cancel(taken[0], clock)
    deliver()
    BookingPolicy.create(outcome="call")
    Practice.update(catalogue_version=Practice.catalogue_version + 1).where(Practice.id == here.id).execute()
    with pytest.raises(OfferIsOver):
        accept(offered()[0], clock, services)
    assert not Appointment.select().where(Appointment.contact_email == "bruno@example.be").exists()


def test_an_account_that_waits_is_connected_and_books_as_itself(taken, wait, clock, deliver, services):
    account = make_account(email="bruno@example.be", given_name="Bruno", family_name="Maes")
    entry = wait(behind=Behind(account.id))
    cancel(taken[0], clock)
    deliver()
    made = Appointment.get_by_id(accept(offered()[0], clock, services))
    assert made.patient_id == entry.patient_id
    assert [one.id for one in queries.of_account(account.id)] == []  # served


def test_who_deletes_their_account_is_offered_nothing_any_more(taken, wait, clock, deliver, services):
    account = make_account(email="bruno@example.be", given_name="Bruno", family_name="Maes")
    entry = wait(behind=Behind(account.id))
    farewell.erase(account.id, reference="AAAA-BBBB", sealer=services.sealer, now=clock.now())
    assert queries.entry(entry.id).state == "withdrawn"
    cancel(taken[0], clock)
    deliver()
    assert offered() == []


# ---- hours that are added, days that pass


def test_added_hours_are_offered_too(wait, offers, clock, deliver, here):
    sunday = clock.now().date() + timedelta(days=6 - clock.now().date().weekday())
    entry = wait(first_day=sunday, last_day=sunday)
    assert upkeep.look_again() == 0
    HoursException.create(
        schedule=offers[0].schedule.id,
        kind="add",
        first_day=sunday,
        last_day=sunday,
        start_minute=600,
        end_minute=720,
    )
    Practice.update(catalogue_version=Practice.catalogue_version + 1).where(Practice.id == here.id).execute()
    assert upkeep.look_again() == 1
    (offer,) = offered()
    assert offer.entry_id == entry.id and local(offer.starts, ZONE).date() == sunday
    assert upkeep.look_again() == 0 and len(offered()) == 1


def test_a_wish_ends_with_its_last_day(wait, clock):
    today = clock.now().date()
    entry, longer = wait(last_day=today), wait(last_day=today + timedelta(days=9))
    clock.move(days=2)
    upkeep.look_again()
    assert queries.entry(entry.id).state == "over" and queries.entry(longer.id).state == "waiting"


# ---- next door


def test_next_door_nobody_is_offered_our_time_and_nothing_is_found(
    taken, wait, neighbour, clock, deliver, services
):
    entry = wait()
    cancel(taken[0], clock)
    deliver()
    (offer,) = offered()
    with practice_context(neighbour):
        for look in (lambda: queries.entry(entry.id), lambda: queries.offer(offer.id)):
            with pytest.raises(NotFound):
                look()
        with pytest.raises(NotFound):
            queries.offer_of(serving.token_of(offer.id))
        assert not queries.waiting() and not queries.log()


def test_a_guests_standing_is_a_guests(wait):
    assert queries.offers_for(wait(), now=WaitEntry.get().created_at)[0].standing == GUEST


def test_the_link_of_the_mail_leads_to_the_offer(taken, wait, clock, deliver):
    wait()
    cancel(taken[0], clock)
    text = next(letter.text for letter in deliver() if "/waiting/offers/" in letter.text)
    token = re.search(r"/waiting/offers/([\w-]{22})", text)[1]
    assert queries.offer_of(token).id == offered()[0].id
    assert Outbox.select().where(Outbox.event == "waiting-offer").count() == 1
