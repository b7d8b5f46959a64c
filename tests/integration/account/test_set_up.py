"""The assistant: a first factor before anything else, proved before it counts, and for nobody but the person here."""

import re

import pyotp
import pytest

from app.identity import factors, sessions, totp
from app.identity.models import Factor, MailCode, RecoveryCode, Session
from app.kernel.audit import AccountEvent
from app.kernel.db import connection, write_tx
from app.kernel.outbox import Outbox
from app.kernel.tenancy import account_context
from app.worker import deliver_due
from tests.conftest import HOST
from tests.journey import form_of, soup
from tests.people import SEALER, make_account, make_member, sign_in_as

APP, MAIL, CODES = "/set-up/app", "/set-up/mail", "/set-up/recovery-codes"


@pytest.fixture
def alice(app):
    return make_account(factor=None)


@pytest.fixture
def halfway(client, clock, alice):
    """A browser that has given Alice's password; answers its session."""
    return sign_in_as(client, alice, clock=clock, stage="setup", method="")


def ways(account):
    with connection():
        return factors.of(account.id)


def secret_on(page):
    return "".join(part.get_text() for part in soup(page).select(".key span"))


def confirm(client, code, *, page=APP, **more):
    action, fields = form_of(soup(client.get(page)), holding="code")
    return client.post(action, data={**fields, "code": code, **more})


def right_code(client, clock):
    return pyotp.TOTP(secret_on(client.get(APP))).at(clock.now())


def events(account):
    with connection():
        return [event.verb for event in AccountEvent.select().where(AccountEvent.account_id == account.id)]


@pytest.fixture
def letters(app, services):
    """Lets the worker run; answers every letter so far."""

    def delivered():
        with app.app_context(), connection():
            deliver_due()
        return services.mailer.letters

    return delivered


def mailed_code(letters):
    return re.findall(r"\b\d{4} ?\d{4}\b", letters()[-1].text)[0]


# ---- the way in -----------------------------------------------------------------------------------------------------


def test_without_a_factor_every_page_leads_to_the_assistant(client, halfway):
    answer = client.get("/account/sessions")
    assert answer.status_code == 303 and answer.headers["Location"].startswith("/set-up?next=")
    page = soup(client.get(answer.headers["Location"]))
    assert [link["href"].split("?")[0] for link in page.select("a.method")] == [APP, "/set-up/passkey", MAIL]


def test_an_app_is_set_up_with_one_code_and_opens_the_account(client, clock, alice, halfway):
    before = client.get_cookie("session", domain=f"lavande.{HOST}").value
    page = client.get(APP)
    assert soup(page).select_one(".qr svg path") and " style=" not in str(soup(page).select_one(".qr"))
    answer = confirm(client, right_code(client, clock), next="/book")
    assert answer.status_code == 303 and answer.headers["Location"] == f"{CODES}?next=/book"
    assert [factor.kind for factor in ways(alice)] == ["app"]
    assert client.get_cookie("session", domain=f"lavande.{HOST}").value != before
    assert client.get_cookie("device", domain=f"lavande.{HOST}") is not None
    assert client.get("/account/sessions").status_code == 200
    assert {"factor.add", "sign-in"} <= set(events(alice))


def test_a_code_with_a_blank_is_a_code(client, clock, alice, halfway):
    code = right_code(client, clock)
    assert confirm(client, f"{code[:3]} {code[3:]}").status_code == 303


def test_the_secret_stays_while_one_looks_and_changes_after_twenty_minutes(client, clock, alice, halfway):
    first = secret_on(client.get(APP))
    clock.move(minutes=10)
    assert secret_on(client.get(APP)) == first
    with connection(), account_context(alice), write_tx():
        Session.update(expires_at=sessions.Session.expires_at + 10**10).execute()  # the session outlives it
    clock.move(minutes=11)
    assert secret_on(client.get(APP)) != first


def test_a_code_of_a_picture_too_old_is_refused_with_the_new_one(client, clock, alice, halfway):
    action, fields = form_of(soup(client.get(APP)), holding="code")
    old = secret_on(client.get(APP))
    with connection(), account_context(alice), write_tx():
        Session.update(expires_at=Session.expires_at + 10**10).execute()
    clock.move(minutes=21)
    answer = client.post(action, data={**fields, "code": pyotp.TOTP(old).at(clock.now())})
    assert answer.status_code == 422 and secret_on(answer) != old
    assert ways(alice) == []


# ---- a code by mail -------------------------------------------------------------------------------------------------


def test_a_patient_may_have_codes_by_mail(client, letters, alice, halfway):
    action, fields = form_of(soup(client.get(MAIL)), holding="next")
    assert action == "/set-up/mail/send"
    assert client.post(action, data=fields).headers["Location"].startswith(MAIL)
    answer = confirm(client, mailed_code(letters), page=MAIL)
    assert answer.headers["Location"] == CODES
    assert [factor.kind for factor in ways(alice)] == ["mail"]


