"""What goes wrong on the way, and how one gets out of it with nothing lost."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.steps import (
    CONFIRM,
    CONFIRMED,
    PERSON,
    book,
    come_to_details,
    confirm,
    fill,
    go_to_later_days,
    open_mail,
    sign_in,
    start_at,
    take_time,
)

pytestmark = pytest.mark.browser

LONG_NAME = {"given_name": "Maximilienne" * 8 + "Anna", "family_name": "Vandenbroucke" * 7 + "Lejeune-V"}
HREFS = "(links) => links.map((one) => one.getAttribute('href'))"
SESSION = "Séance de kinésithérapie"
# the practice, the service, the practitioner and the place with the longest word they may have
LONG_WORDS = """(ticket) => {
  const long = ticket.querySelectorAll(".ticket-head > span:first-child, dd");
  for (const one of long)
    for (const node of [...one.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.data.trim()))
      node.data = "W".repeat(100);
}"""
OUTSIDE = """(ticket) => {
  const edge = ticket.getBoundingClientRect(), out = [], range = document.createRange();
  const walker = document.createTreeWalker(ticket, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    if (!walker.currentNode.data.trim()) continue;
    range.selectNodeContents(walker.currentNode);
    const box = range.getBoundingClientRect();
    if (box.right > edge.right || box.left < edge.left) out.push(walker.currentNode.data.trim().slice(0, 40));
  }
  return out;
}"""


@pytest.fixture
def guest(visitor):
    return visitor("fr", DESKTOP)


@pytest.fixture(params=[True, False], ids=["with a script", "without"])
def either(visitor, request):
    return visitor("fr", DESKTOP, java_script_enabled=request.param)


def test_a_wrong_number_is_corrected_and_nothing_else_typed_again(guest, portal):
    page, email = guest.page, "faute@example.be"
    guest.allowed = {422}
    come_to_details(guest)
    fill(guest, email, niss="")
    page.locator("[name=niss]").press_sequentially("85073099438")
    expect(page.locator("[name=niss]")).to_have_value("85.07.30-994.38")
    page.locator(CONFIRM).click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("[name=niss]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[aria-invalid]")).to_have_count(1)
    guest.check()
    page.locator(".error-summary a").click()
    expect(page.locator("[name=niss]")).to_be_focused()
    for name in ("given_name", "family_name"):
        expect(page.locator(f"[name={name}]")).to_have_value(PERSON[name])
    expect(page.locator("[name=email]")).to_have_value(email)
    expect(page.locator("[name=niss]")).to_have_value("85.07.30-994.38")
    expect(page.locator("[name=accept]")).to_be_checked()
    assert portal.statuses(email) == []
    page.locator("[name=niss]").fill(PERSON["niss"])
    confirm(guest)
    assert portal.statuses(email) == ["booked"]


def test_two_people_press_the_same_time(guest, visitor, portal):
    other, email = visitor("fr", DESKTOP), "deuxieme@example.be"
    other.allowed = {409}
    for one in (guest, other):
        start_at(one, "lavande", SESSION)
        go_to_later_days(one)
    same = other.page.locator(".time .time-clock").first.inner_text()
    expect(guest.page.locator(".time .time-clock").first).to_have_text(same)
    take_time(guest)
    other.page.locator(".time").first.click()
    other.page.locator(".bar button[type=submit]").click()
    expect(other.page.locator("button[name=start]")).to_have_count(3)
    other.check()
    other.page.locator("button[name=start]").first.click()
    expect(other.page.locator(CONFIRM)).to_be_visible()
    fill(other, email)
    confirm(other)
    assert portal.statuses(email) == ["booked"]


def test_the_slower_of_two_tabs_books_another_time_in_one_click(guest, visitor, portal):
    other, email = visitor("fr", DESKTOP), "plus-lent@example.be"
    other.allowed = {409}
    come_to_details(guest)
    other.page.goto(re.sub(r"&?attempt=[^&]*", "", guest.page.url))  # the same time, not kept for this one
    fill(other, email)
    fill(guest, "plus-rapide@example.be")
    confirm(guest)
    other.page.locator(CONFIRM).click()
    offered = other.page.locator("button[name=start]")
    expect(offered).to_have_count(3)
    other.check()
    assert portal.statuses(email) == []
    offered.first.click()
    expect(other.page).to_have_url(CONFIRMED)
    other.check()
    assert portal.statuses(email) == ["booked"]


def test_back_and_the_same_again_is_the_same_appointment(either, portal):
    page, email = either.page, f"retour-{either.scripted}@example.be".lower()
    book(either, email)
    ticket = page.locator(".ticket").inner_text()
    page.go_back()
    expect(page.locator(CONFIRM)).to_be_visible()
    either.check()
    fill(either, email)
    confirm(either)
    assert page.locator(".ticket").inner_text() == ticket
    assert portal.statuses(email) == ["booked"]


def test_a_double_click_is_one_appointment(either, portal):
    page, email = either.page, f"double-{either.scripted}@example.be".lower()
    come_to_details(either)
    fill(either, email)
    page.locator(CONFIRM).dblclick()
    expect(page).to_have_url(CONFIRMED)
    expect(page.locator(".ticket")).to_be_visible()
    assert portal.statuses(email) == ["booked"]


def test_undone_within_three_minutes(either, portal):
    page, email = either.page, f"defait-{either.scripted}@example.be".lower()
    book(either, email)
    expect(page.locator(".undo [data-seconds], .undo .numbers").first).to_contain_text(
        re.compile(r"[0-3]:[0-5]\d")
    )
    page.locator(".undo button").click()
    expect(page.locator(".ticket-cancelled")).to_be_visible()
    either.check()
    assert portal.statuses(email) == ["cancelled"]
    page.reload()
    expect(page.locator(".undo")).to_have_count(0)


def test_the_link_in_the_mail_shows_on_get_and_cancels_on_post(either, portal):
    page, email = either.page, f"annule-{either.scripted}@example.be".lower()
    either.allowed = {422}
    book(either, email)
    open_mail(either, email)
    link = page.locator("main a[href*='/action/']").first.get_attribute("href")
    for _ in range(2):  # mail programs look, too
        either.open(link)
    assert portal.statuses(email) == ["booked"]
    second = either.context.new_page()
    second.goto(link)
    page.locator("main form button").click()
    expect(page.locator(".ticket-cancelled")).to_be_visible()
    either.check()
    assert portal.statuses(email) == ["cancelled"]
    second.locator("main form button").click()  # a tab that still shows the button
    expect(second.locator(".notice")).to_be_visible()
    expect(second.locator("main form")).to_have_count(0)
    either.check(second)
    either.open(link)
    expect(page.locator("main form")).to_have_count(0)
    open_mail(either, email, number=2)
    assert portal.statuses(email) == ["cancelled"]


def test_a_link_that_was_never_sent_opens_nothing(guest, portal):
    guest.allowed = {404}
    guest.open(f"{portal.site('lavande')}/action/{'x' * 22}")
    expect(guest.page.locator("main form")).to_have_count(0)
    expect(guest.page.locator(".ticket")).to_have_count(0)


def test_names_of_a_hundred_letters(guest, portal):
    email = "long@example.be"
    book(guest, email, **LONG_NAME)
    guest.check()
    ticket = guest.page.locator(".ticket")
    ticket.evaluate(LONG_WORDS)
    assert ticket.locator("dd", has_text="W" * 100).count() >= 3
    assert ticket.evaluate(OUTSIDE) == []
    guest.check()
    assert portal.statuses(email) == ["booked"]


def test_a_name_of_a_hundred_letters_fits_every_page_of_its_file(visitor, guest, portal):
    book(guest, "long.at.the.desk@example.be", **LONG_NAME)
    desk = visitor("fr", PHONE)
    page, site = desk.page, portal.site("lavande")
    sign_in(desk, "lavande", "accueil@lavande.example")
    desk.open(f"{site}/desk/patients?q=vandenbrouckevan")
    page.locator(".patient-row a").first.click()
    expect(page.locator("h1")).to_contain_text("Maximilienne" * 8)
    desk.check()
    file = page.url.partition("?")[0]
    pages = set(page.locator("main a[href^='/desk/']").evaluate_all(HREFS))
    assert {
        f"{file}/{tab}".removeprefix(site) for tab in ("messages", "invoices", "notes", "history")
    } <= pages
    pages |= {
        "/desk/day",
        "/desk/requests",
        "/desk/walk-ins",
        f"{file}/merge?q=vandenbrouckevan".removeprefix(site),
    }
    for link in sorted(pages):
        page.goto(site + link)
        desk.fits()
