"""A morning at the desk: cards are moved by mouse and keys, a clash is put back, two screens see each other's work."""

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
    seat,
)
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.residents import at_home
from tests.browser.steps import sign_in

pytestmark = pytest.mark.browser


def test_a_morning_with_mouse_and_keys(visitor, portal):
    day = a_quiet_tuesday(21)
    one, two, three, *_ = seat(portal, day, count=3)
    reception = visitor("fr", DESKTOP)
    reception.allowed = {409, 422}
    sign_in(reception, "lavande", RECEPTION)
    page = reception.page
    at_the_desk(reception, day)
    reception.check()
    # by mouse: it answers with the agendas, the focus stays on the card, and it can be taken back
    drag(page, three, rows=18)
    acknowledge_if_asked(page)
    expect(clock(page, three)).to_have_text("11:30")
    expect(page.locator(f"#open-{three}")).to_be_focused()
    reception.check()
    page.locator("#undo-place").click()
    expect(clock(page, three)).to_have_text("10:00")
    # a clash is said, and the card is back
    drag(page, one, rows=6)
    expect(page.locator("#agendas [role=alert]")).to_be_visible()
    expect(clock(page, one)).to_have_text("09:00")
    # by key: up it goes, two steps of its service's grid to a free place, and down
    page.locator(f"#open-{three}").focus()
    page.keyboard.press("m")
    expect(page.locator(".visit.lifted")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".visit.lifted")).to_have_count(0)
    page.keyboard.press("m")
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    acknowledge_if_asked(page)
    expect(clock(page, three)).to_have_text("11:00")
    expect(page.locator(f"#open-{three}")).to_be_focused()
    # longer, by key
    page.keyboard.press("r")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    acknowledge_if_asked(page)
    expect(page.locator(f"#visit-{three}")).to_have_attribute("data-minutes", "45")
    # details beside the agenda, the step of the moment, and back to the card
    page.locator(f"#open-{two}").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel-title")).to_be_focused()
    reception.check()
    page.locator("#panel .visit-steps button").first.click()
    expect(page.locator(f"#visit-{two}")).to_have_class(re.compile("visit-arrived"))
    page.keyboard.press("Escape")
    expect(page.locator(f"#open-{two}")).to_be_focused()
    at_the_desk(reception, day, view="week")
    expect(clock(page, one)).to_have_text("09:00")
    reception.check()


def test_two_screens_see_each_others_work_and_lose_nothing(visitor, portal):
    day = a_quiet_tuesday(22)
    one, two = seat(portal, day, count=2)
    left, right = visitor("fr", DESKTOP), visitor("fr", DESKTOP)
    for screen, who in ((left, RECEPTION), (right, "aline@lavande.example")):
        at_home(screen, who, staff=True)
        at_the_desk(screen, day)
    left.page.locator(f"#open-{one}").click()
    expect(left.page.locator("#panel-title")).to_be_visible()
    left.page.locator(f"#open-{two}").focus()
    right.page.locator(f"#open-{one}").click()
    right.page.locator("#panel .visit-steps button").first.click()
    expect(right.page.locator(f"#visit-{one}")).to_have_class(re.compile("visit-arrived"))
    left.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # as when the tab comes back
    expect(left.page.locator(f"#visit-{one}")).to_have_class(re.compile("visit-arrived"))
    expect(left.page.locator("#panel-title")).to_be_visible()
    expect(left.page.locator(f"#open-{two}")).to_be_focused()
    left.check()


def test_on_a_telephone_a_card_moves_without_a_script(visitor, portal):
    day = a_quiet_tuesday(23)
    (one,) = seat(portal, day, count=1)
    receptionist = visitor("fr", PHONE, java_script_enabled=False)
    at_home(receptionist, RECEPTION, staff=True)
    page = receptionist.page
    at_the_desk(receptionist, day)
    receptionist.check()
    page.locator(".desk-more > summary").click()
    expect(page.locator(".desk-more a[href='/desk/patients']")).to_be_visible()
    page.locator(".desk-more > summary").click()
    page.locator(f"#open-{one}").click()
    page.locator("main a[href$='/length']").click()
    page.locator("[name=minutes]").fill("45")
    page.locator("main form.form button[type=submit]").click()
    # a click does not wait for its answer
    expect(page.locator(".notice-ok, #warnings").first).to_be_visible()
    if page.locator("#warnings").count():
        for box in page.locator("#warnings [type=checkbox]").all():
            box.check()
        page.locator("[name=because]").fill("À sa demande")
        page.locator("main form.form button[type=submit]").click()
    expect(page.locator(".notice-ok")).to_be_visible()
    page.locator("main a[href$='/move']").click()
    page.locator(".grid-day .cell-free, .grid-day .cell-warn").last.click()
    expect(page).to_have_url(re.compile("/move/confirm"))
    for box in page.locator("#warnings [type=checkbox]").all():
        box.check()
    if page.locator("[name=because]").count():
        page.locator("[name=because]").fill("À sa demande")
    page.locator("main form.form button[type=submit]").click()
    expect(page.locator(".notice-ok")).to_be_visible()
    receptionist.check()


def test_the_keys_are_listed_and_can_be_switched_off(visitor):
    one = visitor("fr", DESKTOP)
    page, site = one.page, at_home(one, RECEPTION, staff=True)
    one.open(f"{site}/desk/day")
    page.wait_for_load_state()  # keys count once the script is there
    page.keyboard.press("?")
    expect(page.locator("dialog[open] kbd").first).to_be_visible()
    one.check()
    page.locator("dialog [data-keys-switch]").uncheck()
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("w")
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page).to_have_url(re.compile("/desk/day"))
    page.goto(f"{site}/desk/shortcuts")
    page.locator("[data-keys-switch]").check()
    page.locator("h1").click()
    page.keyboard.press("g")
    expect(page).to_have_url(re.compile("/desk/day$"))
    one.check()


def test_a_day_sheet_opens_without_the_portal(visitor, portal, tmp_path):
    owner = visitor("fr", DESKTOP)
    page, site = owner.page, at_home(owner, "aline@lavande.example", staff=True)
    page.goto(f"{site}/settings/day-sheet")
    for name in ("passphrase", "again"):
        page.locator(f"[name={name}]").fill("quatre chevaux sous la pluie")
    page.locator("main form.form button[type=submit]").click()
    expect(page.locator(".notice-ok")).to_be_visible()
    owner.check()
    page.goto(f"{site}/desk/day-sheet")
    owner.check()
    with page.expect_download() as taken:
        page.locator("a[href='/desk/day-sheet/file']").click()
    kept = tmp_path / "sheet.html"
    taken.value.save_as(kept)
    assert "Lambert" not in kept.read_text()
    sheet = owner.context.new_page()
    sheet.goto(f"file://{kept}")
    sheet.locator("#passphrase").fill("quatre chevaux dans la pluie")
    sheet.locator("#key button").click()
    expect(sheet.locator("#said")).to_contain_text("n’ouvre pas")
    sheet.locator("#passphrase").fill("quatre chevaux sous la pluie")
    sheet.locator("#key button").click()
    expect(sheet.locator("#days h2")).to_have_count(3)
    expect(sheet.locator("#days h3").first).to_contain_text("Lambert")
