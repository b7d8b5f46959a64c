"""Dutch on screens made in French: long words stay whole, hours have room, settings can be read at night."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, NARROW, PHONE
from tests.browser.residents import Resident, Room, let_in, settle

pytestmark = pytest.mark.browser
CLAIRE = Resident("claire@example.be", rooms=(Room(method="mail"),))
OWNER = Resident("aline@lavande.example", rooms=(Room(staff=True),))
WIM = Resident("wim@de-linde.example", rooms=(Room("de-linde", staff=True),))

# names of one word that take two lines
BROKEN = """(names) => names.filter((one) => !/[\\s-]/.test(one.textContent.trim()))
  .filter((one) => { const range = document.createRange(); range.selectNodeContents(one);
    return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1; })
  .map((one) => one.textContent.trim())"""
LARGER = "(all) => all.forEach((one) => one.style.setProperty('font-size', '1.7rem'))"
# hours that touch the edge of what they stand in
TIGHT = """(cells) => cells.filter((cell) => {
    const range = document.createRange(); range.selectNodeContents(cell.querySelector("time") || cell.firstChild);
    const words = range.getBoundingClientRect(), box = cell.getBoundingClientRect();
    return words.left < box.left + 3 || words.right > box.right - 3; }).map((cell) => cell.textContent.trim())"""


def as_(one, who, *, slug="lavande"):
    """Signed in, and reading Dutch; answers the address of the place."""
    place = let_in(one, settle(one.portal, who)[0]["tokens"][0], slug=slug)
    one.page.goto(f"{place}/?lang=nl")
    return place


def after_growing(page, found, seen):
    """What is seen when its letters are larger; where motion is reduced, that takes a moment of its own."""
    found.evaluate_all(LARGER)
    page.wait_for_timeout(300)
    return found.evaluate_all(seen)


@pytest.mark.parametrize("screen", [PHONE, NARROW], ids=["390", "320"])
def test_the_settings_fit_a_telephone_in_the_dark_and_say_where_one_is(visitor, screen):
    one = visitor("nl", screen, color_scheme="dark")
    page, site = one.page, as_(one, WIM, slug="de-linde")
    one.open(f"{site}/settings")
    links = page.locator(".settings-main .tiles a")
    expect(links.first).to_be_visible()
    for address in links.evaluate_all("(all) => all.map((one) => one.getAttribute('href'))"):
        one.open(f"{site}{address}")
        here = page.locator(".settings-nav [aria-current]")
        expect(here).to_be_in_viewport(ratio=1)
        expect(here).to_have_attribute("href", address)


def test_what_one_shares_is_named_in_whole_words(visitor):
    one = visitor("nl", PHONE)
    page, site = one.page, as_(one, CLAIRE)
    page.goto(f"{site}/me/health/sharing")
    page.locator("a[href*='/me/health/sharing/']").first.click()
    one.check()
    names = page.locator(".tile > .strong")
    expect(names.filter(has_text="Gemoedstoestand")).to_be_visible()
    assert names.evaluate_all(BROKEN) == []
    assert "Gemoedstoestand" in after_growing(page, names, BROKEN)  # the control


def test_services_are_named_in_whole_words(visitor):
    one = visitor("nl", PHONE)
    page, site = one.page, as_(one, OWNER)
    one.open(f"{site}/settings/services")
    names = page.locator(".list-title")
    expect(names.filter(has_text="Bekkenbodemtherapie")).to_be_visible()
    assert names.evaluate_all(BROKEN) == []


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_hours_of_a_day_have_room(visitor, screen):
    one = visitor("nl", screen)
    page, site = one.page, as_(one, OWNER)
    page.goto(f"{site}/desk/book")
    page.locator(".list a").first.click()
    one.check()
    cells = page.locator(".grid-cells .cell")
    expect(cells.filter(has_text="10.15 u.").first).to_be_visible()
    assert cells.evaluate_all(TIGHT) == []
    assert after_growing(page, cells, TIGHT) != []  # the control
