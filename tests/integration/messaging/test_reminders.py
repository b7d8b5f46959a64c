"""Reminders: once, at the hour on the wall, in the reader's language, and only while they are of use."""

from datetime import UTC, datetime

import pytest

from app.booking.models import Appointment
from app.kernel.clock import to_minutes
from app.kernel.errors import Unavailable
from app.kernel.outbox import Outbox
from app.kernel.tenancy import practice_context
from app.messaging import due, plans
from app.messaging.models import Communication
from app.messaging.plans import Plan
from app.messaging.upkeep import post_lists, post_reminders
from tests.delivery import deliver_all, emptied
from tests.factories import make_patient
from tests.integration.account.mailbox import link_in
from tests.integration.messaging.world import go, tie, visit, wall, wish
from tests.people import make_account

VISIT = "2026-11-24 14:30"


@pytest.fixture
def alice(inside):
    return make_account(phone="0470 12 34 56")


def round_of(services):
    """A minute of the worker: what was posted, and the letters and SMS that left."""
    posted = post_reminders()
    deliver_all()
    letters = emptied(services.mailer.letters)
    texts = emptied(services.sms.messages)
    return posted, letters, texts


def choose(practice, clock, **chosen):
    with practice_context(practice):
        plans.save(Plan(**chosen), by="account:owner", now=clock.now())


def test_the_day_before_at_the_same_hour_and_never_again(inside, services, clock, practice, neighbour):
    visit(practice, VISIT, contact_email="guest@example.be", language="nl")
    go(clock, "2026-11-23 14:29")
    assert round_of(services) == (0, [], [])
    go(clock, "2026-11-23 14:30")
    posted, (letter,), texts = round_of(services)
    assert posted == 1 and texts == []
    assert letter.to == "guest@example.be" and letter.language == "nl"
    assert "dinsdag 24 november" in letter.subject and practice.name in letter.subject
    for minutes in (1, 60, 1200):
        clock.move(minutes=minutes)
        assert round_of(services) == (0, [], [])
    assert "Voisin" not in letter.text + letter.subject


def test_it_names_practice_day_and_hour_and_never_the_treatment(inside, services, clock, practice):
    made = visit(practice, VISIT)
    go(clock, "2026-11-23 15:00")
    _, (letter,), _ = round_of(services)
    said = (letter.subject + letter.text + letter.html).casefold()
    with practice_context(practice):
        row = Appointment.get_by_id(made.id)
        names = {*row.service.name.values(), row.practitioner.family_name, row.patient.family_name}
        assert not [name for name in names if name.casefold() in said]
    assert "24 novembre à 14" in letter.text  # the control


@pytest.mark.parametrize(
    ("visit_at", "reminded_at", "early"),
    [
        ("2026-10-25 10:00", "2026-10-24 10:00", "2026-10-24 09:59"),
        ("2026-10-26 10:00", "2026-10-25 10:00", "2026-10-25 09:59"),
        ("2027-03-28 10:00", "2027-03-27 10:00", "2027-03-27 09:59"),
        ("2027-03-29 10:00", "2027-03-28 10:00", "2027-03-28 09:59"),
    ],
)
def test_across_the_change_of_the_clocks(inside, services, clock, practice, visit_at, reminded_at, early):
    visit(practice, visit_at)
    go(clock, early)
    assert round_of(services)[0] == 0
    go(clock, reminded_at)
    posted, (letter,), _ = round_of(services)
    assert posted == 1 and "à 10" in letter.subject
    clock.move(minutes=60)  # the hour that comes twice, or not at all
    assert round_of(services)[0] == 0


def test_a_worker_that_was_away_tells_late_and_never_after_the_visit_began(inside, services, clock, practice):
    visit(practice, VISIT, contact_email="one@example.be")
    visit(practice, "2026-11-24 16:30", contact_email="two@example.be")
    go(clock, "2026-11-24 14:30")
    posted, letters, _ = round_of(services)
    assert posted == 1 and [letter.to for letter in letters] == ["two@example.be"]


def test_a_letter_that_waited_past_the_visit_does_not_leave(inside, services, clock, practice):
    visit(practice, VISIT)
    go(clock, "2026-11-24 14:00")
    services.mailer.refuse = Unavailable("mail", retry=True)
    assert round_of(services)[:2] == (1, [])
    services.mailer.refuse = None
    go(clock, "2026-11-24 14:31")
    assert round_of(services)[1] == []
    assert Outbox.get().state == "sent"  # it is settled, and no letter went


