"""A file of values is sent, read in the worker and told of; sent again or interrupted, nothing is there twice."""

import hashlib
import io
import json
import re
import zipfile

import pytest

from app.account import upkeep
from app.account.export import health
from app.account.export import jobs as exports
from app.kernel.audit import AccountEvent
from app.kernel.db import connection
from app.kernel.tenancy import account_context
from app.record import lines
from app.record.imports import jobs, writing
from app.record.kinds import KINDS, unusual
from app.record.models import ImportJob, Observation
from app.record.queries import Own
from app.web import uploads
from tests.delivery import deliver_for
from tests.integration.record.world import gone, measurer, post, subject
from tests.journey import soup
from tests.people import sign_in_as

sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
HERE = "/me/health/import"
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
GOOD = b"date;valeur\n2026-11-01;72,4\n2026-11-02;72.6\n"
TABLE = GOOD + b"2100-01-01;70\n1900-01-01;70\n2026-11-03;NaN\n2026-11-04;1e999\n"
APPLE = (
    '<HealthData><Record type="HKQuantityTypeIdentifier{kind}" sourceName="&lt;script&gt;alert(1)&lt;/script&gt;" '
    'unit="{unit}" startDate="2026-11-01 08:30:00 +0100" endDate="x" value="{value}"/></HealthData>'
)


@pytest.fixture
def alice(client, practice, clock):
    alice = measurer(practice)
    sign_in_as(client, alice, clock=clock)
    return alice


def send(client, content, *, name="values.csv", kind="weight", **more):
    form = {"file": (io.BytesIO(content), name), "kind": kind, **more}
    return post(client, HERE, data=form, content_type="multipart/form-data")


