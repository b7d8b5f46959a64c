"""Joining a team: whoever owns the mailbox gets what the practice offered, once, and nothing the form says."""

import re
import threading
from datetime import timedelta

import pytest
from flask import Flask

from app import worker
from app.identity.models import Session
from app.kernel.audit import AuditEvent
from app.kernel.db import connection
from app.kernel.owners import Account
from app.kernel.tenancy import account_context, practice_context
from app.staff import actions, invitations
from app.staff.actions import Terms
from app.staff.invitations import Guest
from app.staff.models import Invitation, Member
from app.staff.refusals import AlreadyMember, InvitationOver
from tests.conftest import HOST
from tests.journey import form_of, soup
from tests.people import SEALER, make_account, make_member, sign_in_as

NORA = Guest("nora@example.be", "Nora", "Peeters", "nl")
PASSWORD = "vijftien gele fietsen op zolder"


@pytest.fixture
def made(practice, clock):
    owner = make_member(practice, roles=("owner",), email="aline@lavande.example", given_name="Aline")
    terms = Terms(("practitioner",), clock.now().date())
    with practice_context(practice):
        return invitations.invite(
            practice, NORA, terms, by=f"account:{owner.id}", sealer=SEALER, now=clock.now()
        )


@pytest.fixture
def link(made):
    return f"/team/{invitations.token(made, sealer=SEALER)}"


def say_yes(browser, link, **changes):
    """As somebody without an account."""
    _, fields = form_of(soup(browser.get(link)), holding="password")
    return browser.post(link, data={**fields, "password": PASSWORD, "accept": "y", **changes})


def press(browser, link, **more):
    """As somebody who is signed in."""
    _, fields = form_of(soup(browser.get("/book")), holding="csrf_token") if False else (None, {})
    page = soup(browser.get(link))
    fields = {"csrf_token": page.select_one("[name=csrf_token]")["value"]}
    return browser.post(link, data={**fields, **more})


def members(practice):
    with practice_context(practice):
        return {row.account.email: row.roles for row in Member.select(Member, Account).join(Account)}


# ---- the mail -------------------------------------------------------------------------------------------------------


def test_the_mail_speaks_the_guests_language_and_its_link_leads_to_the_practice(app, made, link, services):
    with app.app_context():
        worker.deliver_due()
    (letter,) = [one for one in services.mailer.letters if one.to == NORA.email]
    assert f"http://lavande.{HOST}{link}" in letter.text and link in letter.html
    assert letter.language == "nl"
    assert "Aline" in letter.text


def test_a_link_that_was_sent_again_replaces_the_one_before(
    app, client, made, link, practice, clock, services
):
    clock.move(minutes=1)
    with practice_context(practice):
        invitations.send_again(made, by="operator", sealer=SEALER, now=clock.now())
    with app.app_context():
        worker.deliver_due()
    (letter,) = [
        one for one in services.mailer.letters if one.to == NORA.email
    ]  # the first is worth nothing by now
    assert link not in letter.text
    assert client.get(link).status_code == 404
    assert client.get(re.search(r"/team/\S+", letter.text)[0]).status_code == 200


# ---- without an account ---------------------------------------------------------------------------------------------


def test_looking_at_the_link_changes_nothing(client, link, practice):
    for _ in range(2):
        page = client.get(link).get_data(as_text=True)
        assert "Lavande" in page and "Aline" in page and "nora@example.be" in page
    assert "nora@example.be" not in members(practice)


def test_a_new_person_gets_an_account_the_place_and_the_second_factor_next(client, link, practice):
    answer = say_yes(client, link)
    assert answer.status_code == 303 and answer.headers["Location"].startswith("/set-up")
    assert members(practice)["nora@example.be"] == ["practitioner"]
    account = Account.get(Account.email == "nora@example.be")
    with account_context(account):
        session = Session.get()
    assert (session.stage, session.staff, session.kept, session.host) == (
        "setup",
        True,
        False,
        f"lavande.{HOST}",
    )
    assert client.get("/desk/day").status_code == 303  # not before a second factor
    with practice_context(practice):
        event = AuditEvent.get(AuditEvent.verb == "member.add")
    assert event.actor == f"account:{account.id}"
    assert event.detail["invited_by"].startswith("account:")
    again = client.get(link)
    assert again.status_code == 410