@pytest.mark.parametrize(
    "change",
    [
        {"status": "cancelled", "cancelled_by": "guest", "cancel_kind": "patient"},
        {"starts": 30_000_000, "ends": 30_000_030},
    ],
)
def test_what_was_cancelled_or_moved_after_posting_is_not_reminded_of(
    inside, services, clock, practice, change
):
    made = visit(practice, VISIT)
    go(clock, "2026-11-23 14:30")
    assert post_reminders() == 1
    if "status" in change:
        change = {**change, "cancelled_at": clock.now()}
    with practice_context(practice):
        Appointment.update(**change).where(Appointment.id == made.id).execute()
    assert round_of(services)[1] == []


def test_a_moved_visit_is_reminded_of_at_its_own_time(inside, services, clock, practice):
    made = visit(practice, VISIT)
    go(clock, "2026-11-23 14:30")
    assert len(round_of(services)[1]) == 1
    later = to_minutes(wall("2026-11-27 09:00"))
    with practice_context(practice):
        Appointment.update(starts=later, ends=later + 30, version=2).where(
            Appointment.id == made.id
        ).execute()
    go(clock, "2026-11-24 15:00")
    assert round_of(services)[1] == []
    go(clock, "2026-11-26 09:00")
    _, (letter,), _ = round_of(services)
    assert "27 novembre" in letter.subject


def test_whoever_books_for_tomorrow_is_not_reminded_at_once(inside, services, clock, practice):
    visit(practice, VISIT, created_at=wall("2026-11-23 13:00").astimezone(UTC))
    go(clock, "2026-11-23 14:30")
    assert round_of(services)[0] == 0


@pytest.mark.parametrize("status", ["proposed", "arrived"])
def test_what_is_not_booked_is_not_reminded_of(inside, services, clock, practice, status):
    visit(practice, VISIT, status=status)
    go(clock, "2026-11-23 15:00")
    assert round_of(services)[0] == 0


# ---- by preference, language and way ----------------------------------------------------------------------------


def test_the_account_says_in_which_language_and_whether(inside, services, clock, practice, alice):
    patient = tie(alice, practice)
    visit(practice, VISIT, patient=patient, language="nl")
    go(clock, "2026-11-23 15:00")
    _, (letter,), _ = round_of(services)
    assert letter.language == "fr" and "Rappel" in letter.subject
    assert link_in(letter, "/account/privacy")
    with practice_context(practice):
        (message,) = Communication.select()
        assert (message.kind, message.read_at) == ("reminder", None)


def test_whoever_wants_none_gets_none_by_any_way(inside, services, clock, practice, alice):
    choose(practice, clock, mail=(due.DAY,), sms=(due.DAY,))
    patient = tie(alice, practice)
    wish(alice, wants_reminders=False, wants_sms=True)
    visit(practice, VISIT, patient=patient)
    go(clock, "2026-11-23 15:00")
    assert round_of(services)[1:] == ([], [])
    with practice_context(practice):
        assert Communication.select().count() == 0


def test_a_visit_without_an_address_is_told_to_the_account(inside, services, clock, practice, alice):
    patient = tie(alice, practice)
    visit(practice, VISIT, patient=patient, contact_email=None)
    visit(practice, "2026-11-24 16:30", contact_email=None)  # nobody to tell
    go(clock, "2026-11-23 17:00")
    _, letters, _ = round_of(services)
    assert [letter.to for letter in letters] == [alice.email]


def test_sms_go_to_those_who_want_them_where_the_practice_sends_any(inside, services, clock, practice, alice):
    patient = tie(alice, practice)
    visit(practice, VISIT, patient=patient)
    go(clock, "2026-11-23 14:30")
    wish(alice, wants_sms=True)
    assert round_of(services)[2] == []  # the practice sends none
    visit(practice, "2026-11-27 14:30", patient=patient)
    choose(practice, clock, mail=(), sms=(due.DAY,))
    go(clock, "2026-11-26 14:30")
    posted, letters, (text,) = round_of(services)
    assert letters == [] and text.to == "+32470123456"
    assert text.text.startswith(f"{practice.name} : vous avez rendez-vous le vendredi 27 novembre à 14 h 30.")
    assert round_of(services) == (0, [], [])
    wish(alice, wants_sms=False)
    visit(practice, "2026-12-01 14:30", patient=patient)
    go(clock, "2026-11-30 14:30")
    assert round_of(services)[2] == []


