"""A morning at the desk: cards are moved by mouse and keys, a clash is put back, two screens see each other's work."""

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from app.booking import holidays
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.portal import until
from tests.browser.steps import sign_in

pytestmark = pytest.mark.browser
RECEPTION = "accueil@lavande.example"
# rows of Lavande's own: an agenda, its practitioner and site, a service of half an hour, and somebody with a file
OWN = """
SELECT schedule.id, schedule.practitioner_id, schedule.location_id, healthcare_service.id, patient.id, practice.id
FROM practice JOIN schedule ON schedule.practice_id = practice.id
JOIN schedule_service ON schedule_service.schedule_id = schedule.id
JOIN healthcare_service ON healthcare_service.id = schedule_service.service_id
JOIN patient ON patient.practice_id = practice.id
WHERE practice.slug = 'lavande' AND healthcare_service.duration_minutes = 30 AND healthcare_service.capacity = 1
ORDER BY schedule.position, healthcare_service.position, patient.id
"""


def a_quiet_tuesday(weeks):
    """So far ahead that no other test looks there, and no public holiday."""
    day = datetime.now(UTC).date() + timedelta(weeks=weeks)
    day += timedelta(days=(1 - day.weekday()) % 7)
    while day in holidays.between(day.year, day.year + 1):
        day += timedelta(days=7)
    return day


def seat(portal, day, *, count):
    """`count` appointments of half an hour one after the other, from nine o'clock, in the first agenda; their ids."""
    first = int(
        datetime(day.year, day.month, day.day, 9, tzinfo=ZoneInfo("Europe/Brussels")).timestamp() // 60
    )

    def write():
        with closing(sqlite3.connect(portal.folder / "parvis.db", timeout=20)) as base, base:
            schedule, practitioner, location, service, patient, practice = base.execute(OWN).fetchone()
            made = []
            for number in range(count):
                start = first + number * 30
                row = {
                    "id": uuid4().hex, "practice_id": practice, "patient_id": patient, "practitioner_id": practitioner,
                    "schedule_id": schedule, "service_id": service, "location_id": location, "starts": start,
                    "ends": start + 30, "buffer_before": 0, "buffer_after": 0, "session_key": uuid4().hex, "seat": 1,
                    "capacity": 1, "status": "booked", "origin": "phone", "version": 1, "language": "fr",
                    "idempotency_key": uuid4().hex, "cancel_until": start - 1440, "fit": "supported", "created_at": 0,
                    "cancelled_late": False,
                }  # fmt: skip
                names, marks = ", ".join(row), ", ".join("?" * len(row))
                base.execute(f"INSERT INTO appointment ({names}) VALUES ({marks})", tuple(row.values()))
                made.append(re.sub(r"(.{8})(.{4})(.{4})(.{4})(.{12})", r"\1-\2-\3-\4-\5", row["id"]))
            return made

    return until(write)


def at_the_desk(one, day, *, view="day"):
    one.page.goto(f"{one.portal.site('lavande')}/desk/{view}?date={day}")
    expect(one.page.locator(".agendas")).to_be_visible()


def clock(page, appointment):
    return page.locator(f"#visit-{appointment} time")


def drag(page, appointment, *, rows=0, columns=0):
    """By mouse: so many rows of five minutes down, so many columns to the right."""
    card = page.locator(f"#visit-{appointment}")
    card.scroll_into_view_if_needed()
    box, column = card.bounding_box(), page.locator("[data-column]").first.bounding_box()
    row = column["height"] / int(page.locator("[data-column]").first.get_attribute("data-rows"))
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 3
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 6, y + 6)
    page.mouse.move(x + columns * column["width"], y + rows * row, steps=4)
    page.mouse.up()


def acknowledge(page, reason="À sa demande"):
    for box in page.locator("#panel #warnings [type=checkbox]").all():
        box.check()
    page.locator("#panel [name=because]").fill(reason)
    page.locator("#panel form[data-place] button[type=submit]").click()


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


def acknowledge_if_asked(page):
    """Some places break a rule of the practice: then a reason is asked first."""
    page.wait_for_function("() => !document.querySelector('.agenda-desk[data-busy]')")
    if page.locator("#panel form[data-place]").count():
        acknowledge(page)


def test_two_screens_see_each_others_work_and_lose_nothing(visitor, portal):
    day = a_quiet_tuesday(22)
    one, two = seat(portal, day, count=2)
    left, right = visitor("fr", DESKTOP), visitor("fr", DESKTOP)
    for screen, who in ((left, RECEPTION), (right, "aline@lavande.example")):
        sign_in(screen, "lavande", who)
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
    sign_in(receptionist, "lavande", RECEPTION)
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
    if page.locator("#warnings").count():
        for box in page.locator("#warnings [type=checkbox]").all():
            box.check()
        page.locator("[name=because]").fill("À sa demande")
        page.locator("main form.form button[type=submit]").click()
    expect(page.locator(".notice-ok")).to_be_visible()
    page.locator("main a[href$='/move']").click()
    page.locator(".grid-day .cell-free, .grid-day .cell-warn").last.click()
    for box in page.locator("#warnings [type=checkbox]").all():
        box.check()
    if page.locator("[name=because]").count():
        page.locator("[name=because]").fill("À sa demande")
    page.locator("main form.form button[type=submit]").click()
    expect(page.locator(".notice-ok")).to_be_visible()
    receptionist.check()


def test_the_keys_are_listed_and_can_be_switched_off(visitor):
    one = visitor("fr", DESKTOP)
    sign_in(one, "lavande", RECEPTION)
    page = one.page
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
    page.goto(f"{one.portal.site('lavande')}/desk/shortcuts")
    page.locator("[data-keys-switch]").check()
    page.locator("h1").click()
    page.keyboard.press("g")
    expect(page).to_have_url(re.compile("/desk/day$"))
    one.check()


def test_a_day_sheet_opens_without_the_portal(visitor, portal, tmp_path):
    owner = visitor("fr", DESKTOP)
    sign_in(owner, "lavande", "aline@lavande.example")
    page = owner.page
    page.goto(f"{portal.site('lavande')}/settings/day-sheet")
    for name in ("passphrase", "again"):
        page.locator(f"[name={name}]").fill("quatre chevaux sous la pluie")
    page.locator("main form.form button[type=submit]").click()
    expect(page.locator(".notice-ok")).to_be_visible()
    owner.check()
    page.goto(f"{portal.site('lavande')}/desk/day-sheet")
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
