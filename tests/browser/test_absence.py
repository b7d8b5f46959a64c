"""Somebody is ill and twelve people are told in one go; and a closed day leaves a queue that is emptied."""

import re
import sqlite3
from contextlib import closing
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.portal import until
from tests.browser.steps import book, open_mail, sign_in, today

pytestmark = pytest.mark.browser


def crowd(portal, slug, count):
    """So many appointments of one practitioner on one day, put beside those of the demo; (day, practitioner, mails)."""
    with closing(sqlite3.connect(portal.folder / "parvis.db", timeout=20)) as base:
        base.row_factory = sqlite3.Row
        one = base.execute(
            "SELECT a.* FROM appointment AS a JOIN practice AS p ON p.id = a.practice_id WHERE p.slug = ? "
            "AND a.status = 'booked' AND a.capacity = 1 AND a.starts > strftime('%s', 'now') / 60 + 4320 "
            "ORDER BY a.starts DESC LIMIT 1",
            (slug,),
        ).fetchone()
        names = [name for name in one.keys() if name != "id"]  # noqa: SIM118 - a row, not a dictionary
        midnight = one["starts"] - one["starts"] % 1440
        mails, made = [], 0
        for step in range(60):
            start = midnight + 360 + step * 15
            taken = base.execute(
                "SELECT 1 FROM appointment WHERE practitioner_id = ? AND status = 'booked' AND starts < ? AND ends > ?",
                (one["practitioner_id"], start + 15, start),
            ).fetchone()
            if taken or made == count:
                continue
            made += 1
            mails.append(f"crowd{made}@example.be")
            values = dict(one) | {
                "starts": start, "ends": start + 15, "session_key": f"{made:032x}", "idempotency_key": f"{made:032x}",
                "contact_email": mails[-1], "buffer_before": 0, "buffer_after": 0, "undo_until": None,
            }  # fmt: skip
            marks = ", ".join("?" * (len(names) + 1))
            base.execute(
                f"INSERT INTO appointment (id, {', '.join(names)}) VALUES ({marks})",
                (f"{made:032x}", *(values[name] for name in names)),
            )
        base.commit()
    return date(1970, 1, 1) + timedelta(days=one["starts"] // 1440), one["practitioner_id"], mails


def test_twelve_people_of_somebody_ill_are_told_in_one_go(visitor, portal):
    day, _who, mails = crowd(portal, "sablon", 12)
    desk = visitor("fr", DESKTOP)
    sign_in(desk, "sablon", "accueil@sablon.example")
    page = desk.page
    page.goto(f"{portal.site('sablon')}/desk/day?date={day}")
    desk.check()
    whose = page.locator(".agenda").filter(has=page.locator(".visit >> nth=11"))
    whose.locator(".agenda-away").click()
    expect(page.locator("tbody tr").nth(11)).to_be_visible()
    desk.check()
    page.locator("select[name=all]").select_option("times")
    page.locator("form[method=post] button[type=submit]").last.click()
    expect(page).to_have_url(re.compile("/desk/rearrangements/"))
    desk.check()
    until(lambda: all(portal.mails_to(mail) for mail in mails))

    patient = visitor("fr", PHONE)
    open_mail(patient, mails[0])
    link = patient.page.locator("main a[href*='/reoffers/']").first.get_attribute("href")
    patient.open(link)
    patient.page.locator("label.option").first.click()
    patient.page.get_by_role("button", name="Prendre ce moment").click()
    expect(patient.page.locator(".ticket")).to_be_visible()
    patient.check()
    patient.open(link)  # once is enough
    expect(patient.page.locator("input[name=time]")).to_have_count(0)

    page.reload()
    expect(page.locator("table.data .badge-ok").first).to_be_visible()
    desk.check()


def test_closing_a_day_leaves_a_queue_that_is_emptied(visitor, portal):
    email = "orphan@example.be"
    guest = visitor("fr", PHONE)
    book(guest, email)
    stamp = portal_start(portal, email)
    owner = visitor("fr", DESKTOP)
    sign_in(owner, "lavande", "aline@lavande.example")
    page = owner.page
    page.goto(f"{portal.site('lavande')}/settings/absences/new")
    owner.check()
    page.locator("[name=whom]").select_option("practice")
    page.locator("[name=first_day]").fill(stamp.isoformat())
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator(".impact-lost")).to_be_visible()
    owner.check()
    page.locator("select[name=all]").select_option("keep")
    page.locator("main form[method=post] button[type=submit]").first.click()
    expect(page).to_have_url(re.compile("/settings/absences"))
    owner.check()

    page.locator(".desk-nav a[href='/desk/orphans']").click()
    expect(page.locator(".desk-nav a[href='/desk/orphans'] .count")).to_be_visible()
    owner.check()
    page.locator("select[name=all]").select_option("settle")
    page.locator("form[method=post] button[type=submit]").last.click()
    expect(page.locator(".empty")).to_be_visible()
    expect(page.locator(".desk-nav a[href='/desk/orphans'] .count")).to_have_count(0)
    owner.check()


def portal_start(portal, email):
    with closing(sqlite3.connect(f"file:{portal.folder / 'parvis.db'}?mode=ro", uri=True)) as base:
        (starts,) = base.execute(
            "SELECT starts FROM appointment WHERE contact_email = ?", (email,)
        ).fetchone()
    return date(1970, 1, 1) + timedelta(days=starts // 1440)


def test_the_owner_changes_a_week_without_javascript(visitor, portal):
    owner = visitor("nl", DESKTOP, java_script_enabled=False)
    owner.allowed = {422}
    sign_in(owner, "de-linde", "wim@de-linde.example")
    page = owner.page
    page.goto(f"{portal.site('de-linde')}/settings/hours")
    owner.check()
    page.locator(".settings-main .list a").first.click()
    owner.check()
    page.locator("a[href$='/week']").click()
    owner.check()
    page.locator("[name=valid_from]").fill((today() + timedelta(days=900)).isoformat())
    rows = page.locator(".hours-row").count()
    page.locator("button[name=add]").last.click()
    expect(page.locator(".hours-row")).to_have_count(rows + 1)
    page.locator(".hours-row input[name$=-from]").last.fill("9u")
    page.locator(".hours-row input[name$=-to]").last.fill("8.30")
    page.get_by_role("button", name="Bewaren").last.click()
    expect(page.locator(".error-summary")).to_be_visible()
    page.locator(".hours-row input[name$=-to]").last.fill("12.30 u.")
    page.get_by_role("button", name="Bewaren").last.click()
    expect(page.locator(".notice-ok")).to_be_visible()
    owner.check()
