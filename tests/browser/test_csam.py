"""The whole way through a CSAM that is another program: join, sign in, connect, leave on both sides."""

import re
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, LOCALES, NARROW, PHONE, WAITS
from tests.browser.portal import free_port, running
from tests.browser.residents import newcomer
from tests.browser.steps import give_password, press
from tests.browser.visitor import Visitor
from tools import idp

pytestmark = [pytest.mark.browser, pytest.mark.saml]
PATIENT, SECRET = "patient.csam@example.be", "lampe onder kiosque marron"


@pytest.fixture(scope="module")
def csam(tmp_path_factory):
    """A portal of its own, and beside it the test provider at another site: cookies behave as they do with CSAM."""
    expect.set_options(timeout=WAITS)
    port = free_port()
    folder = tmp_path_factory.mktemp("idp")
    with (
        idp.running(folder, portal=f"http://localhost:{port}", port=idp.free_port()) as provider,
        running(tmp_path_factory.mktemp("csam-portal"), port=port, more=provider.settings) as portal,
    ):
        yield SimpleNamespace(portal=portal, provider=provider, site=portal.site("lavande"))


@pytest.fixture
def person(browser, csam):
    """person("fr", PHONE): somebody of that language, whose pages are looked at like everybody else's."""
    everybody = []

    def sit_down(language, screen=DESKTOP, **more):
        likings = {"locale": LOCALES[language], "reduced_motion": "reduce", **screen, **more}
        context = browser.new_context(**likings)
        context.set_default_timeout(WAITS)
        scripted = likings.pop("java_script_enabled", True)
        one = Visitor(
            context, csam.portal, language, scripted=scripted, mirror=lambda: browser.new_context(**likings)
        )
        everybody.append(one)
        return one

    yield sit_down
    for one in everybody:
        one.at_ease()
        one.context.close()


def at_csam(one, csam, who):
    """The other program's own page: a name and a password instead of a card."""
    page = one.page
    expect(page).to_have_url(re.compile(re.escape(csam.provider.url)))
    page.locator("[name=username]").fill(who)
    page.locator("[name=password]").fill(idp.PASSWORD)
    if one.scripted:
        page.locator("[name=password]").press("Enter")
        return
    with page.expect_navigation():
        page.locator("[name=password]").press("Enter")
    page.locator("[type=submit]:visible").first.click()  # what a script would have pressed


def continue_with_csam(one, start="/csam/"):
    one.page.locator(f"main a[href^='{start}']").first.click()


def test_somebody_joins_signs_in_and_leaves_on_both_sides(person, csam):
    one = person("fr", PHONE)
    page = one.page
    one.open(f"{csam.site}/join")
    expect(page.locator("main")).to_contain_text("Connexion avec une clé digitale")
    continue_with_csam(one)
    at_csam(one, csam, "alice")
    expect(page).to_have_url(re.compile(f"^{csam.site}/csam/join/"))
    one.check()
    expect(page.locator("#proved-given-name")).to_have_value("Alice")
    expect(page.locator("#proved-given-name")).not_to_be_editable()
    expect(page.locator("#proved-number")).not_to_be_editable()
    assert "85073099437" not in page.content() and "85073099437" not in page.url
    page.locator("[name=email]").fill(PATIENT)
    page.locator("[name=password]").fill(SECRET)
    page.locator("[name=accept]").check()
    press(page, "/csam/join/")
    expect(page).to_have_url(re.compile("/join/sent"))
    page.goto(csam.portal.link(PATIENT, "/join/"))
    page.locator("[name=password]").fill(SECRET)
    page.locator("[name=accept]").check()
    press(page, "/join/")
    expect(page).to_have_url(re.compile("/sign-in/second"))
    one.check()
    continue_with_csam(one, "/csam/second")
    at_csam(one, csam, "alice")
    expect(page).to_have_url(re.compile(f"^{csam.site}/set-up/recovery-codes"))
    one.check()

    page.goto(f"{csam.site}/account/proof")
    one.check()
    page.locator(".account-menu summary").click()
    page.locator(".account-menu form[action='/sign-out'] button").click()
    expect(page).to_have_url(f"{csam.site}/sign-in?done=signed-out")  # by way of CSAM, and back
    one.check()

    continue_with_csam(one, "/csam/start")
    at_csam(one, csam, "alice")
    expect(page).to_have_url(re.compile(f"^{csam.site}/me$"))
    page.goto(csam.provider.logout)  # and now from the other side
    expect(page).to_have_url(re.compile(re.escape(csam.provider.url)))
    page.goto(f"{csam.site}/account")
    expect(page).to_have_url(re.compile("/sign-in"))


def test_somebody_connects_csam_in_the_assistant(person, csam):
    one = person("nl")
    page = one.page
    give_password(one, csam.site, newcomer(csam.portal, "newcomer.csam@example.be", language="nl"))
    expect(page).to_have_url(re.compile("/set-up"))
    one.check()
    page.locator("a[href^='/set-up/csam']").click()
    one.check()
    continue_with_csam(one, "/csam/link")
    at_csam(one, csam, "bob")
    expect(page).to_have_url(re.compile("/set-up/recovery-codes"))
    page.goto(f"{csam.site}/account/sign-in")
    one.check()
    expect(page.locator("#factors")).to_contain_text("CSAM")
    page.context.clear_cookies()
    page.goto(f"{csam.site}/sign-in")
    continue_with_csam(one, "/csam/start")
    at_csam(one, csam, "bob")
    expect(page).to_have_url(re.compile(f"^{csam.site}/me$"))


def test_a_key_that_is_too_weak_is_told_so(person, csam):
    one = person("de", NARROW)
    one.allowed = {400}
    page = one.page
    page.goto(f"{csam.site}/sign-in")
    continue_with_csam(one, "/csam/start")
    at_csam(one, csam, "weak")
    expect(page.locator("h1")).to_contain_text("Schlüssel")
    one.check()
    expect(page.locator("main")).to_contain_text(re.compile("Referenz|Referenznummer"))
    page.locator("main a[href*='/csam/start']").click()
    expect(page).to_have_url(re.compile(re.escape(csam.provider.url)))


def test_it_works_without_script(person, csam):
    one = person("en", java_script_enabled=False)
    page = one.page
    one.open(f"{csam.site}/sign-in")
    continue_with_csam(one, "/csam/start")
    at_csam(one, csam, "carl")
    expect(page).to_have_url(re.compile(f"^{csam.site}/csam/join/"))
    one.check()
