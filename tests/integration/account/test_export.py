"""A copy of everything: complete, without a formula, for its person alone, and gone after a day."""

import io
import json
import re
import zipfile
from datetime import timedelta
from hashlib import sha256

import openpyxl
import pytest
from icalendar import Calendar

from app.account.export import jobs
from app.account.export.bundle import bundle
from app.account.export.sheets import sheet
from app.account.models import ExportJob
from app.account.upkeep import sweep
from app.kernel.tenancy import account_context, practice_context
from app.patients import actions as patients
from app.worker import deliver_due
from tests.factories import make_appointment, make_patient
from tests.journey import form_of, soup
from tests.people import make_account, sign_in_as

NUMBER = "85073099437"
PAGE = "/account/export"
FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1",
    "|cmd",
    '=HYPERLINK("http://evil.test","x")',
    "\x07=1",
]


@pytest.fixture
def alice(inside):
    return make_account(niss=NUMBER, phone="=1+1")


def order(client):
    action, fields = form_of(soup(client.get(PAGE)), holding="csrf_token")
    form = next(f for f in soup(client.get(PAGE)).find_all("form") if f.get("action") == PAGE)
    fields = {i["name"]: i.get("value", "") for i in form.find_all("input") if i.get("type") != "checkbox"}
    return client.post(PAGE, data=fields)


def opened(answer):
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    return {name: archive.read(name) for name in archive.namelist()}


def test_a_person_asks_waits_and_fetches(client, alice, clock, practice):
    with practice_context(practice):
        patient = make_patient(given_name="Alice", family_name="Dupont")
        make_appointment(patient=patient)
        patients.connect(alice, patient.id, now=clock.now())
    sign_in_as(client, alice, clock=clock)
    answer = order(client)
    assert answer.status_code == 303
    watch = answer.headers["Location"]
    assert "progress" in client.get(watch).get_data(as_text=True)
    assert client.get(f"{watch}/file").status_code == 404  # not made yet
    deliver_due()
    fragment = client.get(f"{watch}/progress", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert f"{watch}/file" in fragment.get_data(as_text=True)
    fetched = client.get(f"{watch}/file")
    assert fetched.status_code == 200 and fetched.mimetype == "application/zip"
    assert fetched.headers["Content-Disposition"].startswith("attachment")
    assert fetched.headers["Cache-Control"] == "no-store"
    files = opened(fetched)
    assert set(files) == {"parvis.xlsx", "parvis.json", "appointments.ics", "manifest.json"}
    manifest = json.loads(files["manifest.json"])
    assert {one["name"]: one["sha256"] for one in manifest["files"]} == {
        name: sha256(content).hexdigest() for name, content in files.items() if name != "manifest.json"
    }
    data = json.loads(files["parvis.json"])
    assert "alice@example.be" in [row["value"] for row in data["person"]]
    assert [row["code"] for row in data["appointments"]] == ["booked"]
    assert [row["practice"] for row in data["practices"]] == [practice.name]
    assert NUMBER not in files["parvis.json"].decode()  # with stars unless asked for
    Calendar.from_ical(files["appointments.ics"])


def test_the_number_stands_there_in_full_only_when_asked_for(alice, clock, services):
    for wanted in (False, True):
        job = jobs.ask(alice, language="fr", with_number=wanted, now=clock.now())
        jobs.make({"job": job.id.hex, "account": alice.id.hex})
        with account_context(alice):
            made = jobs.fetch(job.id, sealer=services.sealer, now=clock.now())
        text = zipfile.ZipFile(io.BytesIO(made)).read("parvis.json").decode()
        assert ("85.07.30-994.37" in text) is wanted
        clock.move(hours=1)


def test_no_cell_is_ever_a_formula(clock):
    one = sheet("bad", "=1[]:*?/\\ a title far too long for a sheet of a workbook", value="=A1")
    one.rows.extend((text,) for text in FORMULAS)
    made = bundle([one, one], calendar=b"", zone="Europe/Brussels", language="fr", now=clock.now())
    book = openpyxl.load_workbook(io.BytesIO(zipfile.ZipFile(io.BytesIO(made)).read("parvis.xlsx")))
    kinds = {
        cell.data_type for page in book for row in page.iter_rows() for cell in row if cell.value is not None
    }
    assert kinds == {"s"}
    assert [cell.value for cell in book.worksheets[0]["A"]][1:3] == ["=1+1", "+1"]
    assert not any(cell.hyperlink for page in book for row in page.iter_rows() for cell in row)


def test_without_the_guard_a_formula_would_be_one():
    """The control: openpyxl makes one of anything that begins with =."""
    book = openpyxl.Workbook()
    book.active.append(["=1+1"])
    assert book.active["A1"].data_type == "f"


def test_a_copy_is_nobody_elses(client, app, alice, clock):
    sign_in_as(client, alice, clock=clock)
    watch = order(client).headers["Location"]
    deliver_due()
    assert client.get(f"{watch}/file").status_code == 200
    bob = make_account(email="bob@example.be", given_name="Bob")
    other = app.test_client()
    sign_in_as(other, bob, clock=clock)
    nothing = other.get("/account/export/00000000-0000-7000-8000-000000000000/file")
    for path in (watch, f"{watch}/file", f"{watch}/progress"):
        answer = other.get(path)
        assert answer.status_code == 404
    never = "/account/export/00000000-0000-7000-8000-000000000000"
    assert without_token(other.get(f"{watch}/file"), watch) == without_token(nothing, never)


def without_token(answer, path):
    """The page without its address and its forms' token, which says the second it was made in."""
    return re.sub(r'value="[^"]*"|X-CSRFToken[^}]*', "", answer.get_data(as_text=True).replace(path, ""))


def test_a_copy_is_gone_after_a_day(client, alice, clock):
    sign_in_as(client, alice, clock=clock)
    watch = order(client).headers["Location"]
    deliver_due()
    clock.move(minutes=24 * 60 + 1)
    sign_in_as(client, alice, clock=clock)
    assert client.get(f"{watch}/file").status_code == 404
    assert f"{watch}/file" not in client.get(watch).get_data(as_text=True)
    sweep()
    with account_context(alice):
        assert [(job.state, job.content) for job in ExportJob.select()] == [("expired", None)]


def test_asking_twice_makes_one(alice, clock):
    asked = [jobs.ask(alice, language="fr", with_number=False, now=clock.now()).id for _ in range(3)]
    assert len(set(asked)) == 1
    assert deliver_due() == 1


def test_a_proof_that_is_old_is_asked_again(client, alice, clock):
    sign_in_as(client, alice, clock=clock)
    assert client.get(PAGE).status_code == 200
    clock.at += timedelta(minutes=16)
    assert client.get(PAGE).headers["Location"].startswith("/step-up")


def test_watching_keeps_no_session_alive(client, alice, clock):
    sign_in_as(client, alice, clock=clock)
    watch = order(client).headers["Location"]
    for _ in range(4):
        clock.move(minutes=10)
        answer = client.get(f"{watch}/progress", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert answer.status_code == 401 and "HX-Redirect" in answer.headers
