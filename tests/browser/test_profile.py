"""The profile page arranged by drag, by keyboard and without JavaScript, and without a barrier in any language."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, LOCALES, NARROW, PHONE
from tests.browser.keyboard import press, tab_to
from tests.browser.residents import at_home
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
LINES = ".arrange-shown > li"


def order(page, css=LINES):
    return page.locator(css).evaluate_all("lines => lines.map(line => line.dataset.slug)")


def widgets(page):
    return page.locator(".widgets > .widget").evaluate_all(
        "all => all.map(one => one.id.replace('widget-', ''))"
    )


def arranging(visitor, email):
    """(who, their order before) on the page where one arranges."""
    site = at_home(visitor, email, slug="lavande")
    visitor.open(f"{site}/me")
    before = widgets(visitor.page)
    visitor.page.locator("a[href='/me/arrangement']").click()
    expect(visitor.page.locator(LINES).first).to_be_visible()
    assert order(visitor.page) == before
    return before


def saved(page):
    page.locator("button[value=save]").click()
    expect(page).to_have_url(re.compile(r"/me\?done=arranged"))
    return widgets(page)


def test_by_drag_and_abandoned_and_saved(visitor):
    one = visitor("fr", DESKTOP)
    before, page = arranging(one, "tire@example.be"), one.page

    def drag():
        lines = page.locator(LINES)
        third, first = lines.nth(2).bounding_box(), lines.first.bounding_box()  # both in sight
        page.mouse.move(third["x"] + 120, third["y"] + third["height"] / 2)
        page.mouse.down()
        page.mouse.move(first["x"] + 120, first["y"] + first["height"] - 4, steps=6)
        page.mouse.move(first["x"] + 120, first["y"] + 4, steps=3)
        page.mouse.up()

    drag()
    assert order(page) == [before[2], *before[:2], *before[3:]]
    one.check()
    page.locator(".arrange-bar a[href='/me']").click()
    expect(page.locator(".widgets")).to_be_visible()  # the page one came from has none
    page.wait_for_load_state()
    assert widgets(page) == before
    page.goto(page.url.replace("/me", "/me/arrangement"))
    drag()
    assert saved(page) == [before[2], *before[:2], *before[3:]]
    one.check()


def test_by_keyboard_alone(visitor):
    one = visitor("nl", DESKTOP)
    before, page = arranging(one, "toets@example.be"), one.page
    tab_to(page, f"{LINES}:first-child .arrange-grip")
    page.keyboard.press("ArrowDown")
    assert order(page)[:2] == [before[1], before[0]]
    expect(page.locator("[data-said]")).to_contain_text("2")
    expect(page.locator(f"{LINES}:nth-child(2) .arrange-grip")).to_be_focused()
    tab_to(page, f"{LINES}:nth-child(2) .arrange-hide")
    page.keyboard.press("Enter")
    assert before[0] not in order(page) and before[0] in order(page, ".arrange-hidden > li")
    expect(page.locator(".arrange-hidden .arrange-show:focus")).to_have_count(1)
    one.check()
    press(page, "Enter", on="button[value=save]")
    expect(page).to_have_url(re.compile("done=arranged"))
    assert widgets(page) == before[1:]


def test_without_javascript(visitor):
    one = visitor("de", PHONE, java_script_enabled=False)
    site, page = at_home(one, "ohne@example.be", slug="lavande"), one.page
    one.open(f"{site}/me/arrangement")
    before = page.locator(f"{LINES} .arrange-words .strong").all_inner_texts()
    page.locator(f"{LINES}:first-child .arrange-down").click()
    page.locator(f"{LINES}:nth-child(3) .arrange-hide").click()
    one.check()
    after = page.locator(f"{LINES} .arrange-words .strong").all_inner_texts()
    assert after[:2] == [before[1], before[0]] and before[2] not in after
    page.locator("button[value=save]").click()
    expect(page.locator(".notice")).to_be_visible()
    titles = page.locator(".widgets .widget-title").all_inner_texts()
    assert [title.strip() for title in titles] == after
    page.locator(".tab-bar a[href='/me/appointments']").click()
    expect(page).to_have_url(re.compile("/me/appointments$"))


def test_a_widget_that_others_changed_fetches_itself_and_keeps_the_page(visitor):
    one = visitor("fr", PHONE)
    site, page = at_home(one, "seule@example.be", slug="lavande"), one.page
    one.open(f"{site}/me")
    page.locator("h1").evaluate("heading => heading.dataset.kept = 'yes'")
    with page.expect_response(re.compile("/me/widgets/my-appointments")):
        page.evaluate("document.body.dispatchEvent(new Event('appointments-changed'))")
    expect(page.locator("#widget-my-appointments")).to_have_count(1)
    expect(page.locator("h1[data-kept]")).to_be_visible()
    one.check()


@pytest.mark.parametrize("language", LOCALES)
def test_no_barrier_in_any_language_at_any_width(browser, portal, language):
    for screen in (NARROW, DESKTOP):
        context = browser.new_context(locale=LOCALES[language], reduced_motion="reduce", **screen)
        one = Visitor(context, portal, language, scripted=True, mirror=None)
        site = at_home(one, f"{language}@profile.example.be", slug="lavande")
        one.open(f"{site}/me")
        one.check()
        one.at_ease()
        context.close()
