"""What one signs in with, changed by oneself: proved, told to both mailboxes, and never undone by another tab."""

import re

import pytest

from app.identity.models import AccountConsent, KnownDevice, MailLink, Session
from app.identity.passwords import matches
from app.kernel.audit import AccountEvent
from app.kernel.db import connection
from app.kernel.outbox import Outbox
from app.kernel.owners import Account
from app.kernel.tenancy import account_context
from tests.conftest import HOST, Browser
from tests.integration.account.mailbox import hosts_in, link_in, post
from tests.integration.account.test_join import plain
from tests.integration.account.ways import forget_session, whole
from tests.journey import form_of, soup
from tests.people import PASSWORD, make_account, make_member, sign_in_as

ENGLISH = {"Accept-Language": "en"}
HERE = "/account/sign-in"
NEW = "trois canards sous la lune"


@pytest.fixture
def alice(app):
    return make_account(username="alice4821")


@pytest.fixture
def signed_in(client, clock, alice):
    sign_in_as(client, alice, clock=clock)
    return client


def another_browser(app):
    app.test_client_class = Browser
    return app.test_client()


def stored(account):
    with connection():
        return Account.get_by_id(account.id)


def change(client, what, holding, **typed):
    action, fields = form_of(soup(client.get(f"/account/{what}")), holding=holding)
    return client.post(action, data={**fields, **typed})


def text(response):
    return soup(response).main.get_text(" ", strip=True)


def verbs(account):
    with connection():
        return [event.verb for event in AccountEvent.select().where(AccountEvent.account_id == account.id)]


# ---- the tab -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("base_url", [f"http://lavande.{HOST}", f"http://{HOST}"])
def test_the_tab_says_what_one_signs_in_with(client, alice, clock, base_url):
    sign_in_as(client, alice, clock=clock, host=base_url.removeprefix("http://"))
    assert client.get("/account", base_url=base_url).headers["Location"] == HERE
    page = client.get(HERE, base_url=base_url, headers=ENGLISH)
    assert page.status_code == 200
    for said in ("alice4821", "alice@example.be", "Password", "Where you are signed in", "Authenticator app"):
        assert said in text(page)
    assert PASSWORD not in page.get_data(as_text=True)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_member_is_told_what_the_desk_asks(signed_in):
    assert "The desk asks for a stronger lock" in text(
        signed_in.get(f"{HERE}?missing=strong", headers=ENGLISH)
    )
    assert "The desk asks" not in text(signed_in.get(HERE, headers=ENGLISH))


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_notices_come_from_a_list_and_not_from_the_address(signed_in):
    assert "Your user name is changed." in text(signed_in.get(f"{HERE}?done=name", headers=ENGLISH))
    assert "transfer" not in text(signed_in.get(f"{HERE}?done=transfer your money", headers=ENGLISH))


@pytest.mark.parametrize("path", ["name", "email", "password"])
def test_strangers_and_the_half_signed_in_see_nothing(app, client, alice, clock, path):
    assert client.get(f"/account/{path}").headers["Location"].startswith("/sign-in?")
    sign_in_as(client, alice, clock=clock, stage="second")
    assert client.get(f"/account/{path}").headers["Location"].startswith("/sign-in/second?")


@pytest.mark.parametrize("path", ["email", "password"])
def test_sensitive_changes_ask_again_after_a_quarter_of_an_hour(signed_in, clock, path):
    assert signed_in.get(f"/account/{path}").status_code == 200
    clock.move(minutes=16)
    assert signed_in.get(f"/account/{path}").headers["Location"].startswith("/step-up?")


# ---- user name ---------------------------------------------------------------------------------------------------


def test_a_user_name_is_changed_and_taken_away(signed_in, alice):
    assert (
        change(signed_in, "name", "username", username="Dupont.A").headers["Location"] == f"{HERE}?done=name"
    )
    assert re.fullmatch(r"dupont\.a\d{4}", stored(alice).username)
    assert change(signed_in, "name", "username", username="").status_code == 303
    assert stored(alice).username is None
    assert verbs(alice) == ["username.change", "username.change"]


