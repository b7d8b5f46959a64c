"""Seeing where one is signed in, and ending it: at once, for good, and one's own sessions only."""

from datetime import timedelta
from uuid import uuid4

import pytest

from app.identity import sessions
from app.identity.devices_words import device
from app.identity.models import KnownDevice, Session
from app.identity.sessions import Seen
from app.kernel.audit import AccountEvent
from app.kernel.db import connection
from app.kernel.tenancy import account_context
from tests.conftest import HOST
from tests.journey import form_of, soup
from tests.people import NOW, make_account, sign_in_as

HERE = "/account/sessions"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/19.1 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
def alice(app):
    return make_account()


def another(account, *, clock, host=f"lavande.{HOST}", user_agent=FIREFOX, stage="open"):
    """A session of the same account in another browser; (row, cookie)."""
    with connection():
        return sessions.start(
            account,
            host=host,
            stage=stage,
            staff=False,
            method="app",
            seen=Seen(user_agent, "192.0.2.7"),
            now=clock.now(),
        )


def csrf(client):
    return {"csrf_token": form_of(soup(client.get(HERE)), holding="csrf_token")[1]["csrf_token"]}


def other_browser(app, cookie):
    browser = app.test_client()
    browser.set_cookie("session", cookie, domain=f"lavande.{HOST}")
    return browser


def living(account):
    with connection(), account_context(account):
        return {session.id for session in Session.select()}


def test_each_session_says_device_site_and_last_use(client, clock, alice):
    sign_in_as(client, alice, clock=clock)
    another(alice, clock=clock, host=HOST, user_agent=IPHONE)
    another(alice, clock=clock)
    clock.move(minutes=20)
    page = soup(client.get(HERE, headers={"Accept-Language": "en"}))
    rows = [row.get_text(" ", strip=True) for row in page.select(".session")]
    assert len(rows) == 3
    assert "This device" in rows[0] and "Unknown device" in rows[0]
    assert any("Safari on iPhone" in row and "Parvis" in row and "192.0.2.7" in row for row in rows)
    assert any("Firefox on Windows" in row and "Lavande" in row and "today at" in row for row in rows)


def test_ending_a_session_kills_its_cookie_at_once(app, client, clock, alice):
    sign_in_as(client, alice, clock=clock)
    row, cookie = another(alice, clock=clock)
    there = other_browser(app, cookie)
    assert there.get(HERE).status_code == 200  # the control
    done = client.post(f"{HERE}/{row.id}/end", data=csrf(client))
    assert done.status_code == 303 and done.headers["Location"] == f"{HERE}?done=ended"
    assert there.get(HERE).headers["Location"].startswith("/sign-in")
    poll = there.get(HERE, headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert poll.status_code == 401 and poll.data == b""
    assert client.get(HERE).status_code == 200
    with connection():
        assert AccountEvent.select().where(AccountEvent.verb == "session.end").count() == 1


def test_ending_ones_own_session_is_signing_out(client, clock, alice):
    row = sign_in_as(client, alice, clock=clock)
    answer = client.post(f"{HERE}/{row.id}/end", data=csrf(client))
    assert answer.status_code == 303 and answer.headers["Location"] == "/"
    assert "session=;" in answer.headers["Set-Cookie"]
    assert living(alice) == set()


def test_ending_the_others_leaves_this_one(client, clock, alice):
    mine = sign_in_as(client, alice, clock=clock)
    another(alice, clock=clock)
    another(alice, clock=clock, host=HOST, stage="second")
    assert client.post(f"{HERE}/end-others", data=csrf(client)).status_code == 303
    assert living(alice) == {mine.id}


def test_sessions_of_others_do_not_exist(client, clock, alice):
    bob = make_account(email="bob@example.be", given_name="Bob")
    theirs, _ = another(bob, clock=clock)
    mine, _ = another(alice, clock=clock)
    sign_in_as(client, alice, clock=clock)
    token = csrf(client)
    unknown = client.post(f"{HERE}/{uuid4()}/end", data=token)
    stolen = client.post(f"{HERE}/{theirs.id}/end", data=token)
    assert unknown.status_code == stolen.status_code == 404
    assert living(bob) == {theirs.id}
    assert str(theirs.id) not in client.get(HERE).get_data(as_text=True)
    client.post(f"{HERE}/end-others", data=token)
    assert living(bob) == {theirs.id}
    assert mine.id not in living(alice)  # the control


def test_over_and_idle_sessions_are_not_shown(client, clock, alice):
    another(alice, clock=clock)
    clock.at += sessions.IDLE + timedelta(minutes=1)
    sign_in_as(client, alice, clock=clock)
    assert len(soup(client.get(HERE)).select(".session")) == 1


def test_a_half_open_session_is_shown_as_such(client, clock, alice):
    sign_in_as(client, alice, clock=clock)
    another(alice, clock=clock, stage="second")
    page = client.get(HERE, headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert "Knows your password; the second step is still missing" in page


def test_known_devices_are_forgotten(client, clock, alice):
    bob = make_account(email="bob@example.be", given_name="Bob")
    with connection():
        for account, mark in ((alice, "a"), (bob, "b")):
            with account_context(account):
                KnownDevice.create(token_hash=mark * 64, created_at=NOW, seen_at=NOW)
    sign_in_as(client, alice, clock=clock)
    assert client.post(f"{HERE}/forget-devices", data=csrf(client)).status_code == 303
    with connection():
        for account, left in ((alice, 0), (bob, 1)):
            with account_context(account):
                assert KnownDevice.select().count() == left


def test_signed_out_and_half_way_people_see_nothing(client, clock, alice):
    assert client.get(HERE).headers["Location"].startswith("/sign-in")
    sign_in_as(client, alice, clock=clock, stage="second")
    assert client.get(HERE).status_code == 303


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "user_agent, words",
    [
        (FIREFOX, ("Firefox", "Windows", "monitor")),
        (IPHONE, ("Safari", "iPhone", "smartphone")),
        (
            "Mozilla/5.0 (X11; Linux x86_64) Chrome/142.0 Safari/537.36 Edg/142.0",
            ("Edge", "Linux", "monitor"),
        ),
        (
            "Mozilla/5.0 (Linux; Android 16) Chrome/142.0 Mobile Safari/537.36",
            ("Chrome", "Android", "smartphone"),
        ),
        ("", ("", "", "monitor")),
        ("<script>alert(1)</script>", ("", "", "monitor")),
    ],
)
def test_a_browser_is_told_in_words(engine, user_agent, words):
    seen = device(user_agent)
    assert (seen.browser, seen.system, seen.icon) == words
