"""An owner changes who may book; patients of two kinds meet it; and the owner looks as each of them."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.residents import at_home
from tests.browser.steps import CONFIRMED, choose_service, fill, go_to_later_days, sign_in, take_time, today

pytestmark = pytest.mark.browser

SERVICE = "Drainage lymphatique manuel"
RULES = "/settings/policy"


def open_rules(owner, service):
    """From the overview, as one finds it."""
    owner.page.goto(f"{owner.portal.site('lavande')}{RULES}")
    owner.check()
    row = owner.page.locator("#services .setting", has=owner.page.get_by_role("heading", name=service))
    row.locator(".setting-side a").click()
    expect(owner.page.locator("[name=version]")).to_be_attached()
    owner.check()


def save(owner, **typed):
    for name, value in typed.items():
        field = owner.page.locator(f"[name='{name.replace('__', '-')}']")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    owner.page.locator("main form:has([name=version]) button[name=publish]").click()


def times_of(visitor, service):
    visitor.page.goto(f"{visitor.portal.site('lavande')}/book")
    visitor.check()
    choose_service(visitor, service)
    expect(visitor.page.locator("#choose-time")).to_be_visible()
    return visitor.check()


@pytest.mark.parametrize("scripted", [True, False], ids=["with JavaScript", "without"])
def test_what_the_owner_decides_is_what_two_kinds_of_patients_meet(visitor, scripted):
    owner = visitor("fr", DESKTOP, java_script_enabled=scripted)
    sign_in(owner, "lavande", "aline@lavande.example")
    open_rules(owner, SERVICE)
    owner.allowed = {422}
    save(owner, outcome__any__any="request", horizon_days="bientôt")
    expect(owner.page.locator(".error-summary")).to_be_visible()
    expect(owner.page.locator("[name=outcome-any-any]")).to_have_value("request")  # nothing typed is lost
    owner.check()
    save(owner, outcome__any__any="request", outcome__any__known="direct", horizon_days="60")
    expect(owner.page.locator(".notice-ok")).to_be_visible()
    owner.check()

    guest = visitor("fr", PHONE, java_script_enabled=scripted)
    times_of(guest, SERVICE)
    expect(guest.page.locator("#choose-time .notice")).to_contain_text("Vous pouvez faire une demande")
    go_to_later_days(guest)
    take_time(guest, which=2)
    guest.check()
    fill(guest, f"demande-{scripted}@example.be".lower())
    guest.page.locator("[name=note]").fill("Après une opération au genou.")
    guest.page.get_by_role("button", name="Demander ce rendez-vous").click()
    expect(guest.page).to_have_url(CONFIRMED)
    expect(guest.page.get_by_role("heading", level=1)).to_have_text("Votre demande est au cabinet")
    guest.check()
    assert guest.portal.statuses(f"demande-{scripted}@example.be".lower()) == ["proposed"]

    patient = visitor("nl", PHONE, java_script_enabled=scripted)
    sign_in(patient, "lavande", "bruno@example.be", arrives=re.compile("/me$"))
    times_of(patient, "Manuele lymfedrainage")
    expect(patient.page.locator("#choose-time .applies")).to_contain_text("U boekt meteen")

    open_rules(owner, SERVICE)
    expect(owner.page.locator(".last-changed")).to_contain_text("Aline Lambert")
    save(owner, outcome__any__any="call")
    times_of(guest, SERVICE)
    expect(guest.page.locator("#choose-time a[href^='tel:']")).to_be_visible()
    expect(guest.page.locator(".time")).to_have_count(0)
    open_rules(owner, SERVICE)
    save(owner, outcome__any__any="", outcome__any__known="", horizon_days="")


@pytest.mark.parametrize("scripted", [True, False], ids=["with JavaScript", "without"])
def test_an_owner_looks_at_the_site_as_somebody_else(visitor, scripted):
    owner = visitor("fr", PHONE, java_script_enabled=scripted)
    at_home(owner, "aline@lavande.example", staff=True)
    owner.page.goto(f"{owner.portal.site('lavande')}{RULES}")
    owner.page.locator("[name=standing]").select_option("0-new")
    owner.page.locator("form[action$='/view-as'] button").click()
    expect(owner.page.locator(".looking")).to_be_visible()
    owner.check()
    choose_service(owner, "Rééducation périnéale")
    expect(owner.page.locator(".looking")).to_be_visible()
    expect(owner.page.locator("#choose-time .notice")).to_contain_text("Vous pouvez faire une demande")
    owner.check()
    owner.allowed = {409}
    owner.page.locator(".time").first.click()
    owner.page.locator(".bar button[type=submit]").click()
    expect(owner.page.locator("main")).to_contain_text("Quittez cet aperçu pour réserver")
    owner.check()
    owner.page.locator(".looking button").click()
    expect(owner.page).to_have_url(re.compile(f"{RULES}$"))
    owner.page.goto(f"{owner.portal.site('lavande')}/book")
    expect(owner.page.locator(".looking")).to_have_count(0)


def test_limits_of_an_agenda_at_a_phone(visitor):
    owner = visitor("fr", PHONE)
    sign_in(owner, "sablon", "karim@sablon.example")
    owner.page.goto(f"{owner.portal.site('sablon')}{RULES}")
    owner.page.locator("#agendas a[href*='/limits/']").first.click()
    owner.check()
    expect(owner.page.locator("[name=most-0]")).not_to_have_value("")
    owner.page.locator("main form button[name=publish]").click()
    expect(owner.page.locator(".notice-ok")).to_be_visible()


DRAINAGE = "Drainage lymphatique manuel"


@pytest.mark.parametrize("scripted", [True, False], ids=["with JavaScript", "without"])
def test_a_draft_is_kept_given_a_day_published_and_undone(visitor, scripted):
    owner = visitor("fr", PHONE, java_script_enabled=scripted)
    at_home(owner, "aline@lavande.example", staff=True)
    open_rules(owner, DRAINAGE)
    page = owner.page
    page.locator("[name=outcome-any-any]").select_option("call")
    page.locator("[name=late_fee_cents]").fill("35")
    page.get_by_role("button", name="Garder comme brouillon").click()
    expect(page.locator("#draft .rule-changes li")).to_have_count(2)
    expect(page.locator("#draft")).to_contain_text("Appelez-nous")
    owner.check()

    guest = visitor("fr", PHONE, java_script_enabled=scripted)
    times_of(guest, DRAINAGE)
    expect(guest.page.locator(".time").first).to_be_visible()  # nobody meets a draft

    page.locator("[name=publish_on]").fill((today() + timedelta(days=40)).isoformat())
    page.get_by_role("button", name="Publier ce jour-là").click()
    expect(page.locator("#draft")).to_contain_text("à l’heure du cabinet")
    owner.check()
    page.get_by_role("button", name="Retirer la date").click()
    expect(page.locator("#draft .badge").first).to_have_text("Non publié")
    page.locator("#publish button[name=publish]").click()
    expect(page.locator(".notice-ok")).to_be_visible()
    owner.check()
    times_of(guest, DRAINAGE)
    expect(guest.page.locator("#choose-time a[href^='tel:']")).to_be_visible()

    page.goto(f"{owner.portal.site('lavande')}{RULES}/draft")
    page.locator("#versions .rule-versions > li").nth(1).locator("a").click()
    owner.check()
    page.get_by_role("button", name="Republier cette version").click()
    expect(page.locator(".notice-ok")).to_be_visible()
    times_of(guest, DRAINAGE)
    expect(guest.page.locator(".time").first).to_be_visible()
