"""Passkeys as people use them, with the authenticator Chromium brings for tests: it has a finger, or it has none."""

import re

import pyotp
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.portal import PASSWORD
from tests.browser.residents import newcomer

pytestmark = pytest.mark.browser
PASSKEY = "form[data-passkey] button[type=submit]"


def authenticator(visitor, *, finger=True):
    """A device with a fingerprint reader, in front of this person; answers how to ask it for its keys."""
    devtools = visitor.context.new_cdp_session(visitor.page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": finger,
        "automaticPresenceSimulation": True,
    }
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return lambda method, **more: devtools.send(f"WebAuthn.{method}", {**made, **more})


def enter(visitor, email, *, site):
    """Name and password."""
    page = visitor.page
    visitor.open(f"{site}/sign-in")
    page.locator("[name=name]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form[action='/sign-in'] button[type=submit]").click()


def sign_out(visitor):
    visitor.context.clear_cookies(name="session")


def test_from_the_first_passkey_to_signing_in_with_nothing_else(visitor, portal):
    phone, site = visitor("fr", PHONE), portal.site("lavande")
    page, device = phone.page, authenticator(phone)
    enter(phone, newcomer(portal, "nora@example.be"), site=site)
    expect(page).to_have_url(re.compile("/set-up$"))
    phone.check()
    page.locator("a.method[href^='/set-up/passkey']").click()
    expect(page.locator(PASSKEY)).to_be_visible()
    phone.check()
    page.locator("[name=label]").fill("Mon téléphone")
    page.locator(PASSKEY).click()
    expect(page).to_have_url(re.compile("/set-up/recovery-codes"))
    phone.check()
    page.locator("form[action='/set-up/recovery-codes'] button").click()
    expect(page.locator(".codes code")).to_have_count(10)
    phone.check()
    page.locator("a[href^='/set-up/done']").click()
    phone.check()
    page.locator(".actions a").last.click()
    expect(page).to_have_url(re.compile("/me$"))
    assert len(device("getCredentials")["credentials"]) == 1

    for place in (site, portal.site("lavande")):
        sign_out(phone)
        phone.open(f"{place}/sign-in?next=/account/sign-in")
        page.locator(PASSKEY).click()
        expect(page).to_have_url(re.compile("/account/sign-in$"))
        expect(page.locator("#factors")).to_contain_text("Mon téléphone")
        phone.check()


def test_a_passkey_after_the_password_and_without_the_script_of_newer_browsers(visitor, portal):
    desktop, site = visitor("nl", DESKTOP), portal.site("de-linde")
    page = desktop.page
    page.add_init_script(
        "for (const name of ['parseCreationOptionsFromJSON', 'parseRequestOptionsFromJSON'])"
        " delete PublicKeyCredential[name]; delete PublicKeyCredential.prototype.toJSON;"
    )
    authenticator(desktop)
    enter(desktop, newcomer(portal, "wies@example.be", language="nl"), site=site)
    page.goto(f"{site}/set-up/passkey")
    page.locator(PASSKEY).click()
    expect(page).to_have_url(re.compile("/set-up/recovery-codes"))
    sign_out(desktop)
    enter(desktop, "wies@example.be", site=site)
    expect(page).to_have_url(re.compile("/sign-in/second"))
    desktop.check()
    page.locator(PASSKEY).click()
    expect(page).to_have_url(re.compile("/me$"))


def test_who_does_not_show_a_finger_is_told_and_may_go_another_way(visitor, portal):
    desktop, site = visitor("en", DESKTOP), portal.site("lavande")
    page, device = desktop.page, authenticator(desktop)
    enter(desktop, newcomer(portal, "nell@example.be", language="en"), site=site)
    page.goto(f"{site}/set-up/passkey")
    device("setUserVerified", isUserVerified=False)
    page.locator(PASSKEY).click()
    expect(page.locator("[data-passkey-said]")).to_be_visible()
    desktop.check()
    device("setUserVerified", isUserVerified=True)
    page.locator(PASSKEY).click()
    expect(page).to_have_url(re.compile("/set-up/recovery-codes"))

    page.goto(f"{site}/set-up/passkey")  # the same device again: it says so
    page.locator(PASSKEY).click()
    expect(page.locator("[data-passkey-said]")).to_be_visible()
    desktop.check()


def test_without_a_script_an_app_is_set_up_and_the_last_way_removed(without_script, portal):
    page, site = without_script.page, portal.site("de-linde")
    enter(without_script, newcomer(portal, "noor@example.be", language="nl"), site=site)
    without_script.open(f"{site}/set-up/passkey")
    expect(page.locator(PASSKEY)).to_be_hidden()
    expect(page.locator("noscript p")).to_be_visible()
    without_script.open(f"{site}/set-up/app")
    page.locator("main summary").click()
    without_script.check()
    secret = "".join(page.locator(".key span").all_inner_texts())
    page.locator("[name=code]").fill("000 000")
    without_script.allowed = {422}
    page.locator("form[action='/set-up/app'] button[type=submit]").click()
    without_script.check()
    assert "".join(page.locator(".key span").all_inner_texts()) == secret
    page.locator("[name=code]").fill(pyotp.TOTP(secret).now())
    page.locator("form[action='/set-up/app'] button[type=submit]").click()
    expect(page).to_have_url(re.compile("/set-up/recovery-codes"))
    without_script.check()

    without_script.open(f"{site}/account/sign-in")
    page.locator("#factors a[href$='/removal']").click()
    without_script.check()
    page.locator("form[action$='/removal'] button").click()
    expect(page).to_have_url(re.compile("/set-up"))
    expect(page.locator("[role=status]").first).to_be_visible()
    without_script.check()
