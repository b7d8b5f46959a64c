"""An owner gives the practice its look, its texts and its words, and patients meet them."""

import re

import pytest
from playwright.sync_api import expect

from app.settings.demo_people import OWNERS
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.steps import sign_in
from tests.pictures import picture

pytestmark = pytest.mark.browser


def owner_of(visitor, slug, email, screen=DESKTOP, **more):
    found = visitor("fr", screen, **more)
    sign_in(found, slug, email)
    return found


def go(one, slug, path):
    one.page.goto(f"{one.portal.site(slug)}{path}")
    one.check()


@pytest.mark.parametrize("scripted", [True, False], ids=["with JavaScript", "without"])
def test_a_colour_and_a_logo_are_chosen_and_the_public_page_wears_them(visitor, scripted):
    one = owner_of(visitor, "bergweg", OWNERS["bergweg"].email, java_script_enabled=scripted)
    go(one, "bergweg", "/settings")
    one.page.locator(".tile a[href='/settings/brand']").click()
    one.check()
    colour = one.page.locator("input[name=color]")
    if scripted:
        with one.page.expect_response(re.compile("/settings/brand/sample")):
            colour.evaluate(
                "(field) => { field.value = '#7a1f5c'; field.dispatchEvent(new Event('input', {bubbles: true})) }"
            )
        expect(one.page.locator("#sample link")).to_have_attribute("href", re.compile("7a1f5c"))
    else:
        one.page.locator(".colour-ideas a").nth(3).click()
        one.check()
    one.page.locator("form[action='/settings/brand'] button[type=submit]").click()
    expect(one.page.locator(".notice-ok")).to_be_visible()
    one.page.locator("input[name=logo]").set_input_files(
        {"name": "logo.png", "mimeType": "image/png", "buffer": picture(size=(200, 120))}
    )
    one.page.locator("form[action='/settings/brand/logo'] button[type=submit]").click()
    expect(one.page.locator(".notice-ok")).to_be_visible()
    one.check()
    expect(one.page.locator(".last-changed")).to_be_visible()
    go(one, "bergweg", "/")
    expect(one.page.locator(".hero img.logo")).to_be_visible()


def test_the_next_version_of_a_text_is_written_looked_at_and_published_on_a_phone(visitor):
    one = owner_of(visitor, "de-linde", OWNERS["de-linde"].email, PHONE)
    go(one, "de-linde", "/settings/texts/welcome")
    before = one.page.locator(".badge-ok").inner_text()
    for code in ("nl", "fr", "de", "en"):
        one.page.locator(f"[name=body-{code}]").fill(f"# Welcome {code}\n\nThe door is green.")
    one.page.locator("button[name=look]").click()
    expect(one.page.locator(".preview[open] article")).to_contain_text("The door is green.")
    one.check()
    one.page.locator("button[name=publish]").click()
    expect(one.page.locator(".notice-ok")).to_be_visible()
    assert one.page.locator(".badge-ok").inner_text() != before
    one.page.locator(".versions a").last.click()
    expect(one.page.locator(".compared ins").first).to_be_visible()
    one.check()
    go(one, "de-linde", "/")
    expect(one.page.locator(".welcome")).to_contain_text("The door is green.")


def test_two_owners_word_the_same_message_and_the_second_chooses(visitor):
    one = owner_of(visitor, "de-linde", OWNERS["de-linde"].email, color_scheme="dark")
    go(one, "de-linde", "/settings/letters/reminder")
    other = one.context.new_page()
    other.goto(one.page.url)
    other.locator("[name=subject-nl]").fill("Tot {day}!")
    other.locator("main .actions button[type=submit]").first.click()
    expect(other.locator(".notice-ok")).to_be_visible()
    other.close()
    one.allowed = {409, 422}
    one.page.locator("[name=subject-nl]").fill("Vergeet {wie} niet")
    one.page.locator("main .actions button[type=submit]").first.click()
    expect(one.page.locator(".error-summary")).to_contain_text("{wie}")
    one.check()
    one.page.locator("[name=subject-nl]").fill("Vergeet {day} niet")
    one.page.locator("main .actions button[type=submit]").first.click()
    expect(one.page.locator("#differs")).to_contain_text("Tot {day}!")
    one.check()
    one.page.locator("input[name=keep-subject-nl][value=theirs]").check()
    one.page.locator("main .actions button[type=submit]").first.click()
    expect(one.page.locator(".notice-ok")).to_be_visible()
    expect(one.page.locator("[name=subject-nl]")).to_have_value("Tot {day}!")
    one.page.locator("form[action$=reset] button").click()
    expect(one.page.locator("[name=subject-nl]")).to_have_value("")
