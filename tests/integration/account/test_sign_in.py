"""Who gets in with a password, what a stranger learns by trying, and what remains after leaving."""

import re
from datetime import timedelta

import pytest

from app.identity import passwords
from app.identity.models import KnownDevice, Session
from app.identity.sessions import ABSOLUTE, HALFWAY, IDLE
from app.kernel.audit import AccountEvent, AuditEvent
from app.kernel.outbox import Outbox
from app.kernel.owners import Account
from app.kernel.tenancy import account_context, practice_context
from app.staff.models import Member
from tests.conftest import HOST
from tests.factories import NOW, make_appointment
from tests.integration.account.ways import SECOND, cookie, password, second, whole
from tests.journey import form_of, soup
from tests.people import PASSWORD, code_now, make_account, make_member, sign_in_as

DESK = "/desk/day"
PORTAL = {"base_url": f"http://{HOST}"}


def plain(response):
    """The page without what differs at every look."""
    return re.sub(r'value="[^"]*"|X-CSRFToken[^}]*', "", response.get_data(as_text=True))


# ---- the way in -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("base", [{}, PORTAL], ids=["practice", "portal"])
def test_a_patient_signs_in_with_password_and_app_on_any_site(client, clock, app, base):
    make_account()
    answer = password(client, base=base)
    assert answer.status_code == 303 and answer.headers["Location"] == SECOND
    answer = second(client, code_now(clock), base=base)
    assert answer.status_code == 303 and answer.headers["Location"] == "/me"
    assert client.get("/step-up", **base).status_code == 303  # proved a moment ago: on to the account


def test_a_user_name_and_any_case_will_do(client, app):
    make_account(username="alice.dupont1234")
    assert password(client, name="  Alice.Dupont1234 ").headers["Location"] == SECOND
    assert password(client, name="ALICE@example.be").headers["Location"] == SECOND


def test_somebody_without_a_second_factor_is_led_to_the_assistant(client, app):
    make_account(factor=None)
    assert password(client, next="/account/privacy").headers["Location"] == "/set-up?next=/account/privacy"
    for page in ("/account", "/step-up", "/account/sign-in", DESK):
        answer = client.get(page)
        assert answer.status_code in (303, 404) and "second" not in answer.headers.get("Location", "")
    assert client.get(SECOND).headers["Location"].startswith("/set-up")


def test_a_password_alone_opens_nothing(client, clock, practice):
    make_member(practice)
    password(client, name="sylvie@lavande.example")
    assert client.get(DESK).headers["Location"].startswith(SECOND)
    second(client, code_now(clock))
    assert client.get(DESK).status_code == 200  # the control


def test_the_receptionist_arrives_at_her_desk_and_the_journal_says_whom_she_saw(client, clock, practice):
    sylvie = make_member(practice)
    with practice_context(practice):
        appointment = make_appointment(starts=29_925_480)  # 24 November 2026, 14 h
    assert whole(client, clock, name="sylvie@lavande.example").headers["Location"] == DESK
    page = client.get(DESK + "?date=2026-11-24")
    assert page.status_code == 200 and "Alice Dupont" in page.get_data(as_text=True)
    assert page.headers["Cache-Control"] == "no-store"
    with practice_context(practice):
        event = AuditEvent.get(AuditEvent.verb == "day.read")
    assert event.actor == f"account:{sylvie.id}" and event.detail == {
        "patients": [appointment.patient_id.hex]
    }


def test_it_leads_on_to_where_the_person_was_going(client, clock, practice):
    make_member(practice)
    wanted = client.get(DESK + "?date=2026-11-24").headers["Location"]
    assert wanted.startswith("/sign-in?next=")
    answer = password(client, name="sylvie@lavande.example", url=wanted)
    page = soup(client.get(answer.headers["Location"]))
    _, fields = form_of(page, holding="code")
    answer = client.post(f"{SECOND}/app", data={**fields, "code": code_now(clock)})
    assert answer.headers["Location"] == DESK + "?date=2026-11-24"


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "/\\evil", "javascript:alert(1)", "/x\r\nX: y", "/\t/evil"],
)
def test_signing_in_never_leads_to_another_site(client, clock, app, target):
    make_account()
    assert password(client, next=target).headers["Location"] == SECOND
    assert second(client, code_now(clock), next=target).headers["Location"] == "/me"
    client.delete_cookie("session", domain=f"lavande.{HOST}")
    clock.move(minutes=1)
    password(client)
    assert second(client, code_now(clock), next="/texts/privacy").headers["Location"] == "/texts/privacy"


