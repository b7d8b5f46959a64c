"""Taking one's data along, and leaving for good."""

import json
import re
import zipfile

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.portal import PASSWORD, until
from tests.browser.residents import Resident, Room, at_home, let_in, settle
from tests.browser.steps import give_password, press

pytestmark = pytest.mark.browser
DOWNLOAD = "#export-job a[href$='/file']"


def unpacked(download):
    """{name: content} of the archive that came; nothing in it is broken."""
    with zipfile.ZipFile(download.value.path()) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_copy_of_everything_is_made_while_one_watches(visitor, portal):
    one = visitor("fr", PHONE)
    claire = Resident("claire@example.be", rooms=(Room(method="mail"),))
    page, site = one.page, let_in(one, settle(portal, claire)[0]["tokens"][0])
    one.open(f"{site}/account/privacy")
    page.locator("#data a[href='/account/export']").click()
    one.check()
    page.evaluate("document.documentElement.dataset.before = 'here'")
    press(page, "/account/export")
    expect(page).to_have_url(re.compile(r"/account/export/[0-9a-f-]{36}$"))
    page.evaluate("document.documentElement.dataset.before = 'here'")
    expect(page.locator(DOWNLOAD)).to_be_visible()
    assert page.evaluate("document.documentElement.dataset.before") == "here"  # the page itself has asked
    one.check()
    with page.expect_download() as download:
        page.locator(DOWNLOAD).click()
    files = unpacked(download)
    assert {name.rpartition(".")[2] for name in files} >= {"xlsx", "json", "ics"}
    told = b"".join(content for name, content in files.items() if name.endswith(".json")).decode()
    assert "Lejeune" in told
    assert "85073099437" not in told  # not asked for
    assert all(json.loads(content) for name, content in files.items() if name.endswith(".json"))

    stranger = visitor("fr", DESKTOP)
    stranger.allowed = {404}
    at_home(stranger, "curieuse@example.be")
    stranger.open(page.url)
    expect(stranger.page.locator(".apology")).to_be_visible()
    one.open(f"{site}/account/export")
    expect(page.locator("#earlier .setting")).to_have_count(1)


def test_a_copy_comes_without_a_script_too(visitor, portal):
    one = visitor("nl", DESKTOP, java_script_enabled=False)
    page, site = one.page, at_home(one, "kopie@example.be", slug="", given_name="Kobe")
    one.open(f"{site}/account/export")
    page.locator("[name=with_number]").check()
    press(page, "/account/export")
    one.check()
    for _ in range(40):
        if page.locator(DOWNLOAD).count():
            break
        page.wait_for_timeout(500)
        page.locator("#export-job a").click()  # «look whether it is ready»
    expect(page.locator(DOWNLOAD)).to_be_visible()
    one.check()
    with page.expect_download() as download:
        page.locator(DOWNLOAD).click()
    assert any("Kobe" in content.decode() for name, content in unpacked(download).items() if "json" in name)


def test_an_account_is_deleted_for_good(visitor, portal):
    one, email = visitor("de", DESKTOP), "abschied@example.be"
    page, site = one.page, at_home(one, email, slug="bergweg", given_name="Adele", stale=True)
    one.allowed = {422}
    one.open(f"{site}/account/privacy")
    page.locator("#data a[href='/account/delete']").click()
    page.locator("main details summary").click()
    page.locator("a.method[href*='with=password']").click()
    page.locator("[name=password]").fill(PASSWORD)
    press(page, "/step-up/password")
    expect(page).to_have_url(re.compile("/account/delete$"))
    for css in ("#goes", "#stays", ".danger-zone"):
        expect(page.locator(css)).to_be_visible()
    one.check()
    page.locator("[name=password]").fill("nicht mein Passwort")
    press(page, "/account/delete")
    expect(page.locator(".error-summary a[href='#sure']")).to_be_visible()
    one.check()
    page.locator("[name=password]").fill("nicht mein Passwort")
    page.locator("[name=sure]").check()
    press(page, "/account/delete")
    expect(page.locator(".error-summary a[href='#password']")).to_be_visible()
    expect(page.locator("[name=sure]")).to_be_checked()
    page.locator("[name=password]").fill(PASSWORD)
    press(page, "/account/delete")
    expect(page).to_have_url(re.compile("/account/deleted"))
    one.check()
    reference = page.locator("main .numbers").inner_text()
    until(lambda: any(reference in path.read_text() for path in portal.mails_to(email)))

    page.goto(f"{site}/account/details")
    expect(page).to_have_url(re.compile("/sign-in"))
    give_password(one, site, email)
    refused = page.locator(".error-summary").inner_text()
    give_password(one, site, "never.was@example.be")
    assert page.locator(".error-summary").inner_text() == refused
    one.check()


def test_somebody_who_works_at_a_practice_is_told_why_they_stay(visitor, portal):
    one = visitor("fr", DESKTOP, color_scheme="dark")
    receptionist = Resident("accueil@sablon.example", rooms=(Room("sablon", staff=True),))
    site = let_in(one, settle(portal, receptionist)[0]["tokens"][0], slug="sablon")
    one.open(f"{site}/account/delete")
    expect(one.page.locator(".notice-warning")).to_be_visible()
    expect(one.page.locator("form[action='/account/delete']")).to_have_count(0)
