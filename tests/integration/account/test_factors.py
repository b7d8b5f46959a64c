"""Second factors once there are some: seen, named, taken away, and never by anybody else."""

import threading

import pytest

from app.account import factor_views
from app.identity import factors, recovery
from app.identity.models import Factor, KnownDevice, RecoveryCode, Session
from app.kernel.audit import AccountEvent
from app.kernel.db import connection, write_tx
from app.kernel.errors import NotFound
from app.kernel.outbox import Outbox
from app.kernel.tenancy import account_context
from tests.journey import form_of, soup
from tests.people import SEALER, make_account, make_member, sign_in_as

NOBODYS = "01a1fb67-0000-7000-8000-000000000000"


@pytest.fixture
def alice(app):
    return make_account()


@pytest.fixture
def here(client, clock, alice):
    """Alice's browser; answers its session."""
    return sign_in_as(client, alice, clock=clock)


def add(account, clock, kind="passkey", **more):
    with connection(), account_context(account), write_tx():
        now = clock.now()
        return Factor.create(kind=kind, created_at=now, confirmed_at=now, label=more.pop("label", ""), **more)


def first(account):
    with connection():
        return factors.of(account.id)[0]


def kinds(account):
    with connection():
        return [factor.kind for factor in factors.of(account.id)]


def removal(factor):
    return f"/account/factors/{factor.id}/removal"


def press(client, path, **typed):
    """The form of the page at `path`, sent."""
    page = client.get(path)
    assert page.status_code == 200, page.headers.get("Location")
    form = soup(page).find("form", action=path)
    fields = {field["name"]: field.get("value", "") for field in form.find_all("input")}
    return client.post(path, data={**fields, **typed})


def rows(account, table):
    with connection(), account_context(account):
        return table.select().count()


# ---- seen and named -------------------------------------------------------------------------------------------------


def test_the_list_says_what_there_is_and_since_when(app, clock, alice):
    add(alice, clock, label="Ma clé", rp_id="parvis.test", credential_id="a")
    with app.test_request_context(), connection():
        from flask import g

        g.practice = None
        shown = factor_views.overview(alice, now=clock.now())
    assert [line.title for line in shown["factors"]][1] == "Ma clé"
    assert [line.place for line in shown["factors"]] == ["", "parvis.test"]
    assert shown["recovery_left"] == 0


def test_an_unproved_factor_is_not_in_the_list(clock, alice):
    with connection(), account_context(alice), write_tx():
        Factor.create(kind="app", created_at=clock.now())
    assert kinds(alice) == ["app"]


def test_a_passkey_gets_the_name_its_person_gives_it(client, clock, alice, here):
    made = add(alice, clock, label="Clé", credential_id="a")
    path = f"/account/factors/{made.id}/name"
    assert press(client, path, label="  Clé   bleue ").headers["Location"].endswith("?done=factor-renamed")
    with connection():
        assert factors.of(alice.id)[1].label == "Clé bleue"
        assert AccountEvent.select().where(AccountEvent.verb == "factor.rename").count() == 1


@pytest.mark.parametrize("label", ["", "   ", "x" * 61, "a\x00b", "\ufffd"])
def test_a_name_that_is_none_is_sent_back(client, clock, alice, here, label):
    made = add(alice, clock, label="Clé", credential_id="a")
    answer = press(
        client, f"/account/factors/{made.id}/name", label=label.encode("utf-8", "replace").decode()
    )
    assert answer.status_code == 422 or label == "a\u202eb\ud800"
    with connection():
        assert factors.of(alice.id)[1].label != label


# ---- taken away -----------------------------------------------------------------------------------------------------


def test_one_of_two_goes_and_everything_else_stays(app, client, clock, alice, here):
    other = app.test_client()
    sign_in_as(other, alice, clock=clock)
    add(alice, clock, label="Clé", credential_id="a")
    gone = first(alice)
    answer = press(client, removal(gone))
    assert answer.headers["Location"] == "/account/sign-in?done=factor-removed"
    assert kinds(alice) == ["passkey"]
    for browser in (client, other):
        assert browser.get("/account/sessions").status_code == 200
    with connection():
        told = AccountEvent.select().where(AccountEvent.verb == "factor.remove").get()
        assert (told.account_id, told.detail) == (alice.id, {"kind": "app"})
        assert Outbox.select().where(Outbox.event == "factors-changed").count() == 1


def test_with_the_last_one_everybody_else_is_out_and_the_assistant_is_back(app, client, clock, alice, here):
    other = app.test_client()
    sign_in_as(other, alice, clock=clock)
    with connection(), account_context(alice), write_tx():
        KnownDevice.create(token_hash="x", created_at=clock.now(), seen_at=clock.now())
        recovery.make(alice.id, sealer=SEALER, now=clock.now())
    page = client.get(removal(first(alice)))
    assert soup(page).select_one(".notice-warning") is not None
    assert press(client, removal(first(alice))).headers["Location"] == "/set-up?done=none-left"
    assert kinds(alice) == [] and rows(alice, RecoveryCode) == 0 and rows(alice, KnownDevice) == 1
    assert other.get("/account/sessions").headers["Location"].startswith("/sign-in")
    assert client.get("/account/sessions").headers["Location"].startswith("/set-up")
    shown = client.get("/set-up?done=none-left")
    assert shown.status_code == 200 and soup(shown).select_one("[role=status]") is not None


