"""Somebody is ill: everybody is proposed something, told by one send, and answers by a link that works once."""

import re
from functools import partial
from uuid import uuid4

import pytest

from app import worker
from app.booking import actions, catalogue, impact, queries, reoffers
from app.booking.models import Appointment, Reoffer
from app.booking.plans import days_off
from app.booking.refusals import CannotBeChanged, LinkIsOld, SlotTaken
from app.booking.reoffers import Send
from app.kernel.db import database
from app.kernel.errors import NotFound
from app.kernel.outbox import Outbox
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from tests.conftest import HOST
from tests.factories import make_person
from tests.integration.booking.agenda import BY, DAY, agenda, at, away, see
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
    return partial(make, here, services=services, clock=clock)


@pytest.fixture
def ill(here, aline, clock):
    """Aline is away all of the day; answers the proposals for everybody she would have seen."""

    def _ill():
        see(lambda seen: days_off.add(here, away(aline, 0, 24), by=BY, now=clock.now(), seen=seen))
        return proposals(here, clock)

    return _ill


def proposals(here, clock):
    return reoffers.propose(Practice.get_by_id(here.id), impact.queue(), now=clock.now())


@pytest.fixture
def send(services, clock, aline):
    def _send(typed, found, attempt=None):
        to = Send("absence", attempt or uuid4(), BY, clock.now(), services.sealer, "", aline.practitioner_id)
        return reoffers.send(reoffers.chosen(typed, found), to)

    return _send


def token(reoffer, services):
    return reoffers.token_of(reoffer.id, sealer=services.sealer)


def test_a_colleague_with_the_time_free_comes_first_then_times_then_cancelling(here, aline, book, ill):
    book(aline, 9, service="bilan")  # Nora gives it too
    book(aline, 10)  # Thomas does, and does not work on Tuesdays
    first, second = ill()
    assert first.choice == "colleague"
    assert first.colleagues[0].practitioner.family_name == "Benali"
    assert second.choice == "times" and not second.colleagues
    assert len(second.times) == 3


def test_nobody_is_offered_what_the_one_before_was(here, aline, book, ill):
    for hour in (8, 9, 10, 11):
        book(aline, hour)
    offered = [time.key for one in ill() for time in one.times]
    assert len(offered) == len(set(offered)) == 12


def test_nothing_the_absence_takes_is_proposed(here, aline, book, clock):
    book(aline, 9)
    gone = away(aline, 0, 24)
    change = days_off.added(here, gone)
    found = impact.of(here, change, now=clock.now())
    (one,) = reoffers.propose(here, found.lost, now=clock.now(), change=change)
    assert one.times and not any(
        gone.starts <= time.start < gone.ends and time.offer.schedule.id == aline.id for time in one.times
    )
    (without,) = reoffers.propose(here, found.lost, now=clock.now())
    assert any(gone.starts <= time.start < gone.ends for time in without.times)  # the control


def test_forty_appointments_cost_as_many_statements_as_one(here, aline, book, ill, clock):
    for hour in (8, 9, 10, 11, 13, 14, 15, 16):
        for minute in (0, 30):
            book(aline, hour, minute)
    found = ill()
    assert len(found) == 16
    lost = impact.queue()
    before = database.obj.statements
    reoffers.propose(Practice.get_by_id(here.id), lost[:1], now=clock.now())
    one = database.obj.statements - before
    before = database.obj.statements
    reoffers.propose(Practice.get_by_id(here.id), lost, now=clock.now())
    assert database.obj.statements - before == one


def test_one_send_moves_offers_cancels_and_lists_calls(here, aline, book, ill, send, services, clock):
    moved = book(aline, 9, service="bilan", email="moved@example.be")
    asked = book(aline, 10, email="asked@example.be")
    gone = book(aline, 11, email="gone@example.be")
    mute = book(aline, 13, email="mute@example.be")
    Appointment.update(contact_email=None).where(Appointment.id == mute.id).execute()
    Outbox.update(state="sent").execute()
    found = ill()
    typed = {f"choice-{one.appointment.id}": one.choice for one in found}
    made = send({**typed, f"choice-{gone.id}": "cancel"}, found)
    states = {row.appointment_id: (row.choice, row.state) for row in Reoffer.select()}
    assert states == {
        moved.id: ("colleague", "told"),
        asked.id: ("times", "sent"),
        gone.id: ("cancel", "told"),
        mute.id: ("times", "call"),
    }
    now = queries.appointment(moved.id)
    assert (now.practitioner.family_name, now.starts, now.fit) == ("Benali", moved.starts, "supported")
    assert queries.appointment(gone.id).status == "cancelled"
    assert queries.appointment(gone.id).cancelled_late is False
    assert sorted(one.appointment.id for one in proposals(here, clock)) == sorted([asked.id, mute.id])
    progress = reoffers.progress(made.id, now=clock.now())
    assert [line.why for line in progress.to_call] == ["no-mail"]
    worker.deliver_due()
    letters = {letter.to: letter for letter in services.mailer.letters}
    assert set(letters) == {"moved@example.be", "asked@example.be", "gone@example.be"}
    for letter in letters.values():
        assert re.search(rf"http://lavande\.{HOST}/reoffers/[\w-]{{20,}}", letter.text)
        assert "bilan" not in letter.text and "kinésithérapie" not in letter.text


