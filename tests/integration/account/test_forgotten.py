"""A forgotten password: one answer for everybody, links to our own hosts, each good once, and a second factor still."""

import re
from threading import Thread

import pytest

from app.identity import links
from app.identity.models import KnownDevice, MailLink, Session
from app.identity.passwords import matches
from app.kernel.audit import AccountEvent
from app.kernel.db import connection
from app.kernel.outbox import Outbox
from app.kernel.owners import Account
from app.kernel.tenancy import account_context, across_accounts
from tests.conftest import HOST, Browser
from tests.integration.account.mailbox import hosts_in, link_in, post
from tests.integration.account.test_join import join, plain
from tests.integration.account.ways import password as sign_in
from tests.journey import form_of, soup
from tests.people import PASSWORD, make_account, make_member, sign_in_as

ENGLISH = {"Accept-Language": "en"}
PORTAL = f"http://{HOST}"
NEW = "trois canards sous la lune"


@pytest.fixture
def alice(app):
    return make_account(username="alice4821")


def ask(client, name="alice@example.be", **more):
    action, fields = form_of(soup(client.get("/forgotten", **more)), holding="name")
    return client.post(action, data={**fields, "name": name}, **more)


def asked(client, app, services, name="alice@example.be", **more):
    """The path in the mail."""
    assert ask(client, name, **more).status_code == 303
    return link_in(post(app, services)[-1], "/forgotten/")


def choose(client, path, secret=NEW, **more):
    action, fields = form_of(soup(client.get(path, **more)), holding="password")
    return client.post(action, data={**fields, "password": secret}, **more)


def another_browser(app):
    app.test_client_class = Browser
    return app.test_client()


def stored(account):
    with connection():
        return Account.get_by_id(account.id)


@pytest.mark.parametrize("base_url", [f"http://lavande.{HOST}", PORTAL])
@pytest.mark.parametrize("name", ["alice@example.be", "ALICE@example.be ", "Alice4821"])
def test_somebody_chooses_a_new_password(client, app, services, alice, name, base_url):
    where = {"base_url": base_url}
    answer = ask(client, name, **where)
    assert answer.status_code == 303 and answer.headers["Location"] == "/forgotten/sent"
    (letter,) = post(app, services)
    assert letter.to == alice.email and hosts_in(letter) == {base_url.removeprefix("http://")}
    path = link_in(letter, "/forgotten/")
    answer = choose(client, path, **where)
    assert answer.status_code == 303 and answer.headers["Location"] == "/sign-in?done=password"
    assert matches(stored(alice).password_hash, NEW)
    (notice,) = post(app, services)
    assert notice.to == alice.email and NEW not in notice.text + notice.html
    with connection():
        events = [event.verb for event in AccountEvent.select().where(AccountEvent.account_id == alice.id)]
    assert events == ["password.reset"]


def test_every_session_ends_and_the_second_factor_is_still_asked(client, app, services, alice, clock):
    for _ in range(3):
        sign_in_as(another_browser(app), alice, clock=clock)
    signed_in = another_browser(app)
    sign_in_as(signed_in, alice, clock=clock)
    assert signed_in.get("/account/sign-in").status_code == 200  # the control
    choose(client, asked(client, app, services))
    assert signed_in.get("/account/sign-in").status_code == 303
    with connection(), account_context(alice):
        assert Session.select().count() == 0
    assert client.get("/account/sign-in").status_code == 303  # nobody is signed in by a link
    answer = sign_in(client, secret=NEW)
    assert answer.headers["Location"].startswith("/sign-in/second")
    assert client.get("/account/sign-in").headers["Location"].startswith("/sign-in/second")
    assert sign_in(another_browser(app), secret=PASSWORD).status_code == 422


def test_the_browser_that_had_the_mailbox_is_known_from_then_on(client, app, services, alice):
    choose(client, asked(client, app, services))
    with connection(), account_context(alice):
        assert KnownDevice.select().count() == 1
    assert client.get_cookie("device", domain=f"lavande.{HOST}")


# ---- nobody learns who is known ----------------------------------------------------------------------------------


