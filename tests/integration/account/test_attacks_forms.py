"""A60, A61: a form counts only with the token of the very browser, place and sign-in it was shown to."""

import pytest

from app.kernel.db import connection, database
from app.kernel.owners import Account
from app.kernel.tenancy import practice_context
from app.patients.actions import connect
from app.schema import TABLES
from tests.conftest import HOST
from tests.factories import make_patient
from tests.integration.account import crawler
from tests.integration.account.ways import password, second, whole
from tests.journey import form_of, soup
from tests.people import code_now, make_account, sign_in_as

PAGES = (
    "/account/sign-in",
    "/account/details",
    "/account/privacy",
    "/account/people",
    "/account/export",
    "/account/delete",
)


def token_of(client, url="/account/name", **where):
    return form_of(soup(client.get(url, **where)), holding="csrf_token")[1]["csrf_token"]


def rename(client, token):
    return client.post("/account/name", data={"csrf_token": token, "username": "planted", "version": "1"})


def username():
    with connection():
        return Account.get(Account.email == "alice@example.be").username


def test_a_token_of_another_browser_changes_nothing(app, client, clock):
    sign_in_as(client, make_account(), clock=clock)
    attacker = app.test_client()
    sign_in_as(attacker, make_account(email="eve@example.be"), clock=clock)
    for token in (
        token_of(attacker),
        token_of(attacker, "/sign-in", base_url=f"http://voisin.{HOST}"),
        "",
        "x",
        None,
    ):
        assert rename(client, token or "").status_code in (400, 422)
        assert username() is None
    assert rename(client, token_of(client)).status_code == 303  # the control
    assert username().startswith("planted")


def test_a_token_from_before_signing_in_is_worth_nothing_afterwards(client, clock):
    make_account()
    before = token_of(client, "/sign-in")
    assert whole(client, clock).status_code == 303
    assert rename(client, before).status_code in (400, 422) and username() is None
    assert rename(client, token_of(client)).status_code == 303  # the control


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_only_a_form_that_is_sent_changes_anything(client, clock, method):
    """Not an address with the same fields, and no header that names another method."""
    sign_in_as(client, make_account(), clock=clock)
    fields = {"csrf_token": token_of(client), "username": "planted", "version": "1"}
    headers = {"X-HTTP-Method-Override": "POST", "X-CSRFToken": fields["csrf_token"], "HX-Request": "true"}
    client.open("/account/name", method=method, query_string={**fields, "_method": "POST"}, headers=headers)
    client.open("/account/name", method=method, data=fields, headers=headers)
    assert username() is None


def test_an_htmx_header_is_no_token(client, clock):
    sign_in_as(client, make_account(), clock=clock)
    for headers in ({"HX-Request": "true"}, {"HX-Request": "true", "HX-Request-Type": "partial"}):
        answer = client.post("/account/name", data={"username": "planted", "version": "1"}, headers=headers)
        assert answer.status_code in (400, 422) and username() is None


def test_looking_at_ones_own_pages_changes_no_row(client, practice, clock):
    """Every page one reaches from one's account; only when one was last here is written."""
    alice = make_account()
    with practice_context(practice):
        connect(alice, make_patient().id, now=clock.now())
    sign_in_as(client, alice, clock=clock)
    client.get("/account/details")

    def rows():
        found = {}
        with connection():
            cursor = database.cursor()  # of everybody: past the inspector
            for table in {model._meta.table_name for model in TABLES} - {"session", "rate_count"}:
                cursor.execute(f'SELECT * FROM "{table}"')
                found[table] = sorted(map(repr, cursor.fetchall()))
        return found

    before = rows()
    starts = [*PAGES, *(f"{path}?done=saved&delete=1&leave=1&accept=y" for path in PAGES)]
    pages = {
        url: page for url, page in crawler.walk(client, starts).items() if not url.startswith("/set-up/app")
    }
    assert len(pages) > 15
    after = rows()
    before.pop("factor"), after.pop("factor")  # a picture to scan waits while the assistant is open
    assert after == before


def test_nobody_takes_over_a_session_that_was_planted(app, client, clock):
    """A37: the cookie an attacker put there is dead before and after the second factor."""
    alice, eve = make_account(), make_account(email="eve@example.be")
    planted = app.test_client()
    sign_in_as(planted, eve, clock=clock, stage="second", method="")
    value = planted.get_cookie("session", domain=f"lavande.{HOST}").value
    client.set_cookie("session", value, domain=f"lavande.{HOST}")
    assert password(client, name=alice.email).status_code == 303
    assert planted.get("/sign-in/second").headers["Location"].startswith("/sign-in")
    halfway = client.get_cookie("session", domain=f"lavande.{HOST}").value
    assert halfway != value
    assert second(client, code_now(clock)).status_code == 303
    planted.set_cookie("session", halfway, domain=f"lavande.{HOST}")
    assert planted.get("/account/sign-in").status_code == 303
    assert client.get("/account/sign-in").status_code == 200  # the control
