"""Who gets to the desk, and who does not."""

import re
from datetime import timedelta

import pytest

from app.identity.actions import ABSOLUTE, IDLE, TRIES
from app.identity.passwords import hash_of
from app.kernel.audit import AuditEvent
from app.kernel.owners import Account
from app.kernel.tenancy import practice_context
from app.staff.models import Member
from tests.factories import NOW, make_appointment
from tests.journey import form_of, soup

PASSWORD = "correct horse battery staple"
DESK = "/desk/day"


@pytest.fixture
def sylvie(practice):
    account = Account.create(
        email="sylvie@lavande.example",
        password_hash=hash_of(PASSWORD),
        given_name="Sylvie",
        family_name="Renard",
        created_at=NOW,
    )
    with practice_context(practice):
        Member.create(account=account, roles=["receptionist"], starts_on=NOW.date())
    return account


@pytest.fixture
def sign_in(client, sylvie):
    def _sign_in(*, password=PASSWORD, email="sylvie@lavande.example", **more):
        _, fields = form_of(soup(client.get("/sign-in")), holding="password")
        return client.post("/sign-in", data={**fields, "email": email, "password": password, **more})

    return _sign_in


def test_without_a_session_the_desk_leads_to_the_sign_in(client):
    response = client.get(DESK + "?date=2026-11-24")
    assert response.status_code == 303
    assert response.headers["Location"].startswith("/sign-in?next=")


def test_the_receptionist_sees_the_day_and_the_journal_says_whom_she_saw(client, sign_in, practice, sylvie):
    with practice_context(practice):
        appointment = make_appointment(starts=29_925_480)  # 24 November 2026, 14 h
    assert sign_in().headers["Location"] == DESK
    page = client.get(DESK + "?date=2026-11-24")
    assert page.status_code == 200 and "Alice Dupont" in page.get_data(as_text=True)
    assert page.headers["Cache-Control"] == "no-store"
    with practice_context(practice):
        event = AuditEvent.get(AuditEvent.verb == "day.read")
    assert event.actor == f"account:{sylvie.id}"
    assert event.detail == {"patients": [appointment.patient_id.hex]}


def test_an_empty_day_is_a_page_too(client, sign_in):
    sign_in()
    for date in ("2026-11-22", "1999-01-01", "x", "9999-99-99"):
        assert client.get(f"{DESK}?date={date}").status_code == 200


def test_a_wrong_password_and_an_unknown_mail_get_the_same_answer(sign_in):
    wrong, unknown = sign_in(password="wrong"), sign_in(email="nobody@lavande.example", password="wrong")
    assert wrong.status_code == unknown.status_code == 422

    def plain(response):
        return re.sub(r'value="[^"]*"|X-CSRFToken[^}]*', "", response.get_data(as_text=True))

    assert plain(wrong) == plain(unknown)


def test_guessing_stops_and_the_right_password_works_again_later(sign_in, clock):
    for _ in range(TRIES):
        assert sign_in(password="wrong").status_code == 422
    assert sign_in().status_code == 429
    clock.move(minutes=16)
    assert sign_in().status_code == 303


def test_the_session_is_void_next_door(client, sign_in):
    sign_in()
    cookie = client.get_cookie("session", domain="lavande.parvis.test")
    assert cookie.http_only and cookie.same_site == "Lax"
    client.set_cookie("session", cookie.value, domain="voisin.parvis.test")
    assert client.get(DESK, base_url="http://voisin.parvis.test").status_code == 303
    assert client.get(DESK).status_code == 200  # the control


@pytest.mark.parametrize("pause", [IDLE, ABSOLUTE])
def test_a_session_ends_when_idle_and_when_it_is_old(client, sign_in, clock, pause):
    sign_in()
    assert client.get(DESK).status_code == 200
    if pause == ABSOLUTE:
        for _ in range(int(ABSOLUTE / timedelta(minutes=20))):
            clock.move(minutes=20)
            client.get(DESK)
    else:
        clock.at += IDLE + timedelta(seconds=1)
    assert client.get(DESK).status_code == 303


def test_signing_out_ends_it_everywhere(client, sign_in):
    sign_in()
    cookie = client.get_cookie("session", domain="lavande.parvis.test").value
    _, fields = form_of(soup(client.get(DESK)), holding="csrf_token")
    assert client.post("/sign-out", data=fields).status_code == 303
    client.set_cookie("session", cookie, domain="lavande.parvis.test")
    assert client.get(DESK).status_code == 303


@pytest.mark.parametrize(
    "change", [{"ends_on": NOW.date() - timedelta(days=1)}, {"starts_on": NOW.date() + timedelta(days=1)}]
)
def test_a_member_out_of_their_dates_does_not_get_in(sign_in, practice, change):
    with practice_context(practice):
        Member.update(**change).execute()
    assert sign_in().status_code == 422


def test_a_member_without_the_permission_is_told_so(client, sign_in, practice):
    sign_in()
    with practice_context(practice):
        Member.update(roles=["cleaner"]).execute()
    assert client.get(DESK).status_code == 403


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil", "javascript:alert(1)", "/x\r\nX: y"]
)
def test_signing_in_never_leads_to_another_site(sign_in, target):
    assert sign_in(next=target).headers["Location"] == DESK