def test_known_and_unknown_names_get_the_same_answer(app, services, alice):
    seen, rows = [], []
    for name in ("alice@example.be", "nobody@example.be", "alice4821", "nobody4821"):
        client = another_browser(app)
        first = ask(client, name)
        seen.append((plain(first), plain(client.get(first.headers["Location"]))))
        with connection(), across_accounts(reason="a test"):
            rows.append((Outbox.select().count(), MailLink.select().count()))
            sizes = {len(str(one.payload)) for one in Outbox.select()}
    assert all(answer == seen[0] for answer in seen)
    assert rows == [(1, 0), (2, 0), (3, 0), (4, 0)]  # the link is made by the worker alone
    assert max(sizes) - min(sizes) <= 30
    letters = post(app, services)
    assert [letter.to for letter in letters] == [alice.email, alice.email]


def test_a_mailbox_gets_three_letters_in_a_quarter_of_an_hour(client, app, services, alice, clock):
    statuses = [ask(client).status_code for _ in range(4)]
    assert statuses == [303, 303, 303, 429]
    assert [ask(client, "nobody@example.be").status_code for _ in range(4)] == statuses
    clock.move(minutes=16)
    assert ask(client).status_code == 303


def test_a_stranger_who_fills_the_mailbox_keeps_nobody_out(app, client, services, alice):
    stranger = another_browser(app)
    for _ in range(3):
        assert join(stranger, email=alice.email, password=NEW).status_code == 303
    assert ask(client).status_code == 429  # three letters are enough, and each of them holds a way in
    letters = post(app, services)
    assert [letter.to for letter in letters] == [alice.email] * 3
    assert choose(client, link_in(letters[-1], "/forgotten/")).status_code == 303


# ---- where the link leads ----------------------------------------------------------------------------------------

POISON = [
    {"headers": {"X-Forwarded-Host": "evil.example"}},
    {
        "headers": {
            "X-Forwarded-Host": "evil.example",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": "1.2.3.4",
        }
    },
    {"headers": {"Forwarded": "host=evil.example"}},
    {
        "headers": {
            "X-Host": "evil.example",
            "X-Original-Host": "evil.example",
            "Origin": "http://evil.example",
        }
    },
    {"headers": {"Referer": "http://evil.example/forgotten"}},
]
WRONG = [
    "evil.example",
    f"lavande.{HOST}:8080",
    f"lavande.{HOST}@evil.example",
    f"evil.example/lavande.{HOST}",
]


@pytest.mark.parametrize("more", POISON)
def test_a_header_never_becomes_a_link(client, app, services, alice, more):
    action, fields = form_of(soup(client.get("/forgotten")), holding="name")
    assert client.post(action, data={**fields, "name": alice.email}, **more).status_code == 303
    (letter,) = post(app, services)
    assert hosts_in(letter) == {f"lavande.{HOST}"}


@pytest.mark.parametrize("host", WRONG)
def test_an_unknown_host_sends_nothing(client, app, services, alice, host):
    action, fields = form_of(soup(client.get("/forgotten")), holding="name")
    answer = client.post(
        action,
        data={**fields, "name": alice.email},
        environ_overrides={"HTTP_HOST": host, "SERVER_NAME": "x"},
    )
    assert answer.status_code in (400, 404)
    assert post(app, services) == []
    assert client.post(action, data={**fields, "name": alice.email}).status_code == 303  # the control
    assert len(post(app, services)) == 1


def test_a_link_is_void_at_another_host(client, app, services, alice):
    path = asked(client, app, services)
    for other in (PORTAL, f"http://voisin.{HOST}"):
        assert client.get(path, base_url=other).status_code == 410
    assert client.get(path).status_code == 200


# ---- each link once ----------------------------------------------------------------------------------------------


def test_a_link_works_once(client, app, services, alice):
    path = asked(client, app, services)
    action, fields = form_of(soup(client.get(path)), holding="password")
    assert client.post(action, data={**fields, "password": NEW}).status_code == 303
    late = client.get(path)
    assert late.status_code == 410
    other = form_of(soup(client.get("/forgotten")), holding="name")[1]
    assert client.post(action, data={**other, "password": "un autre mot de passe long"}).status_code == 410
    assert matches(stored(alice).password_hash, NEW)


