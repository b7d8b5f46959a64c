"""A morning at the desk: forty appointments, six people without one, two cards dragged and one moved by keys."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.agendas import (
    RECEPTION,
    a_quiet_tuesday,
    acknowledge_if_asked,
    at_the_desk,
    clock,
    drag,
    in_the_middle,
    seat,
)
from tests.browser.conftest import DESKTOP
from tests.browser.steps import sign_in

pytestmark = pytest.mark.browser
WALK_INS = ("Gaston", "Hilde", "Ines", "Jules", "Karin", "Leo")


def test_a_morning_at_the_desk(visitor, portal):
    day = a_quiet_tuesday(31)
    first, second, third = (
        seat(portal, day, count=count, agenda=at) for at, count in enumerate((14, 13, 13))
    )
    reception = visitor("fr", DESKTOP)
    reception.allowed = {409, 422}
    sign_in(reception, "lavande", RECEPTION)
    page = reception.page
    at_the_desk(reception, day)
    expect(page.locator(".visit")).to_have_count(40)
    reception.fits()
    # three arrive
    for one in (first[0], second[0], third[0]):
        page.locator(f"#open-{one}").click()
        page.locator("#panel .visit-steps button").first.click()
        expect(page.locator(f"#visit-{one}")).to_have_class(re.compile("visit-arrived"))
        page.keyboard.press("Escape")
    # two are dragged to the free end of their agendas
    for one, rows, then in ((first[-1], 6, "16:00"), (second[-1], 12, "16:00")):
        drag(page, one, rows=rows)
        acknowledge_if_asked(page)
        expect(clock(page, one)).to_have_text(then)
    # and one is moved by keys alone
    in_the_middle(page, third[-1])
    page.locator(f"#open-{third[-1]}").focus()
    page.keyboard.press("m")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    acknowledge_if_asked(page)
    expect(clock(page, third[-1])).to_have_text(re.compile("^15:(15|30)$"))
    expect(page.locator(f"#open-{third[-1]}")).to_be_focused()
    # six come without an appointment, and one is called
    page.goto(f"{portal.site('lavande')}/desk/walk-ins")
    for name in WALK_INS:
        page.locator("#give [name=first_name]").fill(name)
        page.locator("#give .options label").first.click()
        page.locator("#give button[type=submit]").click()
        expect(page.locator(".visitor", has_text=name)).to_be_visible()
    page.locator(".visitor", has_text="Hilde").get_by_role("button", name=re.compile("^Appeler")).click()
    expect(page.locator(".visitor", has_text="Hilde")).to_contain_text("Appelé")
    reception.fits()
    # and the day goes on paper, with everybody where they are now
    page.goto(f"{portal.site('lavande')}/desk/day/print?date={day}&form=list")
    expect(page.locator(".sheet tbody tr")).to_have_count(40)
    expect(page.locator(".sheet").first.locator("tbody tr").last).to_contain_text("16:00")
    reception.check()
