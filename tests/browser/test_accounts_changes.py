"""What people change of their account, with more tabs and browsers than one."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, LOCALES, PHONE
from tests.browser.portal import PASSWORD, until
from tests.browser.residents import Resident, Room, at_home, let_in, settle
from tests.browser.steps import fresh_code, give_code, give_password, press, sign_out
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser


def test_another_address_counts_once_its_mailbox_has_confirmed(visitor, portal):
    one, old, new = visitor("nl", DESKTOP), "jef@example.be", "jef.nieuw@example.be"
    page, site = one.page, at_home(one, old, slug="de-linde", stale=True)
    one.open(f"{site}/account/sign-in")
    page.locator("a[href='/account/email']").click()
    expect(page).to_have_url(re.compile(r"/step-up\?next=%2Faccount%2Femail|/step-up\?next=/account/email"))
    one.check()
    page.locator("main details summary").click()
    page.locator("a.method[href*='with=password']").click()
    one.allowed = {422}
    page.locator("[name=password]").fill("niet mijn wachtwoord")
    press(page, "/step-up/password")
    expect(page.locator(".error-summary")).to_be_visible()
    one.check()
    page.locator("[name=password]").fill(PASSWORD)
    press(page, "/step-up/password")
    expect(page).to_have_url(re.compile("/account/email$"))
    page.locator("[name=email]").fill("jef.nieuw@example")
    press(page, "/account/email")
    expect(page.locator("[name=email]")).to_have_value("jef.nieuw@example")
    one.check()
    page.locator("[name=email]").fill(new)
    press(page, "/account/email")
    expect(page).to_have_url(re.compile("done=email-asked"))
    expect(page.locator("main")).to_contain_text(old)
    one.check()
    until(lambda: portal.mails_to(old))  # who owns the account is told where it still is

    one.open(portal.link(new, "/account/email/"))
    press(page, "/account/email/")
    expect(page).to_have_url(re.compile("done=email$"))
    expect(page.locator("main")).to_contain_text(new)
    expect(page.locator("main")).not_to_contain_text(old)
    one.check()


def test_a_new_password_signs_out_everywhere_else(visitor, portal):
    email, new = "rosa@example.be", "neuf chaises vertes au grenier"
    here, there = visitor("fr", PHONE, color_scheme="dark"), visitor("fr", DESKTOP)
    made = settle(portal, Resident(email, rooms=(Room(), Room("sablon"))))[0]["tokens"]
    site, elsewhere = let_in(here, made[0]), let_in(there, made[1], slug="sablon")
    page = here.page
    here.allowed = {422}
    here.open(f"{site}/account/password")
    for current, wanted, wrong in (("pas le mien du tout", new, "current"), (PASSWORD, "azerty", "password")):
        page.locator("[name=current]").fill(current)
        page.locator("[name=password]").fill(wanted)
        press(page, "/account/password")
        expect(page.locator(f".error-summary a[href='#{wrong}']")).to_be_visible()
        here.check()
    there.open(f"{elsewhere}/account/details")  # the control: nothing has happened yet
    page.locator("[name=current]").fill(PASSWORD)
    page.locator("[name=password]").fill(new)
    press(page, "/account/password")
    expect(page).to_have_url(re.compile("done=password"))
    here.check()
    there.page.reload()
    expect(there.page).to_have_url(re.compile("/sign-in"))


def test_of_two_tabs_the_older_is_told_and_keeps_what_was_typed(visitor, portal):
    one = visitor("de", DESKTOP, color_scheme="dark")
    page, site = one.page, at_home(one, "uwe@example.be", slug="bergweg")
    one.allowed = {409}
    other = one.context.new_page()
    for tab in (page, other):
        tab.goto(f"{site}/account/details")
    other.locator("[name=phone]").fill("0470 12 34 56")
    press(other, "/account/details")
    expect(other).to_have_url(re.compile("done=saved"))
    page.locator("[name=town]").fill("Eupen")
    page.locator("[name=postcode]").fill("4700")
    press(page, "/account/details")
    summary = page.locator(".error-summary")
    expect(summary).to_contain_text("0470 12 34 56")
    expect(page.locator("[name=town]")).to_have_value("Eupen")
    one.check()
    page.locator("[name=phone]").fill("0470 12 34 56")
    press(page, "/account/details")
    expect(page).to_have_url(re.compile("done=saved"))
    expect(page.locator("[name=town]")).to_have_value("Eupen")
    expect(page.locator("[name=phone]")).to_have_value("0470 12 34 56")

    for tab in (page, other):
        tab.goto(f"{site}/account/name")
    other.locator("[name=username]").fill("uwe-eins")
    press(other, "/account/name")
    expect(other).to_have_url(re.compile("done=name"))
    page.locator("[name=username]").fill("uwe-zwei")
    press(page, "/account/name")
    expect(summary).to_contain_text(re.compile(r"uwe-eins\d{4}"))
    expect(page.locator("[name=username]")).to_have_value("uwe-zwei")
    one.check()
    press(page, "/account/name")  # pressing again is a decision
    expect(page.locator("main")).to_contain_text(re.compile(r"uwe-zwei\d{4}"))

    for tab in (page, other):
        tab.goto(f"{site}/account/privacy")
    other.locator("[name=lists]").uncheck()
    press(other, "/account/privacy/messages")
    page.locator("[name=reminders]").uncheck()
    press(page, "/account/privacy/messages")
    expect(page.locator("[role=alert]")).to_be_visible()
    expect(page.locator("[name=lists]")).not_to_be_checked()
    one.check()


def test_back_after_signing_out_shows_nothing_of_the_person(browser_type, browser_type_launch_args, portal):
    """In a browser that keeps whole pages for Back, as people's browsers do and those of tests do not."""
    likings = {**browser_type_launch_args, "ignore_default_args": ["--disable-back-forward-cache"]}
    browser = browser_type.launch(**likings)
    context = browser.new_context(locale=LOCALES["en"], reduced_motion="reduce", **DESKTOP)
    one = Visitor(context, portal, "en", scripted=True, mirror=None)
    page, site = one.page, at_home(one, "quentin@example.be", given_name="Quentin", family_name="Zwart")
    for path in ("details", "sign-in", "privacy"):
        one.open(f"{site}/account/{path}")
        expect(page.locator("body")).to_contain_text("Quentin")
    sign_out(one)
    one.check()
    for _step in range(3):
        page.go_back(wait_until="commit")
        expect(page.locator("h1")).to_be_visible()
        expect(page.locator("body")).not_to_contain_text("Quentin")
        expect(page.locator("body")).not_to_contain_text("quentin@")
    browser.close()


def test_of_two_browsers_one_signs_the_other_out(visitor, portal):
    email, site = "ursule@example.be", portal.site("lavande")
    phone, desktop = visitor("fr", PHONE), visitor("fr", DESKTOP)
    found = settle(portal, Resident(email, rooms=(Room(),)))[0]
    let_in(phone, found["tokens"][0])
    give_password(desktop, site, email)
    give_code(desktop, fresh_code(email))
    desktop.open(f"{site}/account/details")

    page = phone.page
    phone.open(f"{site}/account/sessions")
    expect(page.locator(".session")).to_have_count(2)
    expect(page.locator(".session-here")).to_have_count(1)
    press(page.locator(".session:not(.session-here)"), "/account/sessions/")
    expect(page.locator(".session")).to_have_count(1)
    expect(page.locator("[role=status]").first).to_be_visible()
    phone.check()
    desktop.page.locator("nav.tabs a[href='/account/privacy']").click()
    expect(desktop.page).to_have_url(re.compile(r"/sign-in\?next="))
    desktop.check()
    page.goto(f"{site}/account/security-log")
    phone.check()
    expect(page.locator(".journal-row")).to_have_count(2)  # a sign-in, and an end of one