def test_two_at_once_change_it_once(client, app, services, alice):
    path = asked(client, app, services)
    browsers, statuses = [another_browser(app) for _ in range(4)], []
    forms = [form_of(soup(browser.get(path)), holding="password") for browser in browsers]

    def press(number, browser, action, fields):
        answer = browser.post(action, data={**fields, "password": f"{NEW} {number}"})
        statuses.append(answer.status_code)

    threads = [
        Thread(target=press, args=(number, browser, *form))
        for number, (browser, form) in enumerate(zip(browsers, forms, strict=True))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [303, 410, 410, 410]
    assert len(post(app, services)) == 1


def test_only_the_newest_link_works(client, app, services, alice):
    older, newer = asked(client, app, services), asked(client, app, services)
    assert older != newer
    assert client.get(older).status_code == 410 and client.get(newer).status_code == 200


def test_a_link_is_good_for_half_an_hour(client, app, services, alice, clock):
    path = asked(client, app, services)
    clock.move(minutes=29, seconds=59)
    action, fields = form_of(soup(client.get(path)), holding="password")
    clock.move(seconds=1)
    assert client.get(path).status_code == 410
    assert client.post(action, data={**fields, "password": NEW}).status_code == 410
    assert matches(stored(alice).password_hash, PASSWORD)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_it_is_dead_once_the_address_changed(client, app, services, alice):
    path = asked(client, app, services)
    with connection():
        Account.update(email="elsewhere@example.be").where(Account.id == alice.id).execute()
    assert client.get(path).status_code == 410


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_it_is_dead_once_the_password_changed(client, app, services, alice, clock):
    from app.identity import credentials

    path = asked(client, app, services)
    with app.app_context(), connection():
        credentials.set_password(alice, stored(alice).password_hash, now=clock.now())
    assert client.get(path).status_code == 410


def test_looking_changes_nothing(client, app, services, alice):
    path = asked(client, app, services)
    for _ in range(3):
        assert client.get(path).status_code == 200
    assert matches(stored(alice).password_hash, PASSWORD)
    assert client.get("/forgotten/" + "A" * 22).status_code == 410


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_link_of_another_purpose_opens_nothing(client, app, services, alice, clock):
    with app.app_context(), connection():
        link = links.make(
            alice,
            "new-mail",
            email=alice.email,
            host=f"lavande.{HOST}",
            sealer=services.sealer,
            now=clock.now(),
        )
    assert client.get(f"/forgotten/{links.token(link.id, sealer=services.sealer)}").status_code == 410


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_only_a_hash_of_the_link_is_kept(client, app, services, alice):
    token = asked(client, app, services).rpartition("/")[2]
    with connection(), account_context(alice):
        row = MailLink.get()
        assert token not in str(row.__data__) and re.fullmatch(r"[0-9a-f]{64}", row.token_hash)
        assert not any(token in str(one.payload) for one in Outbox.select())


# ---- the new password --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("secret", ["", "short", "alice dupont 1985", "x" * 129, "cabinet lavande 2026"])
def test_a_weak_password_is_refused_and_the_link_lives_on(client, app, services, alice, secret):
    path = asked(client, app, services)
    assert choose(client, path, secret).status_code == 422
    assert choose(client, path).status_code == 303


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_who_works_at_a_practice_needs_a_longer_one(client, app, services, practice):
    make_member(practice)
    path = asked(client, app, services, "sylvie@lavande.example")
    fourteen, fifteen = "zut kiwi fjord", "zut kiwis fjord"
    assert (len(fourteen), len(fifteen)) == (14, 15)
    assert choose(client, path, fourteen).status_code == 422
    assert choose(client, path, fifteen).status_code == 303


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_form_from_elsewhere_is_refused(client, alice):
    assert client.post("/forgotten", data={"name": alice.email}).status_code == 422
    with connection():
        assert Outbox.select().count() == 0
