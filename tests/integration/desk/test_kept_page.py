"""The day's page is kept as it was written for one member, and written anew as soon as anything on it is another."""

import re
from datetime import timedelta

import pytest
from flask import template_rendered
from jinja2 import meta

from app.booking.models import Appointment
from app.desk import frame
from app.factory import ROOT
from app.identity.models import Representation, Session
from app.kernel.clock import local
from app.kernel.owners import Account, Practice
from app.kernel.tenancy import account_context, practice_context
from app.patients import actions as patients
from app.patients.models import AccessEntry
from app.staff.models import Member
from tests.conftest import HOST
from tests.people import SEALER, make_account, make_member, sign_in_as

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
TEMPLATES = ROOT / "templates"
TOKEN = re.compile(r'(?<=name="csrf_token" value=")[^"]+|(?<="X-CSRFToken": ")[^"]+')
# what the templates of the page read that is the same for everybody and as long as the app runs
FIXED = {
    "_",
    "ngettext",
    "csrf_token",
    "dev_mailbox",
    "has_page",
    "icon",
    "languages",
    "portal_url",
    "static",
}
# what they read that the key names: of the practice, the member, the address, the counts and the agendas themselves
NAMED = {"practice", "theme_url", "logo_url", "language", "language_links", "request", "staff", "viewer"}
NAMED |= {"unread_messages", "shown", "seen", "agendas", "today", "people", "places"}
ON_THE_PAGE = (
    *("desk/day.html", "layouts/desk.html", "layouts/base.html"),
    *("components/viewer.html", "components/_languages.html", "components/buttons.html"),
)


@pytest.fixture
def sylvie(practice):
    return make_member(practice, roles=["owner"])


@pytest.fixture
def address(offer, starts):
    return f"/desk/day?date={local(starts[0], 'Europe/Brussels').date()}"


@pytest.fixture
def written(app):
    """Names of the pages that were written, one after the other."""
    names = []

    def note(_app, template, **_more):
        names.append(template.name)

    with template_rendered.connected_to(note, app):
        yield names


def page(client, address, **options):
    answer = client.get(address, **options)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    return answer.text


def unsigned(text):
    """Without the token of its forms, which says to the second when it was written."""
    return TOKEN.sub("", text)


def settled(client, address):
    """The page after the look of it is journaled, so that nothing is left to change."""
    page(client, address)
    page(client, address)
    return page(client, address)


def test_a_page_on_which_nothing_changed_is_not_written_again(desk, booked, address, written):
    first = settled(desk, address)
    written.clear()
    assert unsigned(page(desk, address)) == unsigned(first) and "Alice" in first
    assert written == []  # the control of every test below


def rename(practice, booked, clock, _account):
    file = booked.patient
    values = {name: getattr(file, name) for name in patients.CHANGEABLE} | {"family_name": "Lambrecht"}
    patients.change_details(
        file, values, seen=patients.state_of(file), sealer=SEALER, by="operator", now=clock.now()
    )


def arrive(practice, booked, clock, _account):
    Appointment.update(status="arrived", version=booked.version + 1).where(
        Appointment.id == booked.id
    ).execute()


def orphan(practice, booked, clock, _account):
    Appointment.update(fit="orphaned").where(Appointment.id == booked.id).execute()


def call_the_member(practice, booked, clock, account):
    Account.update(given_name="Solange").where(Account.id == account.id).execute()


def take_the_role(practice, booked, clock, account):
    Member.update(roles=["receptionist"]).where(Member.account == account.id).execute()


def call_the_practice(practice, booked, clock, _account):
    Practice.update(name="Cabinet du Parc", catalogue_version=Practice.catalogue_version + 1).execute()


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        (rename, "Alice Dupont", "Alice Lambrecht"),
        (arrive, "visit-booked", "visit-arrived"),
        (orphan, "", '<span class="count">1<'),
        (call_the_member, "</span>Sylvie</span>", "</span>Solange</span>"),
        (take_the_role, 'href="/settings"', "</html>"),
        (call_the_practice, "Lavande", "Cabinet du Parc"),
    ],
)
def test_a_change_shows_at_once(change, before, after, desk, practice, booked, clock, address, sylvie):
    old = settled(desk, address)
    assert before in old and (after not in old or after == "</html>")
    with practice_context(practice):
        change(practice, booked, clock, sylvie)
    new = settled(desk, address)
    assert after in new and (before not in new or not before)


def test_a_name_that_changed_between_two_looks_shows_on_the_second(desk, practice, booked, clock, address):
    page(desk, address)
    with practice_context(practice):
        rename(practice, booked, clock, None)
    assert "Lambrecht" in page(desk, address)


