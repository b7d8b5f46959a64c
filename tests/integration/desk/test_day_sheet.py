"""The day sheet: who may set its passphrase, what is in it, that only the passphrase opens it; and what comes after."""

import base64
import json

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from app.booking import queries
from app.desk import upkeep
from app.desk.models import DaySheet
from app.kernel.audit import AuditEvent
from app.kernel.clock import local
from app.kernel.tenancy import practice_context
from app.patients.models import AccessEntry, Patient
from tests.factories import make_patient, make_person
from tests.integration.desk.booked import book, offers_of, starts_of
from tests.journey import form_of, soup
from tests.people import make_member, sign_in_as

PASSPHRASE = "quatre chevaux sous la pluie"


@pytest.fixture
def owner(client, practice, clock):
    sign_in_as(client, make_member(practice, roles=("owner",)), clock=clock, staff=True)
    return client


@pytest.fixture
def booked(practice, clock):
    with practice_context(practice):
        offer = offers_of(practice, clock)[0]
        start = starts_of(offer, clock, days=0)[0]
        clock.move(minutes=start - int(clock.now().timestamp() // 60) - 24 * 60)  # the day before
        yield book(practice, offer, start, clock, person=make_person(phone="0470 12 34 56"))


def set_passphrase(client, **changes):
    fields = form_of(soup(client.get("/settings/day-sheet")), holding="passphrase")[1]
    return client.post(
        "/settings/day-sheet", data={**fields, "passphrase": PASSPHRASE, "again": PASSPHRASE, **changes}
    )


def opened(html, passphrase=PASSPHRASE):
    """As static/js/day_sheet.js opens it."""
    sheet = soup(html).select_one("#sheet")
    salt, sealed = (base64.b64decode(sheet[f"data-{name}"]) for name in ("salt", "content"))
    key = PBKDF2HMAC(SHA256(), 32, salt, int(sheet["data-iterations"])).derive(passphrase.encode())
    return json.loads(AESGCM(key).decrypt(sealed[:12], sealed[12:], sheet["data-about"].encode()))


def test_a_sheet_holds_time_initials_phone_and_service_and_nothing_in_clear(practice, booked, owner):
    assert set_passphrase(owner).status_code == 303
    answer = owner.get("/desk/day-sheet/file")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert "no-store" in answer.headers["Cache-Control"]
    assert "Dupont" not in answer.text and "12 34 56" not in answer.text
    rows = [row for day in opened(answer)["days"] for agenda in day["agendas"] for row in agenda["rows"]]
    assert len(rows) == 1 and rows[0][1:3] == ["A.D.", "0470 12 34 56"]
    assert "Dupont" not in json.dumps(rows)
    with pytest.raises(InvalidTag):
        opened(answer, "quatre chevaux dans la pluie")
    with practice_context(practice):
        assert AccessEntry.select().where(AccessEntry.what == "sheet").count() == 1
        made = AuditEvent.get(AuditEvent.verb == "sheet.make")
        assert len(made.detail["sha256"]) == 64
        kept = DaySheet.get()
        assert PASSPHRASE.encode() not in bytes(kept.key_sealed) + bytes(kept.content) + bytes(kept.salt)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "changes", [{"passphrase": "short", "again": "short"}, {"again": "another one here"}]
)
def test_a_passphrase_is_long_and_typed_twice(owner, practice, changes):
    answer = set_passphrase(owner, **changes)
    assert answer.status_code == 422 and soup(answer).select_one(".error-summary")
    with practice_context(practice):
        assert not DaySheet.select().count()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_receptionist_makes_one_anew_and_sets_no_passphrase(client, practice, clock, booked):
    sign_in_as(client, make_member(practice), clock=clock, staff=True)
    assert client.get("/settings/day-sheet").status_code == 403
    assert client.get("/desk/day-sheet/file").status_code == 404  # none yet
    fields = form_of(soup(client.get("/desk/shortcuts")), holding="csrf_token")[1]
    assert client.post("/desk/day-sheet", data=fields).status_code == 404


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_every_night_makes_one_for_each_practice_that_wants_one(practice, neighbour, booked, owner, clock):
    set_passphrase(owner)
    clock.move(minutes=24 * 60)
    assert upkeep.make_sheets() == 1
    with practice_context(practice):
        assert DaySheet.get().made_at == clock.now()
    with practice_context(neighbour):
        assert not DaySheet.select().count()


# ---- afterwards -------------------------------------------------------------------------------------------------


@pytest.fixture
def later(client, practice, booked, clock):
    """The desk, on the evening of that day."""
    clock.move(minutes=36 * 60)
    sign_in_as(client, make_member(practice), clock=clock, staff=True)
    return client


def fields_of(client, appointment):
    address = f"/desk/catch-up?date={date_of(appointment)}"
    return form_of(soup(client.get(address)), holding="row-0-clock")[1]


def date_of(appointment):
    return local(appointment.starts, "Europe/Brussels").date().isoformat()


def walk_in(practice, clock, *, at="11:45", **changes):
    offer = offers_of(practice, clock)[0]
    row = {
        "kind": "walkin",
        "clock": at,
        "offer": f"{offer.schedule.id}.{offer.service.id}",
        "given_name": "Odile",
    }
    row |= {"family_name": "Nouvelle", "phone": "0471 00 00 00", **changes}
    return {f"row-0-{name}": value for name, value in row.items()}


def test_what_happened_is_entered_row_by_row(later, practice, booked, clock):
    sent = {**fields_of(later, booked), f"what-{booked.id}": f"noshow:{booked.version}"}
    sent |= walk_in(practice, clock, at="17:00")
    answer = later.post("/desk/catch-up", data=sent)
    assert answer.status_code == 303 and answer.headers["Location"].endswith("written=2")
    assert queries.appointment(booked.id).status == "noshow"
    made = Patient.get(Patient.family_name == "Nouvelle").appointments.get()
    assert (made.status, made.origin) == ("fulfilled", "walkin")


def test_a_row_that_clashes_says_so_and_keeps_what_was_typed(later, practice, booked, clock):
    taken = local(booked.starts, "Europe/Brussels").strftime("%H:%M")
    sent = {**fields_of(later, booked), **walk_in(practice, clock, at=taken)}
    sent[f"what-{booked.id}"] = f"fulfilled:{booked.version}"
    answer = later.post("/desk/catch-up", data=sent)
    page = soup(answer)
    assert answer.status_code == 409 and page.select_one("[name=row-0-family_name]")["value"] == "Nouvelle"
    assert page.select_one("#row-0-wrong") and queries.appointment(booked.id).status == "fulfilled"
    old = later.post("/desk/catch-up", data={**fields_of(later, booked), f"what-{booked.id}": "noshow:1"})
    assert old.status_code == 409  # written on an older page


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("written", "said"), [("2", True), ("²", False), ("9" * 5000, False), ("-1", False)])
def test_how_many_rows_were_written_is_a_number_or_nothing(later, written, said):
    answer = later.get("/desk/catch-up", query_string={"written": written})
    assert answer.status_code == 200
    assert bool(soup(answer).select_one(".notice-ok")) == said


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_namesake_is_asked_about(later, practice, booked, clock):
    make_patient(given_name="Odile", family_name="Nouvelle")
    sent = {**fields_of(later, booked), **walk_in(practice, clock, at="17:00")}
    page = soup(later.post("/desk/catch-up", data=sent))
    file = page.select_one("[name=row-0-file] option:nth-of-type(2)")["value"]
    assert later.post("/desk/catch-up", data={**sent, "row-0-file": file}).status_code == 303
    assert Patient.select().where(Patient.family_name == "Nouvelle").count() == 1


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "changes",
    [
        {"clock": "25:00"}, {"clock": "x"}, {"offer": "x.y"}, {"given_name": ""}, {"phone": ""},
        {"family_name": "<b>"}, {"phone": "\x00"},
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_read_is_refused_with_a_sentence(later, practice, booked, clock, changes):
    sent = {**fields_of(later, booked), **walk_in(practice, clock, at="17:00")}
    sent |= {f"row-0-{name}": value for name, value in changes.items()}
    answer = later.post("/desk/catch-up", data=sent)
    assert answer.status_code == 409 and soup(answer).select_one("#row-0-wrong")
    assert not Patient.select().where(Patient.family_name == "Nouvelle").count()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_somebody_of_next_door_is_nobody_here(later, practice, neighbour, booked, clock):
    with practice_context(neighbour):
        theirs = make_patient(given_name="Odile", family_name="Nouvelle")
    sent = {**fields_of(later, booked), **walk_in(practice, clock, at="17:00"), "row-0-file": str(theirs.id)}
    assert later.post("/desk/catch-up", data=sent).status_code == 409