@pytest.mark.parametrize(
    "changes",
    [
        {"password": "fourteen chars"},
        {"password": ""},
        {"accept": None},
        {"given_name": ""},
        {"given_name": "<b>"},
    ],
    ids=str,
)
def test_what_is_missing_is_said_and_nothing_is_made(client, link, practice, changes):
    before = Account.select().count()
    answer = say_yes(client, link, **{name: value or "" for name, value in changes.items()})
    assert answer.status_code == 422
    page = soup(answer)
    assert page.select_one(".error-summary")
    assert not page.select_one("[name=password]").get("value")
    assert Account.select().count() == before
    assert say_yes(client, link).status_code == 303  # the control


@pytest.mark.parametrize(
    "extra",
    [
        {"email": "mallory@example.be"},
        {"roles": "owner"},
        {"owner": "y"},
        {"practice": "voisin"},
        {"practice_id": "x"},
        {"account": "x"},
    ],
    ids=str,
)
def test_roles_mail_and_practice_come_from_the_row_alone(client, link, practice, neighbour, extra):
    say_yes(client, link, **extra)
    assert members(practice)["nora@example.be"] == ["practitioner"]
    assert "mallory@example.be" not in members(practice)
    assert members(neighbour) == {}


def test_the_link_of_one_practice_is_unknown_next_door(client, link):
    there = {"base_url": f"http://voisin.{HOST}"}
    unknown = client.get("/team/" + "x" * 22, **there)
    known = client.get(link, **there)
    assert known.status_code == unknown.status_code == 404
    assert b"Lavande" not in known.data.replace(b"Cabinet Voisin", b"")
    assert client.get(link).status_code == 200  # the control


# ---- with an account ------------------------------------------------------------------------------------------------


@pytest.fixture
def nora(inside):
    return make_account(email="nora@example.be", given_name="Nora", family_name="Peeters")


def test_somebody_with_an_account_signs_in_first(client, link, nora, practice):
    page = soup(client.get(link))
    assert page.select_one(f'a[href="/sign-in?next={link}"]')
    assert not page.select_one("[name=password]")
    token = client.get("/sign-in") and soup(client.get("/sign-in")).select_one("[name=csrf_token]")["value"]
    answer = client.post(link, data={"csrf_token": token, "password": PASSWORD, "accept": "y"})
    assert answer.status_code == 403
    assert "nora@example.be" not in members(practice)


def test_signed_in_one_button_is_enough(client, link, nora, practice, clock):
    sign_in_as(client, nora, clock=clock)
    cookie = client.get_cookie("session", domain=f"lavande.{HOST}").value
    answer = press(client, link)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/day")
    assert client.get_cookie("session", domain=f"lavande.{HOST}").value != cookie
    assert client.get("/desk/day").status_code == 200
    assert members(practice)["nora@example.be"] == ["practitioner"]
    with account_context(nora):
        assert [row.staff for row in Session.select()] == [True]


def test_a_session_opened_by_a_mail_code_does_not_reach_the_desk(client, link, practice, clock, inside):
    patient = make_account(email="nora@example.be", factor="mail")
    sign_in_as(client, patient, clock=clock, method="mail", kept=True)
    assert press(client, link).status_code == 303
    answer = client.get("/desk/day")
    assert answer.status_code == 303 and "/account" in answer.headers["Location"]


def test_an_old_proof_is_asked_for_again(client, link, nora, practice, clock):
    sign_in_as(client, nora, clock=clock)
    clock.move(minutes=16)
    answer = press(client, link)
    assert answer.status_code == 303 and "/step-up" in answer.headers["Location"]
    assert "nora@example.be" not in members(practice)