def test_after_an_hour_of_silence_they_are_to_be_called_and_ticked(here, aline, book, ill, send, clock):
    book(aline, 10)
    made = send({"all": "times"}, ill())
    assert reoffers.progress(made.id, now=clock.now()).to_call == []
    clock.move(minutes=60)
    (line,) = reoffers.progress(made.id, now=clock.now()).to_call
    assert line.why == "silent"
    reoffers.reached(line.reoffer.id, by=BY, now=clock.now())
    assert reoffers.progress(made.id, now=clock.now()).to_call == []


def test_the_same_page_sent_twice_is_one_send(here, aline, book, ill, send):
    book(aline, 10)
    found, attempt = ill(), uuid4()
    first = send({"all": "times"}, found, attempt)
    again = send({"all": "times"}, found, attempt)
    assert first.id == again.id
    assert Reoffer.select().count() == 1
    assert Outbox.select().where(Outbox.event == "appointment-reoffered").count() == 1


def test_a_link_takes_one_time_once(here, aline, book, ill, send, services, clock):
    appointment = book(aline, 10)
    send({"all": "times"}, ill())
    offer = reoffers.read(token(Reoffer.get(), services))
    schedule, start = offer.alternatives[1]
    reoffers.take(here, offer, schedule, start, by="guest", now=clock.now())
    moved = queries.appointment(appointment.id)
    assert (moved.starts, moved.fit, moved.version) == (start, "supported", 2)
    assert impact.waiting() == 0
    offer = reoffers.read(token(offer, services))
    reoffers.take(here, offer, *offer.alternatives[0], by="guest", now=clock.now())  # replayed
    assert queries.appointment(appointment.id).starts == start


def test_a_time_that_is_gone_leaves_fresh_ones(here, aline, book, ill, send, services, clock):
    appointment = book(aline, 10)
    send({"all": "times"}, ill())
    offer = Reoffer.get()
    for schedule, start in offer.alternatives:
        taken = next(
            o
            for o in catalogue.for_desk(Practice.get_by_id(here.id), now=clock.now()).offers
            if o.schedule.id.hex == schedule and o.service.id == appointment.service_id
        )
        asked = actions.Asked(
            start,
            uuid4(),
            make_person(family_name=f"Quick{start}"),
            accepted=True,
            sentence="",
            origin="desk",
        )
        actions.book([taken], asked, sealer=services.sealer, by="desk", now=clock.now(), mail_at=clock.now())
    old = [tuple(one) for one in offer.alternatives]
    with pytest.raises(SlotTaken):
        reoffers.take(here, offer, *old[0], by="guest", now=clock.now())
    fresh = Reoffer.get()
    assert fresh.state == "sent" and len(fresh.alternatives) == 3
    assert not {tuple(one) for one in fresh.alternatives} & set(old)
    reoffers.take(here, fresh, *fresh.alternatives[0], by="guest", now=clock.now())
    assert queries.appointment(appointment.id).starts == fresh.alternatives[0][1]


def test_a_time_that_was_never_offered_is_refused(here, aline, book, ill, send, clock):
    book(aline, 10)
    send({"all": "times"}, ill())
    offer = Reoffer.get()
    with pytest.raises(CannotBeChanged):
        reoffers.take(here, offer, offer.alternatives[0][0], at(3, day=DAY), by="guest", now=clock.now())


def test_a_link_ends_when_the_desk_moved_the_appointment_or_after_a_week(here, aline, book, ill, send, clock):
    appointment = book(aline, 10)
    send({"all": "times"}, ill())
    offer = Reoffer.get()
    Appointment.update(version=5).where(Appointment.id == appointment.id).execute()
    with pytest.raises(LinkIsOld):
        reoffers.take(here, offer, *offer.alternatives[0], by="guest", now=clock.now())
    Appointment.update(version=1).where(Appointment.id == appointment.id).execute()
    clock.move(days=8)
    with pytest.raises(LinkIsOld):
        reoffers.take(here, offer, *offer.alternatives[0], by="guest", now=clock.now())


def test_none_suits_and_giving_up(here, aline, book, ill, send, clock):
    one = book(aline, 10)
    other = book(aline, 11)
    made = send({"all": "times"}, ill())
    offers = {row.appointment_id: row for row in Reoffer.select()}
    reoffers.decline(offers[one.id], by="guest", now=clock.now())
    reoffers.give_up(offers[other.id], by="guest", now=clock.now())
    reoffers.give_up(offers[other.id], by="guest", now=clock.now())  # replayed
    assert queries.appointment(other.id).status == "cancelled"
    assert queries.appointment(other.id).cancelled_late is False
    assert [line.why for line in reoffers.progress(made.id, now=clock.now()).to_call] == ["declined"]


def test_next_door_cannot_read_the_link(here, aline, book, ill, send, services, neighbour, clock):
    book(aline, 10)
    made = send({"all": "times"}, ill())
    mine = token(Reoffer.get(), services)
    assert reoffers.read(mine)  # the control
    with practice_context(neighbour):
        for look in (
            lambda: reoffers.read(mine),
            lambda: reoffers.progress(made.id, now=clock.now()),
        ):
            with pytest.raises(NotFound):
                look()
