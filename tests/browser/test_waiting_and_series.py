"""Waiting for a time and taking it; several appointments at once: patient and desk, with and without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.residents import at_home
from tests.browser.steps import PERSON, book, confirm, start_at

pytestmark = pytest.mark.browser
SERVICE = {"fr": "Séance de kinésithérapie", "nl": "Kinesitherapie", "de": "Physiotherapie"}
BOTH = pytest.mark.parametrize("scripted", [True, False], ids=["script", "no script"])


def join(one, email):
    """From the page of times to the page that says one is on the list."""
    page = one.page
    start_at(one, "lavande", SERVICE[one.language])
    page.locator(".otherwise a[href*='/waiting']").click()
    one.check()
    for name, value in {**PERSON, "email": email, "family_name": "Attend"}.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=accept]").check()
    page.locator("form.guest button[type=submit]").last.click()
    # some times are free: they are shown first
    expect(page.locator("form[action$='/holds'] button").first).to_be_visible()
    one.check()
    expect(page.locator("[name=email]")).to_have_value(email)
    page.locator("form.guest button[type=submit]").last.click()
    expect(page).to_have_url(re.compile(r"/waiting/[\w.-]+$"))
    one.check()


@BOTH
def test_a_time_that_comes_free_is_offered_and_taken_with_one_tap(visitor, portal, scripted):
    word = "script" if scripted else "plain"
    first, second = f"gives-{word}@example.be", f"waits-{word}@example.be"
    giver = visitor("fr", PHONE)
    book(giver, first, which=-1)
    one = visitor("nl", PHONE if scripted else DESKTOP, java_script_enabled=scripted)
    join(one, second)
    giver.page.locator("details.disclosure summary").click()
    giver.page.locator("form[action$='/cancellation'] button").click()
    expect(giver.page.locator(".ticket-cancelled")).to_be_visible()

    link = portal.link(second, "/waiting/offers/")
    page = one.open(link)
    expect(page.locator("button[value=accept]")).to_be_visible()
    one.open(link)  # looking changes nothing
    page.locator("button[value=accept]").click()
    expect(page.locator(".ticket")).to_be_visible()
    one.check()
    assert portal.statuses(second) == ["booked"] and portal.statuses(first) == ["cancelled"]
    one.open(link)
    expect(page.locator("button[value=accept]")).to_have_count(0)


@BOTH
def test_the_desk_reads_the_list_and_says_who_goes_first(visitor, portal, scripted):
    one = visitor("de", DESKTOP, java_script_enabled=scripted)
    word = "script" if scripted else "plain"
    site = at_home(one, f"desk-{word}@lavande.example", staff=True, works_at="lavande")
    one.allowed = {422}
    page = one.open(f"{site}/desk/waiting")
    entry = page.locator(".wait-list > li", has_text="Rachida Bennani")
    expect(entry).to_be_visible()
    entry.locator("details summary").first.click()
    entry.locator("select").select_option("2")
    entry.locator("input[name=reason]").fill("x")
    entry.locator("form[action$='/priority'] button").click()
    expect(page.locator(".error-summary")).to_contain_text("3 bis 300")
    expect(entry.locator(".field-wrong input[name=reason]")).to_have_value("x")
    one.check()
    expect(entry.locator("select")).to_have_value("2")
    entry.locator("input[name=reason]").fill("Nach Operation")
    entry.locator("form[action$='/priority'] button").click()
    expect(page).to_have_url(re.compile("done=priority"))
    expect(entry.locator(".badge-danger")).to_be_visible()
    one.check()


@BOTH
def test_a_patient_books_a_series_and_gives_a_part_of_it_back(visitor, portal, scripted):
    one = visitor("fr", PHONE if scripted else DESKTOP, java_script_enabled=scripted)
    word = "script" if scripted else "plain"
    email = f"series-{word}@example.be"
    at_home(one, email)
    page = one.page
    start_at(one, "lavande", SERVICE["fr"])
    page.locator(".otherwise a[href*='/series']").click()
    one.check()
    page.locator("[name=day_1]").check()
    page.locator("[name=count]").fill("3")
    page.locator("form[method=get] button[type=submit]").click()
    expect(page.locator(".series-row")).to_have_count(3)
    one.check()
    for row in range(3):
        page.locator(f"#row_{row} input").first.check()
    page.locator("form.guest [name=niss]").fill(PERSON["niss"])
    page.locator("[name=accept]").check()
    page.locator("form.guest button[type=submit]").click()
    expect(page).to_have_url(re.compile(r"/series/[\w.-]+$"))
    expect(page.locator(".series-list > li")).to_have_count(3)
    one.check()
    assert portal.statuses(email) == ["booked"] * 3
    assert portal.link(email, "/series/") == page.url
    page.locator(".series-list details summary").nth(1).click()
    page.locator(".series-list li").nth(1).locator("button[value=following]").click()
    expect(page).to_have_url(re.compile("done=following"))
    one.check()
    assert portal.statuses(email) == ["booked", "cancelled", "cancelled"]


def test_the_desk_plans_a_series_from_a_file(visitor, portal):
    one = visitor("fr", DESKTOP)
    site, page = at_home(one, "planner@lavande.example", staff=True, works_at="lavande"), one.page
    page.goto(f"{site}/desk/waiting")
    page.locator(".wait-list a", has_text="Rachida Bennani").click()
    page.locator("a.button[href$='/series']").click()
    one.check()
    page.locator("[name=day_3]").check()
    page.locator("[name=count]").fill("2")
    page.locator("form[method=get] button[type=submit]").click()
    expect(page.locator(".series-row")).to_have_count(2)
    one.check()
    for row in range(2):
        page.locator(f"#row_{row} input").first.check()
    page.locator("form[method=post][action$='/series'] button[type=submit]").click()
    expect(page).to_have_url(re.compile("done=series"))
    one.check()
    expect(page.locator("#coming li")).to_have_count(2)


def test_nothing_of_it_is_lost_when_a_time_is_chosen_instead(visitor):
    """From the list of free times that suit, straight to the details."""
    one = visitor("fr", DESKTOP)
    page = one.page
    start_at(one, "lavande", SERVICE["fr"])
    page.locator(".otherwise a[href*='/waiting']").click()
    for name, value in {**PERSON, "email": "instead@example.be"}.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=accept]").check()
    page.locator("form.guest button[type=submit]").last.click()
    page.locator("form[action$='/holds'] button").first.click()
    for name, value in {**PERSON, "email": "instead@example.be"}.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=accept]").check()
    confirm(one)
