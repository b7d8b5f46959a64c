"""A morning with six people who come without an appointment: their phones, the desk, and the screen on the wall."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.residents import at_home

pytestmark = pytest.mark.browser
RECEPTION, OWNER = "accueil@lavande.example", "aline@lavande.example"
NAMES = ("Bilal", "Chloé", "Dirk", "Emma", "Farid")


def take_number(visitor, name):
    """At the door, with one's own phone; answers the number."""
    page = visitor.page
    visitor.open(f"{visitor.portal.site('lavande')}/walk-in")
    page.locator("[name=first_name]").fill(name)
    page.locator(".options label").first.click()
    page.locator("main form.form button[type=submit]").click()
    visitor.check()
    return page.locator(".ticket-number").inner_text()


def give_number(desk, name):
    page = desk.page
    page.locator("#give [name=first_name]").fill(name)
    page.locator("#give .options label").first.click()
    page.locator("#give button[type=submit]").click()
    expect(page.locator(".notice-ok")).to_be_visible()


def send_everybody_home(page):
    """Whom another journey left in the room."""
    there = page.get_by_role("button", name=re.compile("^Parti"))
    for left in reversed(range(there.count())):
        there.first.click()
        expect(there).to_have_count(left)


def test_six_walk_ins_through_a_morning(visitor):
    desk = visitor("fr", DESKTOP)
    at_home(desk, RECEPTION, staff=True)
    page = desk.page
    desk.open(f"{desk.portal.site('lavande')}/desk/walk-ins")
    send_everybody_home(page)
    phone = visitor("fr", PHONE, java_script_enabled=False)
    number = take_number(phone, "Ana")
    desk.open(f"{desk.portal.site('lavande')}/desk/walk-ins")
    for name in NAMES:
        give_number(desk, name)
    desk.check()
    row = page.locator(".visitor", has_text="Ana")
    row.get_by_role("button", name=re.compile(rf"^Appeler\s*{number}$")).click()
    expect(page.locator(".visitor").first).to_contain_text("Ana")  # whoever is called stands first
    phone.page.reload()
    phone.check()
    expect(phone.page.locator(".ticket-called")).to_be_visible()
    phone.page.get_by_role("button", name="J’attends dehors").click()
    phone.check()
    page.reload()
    expect(page.locator(".visitor", has_text="Ana")).to_contain_text("Attend dehors")
    page.locator(".visitor", has_text="Ana").get_by_role("link", name="Faire entrer").click()
    desk.check()
    page.locator("[name=family_name]").fill("Walker")
    page.locator("main form.form button[type=submit]").click()
    expect(page.locator(".visitor", has_text="Ana Walker")).to_be_visible()
    desk.check()
    phone.page.reload()
    expect(phone.page.locator(".ticket-called")).to_have_count(0)
    for name in NAMES:
        one = page.locator(".visitor", has_text=name)
        one.get_by_role("button", name=re.compile("^Parti")).click()
        expect(page.locator(".notice-ok")).to_be_visible()
    expect(page.locator(".room-list > .visitors", has_text="Bilal")).to_have_count(0)


def test_the_screen_on_the_wall_shows_numbers_alone(visitor):
    owner = visitor("fr", DESKTOP)
    at_home(owner, OWNER, staff=True)
    owner.open(f"{owner.portal.site('lavande')}/settings/walk-ins")
    address = owner.page.locator("#screen a.break").get_attribute("href")
    wall = visitor("fr", {"viewport": {"width": 1280, "height": 720}, "color_scheme": "dark"})
    wall.open(address)
    expect(wall.page.locator(".screen-page")).to_be_visible()
    owner.open(f"{owner.portal.site('lavande')}/desk/walk-ins")
    owner.page.get_by_role("link", name="Affiche pour la porte").click()
    owner.check()


def test_the_start_page_and_the_pages_of_a_file_have_no_barrier(visitor):
    desk = visitor("fr", PHONE)
    at_home(desk, RECEPTION, staff=True)
    page, site = desk.page, desk.portal.site("lavande")
    desk.open(f"{site}/desk")
    desk.open(f"{site}/desk/patients?q=lejeune")
    page.locator(".patient-row a").first.click()
    expect(page.locator(".file-tabs")).to_be_visible()
    desk.check()
    file = page.url.partition("?")[0]
    for tab in ("Notes", "Historique"):
        page.locator(".file-tabs").get_by_role("link", name=tab, exact=True).click()
        expect(page.locator(".file-tabs [aria-current=page]")).to_have_text(tab)
        desk.check()
    desk.open(f"{file}/details")
    desk.open(f"{file}/merge?q=maes")
    page.locator(".twins a").first.click()
    desk.check()
