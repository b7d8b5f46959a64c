"""What comes out of the printer: whose it is, no forms, no way to other pages, no sheet that holds almost nothing."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP
from tests.browser.residents import Resident, Room, let_in, settle

pytestmark = pytest.mark.browser
CLAIRE = Resident("claire@example.be", rooms=(Room(method="mail"),))
OWNER = Resident("aline@lavande.example", rooms=(Room(staff=True),))
MARGINS = {"top": "16mm", "bottom": "16mm", "left": "16mm", "right": "16mm"}


@pytest.fixture
def mine(visitor, portal):
    one = visitor("fr", DESKTOP, color_scheme="dark")
    let_in(one, settle(portal, CLAIRE)[0]["tokens"][0])
    return one


@pytest.fixture
def desk(visitor, portal):
    one = visitor("fr", DESKTOP)
    let_in(one, settle(portal, OWNER)[0]["tokens"][0])
    return one


CUT = "(all) => all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent.trim())"
SQUEEZED = "{ one.style.paddingInlineEnd = '5.5rem'; one.style.whiteSpace = 'nowrap'; }"


def sheets(page):
    """How many sheets of A4 it takes."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(format="A4", margin=MARGINS)))


def on_paper(page, *, stays, goes):
    """What is on the screen and `goes` is not on the sheet; `stays` is."""
    for css in goes:
        expect(page.locator(css).first).to_be_visible()  # on the screen: the control
    page.emulate_media(media="print")
    for css in (*goes, ".site-header", ".site-footer"):
        expect(page.locator(css).first).to_be_hidden()
    for css in stays:
        expect(page.locator(css).first).to_be_visible()


@pytest.mark.parametrize("kind", ["weight", "steps", "blood-pressure"])
def test_months_of_values_are_one_sheet_and_say_whose_they_are(mine, portal, kind):
    page = mine.page
    page.goto(f"{portal.site('lavande')}/me/health/{kind}?period=all")
    on_paper(page, stays=(".chart", "#values", "main .print-only"), goes=("#add", "#picture details"))
    expect(page.locator("main .print-only")).to_contain_text("Claire Lejeune")
    assert sheets(page) == 1


def test_a_page_of_many_values_says_which_one_it_is(mine, portal):
    page = mine.page
    page.goto(f"{portal.site('lavande')}/me/health/weight?period=all")
    on_paper(page, stays=(".pages .numbers",), goes=(".pages a",))


def test_an_exercise_programme_is_one_sheet(mine, portal):
    page = mine.page
    page.goto(f"{portal.site('lavande')}/exercises")
    page.locator("#today h2 a").first.click()
    on_paper(page, stays=(".exercise-card", "h1"), goes=("#progress",))
    assert sheets(page) == 1


def test_an_invoice_says_from_whom_and_for_whom(mine, desk, portal):
    page, site = mine.page, portal.site("lavande")
    page.goto(f"{site}/me/invoices")
    page.locator("main .list a").first.click()
    on_paper(page, stays=("#invoice-items", "main .print-only"), goes=(".actions",))
    expect(page.locator("main .print-only")).to_contain_text("Claire Lejeune")
    assert sheets(page) == 1
    page = desk.page
    page.goto(f"{site}/desk/invoices")
    page.locator("main .list a").first.click()
    on_paper(page, stays=("#invoice-items", "main .print-only"), goes=("#paid", "main details"))
    expect(page.locator("main .print-only")).to_contain_text("Cabinet Lavande")
    assert sheets(page) == 1


def test_values_at_the_desk_come_without_the_form_and_without_an_empty_sheet(desk, portal):
    page, site = desk.page, portal.site("lavande")
    page.goto(f"{site}/desk/patients?q=lej")
    patient = page.locator("#found a[href^='/desk/patients/']").first.get_attribute("href").partition("?")[0]
    page.goto(f"{site}{patient}/health/weight?period=all")
    on_paper(page, stays=("#section-1 > .scroll", ".chart"), goes=("#set",))
    assert sheets(page) <= 2  # the values, and the goals below them


def test_the_agendas_of_a_day_are_one_sheet(desk, portal):
    page = desk.page
    page.goto(f"{portal.site('lavande')}/desk/day")
    on_paper(page, stays=(".agendas",), goes=(".day-head form",))
    assert sheets(page) == 1
    page.set_viewport_size({"width": 718, "height": 1000})  # of a sheet between its margins
    names = page.locator(".agenda-head h2")
    assert names.evaluate_all(CUT) == []
    names.evaluate_all(f"(all) => all.forEach((one) => {SQUEEZED})")  # the control
    page.wait_for_timeout(300)  # where motion is reduced, a change takes a moment of its own
    assert names.evaluate_all(CUT) != []