def test_a_wrong_code_by_mail_sets_up_nothing_and_five_are_all(client, letters, alice, halfway):
    action, fields = form_of(soup(client.get(MAIL)), holding="next")
    client.post(action, data=fields)
    right = mailed_code(letters)
    for _ in range(5):
        assert confirm(client, "0000 0000", page=MAIL).status_code == 422
    action, fields = form_of(soup(client.get(MAIL)), holding="next")
    assert client.post(MAIL, data={**fields, "code": right}).status_code == 422
    assert ways(alice) == []


def test_a_code_of_the_sign_in_sets_up_nothing(client, letters, clock, alice, halfway):
    action, fields = form_of(soup(client.get(MAIL)), holding="next")
    client.post(action, data=fields)
    right = mailed_code(letters)
    with connection(), account_context(alice), write_tx():
        MailCode.update(purpose="sign-in").execute()
    assert client.post(MAIL, data={**fields, "code": right}).status_code == 422
    with connection(), account_context(alice), write_tx():
        MailCode.update(purpose="set-up").execute()
    assert client.post(MAIL, data={**fields, "code": right}).status_code == 303  # the control


def test_codes_by_mail_are_refused_to_people_who_work_at_a_practice(client, clock, practice):
    sylvie = make_member(practice)
    sign_in_as(client, sylvie, clock=clock, staff=True)
    page = client.get("/set-up")
    assert MAIL not in page.get_data(as_text=True) and APP in page.get_data(as_text=True)
    _, fields = form_of(soup(client.get(APP)), holding="code")
    assert client.get(MAIL).status_code == 422
    assert client.post(f"{MAIL}/send", data=fields).status_code == 422
    assert client.post(MAIL, data={**fields, "code": "12345678"}).status_code == 422
    session = sign_in_as(client, sylvie, clock=clock, staff=True)
    with connection(), pytest.raises(factors.NotForStaff):
        factors.add_mail(session, staff=True, now=clock.now())
    assert {factor.kind for factor in ways(sylvie)} == {"app"}


def test_also_when_the_session_began_before_they_were_a_member(client, clock, practice):
    sylvie = make_member(practice)
    sign_in_as(client, sylvie, clock=clock, staff=False)
    assert client.get(MAIL).status_code == 422


def test_a_member_with_codes_by_mail_alone_reaches_the_desk_once_an_app_is_set_up(client, clock, practice):
    sylvie = make_member(practice)
    with connection(), account_context(sylvie), write_tx():
        Factor.update(kind="mail", secret_sealed=None).execute()
    sign_in_as(client, sylvie, clock=clock, staff=True, method="mail")
    assert client.get("/desk/day").headers["Location"] == "/account/sign-in?missing=strong"
    assert confirm(client, right_code(client, clock)).status_code == 303
    assert client.get("/desk/day").status_code == 200


# ---- recovery codes -------------------------------------------------------------------------------------------------


def test_ten_recovery_codes_are_shown_once_and_kept_as_hashes(client, clock, alice, halfway):
    confirm(client, right_code(client, clock))
    looked = client.get(CODES)
    assert soup(looked).select(".codes code") == []
    action, fields = form_of(soup(looked), holding="next")
    page = soup(client.post(action, data=fields))
    codes = [code.get_text() for code in page.select(".codes code")]
    assert len(codes) == len(set(codes)) == 10 and all(re.fullmatch(r"\w{5}-\w{5}", code) for code in codes)
    assert not any(code in client.get(CODES).get_data(as_text=True) for code in codes)
    with connection(), account_context(alice):
        stored = " ".join(row.code_hash for row in RecoveryCode.select())
    assert not any(code.replace("-", "") in stored for code in codes)


def test_new_recovery_codes_end_the_old_ones(client, clock, alice):
    sign_in_as(client, make_account(email="b@example.be"), clock=clock)
    action, fields = form_of(soup(client.get(CODES)), holding="next")
    client.post(action, data=fields)
    client.post(action, data=fields)
    with connection(), account_context(Session.account.rel_model.get(email="b@example.be")):
        assert RecoveryCode.select().count() == 10


def test_recovery_codes_need_a_proof_of_the_last_quarter_of_an_hour(client, clock):
    sign_in_as(client, make_account(), clock=clock)
    assert client.get(CODES).status_code == 200  # the control
    clock.move(minutes=16)
    assert client.get(CODES).headers["Location"].startswith("/step-up")


def test_at_the_end_one_may_set_up_another_way(client, clock, alice, halfway):
    confirm(client, right_code(client, clock))
    links = [link["href"] for link in soup(client.get("/set-up/done?next=/book")).select(".gate .actions a")]
    assert links == ["/set-up?next=/book", "/book"]