def test_nobody_learns_which_names_are_taken(app, signed_in, alice):
    for n in range(3):
        make_account(email=f"x{n}@example.be", username=f"marie000{n}")
    answers = {plain(change(signed_in, "name", "username", username=name))[:2] for name in ("marie", "zzzz")}
    assert len(answers) == 1
    assert re.fullmatch(r"zzzz\d{4}", stored(alice).username)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_another_tab_is_not_undone(signed_in, alice):
    action, older = form_of(soup(signed_in.get("/account/name")), holding="username")
    change(signed_in, "name", "username", username="first")
    first = stored(alice).username
    answer = signed_in.post(action, data={**older, "username": "second"}, headers=ENGLISH)
    assert answer.status_code == 409 and first in text(answer)
    assert stored(alice).username == first
    again, fields = form_of(soup(answer), holding="username")
    assert fields["username"] == "second"  # nothing typed is lost
    assert signed_in.post(again, data=fields).status_code == 303
    assert stored(alice).username.startswith("second")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("version", ["", "-1", "99", "x", "1" * 30])
def test_a_version_nobody_was_shown_is_stale(signed_in, alice, version):
    assert change(signed_in, "name", "username", username="first", version=version).status_code == 409
    assert stored(alice).username == "alice4821"


# ---- address -----------------------------------------------------------------------------------------------------


def test_a_new_address_counts_once_its_mailbox_says_so(app, services, signed_in, alice):
    answer = change(signed_in, "email", "email", email="New@example.be")
    assert answer.headers["Location"] == f"{HERE}?done=email-asked"
    letters = {letter.to: letter for letter in post(app, services)}
    assert set(letters) == {"new@example.be", "alice@example.be"}
    assert "/account/email/" not in letters["alice@example.be"].text
    assert hosts_in(letters["new@example.be"]) == {f"lavande.{HOST}"}
    path = link_in(letters["new@example.be"], "/account/email/")
    for _ in range(2):
        page = signed_in.get(path)
        assert page.status_code == 200 and stored(alice).email == "alice@example.be"
    fields = form_of(soup(page), holding="csrf_token")[1]
    confirm = {"csrf_token": fields["csrf_token"]}
    assert signed_in.post(path, data=confirm).headers["Location"] == f"{HERE}?done=email"
    assert stored(alice).email == "new@example.be"
    (farewell,) = post(app, services)
    assert farewell.to == "alice@example.be" and "new@example.be" not in farewell.text + farewell.html
    assert signed_in.post(path, data=confirm).status_code == 410
    assert verbs(alice) == ["email.ask", "email.change"]


def test_a_taken_address_is_never_told(app, services, signed_in, alice):
    make_account(email="bob@example.be", given_name="Bob")
    answers = []
    for email in ("bob@example.be", "free@example.be"):
        before = len(post(app, services))
        first = change(signed_in, "email", "email", email=email)
        with connection():
            waiting = Outbox.select().where(Outbox.state == "waiting").count()
        answers.append((plain(first), waiting))
        letters = {letter.to: letter for letter in post(app, services)}
        assert before == 0 and set(letters) == {email, "alice@example.be"}
        assert ("/account/email/" in letters[email].text) == (email == "free@example.be")
    assert answers[0] == answers[1]


def test_whoever_got_the_address_meanwhile_keeps_it(app, services, signed_in, alice):
    change(signed_in, "email", "email", email="new@example.be")
    path = link_in(post(app, services)[0], "/account/email/")
    other = make_account(email="new@example.be")
    fields = form_of(soup(signed_in.get(path)), holding="csrf_token")[1]
    assert signed_in.post(path, data={"csrf_token": fields["csrf_token"]}).status_code == 410
    assert stored(alice).email == "alice@example.be" and stored(other).email == "new@example.be"


def test_a_link_that_went_astray_helps_nobody(app, services, signed_in, alice, clock):
    """A typing error sent it to a stranger: without the account's own session it does nothing."""
    change(signed_in, "email", "email", email="stranger@example.be")
    path = link_in(post(app, services)[0], "/account/email/")
    stranger = another_browser(app)
    assert stranger.get(path).headers["Location"].startswith("/sign-in?")
    sign_in_as(stranger, make_account(email="s@example.be"), clock=clock)
    page = stranger.get(path)
    assert page.status_code == 410
    fields = form_of(soup(stranger.get("/account/name")), holding="username")[1]
    assert stranger.post(path, data={"csrf_token": fields["csrf_token"]}).status_code == 410
    assert stored(alice).email == "alice@example.be"
    assert signed_in.get(path).status_code == 200  # the control
    assert signed_in.get(path, base_url=f"http://{HOST}").status_code == 303


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_only_the_newest_link_to_an_address_works(app, services, signed_in, alice):
    change(signed_in, "email", "email", email="one@example.be")
    one = link_in(post(app, services)[0], "/account/email/")
    change(signed_in, "email", "email", email="two@example.be")
    two = link_in(post(app, services)[0], "/account/email/")
    assert signed_in.get(one).status_code == 410 and signed_in.get(two).status_code == 200


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("email", ["", "x", "alice@example.be", "a@b.be, c@d.be", "a@b.be\nBcc: c@d.be"])
def test_what_is_no_new_address_is_refused(app, services, signed_in, email):
    assert change(signed_in, "email", "email", email=email).status_code == 422
    assert post(app, services) == []


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_strangers_mailbox_is_not_filled(app, services, signed_in):
    statuses = [change(signed_in, "email", "email", email="victim@example.be").status_code for _ in range(4)]
    assert statuses == [303, 303, 303, 429]