def test_whoever_is_signed_in_is_sent_on(client, clock, app):
    account = make_account()
    sign_in_as(client, account, clock=clock)
    assert client.get("/sign-in").headers["Location"] == "/me"
    assert client.get("/sign-in?next=/texts/privacy").headers["Location"] == "/texts/privacy"
    assert client.get("/sign-in?next=//evil").headers["Location"] == "/me"


# ---- what a stranger learns -----------------------------------------------------------------------------------------


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(client, app):
    make_account()
    answers = [
        password(client, secret="guessed-at"),
        password(client, name="nobody@example.be", secret="guessed-at"),
        password(client, name="nobody", secret="guessed-at"),
    ]
    assert {answer.status_code for answer in answers} == {422}
    assert len({plain(answer) for answer in answers}) == 1
    assert len({str(sorted(answer.headers.keys())) for answer in answers}) == 1
    assert 'value="alice@example.be"' in answers[0].get_data(as_text=True)  # what was typed is still there
    assert "guessed-at" not in answers[0].get_data(as_text=True)  # but never the password


def test_the_lock_looks_the_same_for_a_name_nobody_has(client, app):
    make_account()
    answers = []
    for name in ("alice@example.be", "nobody@example.be"):
        for _ in range(10):
            assert password(client, name=name, secret="wrong").status_code == 422
        answers.append(password(client, name=name))
    assert {answer.status_code for answer in answers} == {429}
    assert plain(answers[0]) == plain(answers[1])
    assert answers[0].headers["Retry-After"] == answers[1].headers["Retry-After"]
    assert "/forgotten" in answers[0].get_data(as_text=True)


def test_an_unknown_name_costs_a_hash_too(client, app, monkeypatch):
    make_account()
    seen = []
    real = passwords.matches
    monkeypatch.setattr(passwords, "matches", lambda stored, typed: seen.append(1) or real(stored, typed))
    password(client, name="nobody@example.be")
    password(client, secret="wrong")
    assert len(seen) == 2


def test_guessing_stops_and_the_right_password_works_again_later(client, clock, app):
    make_account()
    for _ in range(10):
        assert password(client, secret="wrong").status_code == 422
    answer = password(client)
    assert answer.status_code == 429 and 0 < int(answer.headers["Retry-After"]) <= 900
    clock.move(minutes=16)
    assert password(client).status_code == 303


def test_nobody_is_locked_out_of_a_browser_they_know(client, clock, app):
    make_account()
    whole(client, clock)
    token = cookie(client, "device")
    stranger = app.test_client()
    for _ in range(40):
        assert password(stranger, secret="wrong").status_code in (422, 429)
    assert password(stranger).status_code == 429  # the stranger stays outside, even with the right one
    client.delete_cookie("session", domain=f"lavande.{HOST}")
    assert password(client).status_code == 303
    assert cookie(client, "device") == token


def test_a_known_browser_has_a_budget_of_its_own(client, clock, app):
    make_account()
    whole(client, clock)
    client.delete_cookie("session", domain=f"lavande.{HOST}")
    for _ in range(10):
        assert password(client, secret="wrong").status_code == 422
    assert password(client).status_code == 429
    assert password(app.test_client()).status_code == 303  # the control: others are not concerned


def test_a_browser_known_to_one_person_is_a_stranger_to_another(client, clock, app):
    make_account()
    make_account(email="victim@example.be", given_name="Victoria")
    whole(client, clock)
    client.delete_cookie("session", domain=f"lavande.{HOST}")
    for _ in range(10):
        password(client, name="victim@example.be", secret="wrong")
    assert password(client, name="victim@example.be").status_code == 429
    assert password(client).status_code == 303  # the control


