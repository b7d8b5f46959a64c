"""The two cookies of a browser: who is signed in is asked once, and Flask's own is read by the pages that need it."""

import pytest
from itsdangerous import URLSafeTimedSerializer

from app.identity import sign_in
from tests.conftest import HOST
from tests.journey import form_of, soup
from tests.people import make_account, make_member, sign_in_as

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
SEARCH = "/desk/patients?q=dupont"
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
HERE = "/account/sessions"


@pytest.fixture
def opened(monkeypatch):
    """The cookies of Flask that were read."""
    values, loads = [], URLSafeTimedSerializer.loads

    def noted(self, value, *args, **more):
        values.append(value)
        return loads(self, value, *args, **more)

    monkeypatch.setattr(URLSafeTimedSerializer, "loads", noted)
    return values


@pytest.fixture
def asked(monkeypatch):
    """How often the database was asked whose cookie this is."""
    calls, of_token = [], sign_in.sessions.of_token
    monkeypatch.setattr(
        sign_in.sessions, "of_token", lambda *args, **more: calls.append(1) or of_token(*args, **more)
    )
    return calls


@pytest.fixture
def desk(client, practice, clock):
    sign_in_as(client, make_member(practice), clock=clock, staff=True)
    client.get("/desk/patients")  # leaves Flask's cookie
    return client


def test_a_list_under_a_field_reads_no_cookie_of_flask_and_a_page_with_forms_does(desk, opened, asked):
    assert desk.get(SEARCH, headers=PARTIAL).status_code == 200
    assert opened == [] and asked == [1]
    assert desk.get(SEARCH).status_code == 200
    assert opened  # the control
    assert asked == [1, 1]


def test_a_visitor_without_a_cookie_asks_nothing(client, inside, asked):
    assert client.get("/book").status_code == 200 and asked == []


def test_a_cookie_of_nobody_is_asked_once_and_opens_nothing(client, inside, asked):
    client.set_cookie("session", "x" * 43, domain=f"lavande.{HOST}")
    assert client.get("/desk/patients").status_code == 303 and asked == [1]


@pytest.mark.parametrize("name", ["remember_token", "parvis"])
def test_a_cookie_that_somebody_made_up_signs_nobody_in_and_nobody_out(desk, name, clock):
    desk.set_cookie(name, "1|forged", domain=f"lavande.{HOST}")
    assert desk.get(SEARCH, headers=PARTIAL).status_code == 200
    desk.delete_cookie("session", domain=f"lavande.{HOST}")
    assert desk.get(SEARCH).status_code == 303


def test_a_form_is_let_in_by_the_token_of_its_own_browser_alone(client, app, clock):
    alice = make_account()
    sign_in_as(client, alice, clock=clock)
    token = form_of(soup(client.get(HERE)), holding="csrf_token")[1]["csrf_token"]
    other = app.test_client()
    sign_in_as(other, alice, clock=clock)
    other.get(HERE)
    for browser, cookie, expected in ((other, None, 400), (client, "forged", 400), (client, None, 303)):
        kept = browser.get_cookie("parvis", domain=f"lavande.{HOST}")
        if cookie:
            browser.set_cookie("parvis", cookie, domain=f"lavande.{HOST}")
        assert browser.post("/sign-out", data={"csrf_token": token}).status_code == expected
        browser.set_cookie("parvis", kept.value, domain=f"lavande.{HOST}")


def test_who_signs_out_is_nobody_from_there_on(client, clock, asked):
    sign_in_as(client, make_account(), clock=clock)
    token = form_of(soup(client.get(HERE)), holding="csrf_token")[1]["csrf_token"]
    assert client.post("/sign-out", data={"csrf_token": token}).status_code == 303
    assert client.get(HERE).status_code == 303
