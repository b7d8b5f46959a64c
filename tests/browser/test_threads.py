"""Writing to one's practice: on a phone with a photo, answered at the desk, read, deleted and brought back."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.residents import Resident, Room, let_in, settle
from tests.browser.steps import press
from tests.pictures import PDF, with_place

pytestmark = pytest.mark.browser
CLAIRE = Resident("claire@example.be", rooms=(Room(method="mail"), Room("", method="mail")))
OWNER = Resident("aline@lavande.example", rooms=(Room(staff=True),))
FILES = [
    {"name": "IMG_0001.JPG", "mimeType": "image/jpeg", "buffer": with_place((800, 600))},
    {"name": "bilan.pdf", "mimeType": "application/pdf", "buffer": PDF},
]


def write(one, site, subject, *, files=()):
    page = one.page
    one.open(f"{site}/account/messages/new")
    page.locator(".option").first.click()
    page.fill("#subject", subject)
    page.fill("#body", "Bonjour,\n\nJ'ai mal au genou depuis hier. <b>Merci</b>")
    if files:
        page.set_input_files("#files", list(files))
    press(page, "/account/messages/new")
    expect(page).to_have_url(re.compile(r"box=sent&done=sent$"))
    expect(page.locator(".message-row").first).to_contain_text(subject)
    one.check()


def test_a_photo_from_a_phone_is_answered_at_the_desk_and_read(visitor, portal):
    one = visitor("fr", PHONE)
    write(one, let_in(one, settle(portal, CLAIRE)[0]["tokens"][0]), "Genou de Claire", files=FILES)

    desk = visitor("fr", DESKTOP)
    page, site = desk.page, let_in(desk, settle(portal, OWNER)[0]["tokens"][0])
    desk.open(f"{site}/desk/messages")
    expect(page.locator("nav a[href='/desk/messages'] .count").first).to_be_visible()
    page.locator(".message-row", has_text="Genou de Claire").first.click()
    expect(page.locator(".talk-body")).to_contain_text("<b>Merci</b>")
    shown = page.locator(".files img")
    expect(shown).to_have_js_property("complete", True)
    desk.check()
    page.fill("#body", "Venez demain à neuf heures.")
    page.locator("#answer button:has-text('Envoyer')").click()
    expect(page).to_have_url(re.compile("done=sent"))
    desk.check()

    page = one.page
    one.open(f"{site}/account/messages?show=unread")
    page.locator(".message-row", has_text="Genou de Claire").first.click()
    expect(page.locator(".talk-body").last).to_have_text("Venez demain à neuf heures.")
    one.check()
    page.fill("#body", "Merci !")
    page.locator("#reply button").click()
    expect(page.locator(".talk-body").last).to_have_text("Merci !")
    one.check()


def test_without_scripts_messages_are_ticked_deleted_and_brought_back(visitor, portal):
    one = visitor("de", PHONE, java_script_enabled=False, color_scheme="dark")
    one.language = "de"
    page, site = one.page, let_in(one, settle(portal, CLAIRE)[0]["tokens"][0])
    one.open(f"{site}/account/messages/new?lang=de")
    write(one, site, "Frage zur Rechnung")
    page.locator(".pick").first.click()
    page.locator("button[value=deleted]").click()
    expect(page).to_have_url(re.compile("done=deleted"))
    one.check()
    page.locator("form[action$='/undo'] button").click()
    expect(page).to_have_url(re.compile("done=restored"))
    one.open(f"{site}/account/messages?box=sent&q=rechnung")
    expect(page.locator(".message-row").first).to_contain_text("Frage zur Rechnung")
    one.check()


def test_an_owner_lets_everybody_ask_and_a_stranger_does(visitor, portal):
    desk = visitor("fr", DESKTOP)
    site = let_in(desk, settle(portal, OWNER)[0]["tokens"][0])
    desk.open(f"{site}/settings/questions")
    desk.page.locator("#who-everybody").check()
    press(desk.page, "/settings/questions")
    desk.check()
    one = visitor("nl", PHONE)
    page = one.page
    one.open(f"{site}/")
    page.locator("a[href='/question']").click()
    one.check()
    for name, words in (
        ("name", "Zoé"),
        ("email", "zoe@example.be"),
        ("subject", "Tarief"),
        ("body", "Hoeveel?"),
    ):
        page.fill(f"#{name}", words)
    press(page, "/question")
    expect(page).to_have_url(re.compile("done=sent"))
    one.check()
    desk.open(f"{site}/desk/messages")
    expect(desk.page.locator(".message-row", has_text="Zoé").first).to_be_visible()
