"""The agendas under a finger: a long press lifts a card, and whoever only scrolls moves nothing."""

import re
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.browser.agendas import (
    RECEPTION,
    a_quiet_tuesday,
    acknowledge_if_asked,
    at_the_desk,
    clock,
    in_the_middle,
    seat,
)
from tests.browser.conftest import PHONE
from tests.browser.residents import at_home

pytestmark = pytest.mark.browser
TABLET = {"viewport": {"width": 1024, "height": 768}, "has_touch": True, "is_mobile": True}
STEPS = 6
COUNT_LIFTED = """window.seen = 0;
new MutationObserver(() => { seen += document.querySelectorAll(".lifted").length; })
  .observe(document.body, { subtree: true, childList: true, attributes: true })"""


class Finger:
    """One finger on the glass, through the browser's own input: it scrolls, holds and lets go as a real one does."""

    def __init__(self, page):
        self.page, self._wire = page, page.context.new_cdp_session(page)
        self.x = self.y = 0

    def down(self, x, y):
        self._say("touchStart", x, y)

    def move(self, right=0, down=0):
        """In several steps, as a hand does it."""
        x, y = self.x, self.y
        for step in range(1, STEPS + 1):
            self._say("touchMove", x + right * step / STEPS, y + down * step / STEPS)

    def up(self):
        self._wire.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def _say(self, kind, x, y):
        self.x, self.y = x, y
        self._wire.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y, "id": 1}]}
        )


def at_hand(visitor, day, screen):
    """The day on a screen that is touched; answers the finger."""
    one = visitor("fr", screen)
    one.allowed = {409, 422}
    at_home(one, RECEPTION, staff=True)
    at_the_desk(one, day)
    return one, Finger(one.page)


def row_height(page):
    column = page.locator("[data-column]").first
    return column.bounding_box()["height"] / int(column.get_attribute("data-rows"))


@contextmanager
def nothing_sent(page):
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    yield
    assert not sent


@pytest.mark.parametrize("screen", [PHONE, TABLET], ids=["phone", "tablet"])
def test_a_long_press_lifts_a_card_and_a_finger_puts_it_elsewhere(visitor, portal, screen):
    day = a_quiet_tuesday(26 if screen is PHONE else 27)
    one, _two = seat(portal, day, count=2)
    reception, finger = at_hand(visitor, day, screen)
    page = reception.page
    box, row = in_the_middle(page, one), row_height(page)
    finger.down(box["x"] + 60, box["y"] + 12)
    expect(page.locator(".visit.lifted")).to_have_count(1)
    finger.move(down=18 * row)
    expect(page.locator(".drag-label")).to_contain_text("10:30")
    finger.up()
    acknowledge_if_asked(page)
    expect(clock(page, one)).to_have_text("10:30")
    expect(page.locator(".visit.lifted")).to_have_count(0)
    reception.check()
    # it can be taken back with the same finger, and a tap opens its details instead of lifting it
    page.locator("#undo-place").tap()
    expect(clock(page, one)).to_have_text("09:00")
    page.locator(f"#open-{one}").tap()
    expect(page.locator("#panel-title")).to_be_visible()


def test_a_finger_at_the_foot_of_a_card_makes_it_longer(visitor, portal):
    day = a_quiet_tuesday(28)
    (one,) = seat(portal, day, count=1)
    reception, finger = at_hand(visitor, day, PHONE)
    page = reception.page
    box, row = in_the_middle(page, one), row_height(page)
    finger.down(box["x"] + 60, box["y"] + box["height"] - 6)
    expect(page.locator(".visit.lifted")).to_have_count(1)
    finger.move(down=3 * row + 6)
    finger.up()
    acknowledge_if_asked(page)
    expect(page.locator(f"#visit-{one}")).to_have_attribute("data-minutes", "45")
    expect(clock(page, one)).to_have_text("09:00")


def test_a_finger_that_scrolls_over_cards_moves_none_of_them(visitor, portal):
    day = a_quiet_tuesday(29)
    one, *_ = seat(portal, day, count=4)
    reception, finger = at_hand(visitor, day, PHONE)
    page = reception.page
    with nothing_sent(page):
        box = in_the_middle(page, one)
        page.evaluate(COUNT_LIFTED)
        for right, down in ((0, -160), (-120, 0)):  # the page goes down, the agendas go sideways
            before = page.evaluate("[scrollY, document.getElementById('agendas-grid').scrollLeft]")
            finger.down(box["x"] + 150, box["y"] + 12)
            finger.move(right=right, down=down)
            page.wait_for_function(
                "was => String(was) !== String([scrollY, document.getElementById('agendas-grid').scrollLeft])",
                arg=before,
            )
            finger.up()
            box = in_the_middle(page, one)
        assert page.evaluate("seen") == 0
    expect(clock(page, one)).to_have_text("09:00")
    expect(page.locator(f"#visit-{one}")).not_to_have_class(re.compile("ghost"))
