"""An owner asks somebody to work at the practice, and that person says yes."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, NARROW, PHONE
from tests.browser.portal import PASSWORD, until
from tests.browser.residents import Resident, settle
from tests.browser.steps import fresh_code, open_mail, sign_in

pytestmark = pytest.mark.browser

PATIENT = "buurvrouw@example.be"  # of this journey alone: others need patients who stay that
WORDS = "negen blauwe paraplu's in de sneeuw"


def invite(visitor, slug, email, *roles):
    """From the list of the team, as the owner."""
    page = visitor.page
    page.goto(f"{visitor.portal.site(slug)}/settings/team")
    visitor.check()
    page.locator("a[href='/settings/team/invite']").click()
    visitor.check()
    for name, value in (("email", email), ("given_name", "Nora"), ("family_name", "Peeters")):
        page.locator(f"[name={name}]").fill(value)
    for role in roles:
        page.locator(f"[name={role}]").check()
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".notice-ok")).to_be_visible()
    visitor.check()


def test_an_owner_invites_and_a_guest_without_an_account_joins(visitor, portal):
    owner, email = visitor("nl", DESKTOP), "nora.team@example.be"
    sign_in(owner, "de-linde", "wim@de-linde.example")
    invite(owner, "de-linde", email, "practitioner", "receptionist")
    expect(owner.page.locator("#invited")).to_contain_text(email)

    guest = visitor("nl", PHONE)
    open_mail(guest, email)
    link = guest.page.locator("main a[href*='/team/']").first.get_attribute("href")
    guest.allowed = {422, 410}
    guest.open(link)
    guest.page.locator("[name=password]").fill("te kort")
    guest.page.locator("[name=accept]").check()
    guest.page.locator("main form:has([name=password]) button[type=submit]").click()
    expect(guest.page.locator(".error-summary")).to_be_visible()
    guest.check()
    guest.page.locator("[name=password]").fill(WORDS)
    guest.page.locator("main form:has([name=password]) button[type=submit]").click()
    expect(guest.page).to_have_url(re.compile("/set-up"))
    guest.check()
    guest.open(link)  # once is enough
    expect(guest.page.locator("main form:has([name=password])")).to_have_count(0)

    owner.page.reload()
    expect(owner.page.locator("#here")).to_contain_text("Nora Peeters")


def test_a_patient_becomes_a_colleague_with_one_button(visitor, portal):
    settle(portal, Resident(PATIENT, "nl", rooms=()))
    owner = visitor("fr", DESKTOP, java_script_enabled=False)
    sign_in(owner, "lavande", "aline@lavande.example")
    invite(owner, "lavande", PATIENT, "receptionist")
    patient = visitor("nl", DESKTOP)
    until(lambda: portal.mails_to(PATIENT))
    open_mail(patient, PATIENT, number=len(portal.mails_to(PATIENT)))
    link = patient.page.locator("main a[href*='/team/']").first.get_attribute("href")
    patient.language = "nl"
    patient.open(link)
    patient.page.locator("main a[href^='/sign-in']").click()
    patient.page.locator("[name=name]").fill(PATIENT)
    patient.page.locator("[name=password]").fill(PASSWORD)
    patient.page.locator("main form:has([name=password]) button[type=submit]").click()
    patient.page.locator("[name=code]").fill(fresh_code(PATIENT))
    patient.page.locator("main form:has([name=code]) button[type=submit]").click()
    expect(patient.page).to_have_url(re.compile("/team/"))
    patient.check()
    patient.page.locator("main form[action^='/team/'] button").click()
    expect(patient.page).to_have_url(re.compile("/desk/day$"))
    patient.check()


@pytest.mark.parametrize("screen", [NARROW, DESKTOP], ids=["320", "1280"])
def test_the_last_owner_is_told_why_they_stay(visitor, portal, screen):
    one = visitor("de", screen, color_scheme="dark")
    one.allowed = {422}
    sign_in(one, "bergweg", "jutta@bergweg.example")
    one.open(f"{portal.site('bergweg')}/settings/team")
    one.page.locator("#here a[href*='/settings/team/']", has_text="Jutta").click()
    one.check()
    one.page.locator(".danger-zone button").click()
    expect(one.page.locator(".notice-warning")).to_be_visible()
    one.check()
    one.page.locator(".notice-warning a").click()
    expect(one.page.locator("#here")).to_contain_text("Jutta")
