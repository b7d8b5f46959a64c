"""Questionnaires and exercises: composed and answered without JavaScript, ticked on a phone, kept while one writes."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, NARROW, PHONE
from tests.browser.residents import Resident, Room, let_in, settle

pytestmark = pytest.mark.browser
CLAIRE = Resident("claire@example.be", rooms=(Room(method="mail"), Room("", method="mail")))
OWNER = Resident("aline@lavande.example", rooms=(Room(staff=True),))
TITLE = "Après une opération"


def at_the_desk(one, portal):
    return let_in(one, settle(portal, OWNER)[0]["tokens"][0])


def at_home(one, portal, which=0, **more):
    return let_in(one, settle(portal, CLAIRE)[0]["tokens"][which], **more)


def save(page):
    page.locator("main form .actions button:not(.button-quiet, .button-plain)").last.click()


def test_a_questionnaire_is_composed_and_published_without_javascript(visitor, portal):
    one = visitor("fr", DESKTOP, java_script_enabled=False)
    page, site = one.page, at_the_desk(one, portal)
    one.open(f"{site}/desk/questionnaires")
    one.check()
    page.locator("[name=title_fr]").fill(TITLE)
    page.locator("#new button").click()
    for kind, question in (("short", "Quelle opération ?"), ("scale", "Douleur aujourd'hui ?")):
        page.locator(f"a.kind[href$='kind={kind}']").click()
        one.check()
        page.locator("[name=text_fr]").fill(question)
        save(page)
    page.locator(".question-row").nth(1).get_by_role("button", name=re.compile("^Monter")).click()
    expect(page.locator(".question-words .strong").first).to_have_text("Douleur aujourd'hui ?")
    page.locator("a[href$='/preview']").click()
    one.check()
    page.locator("a.back").click()
    page.locator("form[action$='/publication'] button").click()
    expect(page.locator(".badge-ok")).to_contain_text("Version 1")
    one.check()


def test_a_programme_is_made_from_the_library_and_printed(visitor, portal):
    one = visitor("de", DESKTOP)
    page, site = one.page, at_the_desk(one, portal)
    one.open(f"{site}/desk/exercises")
    one.check()
    one.open(f"{site}/desk/patients?q=Maes")
    page.locator("a[href^='/desk/patients/']", has_text="Maes").first.click()
    page.goto(page.url.partition("?")[0] + "/programmes")
    one.check()
    page.locator("[name=title]").fill("Rücken")
    page.locator("#new button").click()
    page.locator("#exercises .exercise-tile button").first.click()
    one.check()
    page.locator("[name=day_1]").uncheck()
    save(page)
    expect(page.locator(".question-row")).to_have_count(1)
    one.check()
    page.locator("a[href$='/print']").click()
    page.emulate_media(media="print")
    expect(page.locator(".boxes span").first).to_be_visible()
    expect(page.locator(".site-header")).to_be_hidden()


def test_todays_exercises_are_ticked_on_a_phone_and_the_page_is_that_of_a_reload(visitor, portal):
    one = visitor("fr", PHONE)
    page, site = one.page, at_home(one, portal)
    one.open(f"{site}/exercises")
    done = page.locator("#today > .card > .tasks .task-done")
    for act in page.locator("#today > .card > .tasks form[action$='/undone'] button").all():
        act.click()  # as somebody else may have left it
    before = done.count()
    page.locator("#today > .card > .tasks form.task-act[action$='/done'] button").first.click()
    expect(done).to_have_count(before + 1)
    page.locator(".feeling[value=right]").first.click()
    expect(page.locator(".feeling[value=right]").first).to_have_attribute("aria-pressed", "true")
    page.reload()  # what the swap left is what the server says
    expect(done).to_have_count(before + 1)
    expect(page.locator(".feeling[value=right]").first).to_have_attribute("aria-pressed", "true")
    one.check()
    page.locator("#today > .card > .tasks form[action$='/undone'] button").first.click()
    expect(done).to_have_count(before)
    page.locator("#today h2 a").first.click()
    expect(page.locator("svg.bars")).to_be_visible()
    one.check()


def test_what_one_fills_in_is_kept_while_one_writes(visitor, portal):
    one = visitor("nl", PHONE)
    page, site = one.page, at_home(one, portal)
    one.open(f"{site}/questionnaires")
    one.check()
    page.locator(".message-row.message-unread").first.click()
    doctor = page.locator("form#answers input[type=text]").first
    doctor.fill("Dr. Janssens")
    page.locator("form#answers .step").nth(7).click()
    expect(page.locator("#kept")).to_contain_text("Bewaard op")
    page.reload()
    expect(doctor).to_have_value("Dr. Janssens")
    expect(page.locator("form#answers .step input").nth(7)).to_be_checked()
    one.check()


@pytest.mark.parametrize("path", ["/exercises", "/questionnaires", "/me"])
def test_it_fits_a_small_screen_in_german_at_night_and_without_javascript(visitor, portal, path):
    one = visitor("de", NARROW, color_scheme="dark", java_script_enabled=False)
    one.open(f"{at_home(one, portal, 1, slug='')}{path}")
    one.check()
