"""Connecting a watch's service and letting it go, on a telephone and without a script."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.portal import until
from tests.browser.residents import at_home
from tests.browser.steps import today

pytestmark = pytest.mark.browser
HERE = "/me/health/devices"


@pytest.fixture
def google(portal):
    google = portal.google[0]
    google.days = {"steps": {today() - timedelta(days=1): {"countSum": "8123"}}}
    return google


def test_a_watch_is_connected_read_and_let_go(visitor, google):
    one, others = visitor("fr", PHONE), set(google.refresh)
    page, site = one.page, at_home(one, "montre@example.be")
    one.open(f"{site}/me/health")
    page.get_by_role("link", name="Mes appareils").click()
    one.check()
    page.get_by_role("link", name="Connecter Google Health").click()
    expect(page.locator("#devices .badge-ok")).to_have_text("Connecté")
    expect(page.locator("#devices")).to_contain_text("Dernière synchronisation")  # without a reload
    one.check()
    assert set(google.refresh) - others
    one.open(f"{site}/me/health/steps")
    expect(page.locator(".record-table").last).to_contain_text("appareil")
    one.open(f"{site}{HERE}")
    page.get_by_role("link", name="Déconnecter Google Health").click()
    page.locator("[name=values][value=delete]").check()
    one.check()
    page.get_by_role("button", name="Déconnecter Google Health").click()
    expect(page.get_by_role("link", name="Connecter Google Health")).to_be_visible()
    until(lambda: set(google.refresh) <= others)
    one.open(f"{site}/me/health/steps")
    expect(page.locator(".record-table")).to_have_count(0)


def test_without_a_script_one_looks_again(visitor, google):
    one = visitor("de", DESKTOP, java_script_enabled=False, color_scheme="dark")
    page, site = one.page, at_home(one, "uhr@example.be")
    one.language = "de"
    one.open(f"{site}{HERE}?lang=de")
    page.get_by_role("link", name="Google Health verbinden").click()

    def is_there():
        page.goto(f"{site}{HERE}")
        return page.get_by_text("Zuletzt synchronisiert").count()

    until(is_there)
    one.check()
    page.get_by_role("button", name="Jetzt synchronisieren").click()
    expect(page.get_by_role("status").first).to_contain_text("geholt")
