"""A34-A36, A44, A82, A93-A98 on accounts: what is left behind, guessed, sent too often, or skipped."""

import re
from pathlib import Path

import pytest

from app.account import farewell
from app.account.words import HAPPENED
from app.identity import registration, sessions
from app.identity.models import Factor, MandateOffer, Registration, Session
from app.identity.registration import Candidate
from app.kernel.audit import AccountEvent
from app.kernel.db import connection
from app.kernel.outbox import Outbox
from app.kernel.owners import Account
from app.kernel.tenancy import account_context, practice_context
from app.patients.actions import connect, invite, token_of
from app.patients.models import Connection
from app.settings import members
from app.settings.members import Newcomer
from tests.conftest import HOST
from tests.factories import make_patient
from tests.integration.account.mailbox import post
from tests.integration.account.ways import password
from tests.journey import form_of, soup
from tests.people import PASSWORD, SEALER, hashed_password, make_account, make_member, sign_in_as

LAVANDE = f"lavande.{HOST}"


def filled(client, url, holding, **typed):
    _, fields = form_of(soup(client.get(url)), holding=holding)
    return client.post(url, data={**fields, **typed})


def asked_to_join(email, clock):
    candidate = Candidate(email, hashed_password(), "Alice", "Dupont", "fr", niss="85073099437")
    return registration.ask(candidate, practice=None, host=LAVANDE, sealer=SEALER, now=clock.now())


# ---- what is left behind -----------------------------------------------------------------------------------------


def test_what_waits_to_be_confirmed_goes_with_the_account(inside, clock):
    alice = make_account()
    asked_to_join(alice.email, clock)
    theirs = asked_to_join("bob@example.be", clock)
    farewell.delete(alice, PASSWORD, language="fr", sealer=SEALER, now=clock.now())
    assert [row.id for row in Registration.select()] == [theirs.id]  # somebody else's stays: the control


def test_the_last_letter_leaves_no_address_in_the_queue(app, inside, clock, services):
    alice = make_account()
    farewell.delete(alice, PASSWORD, language="fr", sealer=SEALER, now=clock.now())
    assert "sealed" in Outbox.get(Outbox.event == "account-deleted").payload  # until it is sent
    assert [letter.to for letter in post(app, services)] == [alice.email]
    with connection():
        assert set(Outbox.get(Outbox.event == "account-deleted").payload) == {"reference"}


def test_whoever_starts_to_work_somewhere_is_signed_out_everywhere(client, inside, practice, clock):
    """Also where a patient had asked to stay signed in for months."""
    alice, bob = make_account(), make_account(email="bob@example.be")
    for account, host in ((alice, HOST), (alice, LAVANDE), (bob, HOST)):
        sign_in_as(client, account, clock=clock, host=host, kept=True)
    who = Newcomer(alice.email, "Alice", "Dupont", "fr")
    assert members.add(practice, who, roles=["owner"], password="", now=clock.now())
    for account, left in ((alice, 0), (bob, 1)):
        with account_context(account):
            assert Session.select().count() == left


# ---- guesses and floods ------------------------------------------------------------------------------------------


def test_the_password_is_not_guessed_where_an_account_is_deleted(client, clock):
    alice = make_account()
    sign_in_as(client, alice, clock=clock)
    tries = [
        filled(client, "/account/delete", "sure", password="wrong", sure="y").status_code for _ in range(6)
    ]
    assert tries == [422] * 5 + [429]
    clock.move(minutes=61)
    sign_in_as(client, alice, clock=clock)
    answer = filled(client, "/account/delete", "sure", password=PASSWORD, sure="y")
    assert answer.status_code == 303  # the control


def test_five_copies_an_hour(client, clock):
    sign_in_as(client, make_account(), clock=clock)
    statuses = [filled(client, "/account/export", "with_number").status_code for _ in range(6)]
    assert statuses == [303] * 5 + [429]


