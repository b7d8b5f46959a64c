"""Before what matters the portal asks once more: what it accepts, how long that counts, and where it leads."""

import pytest
from flask import Blueprint

from app.identity import mail_codes, sessions
from app.identity.models import MailCode, Session
from app.kernel.tenancy import account_context
from app.web.access import fresh, person
from tests.conftest import HOST
from tests.integration.account.ways import cookie
from tests.journey import form_of, soup
from tests.people import PASSWORD, SEALER, code_now, make_account, make_member, sign_in_as

pytestmark = pytest.mark.own_app  # for the page behind the lock
SAFE = "/account/the-safe"


@pytest.fixture
def safe(app):
    """A page whose form changes something that matters."""
    pages = Blueprint("safe", __name__)
    pages.route(SAFE, methods=["GET", "POST"])(fresh(person(lambda: "what matters")))
    app._got_first_request = False
    app.register_blueprint(pages)


@pytest.fixture
def signed_in(client, clock, app):
    """Somebody whose proof is sixteen minutes old."""

    def _signed_in(account=None, **more):
        account = account or make_account()
        session = sign_in_as(client, account, clock=clock, **more)
        clock.move(minutes=16)
        return account, session

    return _signed_in


def prove(client, way, *, field="code", **typed):
    _, fields = form_of(soup(client.get(f"/step-up?with={way}&next={SAFE}")), holding=field)
    return client.post(f"/step-up/{way}", data={**fields, **typed})


def test_a_proof_counts_for_a_quarter_of_an_hour(client, clock, safe, signed_in):
    signed_in()
    assert client.get(SAFE).headers["Location"] == f"/step-up?next={SAFE}"
    assert prove(client, "app", code=code_now(clock)).headers["Location"] == SAFE
    assert client.get(SAFE).status_code == 200
    clock.move(minutes=15)
    assert client.get(SAFE).status_code == 200
    clock.move(seconds=1)
    assert client.get(SAFE).status_code == 303


def test_a_proof_changes_the_cookie_and_the_old_one_is_dead(client, clock, safe, signed_in, app):
    signed_in()
    before = cookie(client)
    prove(client, "app", code=code_now(clock))
    assert cookie(client) != before
    thief = app.test_client()
    thief.set_cookie("session", before, domain=f"lavande.{HOST}")
    assert thief.get(SAFE).headers["Location"].startswith("/sign-in?")
    assert client.get(SAFE).status_code == 200  # the control


def test_a_clock_set_back_proves_nothing(client, clock, safe, signed_in):
    signed_in()
    prove(client, "app", code=code_now(clock))
    clock.move(minutes=-1)
    assert client.get(SAFE).status_code == 303


def test_a_patient_may_give_the_password(client, clock, safe, signed_in):
    signed_in()
    wrong = prove(client, "password", field="password", password="not-this-one")
    assert wrong.status_code == 422 and "not-this-one" not in wrong.get_data(as_text=True)
    assert client.get(SAFE).status_code == 303
    assert prove(client, "password", field="password", password=PASSWORD).headers["Location"] == SAFE
    assert client.get(SAFE).status_code == 200


def test_for_staff_a_password_is_not_enough(client, clock, safe, signed_in, practice):
    signed_in(make_member(practice), staff=True)
    page = client.get("/step-up?with=password")
    assert 'name="password"' not in page.get_data(as_text=True)
    _, fields = form_of(soup(page), holding="code")
    answer = client.post("/step-up/password", data={**fields, "password": PASSWORD})
    assert answer.status_code == 422 and client.get(SAFE).status_code == 303
    assert prove(client, "app", code=code_now(clock)).status_code == 303
    assert client.get(SAFE).status_code == 200  # the control


def test_a_recovery_code_opens_no_desk_until_the_app_is_shown(client, clock, signed_in, practice):
    signed_in(make_member(practice), staff=True, method="recovery")
    assert client.get("/desk/day").headers["Location"] == "/account/sign-in?missing=strong"
    prove(client, "app", code=code_now(clock))
    assert client.get("/desk/day").status_code == 200


def test_guessing_the_password_stops(client, clock, safe, signed_in):
    signed_in()
    for _ in range(10):
        assert prove(client, "password", field="password", password="no").status_code == 422
    assert prove(client, "password", field="password", password=PASSWORD).status_code == 429
    assert client.get(SAFE).status_code == 303
    clock.move(minutes=16)
    assert prove(client, "password", field="password", password=PASSWORD).status_code == 303


def test_a_code_by_mail_that_was_asked_for_signing_in_proves_nothing_here(
    client, clock, safe, signed_in, inside
):
    account, session = signed_in(make_account(factor="mail"))
    mail_codes.send(session, purpose="sign-in", now=clock.now())
    with account_context(account):
        other = mail_codes.digits(MailCode.get(), SEALER)
    _, fields = form_of(soup(client.get(f"/step-up?next={SAFE}")), holding="next")
    client.post("/step-up/mail/send", data=fields)
    assert prove(client, "mail", code=other).status_code == 422
    with account_context(account):
        right = mail_codes.digits(MailCode.get(MailCode.purpose == "step-up"), SEALER)
    assert prove(client, "mail", code=right).headers["Location"] == SAFE


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil", "/x\r\nX: y"])
def test_it_never_leads_to_another_site(client, clock, signed_in, target):
    signed_in()
    _, fields = form_of(soup(client.get("/step-up", query_string={"next": target})), holding="code")
    answer = client.post("/step-up/app", data={**fields, "next": target, "code": code_now(clock)})
    assert answer.headers["Location"] == "/account"


def test_a_form_sent_too_late_is_asked_for_again_after_the_proof(client, clock, safe, signed_in):
    signed_in()
    answer = client.post(SAFE, headers={"Referer": f"http://lavande.{HOST}{SAFE}"})
    assert answer.headers["Location"] == f"/step-up?next={SAFE}"
    foreign = client.post(SAFE, headers={"Referer": "http://evil.example/x"})
    assert foreign.headers["Location"] == "/step-up"


def test_a_fragment_is_told_where_to_prove(client, clock, safe, signed_in):
    signed_in()
    partial = {"HX-Request": "true", "HX-Request-Type": "partial", "Referer": f"http://lavande.{HOST}{SAFE}"}
    answer = client.get(SAFE, headers=partial)
    assert answer.status_code == 401 and answer.data == b""
    assert answer.headers["HX-Redirect"] == f"/step-up?next={SAFE}"


def test_an_expired_form_comes_back(client, clock, signed_in, app):
    signed_in()
    answer = client.post("/step-up/app", data={"code": code_now(clock)})
    assert answer.status_code == 422
    _, fields = form_of(soup(answer), holding="code")
    assert client.post("/step-up/app", data=fields).status_code == 303


def test_a_session_that_ended_meanwhile_proves_nothing(client, clock, signed_in, inside):
    account, _ = signed_in()
    _, fields = form_of(soup(client.get("/step-up")), holding="code")
    sessions.end_all(account.id)
    assert (
        client.post("/step-up/app", data={**fields, "code": code_now(clock)}).headers["Location"]
        == "/sign-in"
    )
    with account_context(account):
        assert Session.select().count() == 0
