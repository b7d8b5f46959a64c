"""The reception at work: a booking by telephone, why a time is not offered, a visit from door to door, a fee waived."""

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from app.booking import holidays
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.keyboard import press, tab_to
from tests.browser.portal import until
from tests.browser.steps import sign_in, today

pytestmark = pytest.mark.browser

RECEPTION = "accueil@lavande.example"
APPOINTMENT = re.compile(r"/desk/appointments/[0-9a-f-]+\?done=booked$")


@pytest.fixture
def reception(visitor):
    one = visitor("fr", DESKTOP)
    sign_in(one, "lavande", RECEPTION)
    return one


def site(visitor):
    return visitor.portal.site("lavande")


def choose_service(visitor, name="Séance de kinésithérapie"):
    page = visitor.page
    page.locator(".desk-nav a[href='/desk/book']").click()
    visitor.check()
    page.locator(".services-desk").get_by_role("link", name=name, exact=True).click()
    visitor.check()


def a_working_day():
    """A Tuesday to come that is no public holiday."""
    day = today() + timedelta(days=7)
    while day.weekday() != 1 or day in holidays.between(day.year, day.year + 1):
        day += timedelta(days=1)
    return day


def fill_new(page, *, family_name, email=""):
    for name, value in (("given_name", "Odile"), ("family_name", family_name), ("phone", "0470 98 76 54")):
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=email]").fill(email)
    page.locator("[name=told]").check()


def book_new(visitor, cell, *, family_name, email=""):
    """From the grid to the page of the appointment, for somebody nobody knows yet."""
    page = visitor.page
    cell.click()
    visitor.check()
    page.locator("main .actions a[href*='/confirm']").click()
    visitor.check()
    fill_new(page, family_name=family_name, email=email)


def test_a_booking_by_telephone_breaks_a_rule_knowingly(reception, portal):
    """A night nobody works: warned, ticked, explained; and the person reads the conditions, and declines."""
    page, email = reception.page, "odile@example.be"
    choose_service(reception)
    page.goto(f"{page.url.partition('?')[0]}?day={a_working_day()}")  # today, what is early has passed
    page.locator("a[href*='all=1']").click()
    page.locator(".grid-day .cell-shut").nth(4).click()
    expect(page.locator("#why")).to_be_visible()
    reception.check()
    page.locator("#why .actions a").click()
    page.locator("main .actions a[href*='/confirm']").click()
    fill_new(page, family_name="Nachtegaal", email=email)
    reception.allowed = {422}
    page.locator("main form.form button[type=submit]").click()
    expect(page.locator("[role=alert]").first).to_be_visible()
    reception.check()
    assert portal.statuses(email) == []
    expect(page.locator("#ack_outside_hours")).to_be_visible()
    for box in page.locator("#warnings [type=checkbox]").all():
        box.check()
    page.locator("main form.form button[type=submit]").click()
    expect(page.locator("#because-error")).to_be_visible()
    page.locator("[name=because]").fill("Garde de nuit")
    page.locator("main form.form button[type=submit]").click()
    expect(page).to_have_url(APPOINTMENT)
    expect(page.locator(".history")).to_contain_text("Garde de nuit")
    reception.check()
    assert portal.statuses(email) == ["booked"]

    link = portal.link(email, "/decline/")
    guest = reception
    guest.open(link)
    page.locator("form[action^='/decline/'] button").click()
    expect(page.locator(".ticket-cancelled")).to_be_visible()
    guest.check()
    assert portal.statuses(email) == ["cancelled"]


def test_why_a_time_is_not_offered_with_the_keyboard_alone(visitor, portal):
    one = visitor("fr", DESKTOP)
    sign_in(one, "lavande", "aline@lavande.example")
    page = one.page
    page.goto(f"{site(one)}/desk/book")
    press(page, "Enter", on=".services-desk a")
    expect(page.locator(".grid-day")).to_be_visible()
    one.check()
    press(page, "Enter", on=".grid-day .cell-shut")
    expect(page.locator("#why li").first).to_be_visible()
    one.check()
    with page.expect_navigation():
        press(
            page, "Enter", on="#why a"
        )  # a setting, that day, or all the same: the next stop after the answer
    page.go_back()
    tab_to(page, "#as")
    page.keyboard.press("ArrowDown")
    press(page, "Enter", on="main form button")
    expect(page.locator("#as")).to_have_value("0")
    one.check()


def test_arrived_in_treatment_done(reception, portal):
    page = reception.page
    choose_service(reception)
    book_new(reception, page.locator(".grid-day .cell-free").last, family_name="Visiteur")
    page.locator("main form.form button[type=submit]").click()
    expect(page).to_have_url(APPOINTMENT)
    for status in ("arrived", "checked-in", "fulfilled"):
        page.locator(f".visit-steps form:has([value='{status}']) button").click()
        expect(page.locator(f".visit-steps form:has([value='{status}'])")).to_have_count(0)
        reception.check()
    expect(page.locator(".badge-ok")).to_be_visible()
    expect(page.locator(".history > li")).to_have_count(4)


def test_a_missed_visit_proposes_a_fee_and_it_is_waived_on_a_telephone_without_a_script(visitor, portal):
    one = visitor("fr", PHONE, java_script_enabled=False)
    sign_in(one, "lavande", RECEPTION)
    page = one.page
    page.goto(f"{site(one)}/desk/book")
    page.locator(".services-desk").get_by_role("link", name="Séance de kinésithérapie", exact=True).click()
    book_new(one, page.locator(".grid-day .cell-free").first, family_name="Oublie")
    page.locator("main form.form button[type=submit]").click()
    expect(page).to_have_url(APPOINTMENT)
    expect(page.locator(".visit-steps form:has([value=noshow])")).to_have_count(0)
    into_the_past(portal, page.url)
    page.reload()
    page.locator(".visit-steps form:has([value=noshow]) button").click()
    expect(page.locator("#fee")).to_be_visible()
    one.check()
    page.locator("#fee a").click()
    card = page.locator(".fees > li", has_text="Oublie")
    card.locator("label.option", has=page.locator("[value=waived]")).click()
    card.locator("[name=reason]").fill("Première fois")
    card.locator("button").click()
    expect(page.locator(".notice-ok")).to_be_visible()
    expect(page.locator(".fees-decided")).to_contain_text("Première fois")
    one.check()


def into_the_past(portal, url):
    """Its hour came, and nobody else is there at that time: what waiting until then would do."""
    appointment = re.search(r"appointments/([0-9a-f-]+)", url).group(1).replace("-", "")
    start = int((datetime.now(UTC) - timedelta(days=400)).timestamp() // 60)

    def write():
        with closing(sqlite3.connect(portal.folder / "parvis.db", timeout=20)) as base, base:
            return base.execute(
                "UPDATE appointment SET starts = ?, ends = ? WHERE id = ?", (start, start + 30, appointment)
            ).rowcount

    until(write)
