"""Joining: nobody learns who is known, the mailbox and the password are proved, and an account is opened once."""

import re
from datetime import date
from threading import Thread

import pytest

from app.account import texts
from app.identity import registration
from app.identity.actions import details_of
from app.identity.details import number_of
from app.identity.models import AccountConsent, PersonalDetails, Registration, Session
from app.kernel.audit import AccountEvent
from app.kernel.db import connection
from app.kernel.outbox import Outbox
from app.kernel.owners import Account
from app.kernel.tenancy import account_context, across_practices
from app.patients.models import Connection
from tests.conftest import HOST, Browser
from tests.integration.account.mailbox import JOINER, hosts_in, link_in, post
from tests.journey import form_of, soup
from tests.people import make_account, sign_in_as

ENGLISH = {"Accept-Language": "en"}
PORTAL = f"http://{HOST}"


def join(client, *, base_url=None, **changes):
    more = {"base_url": base_url} if base_url else {}
    action, fields = form_of(soup(client.get("/join", **more)), holding="given_name")
    return client.post(action, data={**fields, **JOINER, **changes}, **more)


def finish(client, path, *, base_url=None, **changes):
    more = {"base_url": base_url} if base_url else {}
    action, fields = form_of(soup(client.get(path, **more)), holding="password")
    return client.post(
        action, data={**fields, "password": JOINER["password"], "accept": "y", **changes}, **more
    )


def joined(client, app, services, **changes):
    """The path in the mail, after a form sent well."""
    assert join(client, **changes).status_code == 303
    return link_in(post(app, services)[-1], "/join/")


def account_of(email=JOINER["email"]):
    with connection():
        return Account.get_or_none(Account.email == email)


def text(response):
    return soup(response).main.get_text(" ", strip=True)


def another_browser(app):
    app.test_client_class = Browser
    return app.test_client()


# ---- the way through ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("base_url", [f"http://lavande.{HOST}", PORTAL])
def test_somebody_joins_from_a_practice_and_from_the_portal(client, app, services, base_url):
    answer = join(client, base_url=base_url)
    assert answer.status_code == 303 and answer.headers["Location"].startswith("/join/sent?registration=")
    assert account_of() is None  # not before the mailbox is proved
    (letter,) = post(app, services)
    assert letter.to == JOINER["email"]
    assert hosts_in(letter) == {base_url.removeprefix("http://")}
    path = link_in(letter, "/join/")
    answer = finish(client, path, base_url=base_url)
    assert answer.status_code == 303 and answer.headers["Location"] == "/set-up"
    account = account_of()
    assert (account.name, account.language, account.username) == ("Aline Maes", "fr", None)
    with connection(), account_context(account):
        own = details_of(account)
        assert number_of(account, own, sealer=services.sealer) == "85073099437"
        assert own.birth_date == date(1985, 7, 30) and own.niss_confirmed_at is None
        kept = {(row.kind, row.text_version, row.language) for row in AccountConsent.select()}
        assert kept == {("privacy", 1, "fr"), ("conditions", 1, "fr")}
        (session,) = Session.select()
        assert session.stage == "setup" and session.host == base_url.removeprefix("http://")
        assert AccountEvent.select().where(AccountEvent.verb == "account.open").count() == 1
    assert client.get("/account/sign-in", base_url=base_url).status_code == 303  # a second factor first


def test_somebody_without_a_belgian_number_joins(client, app, services):
    path = joined(client, app, services, number="none", niss="", birth_date="2/3/1990", country="FR")
    assert finish(client, path).status_code == 303
    account = account_of()
    with connection(), account_context(account):
        own = PersonalDetails.get()
    assert (own.birth_date, own.no_niss_country, own.niss_sealed) == (date(1990, 3, 2), "FR", None)


def test_a_user_name_gets_four_digits_of_ours(client, app, services):
    with connection():
        Account.update(username="aline1234").where(Account.id == make_account().id).execute()
    path = joined(client, app, services, username="Aline")
    finish(client, path)
    assert re.fullmatch(r"aline\d{4}", account_of().username) and account_of().username != "aline1234"


def test_where_they_were_going_is_kept(client, app, services):
    action, fields = form_of(soup(client.get("/join?next=/book")), holding="given_name")
    client.post(action, data={**fields, **JOINER})
    answer = finish(client, link_in(post(app, services)[-1], "/join/"))
    assert answer.headers["Location"] == "/set-up?next=/book"


def test_another_site_is_nowhere_to_go(client, app, services):
    action, fields = form_of(soup(client.get("/join?next=//evil.example")), holding="given_name")
    client.post(action, data={**fields, **JOINER, "next": "https://evil.example"})
    assert finish(client, link_in(post(app, services)[-1], "/join/")).headers["Location"] == "/set-up"


