"""What every page must hold: four languages, a narrow screen, the dark, paper, and an address that leads nowhere."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, NARROW, PHONE
from tests.browser.places import PAGES, allowing, next_sunday
from tests.browser.steps import sign_in, swap

pytestmark = pytest.mark.browser

IN_THE_DARK = (
    "portal", "search", "practice", "services", "sites", "times", "closed day", "details", "confirmed", "cancel",
    "sign-in",
)  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_the_language_changes_and_the_page_stays(visitor, seen, name):
    one = allowing(visitor("fr", DESKTOP), name)
    page, url = one.page, PAGES[name](seen)
    page.goto(url)
    for code in ("nl", "de", "en", "fr"):
        page.locator(f"#languages a[hreflang={code}]").click()
        expect(page.locator("html")).to_have_attribute("lang", code)
        expect(page.locator("#languages [aria-current=true]")).to_have_attribute("hreflang", code)
        here, asked = urlsplit(page.url), urlsplit(url)
        assert (here.netloc, here.path) == (asked.netloc, asked.path)
        assert dict(parse_qsl(here.query)) == {**dict(parse_qsl(asked.query)), "lang": code}


def test_the_desk_keeps_its_day_in_another_language(desktop, portal):
    page = desktop.page
    sign_in(desktop, "lavande", "accueil@lavande.example")
    day = next_sunday().isoformat()
    page.goto(f"{portal.site('lavande')}/desk/day?date={day}")
    page.locator("#languages a[hreflang=de]").click()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    assert dict(parse_qsl(urlsplit(page.url).query)) == {"date": day, "lang": "de"}
    expect(page.locator("#date")).to_have_value(day)


def test_the_language_is_remembered_on_the_next_page(visitor, portal):
    one = visitor("fr", DESKTOP)
    one.open(portal.site("lavande"))
    one.language = "nl"
    one.page.locator("#languages a[hreflang=nl]").click()
    one.check()
    one.open(portal.site("lavande") + "/book")


@pytest.mark.parametrize("name", PAGES)
def test_german_fits_320_pixels(visitor, seen, name):
    allowing(visitor("de", NARROW), name).open(PAGES[name](seen))


@pytest.mark.parametrize("screen", [NARROW, PHONE], ids=["320", "390"])
def test_the_desk_fits_a_telephone(visitor, seen, screen):
    one = visitor("de", screen)
    sign_in(one, "bergweg", "empfang@bergweg.example")
    one.check()


@pytest.mark.parametrize("name", IN_THE_DARK)
def test_everything_can_be_read_in_the_dark(visitor, seen, name):
    one = visitor("fr", PHONE, color_scheme="dark")
    one.open(PAGES[name](seen))
    assert one.page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")


def test_the_desk_in_the_dark(dark, portal):
    sign_in(dark, "sablon", "accueil@sablon.example")
    dark.check()


@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_day_without_times_says_when_there_are_some(visitor, seen, screen):
    one = visitor("fr", screen)
    one.open(PAGES["closed day"](seen))
    empty = one.page.locator(".empty")
    expect(empty).to_be_visible()
    expect(one.page.locator(".time")).to_have_count(0)
    expect(one.page.locator(".bar")).to_have_count(0)
    with swap(one):
        empty.get_by_role("link").click()
    expect(one.page.locator(".time").first).to_be_visible()
    expect(one.page.locator("#choose-time [data-focus]")).to_be_focused()
    one.check()


def test_nobody_lives_at_an_unknown_host(desktop, portal):
    desktop.allowed = {404}
    desktop.open(portal.site("nobody"))
    expect(desktop.page.get_by_role("heading", level=1)).to_be_visible()
    assert desktop.context.cookies() == []
    for slug in ("Lavande", "Linde", "Bergweg", "Sablon"):
        expect(desktop.page.locator("body")).not_to_contain_text(slug)


def test_a_page_that_is_not_there_leads_back(desktop, portal):
    desktop.allowed = {404}
    desktop.open(portal.site("lavande") + "/nothing-here")
    desktop.page.locator(".apology a[href='/']").click()
    expect(desktop.page).to_have_url(portal.site("lavande") + "/")
    desktop.check()


def test_the_appointment_on_paper(visitor, seen):
    one = visitor("fr", DESKTOP, color_scheme="dark")
    page = one.page
    page.goto(seen.confirmed)
    for css in ("header", "footer", ".actions"):
        expect(page.locator(css).first).to_be_visible()  # the control: on the screen they are there
    page.emulate_media(media="print")
    for css in (".ticket", ".ticket-day", ".ticket-clock", "h1"):
        expect(page.locator(css).first).to_be_visible()
    for css in ("header", "footer", ".actions", ".undo", ".languages", ".skip"):
        expect(page.locator(css).first).to_be_hidden()
    background = page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    assert background in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"), f"ink wasted on {background}"