def test_signed_in_as_somebody_else_nothing_happens(client, link, nora, practice, clock):
    other = make_account(email="other@example.be")
    sign_in_as(client, other, clock=clock)
    page = soup(client.get(link))
    assert page.select_one('form[action="/sign-out"]')
    assert press(client, link, email="other@example.be").status_code == 403
    assert set(members(practice)) == {"aline@lavande.example"}


def test_somebody_who_left_comes_back(client, link, nora, practice, clock):
    with practice_context(practice):
        gone = clock.now().date() - timedelta(days=1)
        Member.create(account=nora.id, roles=["receptionist"], starts_on=gone, ends_on=gone)
    sign_in_as(client, nora, clock=clock)
    assert press(client, link).status_code == 303
    assert members(practice)["nora@example.be"] == ["practitioner"]


# ---- over -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("why", ["expired", "withdrawn", "used", "past its end"])
def test_a_link_that_is_over_says_so_and_opens_nothing(client, link, made, practice, clock, why):
    _, fields = form_of(soup(client.get(link)), holding="password")
    with practice_context(practice):
        if why == "expired":
            clock.move(days=7)
        elif why == "withdrawn":
            invitations.withdraw(made, by="operator", now=clock.now())
        elif why == "used":
            Invitation.update(used_at=clock.now()).execute()
        else:
            Invitation.update(ends_on=clock.now().date() - timedelta(days=1)).execute()
    page = client.get(link)
    assert page.status_code == 410 and not soup(page).select("[name=password]")
    answer = client.post(link, data={**fields, "password": PASSWORD, "accept": "y"})
    assert answer.status_code == 410
    assert "nora@example.be" not in members(practice)


# ---- at once --------------------------------------------------------------------------------------------------------


def accept_at_once(practice, made, account, now):
    """Twenty times; how many won."""
    gate, won, broken = threading.Barrier(20), [], []

    def one():
        try:
            with connection(), practice_context(practice):
                gate.wait()
                invitations.accept(practice, made, account, now=now)
                won.append(1)
        except InvitationOver:
            pass
        except AlreadyMember:
            won.append("used twice")
        except Exception as problem:  # noqa: BLE001 - the test wants to see every kind
            broken.append(repr(problem))

    threads = [threading.Thread(target=one) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    return won


@pytest.fixture
def many(inside, monkeypatch):
    from app.kernel.db import database

    if hasattr(database.obj, "_max_connections"):
        monkeypatch.setattr(database.obj, "_max_connections", 40)


def test_twenty_who_say_yes_at_once_are_one_member(practice, made, nora, clock, many):
    assert accept_at_once(practice, made, nora, clock.now()) == [1]
    with practice_context(practice):
        assert Member.select().where(Member.account == nora.id).count() == 1
        assert AuditEvent.select().where(AuditEvent.verb == "member.add").count() == 1


def test_the_control_without_single_use_it_is_used_twice(practice, made, nora, clock, many, monkeypatch):
    monkeypatch.setattr(invitations, "_unanswered", lambda invitation: Invitation.id == invitation.id)
    monkeypatch.setattr(actions, "has_left", lambda *_args: True)
    assert len(accept_at_once(practice, made, nora, clock.now())) > 1


def test_the_form_of_a_new_person_sent_twice_makes_one(app, link, practice):
    assert isinstance(app, Flask)
    app.test_client_class = app.test_client_class
    first, second = app.test_client(), app.test_client()
    forms = []
    for one in (first, second):
        one.environ_base["HTTP_HOST"] = f"lavande.{HOST}"
        page = soup(one.get(link, base_url=f"http://lavande.{HOST}"))
        forms.append(form_of(page, holding="password")[1])
    answers = [
        one.post(
            link, data={**fields, "password": PASSWORD, "accept": "y"}, base_url=f"http://lavande.{HOST}"
        )
        for one, fields in zip((first, second), forms, strict=True)
    ]
    assert [answer.status_code for answer in answers] == [303, 410]
    assert Account.select().where(Account.email == "nora@example.be").count() == 1
