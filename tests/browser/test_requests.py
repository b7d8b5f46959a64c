"""Requests and changes as both sides live them: asked for, answered, moved, given up; with and without JavaScript."""

import os
import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.portal import ROOT, plain_text, settings, until
from tests.browser.residents import Resident, Room, let_in, settle
from tests.browser.steps import book, come_to_details, confirm, fill, go_to_later_days, press

pytestmark = pytest.mark.browser

SERVICE = "Rééducation périnéale"
RULE = """
from app.booking.models import BookingPolicy
from app.config import Config
from app.directory.models import HealthcareService
from app.factory import create_app
from app.kernel.db import connection, write_tx
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context

with create_app(Config.from_env()).app_context(), connection():
    practice = Practice.get(Practice.slug == "lavande")
    with practice_context(practice), write_tx():
        service = HealthcareService.get(HealthcareService.key == "perinee")
        if not BookingPolicy.select().where(BookingPolicy.service == service.id).exists():
            BookingPolicy.create(service=service.id, outcome="request")
        else:
            BookingPolicy.update(outcome="request").where(BookingPolicy.service == service.id).execute()
        Practice.update(catalogue_version=Practice.catalogue_version + 1).where(Practice.id == practice.id).execute()
"""


@pytest.fixture(scope="module")
def asked_for(portal):
    """From here on this service of Lavande has to be asked for."""
    environment = {**os.environ, **settings(portal.folder, portal.port)}
    done = subprocess.run(
        [sys.executable, "-c", RULE], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(params=["with script", "without script"])
def patient(visitor, request):
    return visitor("fr", PHONE, java_script_enabled=request.param == "with script")


@pytest.fixture
def reception(visitor, portal):
    """Somebody at the desk, signed in already."""
    one = visitor("fr", DESKTOP)
    member = Resident("accueil@lavande.example", rooms=(Room(staff=True),))
    let_in(one, settle(portal, member)[0]["tokens"][0])
    return one


def ask_for_a_time(patient, email, name, *, which=0):
    come_to_details(patient, service=SERVICE, which=which)
    fill(patient, email, family_name=name)
    confirm(patient)
    expect(patient.page.locator("h1")).to_have_text("Votre demande est au cabinet")
    patient.check()
    assert patient.portal.statuses(email) == ["proposed"]
    return patient.page.url


def told(portal, email, sentence):
    """A mail that says so has arrived."""
    until(lambda: any(sentence in plain_text(path) for path in portal.mails_to(email)))


def open_request(reception, name):
    reception.open(f"{reception.portal.site('lavande')}/desk/requests")
    card = reception.page.locator(".requests > li", has_text=name)
    expect(card).to_have_count(1)
    return card


def test_asked_for_and_approved_then_given_up(asked_for, patient, reception, portal):
    email = f"{'js' if patient.scripted else 'ohne'}-approved@example.be"
    name = "Approuvée" if patient.scripted else "Acceptée"
    here = ask_for_a_time(patient, email, name)
    card = open_request(reception, name)
    expect(card).to_contain_text(SERVICE)
    card.get_by_role("button", name="Accepter").click()
    expect(reception.page.locator(".notice-ok")).to_be_visible()
    reception.check()
    assert portal.statuses(email) == ["booked"]
    told(portal, email, "a accepté votre demande")  # the mail that it arrived may have had no time to leave
    patient.open(here)
    expect(patient.page.locator("h1")).to_have_text("Votre rendez-vous est réservé")
    patient.page.locator("#cancel summary").click()
    patient.page.locator("[name=reason]").fill("Je pars en voyage")
    patient.check()
    press(patient.page, here.removeprefix(portal.site("lavande")) + "/cancellation")
    expect(patient.page.locator("h1")).to_have_text("Votre rendez-vous est annulé")
    patient.check()
    assert portal.statuses(email) == ["cancelled"]


def test_asked_first_answered_refused_and_another_time_chosen(asked_for, patient, reception, portal):
    email = f"{'js' if patient.scripted else 'ohne'}-asked@example.be"
    name, site = ("Questionnée" if patient.scripted else "Interrogée"), portal.site("lavande")
    ask_for_a_time(patient, email, name, which=1)

    open_request(reception, name).get_by_role("link", name="Demander d’abord").click()
    reception.page.locator("[name=question_0]").fill("Avez-vous une prescription ?")
    reception.check()
    reception.page.get_by_role("button", name="Envoyer les questions").click()
    expect(reception.page.locator(".requests > li", has_text=name)).to_contain_text("Attend la personne")
    reception.check()
    assert portal.statuses(email) == ["pending"]

    told(portal, email, "voudrait savoir quelque chose")
    patient.open(portal.link(email, f"{site.removeprefix('http://')}/action/"))
    patient.page.locator("main textarea").fill("Oui, du 3 novembre")
    patient.check()
    patient.page.get_by_role("button", name="Envoyer mes réponses").click()
    expect(patient.page.locator("h1")).to_have_text("Votre demande est au cabinet")
    patient.check()
    assert portal.statuses(email) == ["proposed"]

    card = open_request(reception, name)
    expect(card).to_contain_text("Oui, du 3 novembre")
    card.get_by_role("link", name="Refuser").click()
    expect(reception.page.locator("#alternatives input:checked")).to_have_count(3)
    reception.page.locator("#usual-0").check(force=True)
    reception.check()
    reception.page.get_by_role("button", name="Refuser et prévenir").click()
    expect(reception.page.locator(".notice-ok")).to_be_visible()
    assert portal.statuses(email) == ["cancelled"]

    told(portal, email, "ne peut pas vous donner cette heure")
    patient.open(portal.link(email, f"{site.removeprefix('http://')}/action/"))
    expect(patient.page.locator("#choices button")).to_have_count(3)
    patient.check()
    patient.page.locator("#choices button").nth(1).click()
    expect(patient.page.locator("h1")).to_have_text("Votre rendez-vous est réservé")
    patient.check()
    assert portal.statuses(email) == ["booked", "cancelled"]


def test_moved_to_another_time(patient, portal):
    email = f"{'js' if patient.scripted else 'ohne'}-moved@example.be"
    here, page = book(patient, email, which=3 if patient.scripted else 5), patient.page
    old = page.locator(".ticket-day").inner_text() + page.locator(".ticket-clock").inner_text()
    page.get_by_role("link", name="Déplacer le rendez-vous").click()
    patient.check()
    for _week in range(2):  # beyond the week it was booked in: its own time is no other one
        go_to_later_days(patient)
    page.locator(".time").nth(2).click()
    page.locator(".bar button[type=submit]").click()
    expect(page.locator(".from-to")).to_be_visible()
    patient.check()
    page.go_back()
    expect(page.locator(".time").first).to_be_visible()
    page.locator(".time").nth(1).click()
    page.locator(".bar button[type=submit]").click()
    page.get_by_role("button", name="Déplacer le rendez-vous").click()
    expect(page.locator(".notice-ok")).to_contain_text("déplacé")
    patient.check()
    assert page.locator(".ticket-day").inner_text() + page.locator(".ticket-clock").inner_text() != old
    assert portal.statuses(email) == ["booked"]
    told(portal, email, "a lieu à un autre moment")
    assert re.match(re.escape(here), page.url)


def test_my_appointments_at_the_practice_and_on_the_portal(patient, portal):
    for slug in ("lavande", ""):
        claire = Resident("claire@example.be", rooms=(Room(slug, method="mail"),))
        place = let_in(patient, settle(portal, claire)[0]["tokens"][0], slug=slug)
        patient.open(f"{place}/me/appointments")
        expect(patient.page.locator(".appointment").first).to_be_visible()
        expect(patient.page.locator("h1")).to_have_text("Mes rendez-vous")
    patient.page.locator(".appointment-when a").first.click()
    expect(patient.page).to_have_url(re.compile(r"lavande\.localhost.*/appointments/"))
    patient.check()