# ---- password ----------------------------------------------------------------------------------------------------


def test_a_new_password_ends_every_other_session(app, services, signed_in, alice, clock):
    elsewhere = another_browser(app)
    sign_in_as(elsewhere, alice, clock=clock)
    before = signed_in.get_cookie("session", domain=f"lavande.{HOST}").value
    answer = change(signed_in, "password", "current", current=PASSWORD, password=NEW)
    assert answer.headers["Location"] == f"{HERE}?done=password"
    assert signed_in.get(HERE).status_code == 200
    assert signed_in.get_cookie("session", domain=f"lavande.{HOST}").value != before
    assert elsewhere.get(HERE).status_code == 303
    assert matches(stored(alice).password_hash, NEW) and not matches(stored(alice).password_hash, PASSWORD)
    (letter,) = post(app, services)
    assert letter.to == "alice@example.be" and NEW not in letter.text + letter.html
    with connection(), account_context(alice):
        assert Session.select().count() == 1 and MailLink.select().count() == 0
        assert KnownDevice.select().count() == 0
    assert verbs(alice) == ["password.change"]


@pytest.mark.parametrize(
    "typed", [{"current": "wrong one"}, {"current": ""}, {"password": "short"}, {"password": ""}]
)
def test_without_the_current_one_nothing_changes(app, services, signed_in, alice, typed):
    sent = {"current": PASSWORD, "password": NEW, **typed}
    answer = change(signed_in, "password", "current", **sent)
    assert answer.status_code == 422
    page = soup(answer)
    assert not any(field.get("value") for field in page.find_all("input", type="password"))
    assert matches(stored(alice).password_hash, PASSWORD) and post(app, services) == []


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_current_one_is_not_guessed_for_ever(signed_in):
    statuses = [
        change(signed_in, "password", "current", current=f"guess {n}", password=NEW).status_code
        for n in range(11)
    ]
    assert statuses == [422] * 10 + [429]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_who_works_at_a_practice_needs_fifteen_characters(app, client, practice, clock):
    sign_in_as(client, make_member(practice), clock=clock, staff=True)
    assert (
        change(client, "password", "current", current=PASSWORD, password="zut kiwi fjord").status_code == 422
    )
    assert (
        change(client, "password", "current", current=PASSWORD, password="zut kiwis fjord").status_code == 303
    )


# ---- the texts of the platform -----------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_newer_text_is_approved_once(signed_in, alice, monkeypatch):
    from app.account import texts

    page = signed_in.get("/account/texts/accept?next=/book", headers=ENGLISH)
    if page.status_code == 303:  # everything was approved already
        monkeypatch.setattr(texts, "missing", lambda _account: ["privacy"])
        page = signed_in.get("/account/texts/accept?next=/book", headers=ENGLISH)
    action, fields = form_of(soup(page), holding="next")
    assert signed_in.post(action, data=fields).status_code == 422
    answer = signed_in.post(action, data={**fields, "accept": "y"})
    assert answer.status_code == 303 and answer.headers["Location"] == "/book"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_who_has_not_approved_the_newest_text_is_asked_after_signing_in(client, alice, clock):
    assert whole(client, clock).headers["Location"] == "/me"  # the control
    with connection(), account_context(alice):
        AccountConsent.delete().where(AccountConsent.kind == "privacy").execute()
    forget_session(client)
    clock.move(minutes=1)
    answer = whole(client, clock)
    assert answer.headers["Location"] == "/account/texts/accept?next=/me"
    page = soup(client.get(answer.headers["Location"]))
    assert len(page.main.select("section.card")) == 1  # the one that is missing
    action, fields = form_of(page, holding="next")
    assert client.post(action, data={**fields, "accept": "y"}).headers["Location"] == "/me"
    assert client.get(answer.headers["Location"]).headers["Location"] == "/me"
    assert "texts.accept" in verbs(alice)