# ---- what is asked -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"given_name": ""}, "Enter your first name."),
        ({"given_name": "<b>Al</b>"}, "Please use ordinary letters only"),
        ({"email": "aline@"}, "This e-mail address is not complete."),
        ({"email": "a@b.be,c@d.be"}, "This e-mail address is not complete."),
        ({"email": "a@b.be\r\nBcc: x@y.be"}, "This e-mail address is not complete."),
        ({"niss": ""}, "Enter your national number"),
        ({"niss": "85.07.30-994.38"}, "one of them is probably mistyped"),
        ({"niss": "85.07.30"}, "A national number has 11 digits"),
        ({"number": "none", "birth_date": "31/02/1990", "country": "FR"}, "Enter your date of birth"),
        ({"number": "none", "birth_date": "01/02/1990", "country": ""}, "Choose the country"),
        ({"number": "maybe"}, ""),
        ({"password": "short"}, "Use at least 12 characters."),
        ({"password": "Aline Maes 1985"}, "This password is easy to guess."),
        ({"password": "x" * 2000}, "Use at most 128 characters"),
        ({"username": "é"}, "A user name begins with a letter"),
        ({"username": "aline@example.be"}, "A user name begins with a letter"),
        ({"accept": ""}, "Read the privacy statement"),
    ],
)
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client, changes, sentence):
    sent = {key: value for key, value in {**JOINER, **changes}.items() if value or key != "accept"}
    action, fields = form_of(soup(client.get("/join", headers=ENGLISH)), holding="given_name")
    answer = client.post(action, data={**fields, **sent}, headers=ENGLISH)
    assert answer.status_code == 422 and sentence in text(answer)
    page = soup(answer)
    kept = {
        name: page.find(attrs={"name": name}).get("value", "") for name in ("given_name", "email", "niss")
    }
    for name, value in kept.items():
        assert value == " ".join({**JOINER, **changes}[name].split())
    assert page.find(attrs={"name": "password"}).get("value", "") == ""  # never sent back
    with connection():
        assert Registration.select().count() == Outbox.select().count() == 0


def young(years, days=0):
    """Born that many years before the frozen today, and `days` later."""
    return f"{21 + days:02d}/11/{2026 - years}"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_who_is_under_sixteen_joins_with_a_parent_and_under_thirteen_not_at_all(client, clock):
    today = clock.now().date()

    def asked(born, **more):
        papers = {"number": "none", "niss": "", "country": "FR"}
        action, fields = form_of(soup(client.get("/join", headers=ENGLISH)), holding="given_name")
        data = {**fields, **JOINER, **papers, "birth_date": f"{born:%d/%m/%Y}", **more}
        return client.post(action, data=data, headers=ENGLISH)

    sixteen, tomorrow = today.replace(year=today.year - 16), date.fromordinal(today.toordinal() + 1)
    assert asked(sixteen).status_code == 303  # on the birthday itself
    almost = asked(tomorrow.replace(year=tomorrow.year - 16))
    assert almost.status_code == 422 and "You are younger than 16." in text(almost)
    assert soup(almost).find(attrs={"name": "accompanied"})
    assert asked(tomorrow.replace(year=tomorrow.year - 16), accompanied="y").status_code == 303
    thirteen = today.replace(year=today.year - 13)
    assert asked(thirteen, accompanied="y", email="b@example.be").status_code == 303
    child = asked(tomorrow.replace(year=tomorrow.year - 13), accompanied="y")
    assert child.status_code == 422 and "Children younger than 13 have no account" in text(child)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_age_is_read_from_the_number_too(client):
    action, fields = form_of(soup(client.get("/join", headers=ENGLISH)), holding="given_name")
    child = client.post(action, data={**fields, **JOINER, "niss": "14.11.21-992.39"}, headers=ENGLISH)
    assert child.status_code == 422 and "Children younger than 13" in text(child)


# ---- nobody learns who is known ----------------------------------------------------------------------------------


def plain(response):
    """What an answer says, less what is new every time."""
    body = re.sub(r'name="csrf_token" value="[^"]*"|X-CSRFToken[^}]*', "", response.get_data(as_text=True))
    body = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "<id>", body)
    location = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "<id>", response.headers.get("Location", ""))
    kept = sorted(
        (k, v) for k, v in response.headers if k not in ("Set-Cookie", "Location", "Content-Length")
    )
    cookies = sorted(cookie.split("=")[0] for cookie in response.headers.getlist("Set-Cookie"))
    return response.status_code, location, body, kept, cookies


