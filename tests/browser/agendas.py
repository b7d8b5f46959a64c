"""The agendas of the desk as a browser test finds them: a quiet day with appointments of its own, cards, and hands."""

import re
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from app.booking import holidays
from tests.browser.portal import until
from tests.browser.steps import today

RECEPTION = "accueil@lavande.example"
# rows of Lavande's own: an agenda, its practitioner and site, a service, half an hour first, and somebody with a file
OWN = """
SELECT schedule.id, schedule.practitioner_id, schedule.location_id, healthcare_service.id, patient.id, practice.id
FROM practice JOIN schedule ON schedule.practice_id = practice.id
JOIN schedule_service ON schedule_service.schedule_id = schedule.id
JOIN healthcare_service ON healthcare_service.id = schedule_service.service_id
JOIN patient ON patient.practice_id = practice.id
WHERE practice.slug = 'lavande' AND healthcare_service.capacity = 1
ORDER BY schedule.position, healthcare_service.duration_minutes <> 30, healthcare_service.position, patient.id
"""


def a_quiet_tuesday(weeks):
    """So far ahead that no other test looks there, and no public holiday."""
    day = today() + timedelta(weeks=weeks)
    day += timedelta(days=(1 - day.weekday()) % 7)
    while day in holidays.between(day.year, day.year + 1):
        day += timedelta(days=7)
    return day


def seat(portal, day, *, count, agenda=0):
    """`count` appointments of half an hour one after the other, from nine o'clock, in the first agenda; their ids.

    In another `agenda` they are somebody else's.
    """
    first = int(
        datetime(day.year, day.month, day.day, 9, tzinfo=ZoneInfo("Europe/Brussels")).timestamp() // 60
    )

    def write():
        with closing(sqlite3.connect(portal.folder / "parvis.db", timeout=20)) as base, base:
            schedules = {}
            for row in base.execute(OWN):
                schedules.setdefault(row[0], {}).setdefault(row[4], row)
            mine = list(schedules.values())[agenda]
            schedule, practitioner, location, service, patient, practice = list(mine.values())[agenda]
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


def in_the_middle(page, appointment):
    """The card with room above and below it; answers its box."""
    card = page.locator(f"#visit-{appointment}")
    card.evaluate("card => card.scrollIntoView({ block: 'center', behavior: 'instant' })")
    return card.bounding_box()


def drag(page, appointment, *, rows=0, columns=0):
    """By mouse: so many rows of five minutes down, so many columns to the right."""
    box, column = in_the_middle(page, appointment), page.locator("[data-column]").first.bounding_box()
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


def acknowledge_if_asked(page):
    """Some places break a rule of the practice: then a reason is asked first."""
    page.wait_for_function("() => !document.querySelector('.agenda-desk[data-busy]')")
    if page.locator("#panel form[data-place]").count():
        acknowledge(page)
