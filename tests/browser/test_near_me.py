"""«Near me»: asked for only when pressed, and no dead end for who says no."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE

pytestmark = pytest.mark.browser

NAMUR = {"latitude": 50.4674, "longitude": 4.8720}
MADRID = {"latitude": 40.4168, "longitude": -3.7038}


def test_with_permission_the_nearest_have_a_distance(visitor, portal):
    one = visitor("fr", PHONE, permissions=["geolocation"], geolocation=NAMUR)
    page = one.page
    one.open(portal.url)
    page.locator("[name=who]").fill("kiné")
    page.locator("[data-near]").click()
    expect(page.locator("[data-near]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-near-said]")).not_to_be_empty()
    expect(page.locator("[name=lat]")).to_have_value("50.467")
    one.check()
    page.locator("[role=search] button[type=submit]").click()
    card = page.locator("#results li", has_text="Cabinet Lavande").first
    expect(card).to_contain_text("km")
    expect(page.locator("[data-near]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[name=who]")).to_have_value("kiné")
    one.check()
    page.locator("[data-near]").click()
    expect(page.locator("[name=lat]")).to_have_value("")
    page.locator("[role=search] button[type=submit]").click()
    expect(page.locator("#results li").first).to_be_visible()
    expect(page.locator("#results .with-icon b")).to_have_count(0)


def test_abroad_the_page_says_so(visitor, portal):
    one = visitor("fr", PHONE, permissions=["geolocation"], geolocation=MADRID)
    page = one.page
    one.open(portal.url)
    page.locator("[data-near]").click()
    expect(page.locator("[data-near]")).to_have_attribute("aria-pressed", "true")
    page.locator("[role=search] button[type=submit]").click()
    expect(page.locator(".notice-warning")).to_be_visible()
    one.check()


def test_refused_the_page_says_what_to_do_and_loses_nothing(phone, portal):
    page = phone.page
    phone.open(portal.url)
    page.locator("[name=who]").fill("kiné")
    page.locator("[data-near]").click()
    refusal = page.locator("[data-near]").get_attribute("data-refused")
    expect(page.locator("[data-near-said]")).to_have_text(refusal)
    expect(page.locator("[name=where]")).to_be_focused()
    expect(page.locator("[name=who]")).to_have_value("kiné")
    phone.check()
    page.keyboard.type("Namur")
    page.keyboard.press("Enter")
    expect(page.locator("#results li", has_text="Cabinet Lavande").first).to_be_visible()