def test_a_planted_device_is_nobodys(client, clock, app, inside):
    account = make_account()
    client.set_cookie("device", "planted", domain=f"lavande.{HOST}")
    whole(client, clock)
    stranger = app.test_client()
    stranger.set_cookie("device", "planted", domain=f"lavande.{HOST}")
    for _ in range(10):
        password(stranger, secret="wrong")
    assert password(stranger).status_code == 429
    with account_context(account):
        assert KnownDevice.select().count() == 1


def test_one_address_cannot_try_many_names(client, app):
    for number in range(50):
        assert password(client, name=f"nobody{number}@example.be", secret="wrong").status_code == 422
    assert password(client, name="nobody@example.be", secret="wrong").status_code == 429


def test_a_password_of_a_megabyte_is_refused_without_a_hash(client, app, monkeypatch):
    make_account()
    monkeypatch.setattr(passwords, "_in_turn", lambda work: pytest.fail("hashed"))
    assert password(client, secret="x" * 1025).status_code == 422
    assert password(client, secret="é" * 600).status_code == 422


def test_an_old_hash_is_renewed_by_the_right_password_alone(client, inside):
    from argon2 import PasswordHasher

    old = PasswordHasher(memory_cost=8192, time_cost=1, parallelism=1).hash(PASSWORD)
    account = make_account()
    Account.update(password_hash=old).where(Account.id == account.id).execute()
    password(client, secret="wrong")
    assert Account.get_by_id(account.id).password_hash == old
    assert password(client).status_code == 303
    renewed = Account.get_by_id(account.id).password_hash
    assert renewed != old and passwords.matches(renewed, PASSWORD)


# ---- the form -------------------------------------------------------------------------------------------------------