def test_known_and_unknown_addresses_get_the_same_answer(app, services, clock):
    make_account(username="alice1234", niss="85073099437")
    seen = {}
    for email in ("alice@example.be", "ALICE@example.be", "nobody@example.be"):
        client = another_browser(app)
        clock.move(minutes=15)
        first = join(client, email=email, username="alice")
        second = client.get(first.headers["Location"])
        action, fields = form_of(soup(second), holding="registration")
        third = client.post(action, data=fields)
        with connection():
            rows = Outbox.select().count(), Registration.select().count()
        seen[email] = [plain(first), plain(second), plain(third)], rows
    answers = [answer for answer, _rows in seen.values()]
    assert answers[0] == answers[1] == answers[2]
    assert [rows for _answers, rows in seen.values()] == [
        (2, 1),
        (4, 2),
        (6, 3),
    ]  # one more each, known or not


def test_only_the_mailbox_hears_that_there_is_an_account(client, app, services):
    alice = make_account()
    join(client, email="Alice@Example.be", password="quatre tasses vertes dehors")
    (letter,) = post(app, services)
    assert letter.to == "alice@example.be" and "/join/" not in letter.text + letter.html
    assert "/sign-in" in letter.text and "/forgotten" in letter.text
    with connection():
        assert Account.select().count() == 1 and Account.get().password_hash == alice.password_hash


def test_the_letter_carries_nothing_a_stranger_typed(client, app, services):
    join(
        client,
        given_name="Visit evil.example now",
        family_name="{{7*7}}x"[:2] + "Free money",
        email="v@example.be",
    )
    letters = post(app, services)
    for letter in letters:
        assert "evil" not in letter.text + letter.html + letter.subject
        assert "85" + "07" not in letter.text + letter.html  # nor the number


def test_claiming_a_number_somebody_has_opens_nothing(client, app, services, practice):
    alice = make_account(niss="85073099437")
    path = joined(client, app, services)
    assert finish(client, path).status_code == 303
    with connection(), across_practices(reason="a test"):
        assert Connection.select().count() == 0
    assert account_of().id != alice.id


# ---- the link ----------------------------------------------------------------------------------------------------


def test_looking_at_the_link_opens_no_account(client, app, services):
    path = joined(client, app, services)
    for _ in range(3):
        assert client.get(path).status_code == 200
    assert account_of() is None


def test_whoever_tricks_somebody_into_the_link_needs_the_password(client, app, services):
    """The form was filled in by a stranger with the mailbox owner's address: their click alone opens nothing."""
    path = joined(client, app, services)
    answer = finish(another_browser(app), path, password="not what was typed before")
    assert answer.status_code == 422 and account_of() is None
    assert finish(client, path).status_code == 303  # the control


def test_the_text_must_be_approved(client, app, services):
    path = joined(client, app, services)
    action, fields = form_of(soup(client.get(path)), holding="password")
    assert client.post(action, data={**fields, "password": JOINER["password"]}).status_code == 422
    assert account_of() is None


def test_the_password_of_a_link_is_not_guessed_for_ever(client, app, services):
    path = joined(client, app, services)
    statuses = [finish(client, path, password=f"wrong number {n}").status_code for n in range(11)]
    assert statuses == [422] * 10 + [429]


def test_a_link_works_once(client, app, services):
    path = joined(client, app, services)
    action, fields = form_of(soup(client.get(path)), holding="password")
    filled = {**fields, "password": JOINER["password"], "accept": "y"}
    assert client.post(action, data=filled).status_code == 303
    again = client.post(action, data=filled)
    assert again.status_code in (400, 410)  # the token of the form belongs to the time before the sign-in
    stranger = another_browser(app)
    assert stranger.get(path).status_code == 410
    with connection():
        assert Account.select().count() == 1
        assert bytes(Registration.get().sealed) == b""  # nothing is kept twice