def send_large(client, content):
    """The same written by hand: the test client would put it into a temporary file."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(HERE).text).group(1)
    parts = [("csrf_token", token.encode()), ("kind", b"weight"), ('file"; filename="values.csv', content)]
    body = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), part)
        for name, part in parts
    )
    return client.post(HERE, data=body + b"--x--\r\n", content_type="multipart/form-data; boundary=x")


def work(app):
    deliver_for(app)


def imported(client, app, content, **more):
    answer = send(client, content, **more)
    assert answer.status_code == 303, answer.text
    work(app)
    return client.get(answer.location).text


def kept(account):
    with connection(), account_context(account):
        return list(Observation.select().order_by(Observation.at))


def job_of(account):
    with connection(), account_context(account):
        return ImportJob.select().order_by(ImportJob.created_at.desc(), ImportJob.id.desc()).first()


def test_a_table_is_read_its_bad_rows_are_counted_and_the_file_is_gone(client, app, alice, services):
    page = imported(client, app, TABLE)
    assert [(row.value, row.source) for row in kept(alice)] == [(724, "file"), (726, "file")]
    job = job_of(alice)
    assert (job.state, job.read, job.kept, job.refused) == ("done", 6, 2, {"date": 2, "value": 2})
    assert "2 valeurs notées" in page and "pas un nombre" in page
    assert services.files.store.kept == {} and job.pieces == []
    with connection():
        verbs = [one.verb for one in AccountEvent.select().where(AccountEvent.account_id == alice.id)]
    assert verbs.count("import.ask") == verbs.count("import.end") == 1


def test_unusual_values_are_noted_counted_and_shown_apart(client, app, alice):
    page = imported(client, app, TABLE)
    assert job_of(alice).unusual == {} and "inhabituelles" not in page
    table = "date;valeur\n" + "".join(
        f"2026-10-{day:02};{value}\n" for day, value in ((1, 690), (2, 70), (3, 12))
    )
    imported(client, app, table.encode())
    job = job_of(alice)
    assert (job.kept, job.unusual) == (3, {"weight": 2})
    (link,) = soup(client.get(f"{HERE}/{job.id}")).select("#import-job li a")
    assert link.get_text(" ", strip=True) == "Poids\u00a0: 2 valeurs inhabituelles"
    shown = soup(client.get(link["href"].split("#")[0])).select_one("#values")
    assert [one.get_text(strip=True) for one in shown.select("td strong")] == [
        "12,0\u00a0kg",
        "690,0\u00a0kg",
    ]
    assert len(soup(client.get("/me/health/weight?period=all")).select("#values td strong")) == 5
    week = client.get("/me/health/weight?period=week&values=unusual").text
    assert "Aucune dans cette période." in week


def test_of_a_pair_either_number_can_be_the_unusual_one(client, app, alice):
    rows = ("125/80", "205/80", "125/35", "125/119", "190/115", "80/40")
    table = "".join(f"2026-10-{day + 1:02};{row}\n" for day, row in enumerate(rows))
    imported(client, app, table.encode(), kind="blood-pressure")
    odd = [row for row in kept(alice) if unusual(KINDS[row.kind], row.value, row.second)]
    with connection():
        found = lines.page(Own(subject(alice), "blood-pressure"), 0, since=None, unusual=True)
    assert [row.id for row in reversed(found)] == [row.id for row in odd]
    assert job_of(alice).unusual == {"blood-pressure": len(odd)} and len(odd) == 3


def test_the_same_file_again_brings_nothing_twice_and_the_same_form_is_read_once(client, app, alice):
    imported(client, app, TABLE)
    page = imported(client, app, TABLE)
    assert len(kept(alice)) == 2 and job_of(alice).known == 2 and "déjà là" in page
    number = "0" * 31 + "7"
    first, second = (send(client, TABLE, attempt=number).location for _n in range(2))
    assert first == second


def test_the_total_of_a_day_grows_with_a_later_export(client, app, alice):
    for value in (4000, 9500):
        text = APPLE.format(kind="StepCount", unit="count", value=value)
        imported(client, app, text.encode(), name="export.xml", kind="")
    (row,) = kept(alice)
    assert (row.kind, row.value) == ("steps", 9500)


def test_the_name_of_a_device_reaches_neither_page_nor_table(client, app, alice):
    page = imported(client, app, APPLE.format(kind="BodyMass", unit="kg", value="72.4").encode(), kind="")
    (row,) = kept(alice)
    assert row.value == 724 and re.fullmatch("[0-9a-f]{40}", row.external_id)
    assert "alert(1)" not in page + client.get("/me/health/weight").text


def test_an_interrupted_reading_goes_on_and_counts_everything_once(client, app, alice, monkeypatch, clock):
    monkeypatch.setattr(jobs, "BATCH", 10)
    rows = "\n".join(f"2026-{n // 28 + 1:02}-{n % 28 + 1:02};{60 + n % 9}" for n in range(45))
    answer = send(client, rows.encode())
    keep, calls = writing._keep, []

    def dies(rows):
        calls.append(len(rows))
        if len(calls) == 3:
            raise RuntimeError("the machine went dark")
        return keep(rows)

    monkeypatch.setattr(writing, "_keep", dies)
    work(app)
    assert len(kept(alice)) == 20 and job_of(alice).state == "running"
    part = client.get(f"{answer.location}/progress", headers=PARTIAL).text
    assert "<progress" in part and "20 lignes lues" in part and "<html" not in part
    clock.move(minutes=2)
    work(app)
    job = job_of(alice)
    assert (job.state, job.read, job.kept, job.known) == ("done", 45, 45, 0) and len(kept(alice)) == 45


def test_two_who_read_one_file_write_each_row_once(client, app, alice):
    send(client, TABLE)
    with app.app_context(), connection(), account_context(alice):
        slow, quick = writing.Pen(ImportJob.get()), writing.Pen(ImportJob.get())
        quick.write(["value"], position=1)
        with pytest.raises(writing.WasRead):
            slow.write(["value"], position=1)
        assert ImportJob.get().refused == {"value": 1}


@sqlite
@pytest.mark.parametrize("content", [b"%PDF-1.7 no", b"", b" \n", b"\x89PNG\r\n\x1a\n", b"MZ\0\0\0\0"])
def test_what_is_no_file_of_values_is_refused_with_a_sentence(client, alice, content):
    answer = send(client, content)
    assert answer.status_code == 422 and "error-summary" in answer.text
    assert job_of(alice) is None


@sqlite
def test_no_file_and_a_parameter_that_is_none_are_refused(client, alice):
    assert post(client, HERE, data={"kind": ""}, content_type="multipart/form-data").status_code == 422
    assert send(client, TABLE, kind="dreams").status_code == 422
    assert send(client, TABLE, kind="bmi").status_code == 422
    assert send(client, TABLE, attempt="x").status_code == 400


@sqlite
def test_a_file_may_be_as_big_as_the_page_says_and_no_bigger(client, alice, services):
    line = b"2026-11-01;72,4\n"
    assert send_large(client, line * (11 * uploads.MEGABYTE // len(line))).status_code == 303
    assert len(services.files.store.kept) == 6  # sealed in pieces
    answer = send_large(client, line * (25 * uploads.MEGABYTE // len(line)))
    assert answer.status_code == 422 and "24" in answer.text and "error-summary" in answer.text


@sqlite
@pytest.mark.parametrize(
    "content", [b"<html></html>", b"PK\x03\x04 no archive", b'<!DOCTYPE a [<!ENTITY b "c">]><a/>']
)
def test_what_turns_out_to_be_something_else_is_told_and_not_tried_again(client, app, alice, content):
    page = imported(client, app, content)
    assert job_of(alice).state == "failed" and "n’a pas pu être lu" in page


@sqlite
def test_a_file_nobody_reads_is_not_kept(client, app, alice, clock, services):
    send(client, TABLE)
    clock.move(days=3)
    with app.app_context(), connection():
        upkeep.sweep()
    assert job_of(alice).state == "failed"
    work(app)
    assert services.files.store.kept == {} and kept(alice) == []
    clock.move(days=31)
    with app.app_context(), connection():
        upkeep.sweep()
    assert job_of(alice) is None


def test_whoever_leaves_leaves_no_file(client, app, alice, services, clock):
    send(client, TABLE)
    assert services.files.store.kept
    gone(alice, now=clock.now())
    work(app)
    assert services.files.store.kept == {}


def test_the_copy_of_ones_data_has_many_values_as_a_table_that_is_imported_again(
    client, app, alice, clock, monkeypatch, services
):
    monkeypatch.setattr(health, "LISTED", 5)
    monkeypatch.setattr(health, "PAGE", 10)
    rows = "\n".join(f"2026-{n // 28 + 1:02}-{n % 28 + 1:02};{60 + n % 9}" for n in range(45))
    imported(client, app, rows.encode())
    with app.app_context(), connection():
        job = exports.ask(alice, language="nl", with_number=False, now=clock.now())
        exports.make({"job": job.id.hex, "account": alice.id.hex})
        with account_context(alice):
            made = exports.fetch(job.id, sealer=services.sealer, now=clock.now())
    archive = zipfile.ZipFile(io.BytesIO(made))
    table, told = archive.read("device_observations.csv"), json.loads(archive.read("manifest.json"))
    assert len(json.loads(archive.read("parvis.json"))["device_observations"]) == 5
    assert len(table.splitlines()) == 46
    named = {one["name"]: one for one in told["files"]}["device_observations.csv"]
    assert (named["bytes"], named["sha256"]) == (len(table), hashlib.sha256(table).hexdigest())
    imported(client, app, table, kind="")
    assert (job_of(alice).known, job_of(alice).refused) == (45, {}) and len(kept(alice)) == 45


def test_somebody_else_sees_nothing_of_it(client, app, alice, practice, clock):
    address = send(client, TABLE).location
    assert client.get(address).status_code == 200
    sign_in_as(client, measurer(practice, email="eve@example.be"), clock=clock)
    assert client.get(address).status_code == client.get(f"{address}/progress").status_code == 404