def test_an_expired_page_keeps_what_was_typed(client, app):
    make_account()
    answer = client.post("/sign-in", data={"name": "alice@example.be", "password": PASSWORD, "stay": "y"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and 'value="alice@example.be"' in page and PASSWORD not in page
    assert soup(answer).find(id="stay").has_attr("checked")
    assert cookie(client) is None
    _, fields = form_of(soup(answer), holding="password")
    assert client.post("/sign-in", data={**fields, "password": PASSWORD}).status_code == 303


def test_a_browser_without_cookies_is_told_so(app, client):
    fields = {"name": "alice@example.be", "password": PASSWORD}
    without = app.test_client(use_cookies=False)
    assert len(soup(without.post("/sign-in", data=fields)).select(".error-summary li")) == 2
    client.get("/sign-in")
    assert len(soup(client.post("/sign-in", data=fields)).select(".error-summary li")) == 1  # the control


def test_nobody_is_signed_in_by_a_form_of_another_site(client, clock, app):
    """The token belongs to the browser: one of the attacker's own is refused."""
    make_account()
    _, fields = form_of(soup(app.test_client().get("/sign-in")), holding="password")
    answer = client.post("/sign-in", data={**fields, "name": "alice@example.be", "password": PASSWORD})
    assert answer.status_code == 422 and cookie(client) is None


@pytest.mark.parametrize("name", ["", " ", "x" * 300, "\x00", "'; DROP TABLE account; --", "a@b\r\nBcc: c@d"])
def test_odd_names_are_answered_like_any_other(client, app, name):
    assert password(client, name=name, secret="x").status_code == 422


# ---- sessions -------------------------------------------------------------------------------------------------------


def test_the_cookie_changes_at_every_step_and_the_old_one_is_dead(client, clock, app):
    make_account()
    client.set_cookie("session", "planted", domain=f"lavande.{HOST}")
    password(client)
    halfway = cookie(client)
    assert halfway != "planted"
    second(client, code_now(clock))
    whole_way = cookie(client)
    assert whole_way not in ("planted", halfway)
    for dead in ("planted", halfway):
        thief = app.test_client()
        thief.set_cookie("session", dead, domain=f"lavande.{HOST}")
        for page in (SECOND, "/step-up"):
            assert thief.get(page).headers["Location"].startswith("/sign-in?")
    assert client.get("/step-up").headers["Location"] == "/account"  # the control


def test_signing_in_again_ends_what_the_browser_was_before(client, clock, app, inside):
    account = make_account()
    make_account(email="bert@example.be", given_name="Bert")
    sign_in_as(client, account, clock=clock, stage="second")
    password(client, name="bert@example.be")
    with account_context(account):
        assert Session.select().count() == 0


def test_the_session_is_void_next_door(client, clock, practice):
    make_member(practice)
    whole(client, clock, name="sylvie@lavande.example")
    found = client.get_cookie("session", domain=f"lavande.{HOST}")
    assert found.http_only and found.same_site == "Lax" and found.max_age is None
    for host in (f"voisin.{HOST}", HOST):
        client.set_cookie("session", found.value, domain=host)
        answer = client.get("/step-up", base_url=f"http://{host}")
        assert answer.headers["Location"].startswith("/sign-in?")
    assert client.get(DESK).status_code == 200  # the control


@pytest.mark.parametrize("pause", [IDLE, ABSOLUTE])
def test_a_session_ends_when_idle_and_when_it_is_old(client, clock, practice, pause):
    sign_in_as(client, make_member(practice), clock=clock, staff=True)
    assert client.get(DESK).status_code == 200
    if pause == ABSOLUTE:
        for _ in range(int(ABSOLUTE / timedelta(minutes=20)) - 1):
            clock.move(minutes=20)
            assert client.get(DESK).status_code == 200
        clock.move(minutes=20)
    else:
        clock.at += IDLE + timedelta(seconds=1)
    assert client.get(DESK).status_code == 303


def test_a_password_given_long_ago_opens_nothing(client, clock, app):
    make_account()
    password(client)
    clock.at += HALFWAY - timedelta(seconds=1)
    assert client.get(SECOND).status_code == 200  # the control
    clock.at += timedelta(seconds=1)
    assert client.get(SECOND).headers["Location"].startswith("/sign-in?")


def test_staying_signed_in_lasts_thirty_days_and_only_for_patients(client, clock, practice):
    make_account()
    whole(client, clock, stay="y")
    assert client.get_cookie("session", domain=f"lavande.{HOST}").max_age == 90 * 86_400
    clock.move(days=29)
    assert client.get("/sign-in").status_code == 303
    clock.move(days=30, minutes=1)
    assert client.get("/sign-in").status_code == 200

    make_member(practice)
    clock.move(minutes=1)
    whole(client, clock, name="sylvie@lavande.example", stay="y")
    assert client.get_cookie("session", domain=f"lavande.{HOST}").max_age is None
    clock.move(minutes=31)
    assert client.get(DESK).status_code == 303


def test_a_fragment_asked_after_the_end_says_where_to_sign_in_and_nothing_else(client, clock, practice):
    sign_in_as(client, make_member(practice), clock=clock, staff=True)
    partial = {
        "HX-Request": "true",
        "HX-Request-Type": "partial",
        "Referer": f"http://lavande.{HOST}{DESK}?date=2026-11-24",
    }
    assert client.get(DESK, headers=partial).status_code == 200  # the control
    clock.move(minutes=31)
    answer = client.get(DESK, headers=partial)
    assert answer.status_code == 401 and answer.data == b""
    assert answer.headers["HX-Redirect"].startswith("/sign-in?next=/desk/day")


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(client, clock, practice, app):
    from app.web.access import quiet

    sign_in_as(client, make_member(practice), clock=clock, staff=True)
    loud = app.view_functions["desk.day"]
    try:
        quiet(loud)
        for _ in range(2):
            clock.move(minutes=14)
            assert client.get(DESK).status_code == 200
        clock.move(minutes=3)
        assert client.get(DESK).status_code == 303
    finally:
        del loud.quiet
    client.delete_cookie("session", domain=f"lavande.{HOST}")
    sign_in_as(client, Account.get(), clock=clock, staff=True)
    for _ in range(3):  # the control
        clock.move(minutes=14)
        assert client.get(DESK).status_code == 200


def test_signing_out_ends_it_everywhere_and_clears_the_browser(client, clock, practice):
    sign_in_as(client, make_member(practice), clock=clock, staff=True)
    copy = cookie(client)
    _, fields = form_of(soup(client.get(DESK)), holding="csrf_token")
    answer = client.post("/sign-out", data=fields)
    assert answer.status_code == 303 and "done=signed-out" in answer.headers["Location"]
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert cookie(client) is None
    assert soup(client.get(answer.headers["Location"])).find(role="status") is not None
    client.set_cookie("session", copy, domain=f"lavande.{HOST}")
    assert client.get(DESK).status_code == 303


def test_signing_out_keeps_the_browser_known(client, clock, app):
    make_account()
    whole(client, clock)
    token = cookie(client, "device")
    _, fields = form_of(soup(client.get("/")), holding="csrf_token")
    client.post("/sign-out", data=fields)
    assert token and cookie(client, "device") == token


# ---- what is left behind --------------------------------------------------------------------------------------------


def test_the_journal_says_how_and_nothing_of_wrong_guesses(client, clock, inside):
    account = make_account()
    password(client, secret="wrong")
    whole(client, clock)
    (event,) = AccountEvent.select().where(
        AccountEvent.account_id == account.id, AccountEvent.verb == "sign-in"
    )
    assert event.detail == {"with": "app", "host": f"lavande.{HOST}", "device": "new"}
    assert not [found for found in AccountEvent.select() if "fail" in found.verb]


def test_a_new_browser_is_told_by_mail_except_the_very_first(client, clock, inside, app):
    make_account()
    notices = Outbox.select().where(Outbox.event == "new-sign-in")
    whole(client, clock)
    assert notices.count() == 0
    clock.move(minutes=1)
    whole(app.test_client(), clock)
    assert notices.count() == 1
    clock.move(minutes=1)
    client.delete_cookie("session", domain=f"lavande.{HOST}")
    whole(client, clock)  # known by now
    assert notices.count() == 1


def test_the_notice_says_where_and_what_to_do(client, clock, inside, app, services):
    from app.worker import deliver_due

    make_account(language="en")
    whole(client, clock)
    clock.move(minutes=1)
    other = app.test_client()
    other.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"
    whole(other, clock)
    clock.move(minutes=1)
    deliver_due()
    (letter,) = services.mailer.letters
    for text in (letter.text, letter.html):
        assert f"lavande.{HOST}" in text and "Firefox" in text and "/forgotten" in text


def test_the_browser_speaks_the_persons_language_unless_it_has_chosen(client, clock, app):
    make_account(language="nl")
    whole(client, clock)
    assert cookie(client, "lang") == "nl"
    make_account(email="dirk@example.be", language="de")
    other = app.test_client()
    other.set_cookie("lang", "fr", domain=f"lavande.{HOST}")
    whole(other, clock, name="dirk@example.be")
    assert cookie(other, "lang") == "fr"


# ---- the desk -------------------------------------------------------------------------------------------------------


def test_an_empty_day_is_a_page_too(client, clock, practice):
    sign_in_as(client, make_member(practice), clock=clock, staff=True)
    for date in ("2026-11-22", "1999-01-01", "x", "9999-99-99"):
        assert client.get(f"{DESK}?date={date}").status_code == 200


@pytest.mark.parametrize(
    "change", [{"ends_on": NOW.date() - timedelta(days=1)}, {"starts_on": NOW.date() + timedelta(days=1)}]
)
def test_a_member_out_of_their_dates_gets_to_their_account_and_not_to_the_desk(
    client, clock, practice, change
):
    make_member(practice)
    with practice_context(practice):
        Member.update(**change).execute()
    assert whole(client, clock, name="sylvie@lavande.example").headers["Location"] == "/me"
    assert client.get(DESK).status_code == 403


def test_a_member_without_the_permission_is_told_so(client, clock, practice):
    sign_in_as(client, make_member(practice, roles=("cleaner",)), clock=clock, staff=True)
    assert client.get(DESK).status_code == 403


@pytest.mark.parametrize(("secret", "first"), [("zwaluwen1234", True), ("zwaluwen12345ab", False)])
def test_a_member_with_the_short_password_of_a_patient_is_led_to_a_longer_one(
    client, clock, practice, secret, first
):
    account = make_member(practice)
    Account.update(password_hash=passwords.hash_of(secret)).where(Account.id == account.id).execute()
    asked = client.get(password(client, name=account.email, secret=secret).headers["Location"])
    _, fields = form_of(soup(asked), holding="code")
    landed = client.post(f"{SECOND}/app", data={**fields, "code": code_now(clock)}).headers["Location"]
    assert (landed == "/account/password?why=member") is first
    if first:
        assert "15" in client.get(landed).get_data(as_text=True)
