"""From the search to the desk, as people of four languages do it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.steps import (
    choose_service,
    confirm,
    day_chosen,
    fill,
    go_to_later_days,
    open_mail,
    same_as_reloaded,
    sign_in,
    swap,
    take_time,
)

pytestmark = pytest.mark.browser


def test_from_the_search_to_the_desk_on_a_phone(phone, desktop, portal):
    page, email = phone.page, "elodie@example.be"
    phone.open(portal.url)
    page.locator("[name=who]").fill("kiné")
    page.locator("[name=where]").fill("5000")
    page.locator("[role=search] button[type=submit]").click()
    card = page.locator("#results li", has_text="Cabinet Lavande").first
    expect(card.locator(".free-time")).to_be_visible()
    phone.check()
    with swap(phone, "#results"):
        page.locator("#by-nearest").click()
    expect(page.locator("#by-nearest")).to_have_attribute("aria-current", "true")
    expect(page).to_have_url(re.compile("by="))
    same_as_reloaded(phone, "#results")

    card.get_by_role("link", name="Info").click()
    expect(page).to_have_url(portal.site("lavande") + "/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cabinet Lavande")
    phone.check()
    page.locator(".hero").get_by_role("link", name=phone.say("Book an appointment")).click()
    phone.check()
    choose_service(phone, "Séance de kinésithérapie")
    expect(page.locator(".time").first).to_be_visible()
    phone.check()

    go_to_later_days(phone)
    with swap(phone):
        page.locator("a.day").last.click()
    expect(page.locator("a.day").last).to_have_attribute("aria-current", "date")
    expect(page.locator("#choose-time [data-focus]")).to_be_focused()
    same_as_reloaded(phone, "#choose-time")
    for span in ("month", "day", "week"):
        with swap(phone):
            page.locator(f"#span-{span}").click()
        expect(page.locator(f"#span-{span}")).to_have_attribute("aria-current", "true")
        phone.check()
        same_as_reloaded(phone, "#choose-time")
    assert {status for status, _url in phone.partial} <= {200, 304}

    clock = page.locator(".time .time-clock").first.inner_text()
    take_time(phone)
    phone.check()
    day = day_chosen(page.url)
    fill(phone, email, family_name="D’Hondt-Lefèvre")
    conditions = page.locator("main a[href='/texts/conditions']")
    with phone.context.expect_page() as opened:
        conditions.click()
    phone.check(opened.value)
    opened.value.close()
    expect(page.locator("[name=niss]")).to_have_value("85.07.30-994.37")
    confirm(phone)
    expect(page.locator(".ticket-clock")).to_have_text(clock)
    phone.check()
    assert portal.statuses(email) == ["booked"]
    with page.expect_download() as download:
        page.locator("a[href$='calendar.ics']").click()
    assert "BEGIN:VEVENT" in download.value.path().read_text()

    open_mail(phone, email)
    expect(page.locator("main a[href*='/action/']")).to_have_count(2)
    with page.expect_download() as download:
        page.get_by_role("link", name=".ics").click()
    assert "METHOD:PUBLISH" in download.value.path().read_text()
    page.locator("main a[href$='/html']").click()
    expect(page.locator("a[href*='/action/']").first).to_be_visible()
    phone.check(scripted=False)

    sign_in(desktop, "lavande", "accueil@lavande.example")
    desktop.check()
    desktop.page.locator("[name=date]").fill(day.date().isoformat())
    desktop.page.locator(".day-head form button").click()
    visit = desktop.page.locator(".visit", has_text="D’Hondt-Lefèvre")
    expect(visit).to_have_count(1)
    expect(visit).to_contain_text(f"{day:%H:%M}")
    desktop.check()


def test_the_same_in_dutch_without_javascript(without_script, portal):
    visitor, page, email = without_script, without_script.page, "zonder-script@example.be"
    visitor.open(portal.url)
    expect(page.locator("[data-near]")).to_be_hidden()
    page.locator("[name=who]").fill("logopedist")
    page.locator("[name=where]").fill("Gent")
    page.locator("[role=search] button[type=submit]").click()
    visitor.check()
    page.locator("#results li", has_text="De Linde").first.locator("a.button").click()
    expect(page).to_have_url(portal.site("de-linde") + "/book")
    visitor.check()
    choose_service(visitor, "Behandeling, 30 minuten")
    visitor.check()
    with swap(visitor):
        page.locator(".chip", has_text="Liesbeth").click()
    expect(page.locator(".chip", has_text="Liesbeth")).to_have_attribute("aria-current", "true")
    go_to_later_days(visitor)
    visitor.check()

    here = page.url
    page.locator(".bar button[type=submit]").click()  # no time chosen: the browser itself says so
    expect(page).to_have_url(here)
    clock = page.locator(".time .time-clock").first.inner_text()
    take_time(visitor)
    visitor.check()
    expect(page.locator("main")).to_contain_text("Liesbeth De Smet")
    fill(visitor, email)
    confirm(visitor)
    expect(page.locator(".ticket-clock")).to_have_text(clock)
    visitor.check()
    assert portal.statuses(email) == ["booked"]
    assert not visitor.partial

    open_mail(visitor, email)
    page.locator("main a[href*='/action/']").first.click()
    expect(page.locator(".ticket")).to_be_visible()
    visitor.check()


def test_two_sites_and_whoever_is_free(desktop, portal):
    page, email = desktop.page, "anyone@example.be"
    desktop.open(portal.site("sablon"))
    choose_service(desktop, "Check-up and scaling")
    expect(page.locator(".site-choice")).to_have_count(2)
    for site in page.locator(".site-choice").all():
        expect(site).to_contain_text("Camille Verhaegen")  # works at both
    desktop.check()
    page.get_by_role("link", name="Sablon", exact=True).click()
    expect(page.locator("#with-any")).to_have_attribute("aria-current", "true")
    desktop.check()
    with swap(desktop):
        page.locator(".chip", has_text="Camille").click()
    expect(page.locator(".chip", has_text="Camille")).to_have_attribute("aria-current", "true")
    same_as_reloaded(desktop, "#choose-time")
    with swap(desktop):
        page.locator("#with-any").click()
    expect(page.locator("#with-any")).to_have_attribute("aria-current", "true")
    go_to_later_days(desktop)
    take_time(desktop, which=1)
    desktop.check()
    fill(desktop, email)
    confirm(desktop)
    desktop.check()
    expect(page.locator(".ticket")).to_contain_text(re.compile("Camille Verhaegen|Karim El Amrani"))
    assert portal.statuses(email) == ["booked"]