def test_another_language_another_day_and_another_address_are_other_pages(desk, booked, address):
    french = settled(desk, address)
    german = page(desk, address, headers={"Accept-Language": "de"})
    assert "Réservé" in french and "Réservé" not in german and 'lang="de"' in german
    # control: the first one is still there
    assert unsigned(page(desk, address)) == unsigned(french)
    assert "practitioner=x&amp;lang" in page(desk, f"{address}&practitioner=x")
    assert "Alice" not in page(desk, "/desk/day?date=2026-12-25")


def test_a_colleague_has_a_page_of_their_own_and_a_token_of_their_own(
    desk, practice, booked, clock, app, address
):
    mine = settled(desk, address)
    other = app.test_client()
    marc = make_member(practice, email="marc@lavande.example", given_name="Marc")
    sign_in_as(other, marc, clock=clock, staff=True)
    theirs = settled(other, address)
    assert "Sylvie" in mine and "Sylvie" not in theirs and "Marc" in theirs
    assert 'href="/settings"' in mine and 'href="/settings"' not in theirs
    tokens, others = set(TOKEN.findall(mine)), set(TOKEN.findall(theirs))
    assert len(tokens) == len(others) == 1 and not tokens & others


def test_the_same_person_in_another_browser_gets_that_browsers_token(desk, clock, app, sylvie, address):
    mine = settled(desk, address)
    other = app.test_client()
    sign_in_as(other, sylvie, clock=clock, staff=True)
    theirs = settled(other, address)
    assert unsigned(mine) == unsigned(theirs) and not {*TOKEN.findall(mine)} & {*TOKEN.findall(theirs)}
    token = TOKEN.findall(theirs)[0]
    for client, expected in (
        (other, 303),
        (desk, 400),
    ):  # what the page carries opens the forms of its browser alone
        refused = client.post("/sign-out", data={"csrf_token": token})
        assert refused.status_code == expected


def test_whoever_works_next_door_too_never_sees_one_practice_at_the_other(
    desk, sylvie, neighbour, booked, clock, app, address
):
    assert "Alice Dupont" in settled(desk, address)
    with practice_context(neighbour):
        Member.create(account=sylvie, roles=["owner"], starts_on=clock.now().date())
    there = app.test_client()
    sign_in_as(there, sylvie, clock=clock, staff=True, host=f"voisin.{HOST}")
    next_door = settled_at(there, address)
    assert "Alice" not in next_door and "Cabinet Voisin" in next_door and "Lavande" not in next_door
    assert "Alice Dupont" in page(desk, address)  # control


def settled_at(client, address):
    for _ in range(3):
        found = page(client, address, base_url=f"http://voisin.{HOST}")
    return found


def test_whoever_may_no_longer_look_is_not_shown_what_is_kept(desk, practice, booked, clock, address, sylvie):
    assert "Alice" in settled(desk, address)
    with practice_context(practice):
        Member.update(ends_on=clock.now().date() - timedelta(days=1)).where(
            Member.account == sylvie.id
        ).execute()
    assert desk.get(address).status_code == 403


def test_acting_for_somebody_stands_on_the_page_that_is_kept(desk, clock, address, sylvie, practice, booked):
    plain = settled(desk, address)
    noor = make_account(email="noor@example.be", given_name="Noor", family_name="Peeters")
    with account_context(sylvie):
        row = Representation.create(
            basis="mandate", principal=noor.id, scopes=["appointments"], starts_on=clock.now().date(),
            created_at=clock.now(),
        )  # fmt: skip
        Session.update(acting_for=row.id).execute()
    assert "Noor Peeters" in page(desk, address) and "Noor" not in plain


def test_a_look_is_journaled_again_when_the_last_one_is_over(desk, practice, booked, clock, address):
    def looks():
        with practice_context(practice):
            return AccessEntry.select().where(AccessEntry.what == "day").count()

    settled(desk, address)
    assert looks() == 1
    clock.move(minutes=9)
    settled(desk, address)
    assert looks() == 1  # still the same look
    clock.move(minutes=2)
    settled(desk, address)
    assert looks() == 2


def test_all_that_the_templates_of_the_page_read_is_fixed_or_stands_in_its_key(app):
    """Whoever adds a name to one of them decides here whether it belongs into desk/frame.py."""
    read, own = set(), set()
    for name in ON_THE_PAGE:
        text = (TEMPLATES / name).read_text()
        read |= meta.find_undeclared_variables(app.jinja_env.parse(text))
        own |= set(re.findall(r"{% set (\w+)", text))
        for macros in re.findall(r" import ([\w, ]+) -?%}", text):
            own |= set(macros.split(", "))
    assert read - own <= FIXED | NAMED | set(frame.COUNTS)
    layout = (TEMPLATES / "layouts/desk.html").read_text()
    assert dict(re.findall(r'"([a-z]+:[a-z]+)", (?!none)(\w+), _\(', layout)) == {
        permission: name for name, permission in frame.COUNTS.items()
    }
