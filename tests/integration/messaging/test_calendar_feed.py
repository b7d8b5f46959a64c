"""The secret address of one's calendar: made, shown once, read by programs, taken back as if it had never been."""

import re

import pytest
from icalendar import Calendar

from app.booking.models import Appointment
from app.kernel import audit
from app.kernel.db import connection
from app.kernel.rate_limits import LIMITS
from app.kernel.tenancy import across_accounts, practice_context
from app.messaging.models import CalendarFeed
from app.patients.actions import leave
from tests.conftest import HOST
from tests.integration.messaging.world import tie, visit
from tests.journey import soup
from tests.people import make_account, sign_in_as

HERE = "/account/calendar"
PORTAL = f"http://{HOST}"


@pytest.fixture
def alice(app):
    return make_account()


@pytest.fixture
def signed_in(client, clock, alice):
    sign_in_as(client, alice, clock=clock)
    return client


def press(client, action):
    forms = soup(client.get(HERE)).select(f'form[action="{action}"]')
    token = forms[0].find("input", attrs={"name": "csrf_token"})["value"]
    return client.post(action, data={"csrf_token": token})


def make(client):
    """The path of a new address."""
    answer = press(client, HERE)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    address = soup(answer).select_one("code.key").get_text(strip=True)
    assert address.startswith(f"{PORTAL}/calendar/")
    return address.removeprefix(PORTAL)


def read(app, path):
    """As a program does: without a cookie."""
    return app.test_client().get(path, base_url=PORTAL)


def events(answer):
    assert answer.status_code == 200 and answer.mimetype == "text/calendar"
    return {str(event["uid"]): event for event in Calendar.from_ical(answer.data).walk("VEVENT")}


def test_one_address_shows_the_appointments_of_every_practice(app, signed_in, practice, neighbour, alice):
    here = visit(practice, "2026-11-24 14:30", patient=tie(alice, practice))
    there = visit(neighbour, "2026-11-26 09:00", patient=tie(alice, neighbour))
    answer = read(app, make(signed_in))
    found = events(answer)
    assert set(found) == {f"{here.id}@lavande.{HOST}", f"{there.id}@voisin.{HOST}"}
    event = found[f"{here.id}@lavande.{HOST}"]
    assert str(event["summary"]) == practice.name and event["sequence"] == 0
    assert f"{event['dtstart'].dt:%Y-%m-%d %H:%M %Z}" == "2026-11-24 14:30 CET"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Set-Cookie" not in answer.headers and not event.walk("VALARM")


def test_it_says_practice_place_and_hour_and_nothing_else(app, signed_in, practice, alice):
    made = visit(practice, "2026-11-24 14:30", patient=tie(alice, practice))
    answer = read(app, make(signed_in))
    (event,) = events(answer).values()
    assert set(event) == {
        "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "STATUS", "TRANSP",
    }  # fmt: skip
    with practice_context(practice):
        row = Appointment.get_by_id(made.id)
        words = {*row.service.name.values(), row.practitioner.family_name, row.patient.family_name}
    assert not [word for word in words if word in answer.get_data(as_text=True)]


def test_what_changes_keeps_its_name_and_rises(app, signed_in, practice, alice, clock):
    made = visit(practice, "2026-11-24 14:30", patient=tie(alice, practice))
    path = make(signed_in)
    with practice_context(practice):
        Appointment.update(starts=made.starts + 60, ends=made.ends + 60, version=2).execute()
    (event,) = events(read(app, path)).values()
    assert event["sequence"] == 1 and event["dtstart"].dt.hour == 15 and event["status"] == "CONFIRMED"
    ended = {"cancelled_at": clock.now(), "cancelled_by": "guest", "cancel_kind": "patient"}
    with practice_context(practice):
        Appointment.update(status="cancelled", version=3, **ended).execute()
    (event,) = events(read(app, path)).values()
    assert event["sequence"] == 2 and event["status"] == "CANCELLED"
    clock.move(days=40)
    assert events(read(app, path)) == {}  # for a while