def test_people_who_work_at_a_practice_keep_one_strong_factor(client, clock, practice):
    sylvie = make_member(practice)
    session = sign_in_as(client, sylvie, clock=clock, staff=True)
    add(sylvie, clock, kind="mail")
    app_factor = first(sylvie)
    page = client.get(removal(app_factor))
    assert soup(page).find("form", action=removal(app_factor)) is None
    _, fields = form_of(soup(page), holding="csrf_token")
    assert client.post(removal(app_factor), data=fields).status_code == 422
    assert kinds(sylvie) == ["app", "mail"]
    with connection(), pytest.raises(factors.KeepOneStrong):
        factors.remove(session, app_factor.id, staff=True, now=clock.now())
    add(sylvie, clock, credential_id="a")  # the control: with another one it may go
    assert press(client, removal(app_factor)).status_code == 303
    assert kinds(sylvie) == ["mail", "passkey"]


def test_two_removals_at_once_leave_one_strong_factor(clock, practice):
    sylvie = make_member(practice)
    second = add(sylvie, clock, credential_id="a")
    with connection():
        from app.identity import sessions
        from app.identity.sessions import Seen

        session, _ = sessions.start(
            sylvie, host="x", stage="open", staff=True, method="app", seen=Seen(), now=clock.now()
        )
    refused = []

    def remove(factor_id):
        with connection():
            try:
                factors.remove(session, factor_id, staff=True, now=clock.now())
            except factors.KeepOneStrong:
                refused.append(factor_id)

    both = [threading.Thread(target=remove, args=(one.id,)) for one in (first(sylvie), second)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert len(kinds(sylvie)) == len(refused) == 1


def test_taking_away_needs_a_proof_of_the_last_quarter_of_an_hour(client, clock, alice, here):
    _, fields = form_of(soup(client.get(removal(first(alice)))), holding="csrf_token")
    clock.move(minutes=16)
    assert client.get(removal(first(alice))).headers["Location"].startswith("/step-up")
    assert client.post(removal(first(alice)), data=fields).headers["Location"].startswith("/step-up")
    assert kinds(alice) == ["app"]


def test_looking_takes_nothing_away(client, alice, here):
    client.get(removal(first(alice)))
    client.get(f"{removal(first(alice))}?confirm=yes")
    assert kinds(alice) == ["app"]


# ---- of somebody else -----------------------------------------------------------------------------------------------


def test_factors_of_somebody_else_are_not_there(client, clock, alice, here):
    bob = make_account(email="bob@example.be")
    theirs = add(bob, clock, label="Clé de Bob", credential_id="b")
    _, fields = form_of(soup(client.get(removal(first(alice)))), holding="csrf_token")
    for path in (removal(theirs), f"/account/factors/{theirs.id}/name"):
        told, nothing = client.get(path), client.get(path.replace(str(theirs.id), NOBODYS))
        assert told.status_code == nothing.status_code == 404
        assert "Clé de Bob" not in told.get_data(as_text=True)
        assert client.post(path, data={**fields, "label": "x"}).status_code == 404
    with connection():
        assert [factor.label for factor in factors.of(bob.id)] == ["", "Clé de Bob"]
        with pytest.raises(NotFound):
            factors.remove(here, theirs.id, staff=False, now=clock.now())


def test_a_session_that_ended_meanwhile_takes_nothing_away(clock, alice, here):
    with connection(), account_context(alice), write_tx():
        Session.delete().execute()
    with connection(), pytest.raises(factors.MaySetUpNothing):
        factors.remove(here, first(alice).id, staff=False, now=clock.now())


def test_nobody_collects_more_than_ten(client, clock, alice, here):
    for number in range(9):
        add(alice, clock, credential_id=str(number))
    assert client.get("/set-up/app").status_code == 422
    press(client, removal(first(alice)))
    assert client.get("/set-up/app").status_code == 200  # the control


# ---- recovery codes -------------------------------------------------------------------------------------------------


def test_a_recovery_code_works_once_however_it_is_typed(clock, alice):
    with connection():
        codes = recovery.make(alice.id, sealer=SEALER, now=clock.now())
        typed = codes[0].lower().replace("-", " ").replace("0", "o").replace("1", "l")
        assert recovery.use(alice.id, typed, sealer=SEALER, now=clock.now())
        assert not recovery.use(alice.id, codes[0], sealer=SEALER, now=clock.now())
        assert recovery.left(alice.id) == 9


def test_a_recovery_code_is_one_persons(clock, alice):
    bob = make_account(email="bob@example.be")
    with connection():
        code = recovery.make(alice.id, sealer=SEALER, now=clock.now())[0]
        assert not recovery.use(bob.id, code, sealer=SEALER, now=clock.now())
        assert recovery.use(alice.id, code, sealer=SEALER, now=clock.now())  # the control


def test_of_one_recovery_code_used_by_many_at_once_one_counts(clock, alice):
    with connection():
        code = recovery.make(alice.id, sealer=SEALER, now=clock.now())[0]
    right = []

    def use():
        with connection():
            right.append(recovery.use(alice.id, code, sealer=SEALER, now=clock.now()))

    crowd = [threading.Thread(target=use) for _ in range(12)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    assert right.count(True) == 1 and len(right) == 12