def test_an_sms_that_was_perhaps_sent_is_not_sent_again(inside, services, clock, practice, alice):
    choose(practice, clock, mail=(), sms=(due.DAY,))
    visit(practice, VISIT, patient=tie(alice, practice))
    wish(alice, wants_sms=True)
    go(clock, "2026-11-23 14:30")
    services.sms.refuse = Unavailable("sms", retry=False, why="no answer")
    round_of(services)
    services.sms.refuse = None
    clock.move(minutes=30)
    assert round_of(services)[2] == []
    dead = Outbox.get(Outbox.event == "reminder-text")
    assert (dead.state, dead.attempts) == ("dead", 1)


def test_an_sms_that_was_not_taken_is_tried_again_while_it_is_of_use(
    inside, services, clock, practice, alice
):
    choose(practice, clock, mail=(), sms=(120,))
    visit(practice, VISIT, patient=tie(alice, practice))
    wish(alice, wants_sms=True)
    go(clock, "2026-11-24 12:30")
    services.sms.refuse = Unavailable("sms", retry=True, why="429")
    round_of(services)
    services.sms.refuse = None
    clock.move(minutes=2)
    assert len(round_of(services)[2]) == 1


def test_two_leads_are_two_reminders(inside, services, clock, practice):
    choose(practice, clock, mail=(7 * due.DAY, due.DAY))
    visit(practice, "2026-12-04 10:00")
    sent = []
    for moment in ("2026-11-27 10:00", "2026-11-30 10:00", "2026-12-03 10:00", "2026-12-03 18:00"):
        go(clock, moment)
        sent.append(len(round_of(services)[1]))
    assert sent == [1, 0, 1, 0]


def test_a_new_lead_does_not_write_to_everybody_at_once(inside, services, clock, practice):
    visit(practice, "2026-11-25 10:00")
    go(clock, "2026-11-23 15:00")
    choose(practice, clock, mail=(7 * due.DAY, due.DAY))
    assert round_of(services)[0] == 0
    go(clock, "2026-11-24 10:00")
    assert round_of(services)[0] == 1


def test_a_practice_that_closed_reminds_nobody(inside, services, clock, practice):
    from app.kernel.owners import Practice

    visit(practice, VISIT)
    go(clock, "2026-11-23 15:00")
    Practice.update(status="closed").where(Practice.id == practice.id).execute()
    assert round_of(services)[0] == 0


# ---- lists ------------------------------------------------------------------------------------------------------


def lists_of(services):
    post_lists()
    deliver_all()
    return emptied(services.mailer.letters)


def test_one_list_a_week_for_all_practices(inside, services, clock, practice, neighbour, alice):
    visit(practice, "2026-11-24 14:30", patient=tie(alice, practice))
    visit(neighbour, "2026-11-26 09:00", patient=tie(alice, neighbour))
    visit(practice, "2026-12-24 14:30", patient=make_patient_of(practice))
    go(clock, "2026-11-22 16:59")
    assert lists_of(services) == []
    go(clock, "2026-11-22 17:00")
    (letter,) = lists_of(services)
    assert (letter.to, letter.sender_name) == (alice.email, "Parvis")
    first, second = letter.text.index("24 novembre"), letter.text.index("26 novembre")
    assert first < second and practice.name in letter.text and neighbour.name in letter.text
    for moment in ("2026-11-22 17:10", "2026-11-23 09:00", "2026-11-25 09:00"):
        go(clock, moment)
        assert lists_of(services) == []
    go(clock, "2026-11-29 17:00")
    assert lists_of(services) == []  # nothing to come: no list


def make_patient_of(practice):
    with practice_context(practice):
        return make_patient(given_name="Bob")


def test_whoever_wants_no_lists_gets_none(inside, services, clock, practice, alice):
    bob = make_account(email="bob@example.be", given_name="Bob")
    for account, hour in ((alice, "14:30"), (bob, "15:30")):
        visit(practice, f"2026-11-24 {hour}", patient=tie(account, practice))
    wish(alice, wants_lists=False)
    go(clock, "2026-11-22 18:00")
    assert [letter.to for letter in lists_of(services)] == ["bob@example.be"]


def test_a_visit_booked_on_monday_makes_no_list_of_its_own(inside, services, clock, practice, alice):
    visit(
        practice,
        "2026-11-24 14:30",
        patient=tie(alice, practice),
        created_at=datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
    )
    go(clock, "2026-11-23 10:00")
    assert lists_of(services) == []
