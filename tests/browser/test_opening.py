"""A practice is opened from the template folder, and its owner makes it bookable on the settings page alone."""

import os
import re
import shutil
import subprocess
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.portal import FLASK, ROOT, settings
from tests.browser.steps import choose_service, confirm, fill, fresh_code, open_mail, press, take_time, today

pytestmark = pytest.mark.browser

SLUG, OWNER, WORDS = "rdv-neuf", "owner.neuf@example.be", "neuf parapluies bleus sous la neige"


def command(portal, *words):
    environment = {**os.environ, **settings(portal.folder, portal.port)}
    subprocess.run([*FLASK, *words], cwd=ROOT, env=environment, check=True, capture_output=True)


def opened(portal, folder):
    """As docs/deployment.md says: the folder copied under a new name, opened, its first owner invited."""
    copy = folder / SLUG
    shutil.copytree(ROOT / "tenants" / "_template", copy)
    file = copy / "practice.toml"
    file.write_text(
        file.read_text().replace('"my-practice"', f'"{SLUG}"').replace("My practice", "Cabinet Neuf")
    )
    command(portal, "practice", "open", str(copy))
    names = ("--given-name", "Léa", "--family-name", "Delvaux", "--language", "fr")
    command(portal, "staff", "invite", SLUG, OWNER, "--role", "owner", *names)


def come_in(visitor):
    """The first owner: the link of the mail, a password, an authenticator app."""
    page = visitor.page
    open_mail(visitor, OWNER)
    visitor.open(page.locator("main a[href*='/team/']").first.get_attribute("href"))
    page.locator("[name=password]").fill(WORDS)
    page.locator("[name=accept]").check()
    page.locator("main form:has([name=password]) button[type=submit]").click()
    expect(page).to_have_url(re.compile("/set-up"))
    page.locator("a.method[href^='/set-up/app']").click()
    page.locator("main summary").click()
    secret = "".join(page.locator(".key span").all_inner_texts())
    page.locator("[name=code]").fill(fresh_code(OWNER, secret))
    press(page, "/set-up/app")
    expect(page).to_have_url(re.compile("/set-up/recovery-codes"))
    press(page, "/set-up/recovery-codes")
    expect(page.locator(".codes code")).to_have_count(10)


def save(visitor, path, **fields):
    """A form of the settings: filled in, looked at, sent."""
    page = visitor.page
    page.goto(f"{visitor.portal.site(SLUG)}{path}")
    for name, value in fields.items():
        field = page.locator(f"[name={name}]")
        if field.get_attribute("type") == "checkbox":
            field.set_checked(value)
        else:
            field.fill(value)
    visitor.check()
    page.locator("form.card button.button-large").click()
    page.wait_for_load_state()


def draw(visitor, weekday):
    """Hours drawn with the mouse on a day of the week: from about nine to about four."""
    page = visitor.page
    box = page.locator(".week-svg").bounding_box()
    x = box["x"] + box["width"] * (0.08 + 0.92 * (weekday + 0.5) / 7)
    page.mouse.move(x, box["y"] + box["height"] * 0.2)
    page.mouse.down()
    page.mouse.move(x, box["y"] + box["height"] * 0.4, steps=4)
    page.mouse.move(x, box["y"] + box["height"] * 0.66, steps=4)
    page.mouse.up()


def test_from_the_template_to_a_patients_appointment_by_the_settings_page_alone(visitor, portal, tmp_path):
    opened(portal, tmp_path)
    owner = visitor("fr", DESKTOP)
    come_in(owner)
    page, site = owner.page, portal.site(SLUG)
    save(owner, "/settings/sites/new", name_fr="Cabinet de Dinant", street="Rue Grande 4", postcode="5500")
    save(owner, "/settings/services/new", name_fr="Bilan du dos", duration_minutes="45", price="52,50")
    save(owner, "/settings/practitioners/new", given_name="Zoé", family_name="Delvaux-Quinaux")

    page.goto(f"{site}/settings/hours/new")
    page.locator("[name=whose]").select_option(label="Zoé Delvaux-Quinaux")
    page.locator("[name=site]").select_option(label="Cabinet de Dinant")
    owner.check()
    page.locator("form.card button.button-large").click()
    expect(page).to_have_url(re.compile("/week$"))
    for weekday in range(5):
        draw(owner, weekday)
    owner.check()
    page.locator(".week-tools summary").click()
    page.locator("[name=pause]").click()  # lunch, in one click
    expect(page.locator("fieldset[data-day='2'] input[name$='-to']").first).to_have_value("12:00")
    page.locator("form.card button.button-large").click()
    expect(page.locator(".notice-ok")).to_be_visible()
    owner.check()

    page.goto(f"{site}/settings/practitioners")  # the person of the template never worked here
    page.get_by_role("link", name="Prénom Nom").click()
    page.locator("[name=last]").fill(str(today() - timedelta(days=1)))
    page.locator("#end button[type=submit]").click()
    expect(page.locator(".notice-ok")).to_be_visible()

    patient = visitor("fr", PHONE)
    patient.open(site)
    expect(patient.page.locator("main")).to_contain_text("Zoé Delvaux-Quinaux")
    expect(patient.page.locator("main")).not_to_contain_text("Prénom Nom")
    patient.page.goto(f"{site}/book")
    choose_service(patient, "Bilan du dos")
    take_time(patient, which=1)
    fill(patient, "patient.neuf@example.be")
    confirm(patient)
    assert portal.statuses("patient.neuf@example.be") == ["booked"]

    patient.open(f"{portal.url}/search?who=Delvaux-Quinaux")
    expect(patient.page.locator("main")).to_contain_text("Zoé Delvaux-Quinaux")
