"""What an account is good for: booking without typing, for a child too, and knowing who looked."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.residents import Resident, Room, at_home, let_in, settle
from tests.browser.steps import book, come_to_details, confirm, press

pytestmark = pytest.mark.browser
MILO = {"given_name": "Milo", "family_name": "Dupont", "birth_date": "4/6/2019", "niss": "19.06.04-992.38"}


def test_a_parent_adds_a_child_and_books_for_it(visitor, portal):
    one = visitor("nl", PHONE)
    page, site = one.page, at_home(one, "maud@example.be", slug="lavande", family_name="Dupont")
    one.allowed = {422}
    one.open(f"{site}/account")
    page.locator(".account-menu summary").click()
    page.locator(".account-menu a[href='/account/people']").click()
    one.check()
    page.locator("main a[href='/account/people/new']").click()
    for name, value in MILO.items():
        page.locator(f"[name={name}]").fill(value)
    press(page, "/account/people/new")
    for name in ("niss", "sure"):
        expect(page.locator(f".error-summary a[href='#{name}']")).to_be_visible()
    for name, value in MILO.items():
        expect(page.locator(f"[name={name}]")).to_have_value(value)
    one.check()
    page.locator("[name=niss]").fill("19.06.04-992.37")
    page.locator("[name=basis][value=parent]").check(force=True)
    page.locator("[name=sure]").check()
    press(page, "/account/people/new")
    expect(page).to_have_url(re.compile("done=added"))
    one.check()

    page.locator("form[action$='/act'] button").click()
    expect(page).to_have_url(re.compile("/book$"))
    for path in ("/book", "/", "/account/people", "/account/details"):
        one.open(site + path)
        expect(page.locator(".acting")).to_contain_text("Milo Dupont")
    come_to_details(one, service="Kinesitherapie")
    one.check()
    expect(page.locator(".whose")).to_contain_text("Milo Dupont")
    for name in ("given_name", "niss"):  # nothing that is known is asked again
        expect(page.locator(f"[name={name}]")).to_have_count(0)
    page.locator("[name=accept]").check()
    confirm(one)
    one.check()
    expect(page.locator(".acting")).to_be_visible()
    page.locator(".acting button").click()
    expect(page.locator(".acting")).to_have_count(0)
    assert portal.statuses("maud@example.be") == ["booked"]

    one.open(f"{site}/account/privacy")
    expect(page.locator("#connections")).to_contain_text("Cabinet Lavande: Milo Dupont")
    page.goto(f"{site}/account/people")
    page.locator("main a[href^='/account/people/0']").click()
    expect(page.locator("[name=niss]")).to_have_value("19.06.04-992.37")
    one.check()
    page.locator("form[action$='/end'] button").click()
    expect(page).to_have_url(re.compile("done=ended"))
    expect(page.locator("form[action$='/act']")).to_have_count(0)


def test_a_patient_books_without_typing_and_decides_what_happens_next(visitor, portal):
    one = visitor("fr", DESKTOP)
    claire = Resident("claire@example.be", rooms=(Room(method="mail"),))
    page, site = one.page, let_in(one, settle(portal, claire)[0]["tokens"][0])
    come_to_details(one, which=3)
    one.check()
    expect(page.locator(".whose")).to_contain_text("Claire Lejeune")
    expect(page.locator(".whose")).to_contain_text("claire@example.be")
    expect(page.locator("main")).not_to_contain_text("85.07.30-994.37")
    expect(page.locator("form.guest [name=niss]")).to_have_count(0)
    before = portal.statuses("claire@example.be")
    page.locator("[name=accept]").check()
    confirm(one)
    one.check()
    assert len(portal.statuses("claire@example.be")) == len(before) + 1

    page.locator(".account-menu summary").click()
    page.locator(".account-menu a[href='/account/privacy']").click()
    expect(page.locator("#connections .setting")).to_have_count(1)
    expect(page.locator("#connections")).to_contain_text("Cabinet Lavande")
    one.check()
    page.locator("#journal a[href='/account/journal']").click()
    expect(page.locator(".journal-row").filter(has_text="Sylvie Renard").first).to_be_visible()
    expect(page.locator(".journal")).to_contain_text("Attestation de soins")
    one.check()
    page.locator("main summary").click()
    page.locator("[name=practice]").select_option(index=1)
    page.locator("[name=last]").fill("2024-01-01")
    page.locator("form[action='/account/journal'] button").click()
    expect(page.locator(".journal-row")).to_have_count(0)
    expect(page.locator(".empty")).to_be_visible()
    one.check()

    page.goto(f"{site}/account/privacy")
    for name in ("changes", "reminders"):
        page.locator(f"[name={name}]").uncheck()
    press(page, "/account/privacy/messages")
    expect(page.locator("[role=status]").first).to_be_visible()
    page.goto(f"{site}/account/privacy")
    expect(page.locator("[name=changes]")).not_to_be_checked()
    expect(page.locator("[name=lists]")).to_be_checked()

    page.locator("#connections a[href$='/leave']").click()
    one.check()
    page.locator("form[action$='/leave'] button").click()
    expect(page).to_have_url(re.compile("done=left"))
    expect(page.locator("#connections .setting")).to_have_count(0)
    expect(page.locator("#journal .journal-row").first).to_be_visible()  # it stays
    one.check()
    page.locator("#connections a[href*='show=all']").click()
    page.locator("form[action$='/rejoin'] button").click()
    expect(page).to_have_url(re.compile("done=rejoined"))
    expect(page.locator("#connections .setting")).to_contain_text("Cabinet Lavande")
    one.check()


def test_somebody_lets_another_act_for_them_and_takes_it_back(visitor, portal):
    giver, taker = visitor("de", PHONE, color_scheme="dark"), visitor("en", DESKTOP)
    site = at_home(giver, "oma@example.be", slug="bergweg", given_name="Hilde", family_name="Klein")
    at_home(taker, "enkel@example.be", slug="bergweg", given_name="Tom", family_name="Klein")
    page = giver.page
    giver.allowed = {422}
    giver.open(f"{site}/account/people")
    page.locator("a[href='/account/people/mandate']").click()
    page.locator("[name=email]").fill("oma@example.be")
    press(page, "/account/people/mandate")
    expect(page.locator(".error-summary a[href='#email']")).to_be_visible()
    giver.check()
    page.locator("[name=email]").fill("enkel@example.be")
    press(page, "/account/people/mandate")
    expect(page).to_have_url(re.compile("done=offered"))
    giver.check()

    taker.open(portal.link("enkel@example.be", "/account/people/offer/"))
    press(taker.page, "/account/people/offer/")
    expect(taker.page).to_have_url(re.compile("done=accepted"))
    expect(taker.page.locator("#mine")).to_contain_text("Hilde Klein")
    taker.check()
    taker.page.locator("form[action$='/act'] button").click()
    expect(taker.page.locator(".acting")).to_be_visible()
    taker.open(site)
    expect(taker.page.locator(".acting")).to_contain_text("Hilde Klein")
    page.reload()
    page.locator("form[action$='/withdrawal'] button").click()
    expect(page.locator("#others .setting")).to_have_count(0)
    taker.page.reload()
    expect(taker.page.locator(".acting")).to_have_count(0)
    taker.check()


def test_a_practice_invites_the_patient_it_knows(visitor, portal):
    """Found and invited at the desk; whoever accepts finds the practice in the new account, and who looked."""
    guest, desk, email = visitor("fr", PHONE), visitor("fr", DESKTOP), "gaston.lagarde@example.be"
    page = guest.page
    book(guest, email, which=4, given_name="Gaston", family_name="Lagarde", niss="88.09.23-994.33")
    receptionist = Resident("accueil@lavande.example", rooms=(Room(staff=True),))
    site = let_in(desk, settle(portal, receptionist)[0]["tokens"][0])
    desk.open(f"{site}/desk/patients")
    desk.page.locator("#q").press_sequentially("lagar")
    desk.page.locator("#found a", has_text="Lagarde").click()
    desk.check()
    desk.page.locator("form[action$='/invitation'] button").click()
    expect(desk.page).to_have_url(re.compile("done=invited"))
    desk.check()

    link = portal.link(email, "/join/invitation/")
    guest.allowed = {410, 422}
    guest.open(link)
    expect(page.locator("main")).to_contain_text("Gaston Lagarde")
    page.locator("[name=password]").fill("court")
    press(page, "/join/invitation/")
    expect(page.locator(".error-summary li")).to_have_count(2)
    guest.check()
    page.locator("[name=password]").fill("sept parapluies bleus dans la neige")
    page.locator("[name=accept]").check()
    press(page, "/join/invitation/")
    expect(page).to_have_url(re.compile("/set-up"))
    guest.open(link)  # once is enough
    expect(page.locator("main form:has([name=password])")).to_have_count(0)
    page.goto(f"{site}/set-up/mail")
    press(page, "/set-up/mail/send")
    page.locator("[name=code]").fill(portal.code(email))
    press(page, "/set-up/mail")
    expect(page).to_have_url(re.compile("/set-up/recovery-codes"))
    guest.open(f"{site}/account/privacy")
    expect(page.locator("#connections")).to_contain_text("Cabinet Lavande")
    expect(page.locator("#journal")).to_contain_text("Sylvie Renard")
    desk.page.reload()
    expect(desk.page.locator("#portal form[action$='/invitation']")).to_have_count(0)
