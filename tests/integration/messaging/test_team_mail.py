"""The mail that something new waits: to whom it concerns, as often as they chose, with nothing in it."""

# ruff: noqa: F401, F811 (fixtures of the other file)

from datetime import timedelta
from uuid import uuid4

import pytest

from app.kernel.db import connection
from app.kernel.outbox import Outbox
from app.kernel.tenancy import practice_context
from app.messaging.models import StaffNotice, Thread
from app.messaging.threads import actions, team_mail
from app.messaging.threads.actions import Author, Draft, Guest
from app.staff.models import Member
from tests.delivery import deliver_for
from tests.integration.messaging.test_confidential import (
    SECRET,
    alice,
    browser_of,
    colleague,
    treating,
    whom,
    write,
)
from tests.journey import form_of, soup
from tests.people import NOW, SEALER

sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
PAGE = "/desk/messages/mails"


@pytest.fixture
def sylvie(app, practice):
    return colleague(practice, "receptionist")


def again(practice, account, row, services, *, now=NOW):
    with connection(), practice_context(practice):
        by = Author(f"account:{account.id}", account.name)
        actions.reply(
            Thread.get_by_id(row.thread_id), Draft("Encore", uuid4()), by=by, files=services.files, now=now
        )


def mails(app, services, clock=None, at=None):
    if at is not None:
        clock.at = at
    deliver_for(app)
    found = sorted(one.to for one in services.mailer.letters if "attend" in one.subject)
    said = list(services.mailer.letters)
    services.mailer.letters.clear()
    for letter in said:
        assert SECRET not in letter.text + letter.html + letter.subject and "Alice" not in letter.text
    return found


def test_owners_and_reception_hear_of_what_is_nobodys_and_practitioners_of_what_is_theirs(
    app,
    practice,
    services,
    sylvie,
    treating,
    whom,
    alice,
):
    owner = colleague(practice, "owner")
    colleague(practice, "practitioner", email="second@lavande.example", practitioner=1)
    write(practice, alice, services, whom, alone=False)
    assert mails(app, services) == sorted(one.account.email for one in (owner, sylvie, treating))


@sqlite
def test_a_confidential_one_tells_its_reader_alone(app, practice, services, sylvie, treating, whom, alice):
    colleague(practice, "owner")
    write(practice, alice, services, whom)
    assert mails(app, services) == [treating.account.email]


@sqlite
def test_at_most_one_an_hour_and_none_about_what_was_read(
    app, practice, services, clock, sylvie, whom, alice
):
    row = write(practice, alice, services, whom, alone=False)
    to = sylvie.account.email
    assert to in mails(app, services)
    for minutes in (5, 10, 50):
        again(practice, alice, row, services, now=NOW + timedelta(minutes=minutes))
    assert mails(app, services, clock, NOW + timedelta(minutes=59)) == []
    assert to in mails(app, services, clock, NOW + timedelta(minutes=61))
    again(practice, alice, row, services, now=NOW + timedelta(minutes=70))
    with connection(), practice_context(practice):
        actions.read(Thread.get(), sender="patient", now=clock.now())
    assert mails(app, services, clock, NOW + timedelta(hours=3)) == []


@sqlite
def test_once_somebody_looks_after_it_the_others_hear_no_more(
    app, practice, services, sylvie, whom, alice, clock
):
    owner = colleague(practice, "owner")
    row = write(practice, alice, services, whom, alone=False)
    mails(app, services)
    with connection(), practice_context(practice):
        actions.assign(Thread.get(), Member.get_by_id(owner.id), by="x", now=NOW)
    later = NOW + timedelta(hours=2)
    again(practice, alice, row, services, now=later)
    assert mails(app, services, clock, later) == [owner.account.email]


@sqlite
def test_a_guests_question_is_told_too(app, practice, services, sylvie):
    with connection(), practice_context(practice):
        actions.ask_as_guest(
            Guest("Zoé", "zoe@example.be"), "Tarifs", Draft("Combien ?", uuid4()),
            language="fr", files=services.files, sealer=SEALER, now=NOW,
        )  # fmt: skip
    assert mails(app, services) == [sylvie.account.email]


@sqlite
def test_each_member_chooses_for_themselves_on_their_own_page(
    app, practice, services, clock, sylvie, whom, alice
):
    desk = browser_of(app, sylvie.account, clock)
    action, fields = form_of(soup(desk.get(PAGE)), holding="rhythm")
    assert fields["rhythm"] == "hourly" and sylvie.account.email in desk.get(PAGE).text
    for wrong in ("always", "", "\ufffd"):
        assert desk.post(action, data={**fields, "rhythm": wrong}).status_code == 422
    assert desk.post(action, data={**fields, "rhythm": "daily"}).status_code == 303
    write(practice, alice, services, whom, alone=False)
    assert sylvie.account.email not in mails(app, services)  # half past seven at Brussels is to come
    with connection(), practice_context(practice):
        assert StaffNotice.get(StaffNotice.member == sylvie.id).last_at == NOW + timedelta(minutes=30)
    assert desk.post(action, data={**fields, "rhythm": "none"}).status_code == 303
    with connection():
        assert Outbox.select().where(Outbox.event == "team-mail", Outbox.state == "dropped").count() == 1
    write(practice, alice, services, whom, alone=False)
    assert sylvie.account.email not in mails(app, services, clock, NOW + timedelta(days=2))


@sqlite
def test_whoever_left_meanwhile_gets_none(app, practice, services, clock, sylvie, whom, alice):
    with connection(), practice_context(practice):
        team_mail.choose(sylvie, "daily", now=NOW)
    write(practice, alice, services, whom, alone=False)
    with connection(), practice_context(practice):
        Member.update(roles=[]).where(Member.id == sylvie.id).execute()
    assert sylvie.account.email not in mails(app, services, clock, NOW + timedelta(days=1))