def test_a_mandate_fills_nobodys_mailbox(client, app, inside, clock, services):
    """Offering and taking back, again and again."""
    alice = make_account()
    sign_in_as(client, alice, clock=clock)
    statuses = []
    for _ in range(4):
        statuses.append(
            filled(client, "/account/people/mandate", "email", email="v@example.be", book="y").status_code
        )
        with account_context(alice):
            MandateOffer.update(withdrawn_at=clock.now()).execute()
    assert statuses == [303, 303, 303, 429]
    other = filled(client, "/account/people/mandate", "email", email="w@example.be", book="y")
    assert other.status_code == 303  # the control
    assert len([one for one in post(app, services) if one.to == "v@example.be"]) <= 3


def test_inviting_again_and_again_fills_nobodys_mailbox(client, app, inside, practice, clock, services):
    sign_in_as(client, make_member(practice, roles=("owner",)), clock=clock, staff=True)
    guest = {"email": "v@example.be", "given_name": "V", "family_name": "W", "receptionist": "y"}
    assert filled(client, "/settings/team/invite", "email", **guest).status_code == 303
    page = soup(client.get("/settings/team"))
    url = next(form["action"] for form in page.find_all("form") if form["action"].endswith("/resend"))
    _, fields = form_of(page, holding="csrf_token")
    statuses = []
    for _ in range(3):
        clock.move(seconds=1)
        statuses.append(client.post(url, data={"csrf_token": fields["csrf_token"]}).status_code)
    assert statuses == [303, 303, 429]
    assert len(post(app, services)) <= 3
    other = filled(client, "/settings/team/invite", "email", **{**guest, "email": "w@example.be"})
    assert other.status_code == 303  # the control


def test_a_mailbox_is_not_filled_by_two_names_of_one_person(client, app, clock, services):
    """By address and by user name; and whose user name it is, the answers do not tell."""
    make_account(username="alice4821")
    known = [filled(client, "/forgotten", "name", name="alice@example.be").status_code for _ in range(3)]
    known += [filled(client, "/forgotten", "name", name="alice4821").status_code for _ in range(3)]
    assert len(post(app, services)) == 3
    unknown = [filled(client, "/forgotten", "name", name="nobody@example.be").status_code for _ in range(3)]
    unknown += [filled(client, "/forgotten", "name", name="nobody4821").status_code for _ in range(3)]
    assert known == unknown == [303] * 6
    clock.move(minutes=16)
    filled(client, "/forgotten", "name", name="alice4821")
    assert len(post(app, services)) == 1  # the control


# ---- whose mailbox -----------------------------------------------------------------------------------------------


def test_an_invitation_proves_the_very_mailbox_it_was_sent_to(client, inside, practice, clock):
    """ß and ss are two domains: whoever reads the one opens no account in the name of the other."""
    with practice_context(practice):
        patient = make_patient(email="a@straße.example")
        token = token_of(invite(patient, by="worker", sealer=SEALER, now=clock.now()), sealer=SEALER)
    answer = filled(
        client, f"/join/invitation/{token}", "password", password="lampe onder kiosque marron", accept="y"
    )
    assert answer.status_code == 303
    assert Account.get().email == "a@straße.example"


# ---- two at once -------------------------------------------------------------------------------------------------


def test_an_owner_with_two_tabs_breaks_nothing(client, inside, practice, clock, monkeypatch):
    """The session is renewed by the other tab in the middle of this change."""
    owner = make_member(practice, roles=("owner",))
    sign_in_as(client, owner, clock=clock, staff=True)
    with practice_context(practice):
        url = f"/settings/team/{members.actions.Member.get().id}"
    page = soup(client.get(url))
    _, fields = form_of(page, holding="starts_on")

    def late(session, **_more):
        raise sessions.Ended

    monkeypatch.setattr(sessions, "rotate", late)
    answer = client.post(url, data={**fields, "owner": "y", "practitioner": "y"})
    assert answer.status_code == 303


# ---- the journal and the address ---------------------------------------------------------------------------------


