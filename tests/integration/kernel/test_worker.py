"""The worker delivers what it can, tries again what may pass, and lets nothing block the rest."""

import pytest

from app.kernel import outbox
from app.kernel.errors import Unavailable
from app.kernel.outbox import Outbox
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from app.worker import deliver_due
from tests.journey import book


@pytest.fixture
def waiting(client, clock, inside):
    book(client, day="2026-11-26")
    clock.move(minutes=4)


def state():
    row = Outbox.get()
    return row.state, row.attempts


def test_a_server_that_is_down_is_tried_again_with_the_same_message_id(services, clock, waiting):
    services.mailer.refuse = Unavailable("mail", retry=True, why="down")
    assert deliver_due() == 1
    assert state() == ("waiting", 1)
    assert deliver_due() == 0  # not before its pause is over
    clock.move(minutes=2)
    services.mailer.refuse = None
    assert deliver_due() == 1
    assert state() == ("sent", 2)
    (letter,) = services.mailer.letters
    assert str(Outbox.get().id) in letter.message_id


def test_plain_text_is_not_escaped(services, practice, waiting):
    Practice.update(name="Cabinet d'Ixelles & fils").where(Practice.id == practice.id).execute()
    deliver_due()
    (letter,) = services.mailer.letters
    assert "Cabinet d'Ixelles & fils" in letter.text
    assert "Cabinet d&#39;Ixelles &amp; fils" in letter.html  # the control


def test_a_refusal_for_good_is_left_for_a_person(services, waiting):
    services.mailer.refuse = Unavailable("mail", retry=False, why="550")
    deliver_due()
    assert state() == ("dead", 1)


def test_a_poison_message_does_not_hold_the_others(services, clock, practice, waiting):
    with practice_context(practice):
        outbox.post("no-such-letter", {}, key="poison", now=clock.now())
    assert deliver_due() == 2
    assert len(services.mailer.letters) == 1
    assert Outbox.get(Outbox.idempotency_key == "poison").state == "waiting"


def test_booking_goes_on_while_mail_is_down(services, client, inside):
    services.mailer.refuse = Unavailable("mail", retry=True)
    assert book(client).status_code == 200
