"""What the person reads when the desk changes a time: one mail of what is new to them, none of what was undone."""

import pytest

from app.booking import actions, letters, queries
from app.kernel.clock import to_minutes
from app.kernel.outbox import Outbox

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def booked(booked):
    """Its confirmation has left."""
    Outbox.update(state="sent").execute()
    return booked


@pytest.fixture
def change(booked, offer, clock):
    """change(minutes=…) or change(start=…), on the appointment as it is now."""

    def act(*, minutes=None, start=None, mail_at=None):
        now, one = clock.now(), queries.appointment(booked.id)
        there = actions.lasting(offer, one.ends - one.starts)
        if minutes:
            actions.resize(one, offer, minutes, by="operator", now=now, mail_at=mail_at)
        else:
            actions.move(one, there, start, by="operator", now=now, staff=True, mail_at=mail_at)

    return act


def take_back(booked, offer, clock):
    actions.take_back(queries.appointment(booked.id), offer, by="operator", now=clock.now(), because="Non")


def waiting():
    return list(Outbox.select().where(Outbox.state == "waiting"))


def read():
    """The only mail that waits, as it would leave."""
    (mail,) = waiting()
    composer = {"appointment-moved": letters.moved, "appointment-booked": letters.booked}[mail.event]
    return composer(mail.payload, "id")


def test_a_longer_appointment_says_until_when_and_nothing_of_the_treatment(app, booked, offer, change):
    with app.test_request_context():
        change(minutes=offer.rules.duration + 15)
        letter = read()
    assert letter.subject.startswith("Durée modifiée")
    assert "au lieu de" in letter.text and booked.practice.name in letter.text
    assert offer.service.name["fr"] not in letter.text + letter.html
    assert b"DTEND" in letter.attachments[0].content


def test_a_length_that_is_undone_is_told_to_nobody(booked, offer, change, clock):
    change(minutes=offer.rules.duration + 15)
    assert len(waiting()) == 1
    take_back(booked, offer, clock)
    assert not waiting()


def test_a_length_undone_after_its_mail_left_is_told_again(app, booked, offer, change, clock):
    change(minutes=offer.rules.duration + 15)
    Outbox.update(state="sent").execute()
    take_back(booked, offer, clock)
    with app.test_request_context():
        assert "Durée modifiée" in read().subject


def test_changes_within_the_grace_are_one_mail_from_the_time_the_person_knows(
    app, booked, offer, starts, change
):
    change(start=starts[8])
    change(minutes=offer.rules.duration + 15)  # this one made the mail of the move vanish once
    change(start=starts[4])
    (mail,) = waiting()
    assert mail.payload["from"] == starts[0]
    with app.test_request_context():
        assert read().subject.startswith("Rendez-vous déplacé")


def test_a_confirmation_that_has_not_left_says_the_newest_length_by_itself(booked, offer, change):
    Outbox.update(state="waiting").execute()
    change(minutes=offer.rules.duration + 15)
    assert [mail.event for mail in waiting()] == ["appointment-booked"]


def test_whoever_was_never_told_is_still_confirmed_when_the_move_is_undone(
    app, booked, offer, starts, change, clock
):
    Outbox.update(state="waiting").execute()
    change(start=starts[8])
    assert [mail.event for mail in waiting()] == ["appointment-moved"]
    take_back(booked, offer, clock)
    assert [mail.event for mail in waiting()] == ["appointment-booked"]
    with app.test_request_context():
        assert read() is not None


def test_whoever_is_there_is_told_by_mouth(booked, offer, change, clock):
    clock.move(minutes=booked.starts - to_minutes(clock.now()) + 5)
    change(minutes=offer.rules.duration + 15)
    assert not waiting()