def test_two_at_once_open_one_account(client, app, services):
    path = joined(client, app, services)
    browsers, statuses = [another_browser(app) for _ in range(4)], []
    forms = [form_of(soup(browser.get(path)), holding="password") for browser in browsers]

    def press(browser, action, fields):
        data = {**fields, "password": JOINER["password"], "accept": "y"}
        answer = browser.post(action, data=data)
        statuses.append((answer.status_code, answer.headers.get("Location", "")))

    threads = [
        Thread(target=press, args=(browser, *form)) for browser, form in zip(browsers, forms, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(location for _status, location in statuses).count("/set-up") == 1
    assert all(status in (303, 410, 200) for status, _location in statuses), statuses
    with connection():
        assert Account.select().count() == 1


def test_whoever_presses_while_the_account_opens_reads_that_it_is_done(client, app, services, monkeypatch):
    path = joined(client, app, services)
    late, is_taken = another_browser(app), registration.is_taken
    action, fields = form_of(soup(late.get(path)), holding="password")

    def opens_meanwhile(email):
        monkeypatch.setattr(registration, "is_taken", is_taken)
        assert finish(another_browser(app), path).status_code == 303
        return is_taken(email)

    monkeypatch.setattr(registration, "is_taken", opens_meanwhile)
    answer = late.post(action, data={**fields, "password": JOINER["password"], "accept": "y"})
    assert answer.status_code == 410


def test_a_link_is_good_for_two_days(client, app, services, clock):
    path = joined(client, app, services)
    clock.move(hours=47, minutes=59)
    assert client.get(path).status_code == 200
    clock.move(minutes=1)
    late = client.get(path)
    assert late.status_code == 410
    action, fields = form_of(soup(late), holding="csrf_token")
    with_password = {**fields, "password": JOINER["password"], "accept": "y"}
    assert client.post(path, data=with_password).status_code == 410 and account_of() is None


def test_a_late_link_is_sent_anew_without_typing_anything(client, app, services, clock):
    path = joined(client, app, services, username="aline")
    clock.move(hours=50)
    page = soup(client.get(path))
    form = next(form for form in page.find_all("form") if form.get("action", "").endswith("/renewal"))
    fields = {field["name"]: field.get("value", "") for field in form.find_all("input")}
    assert client.post(form["action"], data=fields).status_code == 303
    (letter,) = post(app, services)
    newer = link_in(letter, "/join/")
    assert newer != path and client.get(path).status_code == 404
    assert finish(client, newer).status_code == 303
    assert account_of().username.startswith("aline")


def test_a_link_is_void_at_another_host(client, app, services):
    path = joined(client, app, services)
    assert client.get(path, base_url=f"http://voisin.{HOST}").status_code == 404
    assert client.get(path, base_url=PORTAL).status_code == 404
    assert client.get(path).status_code == 200


def test_a_made_up_link_leads_nowhere(client):
    for token in ("x", "A" * 22, "a" * 3000, "sent2"):
        assert client.get(f"/join/{token}").status_code == 404


def test_whoever_got_an_account_meanwhile_signs_in(client, app, services):
    path = joined(client, app, services)
    make_account(email=JOINER["email"])
    page = client.get(path, headers=ENGLISH)
    assert "You already have an account" in text(page)
    action = path
    answer = client.post(
        action, data=form_of(soup(client.get("/join")), holding="csrf_token")[1] | {"accept": "y"}
    )
    assert answer.status_code != 303
    with connection():
        assert Account.select().count() == 1


def test_somebody_who_is_signed_in_signs_out_first(client, app, services, clock):
    path = joined(client, app, services)
    sign_in_as(client, make_account(), clock=clock)
    page = client.get(path, headers=ENGLISH)
    assert "Alice Dupont is signed in" in text(page)
    fields = form_of(soup(page), holding="csrf_token")[1]
    client.post(path, data={**fields, "password": JOINER["password"], "accept": "y"})
    assert account_of() is None


# ---- again, and how often ----------------------------------------------------------------------------------------


def test_the_letter_is_sent_again_twice_and_then_one_waits(client, app, services, clock):
    first = join(client)
    page = soup(client.get(first.headers["Location"]))
    action, fields = form_of(page, holding="registration")
    statuses = [client.post(action, data=fields).status_code for _ in range(3)]
    assert statuses == [303, 303, 429]
    letters = post(app, services)
    assert len(letters) == 3 and len({link_in(letter, "/join/") for letter in letters}) == 1
    clock.move(minutes=16)
    assert client.post(action, data=fields).status_code == 303


def test_a_mailbox_hears_of_three_tries_an_hour(client, app, services, clock):
    statuses = []
    for n in range(4):
        statuses.append(join(client, given_name=f"Aline{'x' * n}").status_code)
        clock.move(minutes=14)
    assert statuses == [303, 303, 303, 429]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_nobody_confirms_is_forgotten(client, app, services, clock):
    path = joined(client, app, services)
    clock.move(days=8)
    with connection():
        assert registration.purge(now=clock.now()) == 0
    clock.move(days=2)
    with connection():
        assert registration.purge(now=clock.now()) == 1
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_waits_cannot_be_read_from_the_database(client, app, services):
    join(client)
    with connection():
        row = Registration.get()
        everything = b" ".join(str(value).encode() for value in row.__data__.values()) + bytes(row.sealed)
        payloads = " ".join(str(one.payload) for one in Outbox.select())
    for secret in ("aline", "Maes", "85073099437", "argon2"):
        assert secret.encode() not in everything and secret not in payloads


# ---- the texts ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_texts_of_the_platform_are_there_in_every_language(client):
    titles = set()
    for code in ("fr", "nl", "de", "en"):
        for kind in texts.KINDS:
            page = client.get(f"/account/texts/{kind}", headers={"Accept-Language": code})
            assert page.status_code == 200 and "{contact}" not in text(page)
            titles.add(soup(page).h1.get_text(strip=True))
    assert len(titles) == 8
    assert client.get("/account/texts/privacy/1").status_code == 200
    assert client.get("/account/texts/privacy/2").status_code == 404
    assert client.get("/account/texts/secrets").status_code == 404
