"""A whole booking with Tab, arrows, Space and Enter: nothing is out of reach, and one always sees where one is."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP
from tests.browser.keyboard import press, tab_to, write
from tests.browser.steps import CONFIRM, CONFIRMED, swap

pytestmark = pytest.mark.browser


@pytest.fixture
def keyboard(visitor):
    return visitor("de", DESKTOP)


def test_a_booking_with_the_keyboard_alone(keyboard, portal):
    page, email = keyboard.page, "tastatur@example.be"
    keyboard.allowed = {422}
    keyboard.open(portal.url)
    press(page, "Tab")
    expect(page.locator(".skip")).to_be_focused()
    press(page, "Enter")
    expect(page.locator("#main")).to_be_focused()
    write(page, "Podologe", into="[name=who]")
    write(page, "Eupen", into="[name=where]")
    press(page, "Enter")
    expect(page.locator("#results h1")).to_be_visible()
    keyboard.check()
    press(page, "Enter", on="#results a.button")
    expect(page).to_have_url(portal.site("bergweg") + "/book")
    tab_to(page, ".list a")
    tab_to(page, ".list a")
    press(page, "Enter")
    expect(page.locator(".time").first).to_be_visible()
    keyboard.check()

    with swap(keyboard):
        press(page, "Enter", on="#later")
    expect(page.locator("#later")).to_be_focused()  # so that one may press again
    with swap(keyboard):
        press(page, "Enter", on="a.day, #choose-time .empty a")
    expect(page.locator("#choose-time [data-focus]")).to_be_focused()
    for span in ("month", "week"):
        tab_to(page, f"#span-{span}", key="Shift+Tab")
        with swap(keyboard):
            press(page, "Enter")
        expect(page.locator(f"#span-{span}")).to_have_attribute("aria-current", "true")
        expect(page.locator(f"#span-{span}")).to_be_focused()
    tab_to(page, ".time input")
    press(page, "ArrowRight")
    expect(page.locator(".time input").nth(1)).to_be_checked()
    press(page, "ArrowLeft")
    expect(page.locator(".time input").first).to_be_checked()
    keyboard.check()
    press(page, "Enter", on=".bar button")

    expect(page.locator(CONFIRM)).to_be_visible()
    keyboard.check()
    press(page, "Enter", on=CONFIRM)
    expect(page.locator(".error-summary")).to_be_focused()
    keyboard.check()
    press(page, "Enter", on=".error-summary a")
    expect(page.locator("[name=given_name]")).to_be_focused()
    page.keyboard.type("Anneliese")
    write(page, "Großmann", into="[name=family_name]")
    tab_to(page, "[name=given_name]", key="Shift+Tab")
    write(page, email, into="[name=email]")
    tab_to(page, "[name=number]")
    press(page, "ArrowDown")
    expect(page.locator("[name=number][value=none]")).to_be_checked()
    write(page, "3.5.1961", into="[name=birth_date]")
    write(page, "Deu", into="[name=country]")
    expect(page.locator("[name=country]")).to_have_value("DE")
    press(page, "Space", on="[name=accept]")
    expect(page.locator("[name=accept]")).to_be_checked()
    press(page, "Enter", on=CONFIRM)
    expect(page).to_have_url(CONFIRMED)
    keyboard.check()
    assert portal.statuses(email) == ["booked"]
    press(page, "Enter", on=".undo button")
    expect(page.locator(".undo")).to_have_count(0)
    keyboard.check()
    assert portal.statuses(email) == ["cancelled"]
