"""What every page of an account must hold: no barrier in the dark on a telephone, and German on the narrowest one."""

import pytest

from tests.browser.account_places import PAGES, Rooms
from tests.browser.conftest import LOCALES, NARROW, PHONE
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def rooms(browser, portal):
    return Rooms(browser.new_context, portal)


def one_browser_for_all(browser, portal, language, **screen):
    """Nobody stays signed in from page to page, but it is not opened anew for each."""
    context = browser.new_context(locale=LOCALES[language], reduced_motion="reduce", **screen)
    visitor = Visitor(context, portal, language, scripted=True, mirror=None)
    yield visitor
    visitor.at_ease()
    context.close()


@pytest.fixture(scope="module")
def in_the_dark(browser, portal):
    yield from one_browser_for_all(browser, portal, "fr", **PHONE, color_scheme="dark")


@pytest.fixture(scope="module")
def on_the_narrowest(browser, portal):
    yield from one_browser_for_all(browser, portal, "de", **NARROW)


@pytest.mark.parametrize("name", PAGES)
def test_in_french_on_a_telephone_in_the_dark(in_the_dark, rooms, name):
    rooms.open(in_the_dark, name)
    page = in_the_dark.check()
    assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")


@pytest.mark.parametrize("name", PAGES)
def test_german_fits_320_pixels(on_the_narrowest, rooms, name):
    rooms.open(on_the_narrowest, name)
    on_the_narrowest.fits()