def test_what_is_only_asked_for_and_what_was_left_is_not_in_it(
    app, signed_in, practice, neighbour, alice, clock
):
    visit(practice, "2026-11-24 14:30", patient=tie(alice, practice), status="proposed")
    visit(neighbour, "2026-11-26 09:00", patient=tie(alice, neighbour))
    path = make(signed_in)
    assert len(events(read(app, path))) == 1
    with practice_context(neighbour):
        leave(alice, now=clock.now())
    assert events(read(app, path)) == {}


def test_another_persons_are_not_in_it(app, signed_in, practice, alice):
    bob = make_account(email="bob@example.be", given_name="Bob")
    visit(practice, "2026-11-24 14:30", patient=tie(bob, practice, given_name="Bob"))
    assert events(read(app, make(signed_in))) == {}


def test_taken_back_it_answers_as_one_that_never_was(app, signed_in, alice):
    path = make(signed_in)
    assert read(app, path).status_code == 200  # the control
    assert press(signed_in, f"{HERE}/revocation").status_code == 303
    gone, never = read(app, path), read(app, "/calendar/" + "x" * 22 + ".ics")
    assert gone.status_code == never.status_code == 404

    def plain(answer):
        return re.sub(r'value="[^"]*"|X-CSRFToken[^}]*|/calendar/[^?"]*', "", answer.get_data(as_text=True))

    assert plain(gone) == plain(never)
    with connection():
        verbs = [row.verb for row in audit.AccountEvent.select().order_by(audit.AccountEvent.seq)]
    assert verbs[-2:] == ["feed.make", "feed.revoke"]


def test_a_new_one_ends_the_one_before(app, signed_in):
    first, second = make(signed_in), make(signed_in)
    assert first != second
    assert read(app, first).status_code == 404 and read(app, second).status_code == 200


def test_only_a_hash_is_kept_and_the_page_never_shows_it_again(signed_in):
    token = make(signed_in).removeprefix("/calendar/").removesuffix(".ics")
    assert len(token) == 22  # 128 bits
    with connection(), across_accounts(reason="a test"):
        (row,) = CalendarFeed.select()
    assert token not in str(row.__data__)
    assert token not in signed_in.get(HERE).get_data(as_text=True)


def test_it_goes_with_the_account(app, signed_in, alice):
    from app.kernel.owners import Account

    path = make(signed_in)
    with connection():
        Account.delete().where(Account.id == alice.id).execute()
    assert read(app, path).status_code == 404


def test_making_one_asks_for_a_proof_that_is_fresh(client, clock, alice):
    sign_in_as(client, alice, clock=clock)
    clock.move(minutes=20)
    page = soup(client.get(HERE))
    token = page.select_one(f'form[action="{HERE}"] input')["value"]
    assert client.post(HERE, data={"csrf_token": token}).headers["Location"].startswith("/step-up")


def test_programs_that_ask_without_end_wait(app, signed_in, clock):
    path = make(signed_in)
    most = LIMITS["feed"]["account"].amount
    assert [read(app, path).status_code for _ in range(most)] == [200] * most
    beyond = read(app, path)
    assert beyond.status_code == 429 and int(beyond.headers["Retry-After"]) > 0
    clock.move(hours=2)
    assert read(app, path).status_code == 200


def test_guessing_is_counted_and_slowed(app, client):
    most = LIMITS["token"]["address"].amount
    assert {read(app, f"/calendar/{number:022d}.ics").status_code for number in range(most)} == {404}
    assert read(app, f"/calendar/{most:022d}.ics").status_code == 429


def test_it_answers_at_the_portal_alone(app, signed_in):
    path = make(signed_in)
    assert app.test_client().get(path, base_url=f"http://lavande.{HOST}").status_code == 404


def test_no_two_are_alike(signed_in):
    found = {make(signed_in) for _ in range(20)}
    assert len(found) == 20