# ---- attacks --------------------------------------------------------------------------------------------------------


def test_a_secret_that_was_never_proved_opens_nothing(client, clock, alice, halfway):
    secret = secret_on(client.get(APP))
    wrong = f"{(int(pyotp.TOTP(secret).at(clock.now())) + 1) % 10**6:06d}"
    assert confirm(client, wrong).status_code == 422
    assert ways(alice) == []
    assert client.get("/account/sessions").headers["Location"].startswith("/set-up")


def test_the_code_that_proved_the_app_opens_nothing_else(client, clock, alice, halfway):
    code = right_code(client, clock)
    confirm(client, code)
    with connection():
        made = ways(alice)[0]
        assert not totp.verify(made, code, sealer=SEALER, now=clock.now())
    clock.move(minutes=1)
    with connection():
        secret = SEALER.unseal(made.secret_sealed, cell=totp.cell(made))
        assert totp.verify(
            made, pyotp.TOTP(secret).at(clock.now()), sealer=SEALER, now=clock.now()
        )  # the control


def test_a_secret_is_never_shown_again(client, clock, alice, halfway):
    secret = secret_on(client.get(APP))
    confirm(client, pyotp.TOTP(secret).at(clock.now()))
    seen = [client.get(page).get_data(as_text=True) for page in (APP, "/set-up", "/set-up/done", CODES)]
    assert secret_on(client.get(APP)) not in ("", secret)  # another one, to add another app
    assert not any(secret in page.replace(" ", "") for page in seen)
    with connection(), account_context(alice):
        sealed = [bytes(factor.secret_sealed) for factor in Factor.select()]
    assert not any(secret.encode() in blob for blob in sealed)


def test_nobody_sets_up_a_factor_for_an_account_named_in_the_form(client, clock, alice, halfway):
    bob = make_account(email="bob@example.be", factor=None)
    named = {name: str(bob.id) for name in ("account", "account_id", "user", "user_id", "id", "session")}
    answer = confirm(client, right_code(client, clock), **named)
    assert answer.status_code == 303
    assert ways(bob) == [] and len(ways(alice)) == 1


def test_another_browser_with_the_password_never_sees_the_secret(app, client, clock, alice, halfway):
    """Whoever has only the password may not learn what the person is about to confirm."""
    thief = app.test_client()
    sign_in_as(thief, alice, clock=clock, stage="setup", method="")
    stolen = secret_on(thief.get(APP))
    secret = secret_on(client.get(APP))
    assert stolen and stolen != secret
    action, fields = form_of(soup(thief.get(APP)), holding="code")
    assert confirm(client, pyotp.TOTP(secret).at(clock.now())).status_code == 303
    late = thief.post(action, data={**fields, "code": pyotp.TOTP(stolen).at(clock.now())})
    assert late.headers["Location"].startswith("/sign-in")
    assert len(ways(alice)) == 1


def test_a_password_alone_never_adds_a_factor_to_the_first(client, clock):
    alice = make_account()
    sign_in_as(client, alice, clock=clock, stage="second", method="")
    for page in ("/set-up", APP, MAIL, "/set-up/passkey"):
        assert client.get(page).headers["Location"].startswith("/sign-in/second"), page
    session = sign_in_as(client, alice, clock=clock, stage="setup", method="")
    with connection(), pytest.raises(factors.MaySetUpNothing):
        factors.pending_app(session, sealer=SEALER, now=clock.now())
    with connection(), pytest.raises(factors.MaySetUpNothing):
        factors.add_mail(session, staff=False, now=clock.now())
    assert client.get(APP).headers["Location"].startswith("/sign-in")
    assert len(ways(alice)) == 1


def test_a_session_nobody_proved_for_a_while_adds_none(client, clock):
    alice = make_account()
    session = sign_in_as(client, alice, clock=clock)
    assert client.get(APP).status_code == 200  # the control
    clock.move(minutes=16)
    assert client.get(APP).headers["Location"].startswith("/step-up")
    with connection(), pytest.raises(factors.MaySetUpNothing):
        factors.pending_app(session, sealer=SEALER, now=clock.now())


def test_the_person_is_told_by_mail(client, letters, clock, alice, halfway):
    confirm(client, right_code(client, clock))
    with connection():
        assert Outbox.select().where(Outbox.event == "factors-changed").count() == 1
    letter = letters()[-1]
    assert letter.to == alice.email and secret_on(client.get(APP)) not in letter.text


def test_bad_input_is_answered_calmly(client, alice, halfway):
    for code in ("", "x" * 50, "١٢٣٤٥٦", "12345", "1234567", "' OR 1=1"):
        answer = confirm(client, code)
        assert answer.status_code == 422, code
    assert soup(answer).select_one(".error-summary") is not None