def test_everything_that_happens_to_an_account_has_words(app):
    """Every verb written anywhere in the code: none is told as «something was changed». What happens to an appointment
    or an invoice stands in the practice's journal."""
    files = [
        path for path in Path(app.root_path).rglob("*.py") if not {"booking", "billing"} & set(path.parts)
    ]
    code = "\n".join(path.read_text() for path in files)
    written = set(re.findall(r'record_account\([^()]*(?:\([^()]*\)[^()]*)*verb="([a-z.-]+)"', code))
    written |= set(re.findall(r'(?:_journal|_tell|_act|verb: str =)\W[^)]*?"([a-z-]+\.[a-z-]+)"', code))
    assert len(written) > 20 and {"code.reuse", "codes.rest", "sign-in", "sign-out"} <= written
    assert written - set(HAPPENED) == set()


def test_signing_out_stands_in_the_log(client, inside, clock):
    alice = make_account()
    sign_in_as(client, alice, clock=clock)
    action, fields = form_of(soup(client.get("/account/sign-in")), holding="csrf_token")
    client.post("/sign-out", data={"csrf_token": fields["csrf_token"]})
    assert [event.verb for event in AccountEvent.select().where(AccountEvent.account_id == alice.id)] == [
        "sign-out"
    ]
    assert client.get("/account/sign-in").status_code == 303


def test_where_to_go_is_read_from_the_form_alone(client, clock):
    """The same name in the address and in the form: the address, which others can write, does not count."""
    sign_in_as(client, make_account(factor=None), clock=clock, stage="setup", method="")
    page = soup(client.get("/set-up/app"))
    _, fields = form_of(page, holding="code")
    answer = client.post("/set-up/app?next=/planted", data={**fields, "code": "000000", "next": "/book"})
    text = answer.get_data(as_text=True)
    assert "planted" not in text and "/book" in text


# ---- steps in their order ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "sent_to"), [(None, "/sign-in"), ("second", "/sign-in/second"), ("setup", "/set-up")]
)
def test_no_step_is_skipped(client, clock, practice, stage, sent_to):
    account = make_account(factor="app" if stage == "second" else None)
    token = client.get("/sign-in")
    _, fields = form_of(soup(token), holding="csrf_token")
    if stage:
        sign_in_as(client, account, clock=clock, stage=stage, method="")
    here = {"csrf_token": fields["csrf_token"]}
    for path in (
        "/account/delete",
        "/account/password",
        "/account/people/new",
        "/account/export",
        "/account/email",
    ):
        answer = client.post(path, data=here)
        assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, sent_to), path
    for path in ("/desk/day", "/settings/team", "/account", "/set-up/recovery-codes", "/set-up/done"):
        assert client.get(path).headers["Location"].partition("?")[0] == sent_to, path


def test_a_set_up_that_is_over_is_not_begun_again_with_the_password_alone(client, clock):
    account = make_account(factor=None)
    assert password(client).status_code == 303
    with connection():
        session = sign_in_as(client, account, clock=clock, stage="setup", method="")
    assert client.get("/set-up/app").status_code == 200  # the control
    with account_context(account), connection():
        Factor.create(kind="mail", created_at=clock.now(), confirmed_at=clock.now())
    answer = client.get("/set-up/app")
    assert answer.headers["Location"].startswith("/sign-in")
    with account_context(account), connection():
        assert not Session.select().where(Session.id == session.id).exists()


def test_somebody_who_left_a_file_joins_it_only_by_their_own_connection(client, inside, practice, clock):
    """A93: a button sent twice, and with the id of somebody else's connection."""
    alice, bob = make_account(), make_account(email="bob@example.be")
    with practice_context(practice):
        for account in (alice, bob):
            connect(account, make_patient().id, now=clock.now())
        theirs = Connection.get(Connection.account == bob.id).id
        own = Connection.get(Connection.account == alice.id).id
    sign_in_as(client, alice, clock=clock)
    _, fields = form_of(soup(client.get("/account/name")), holding="username")
    token = {"csrf_token": fields["csrf_token"]}
    assert client.post(f"/account/connections/{theirs}/leave", data=token).status_code == 404
    for _ in range(2):
        assert client.post(f"/account/connections/{own}/leave", data=token).status_code == 303
