"""Notes, corrected data, the history of a file and merging it, at the desk."""

import pytest

from app.kernel.tenancy import practice_context
from app.patients.models import AccessEntry, Patient, PatientChange, PatientMerge, PatientNote
from tests.factories import make_appointment, make_patient
from tests.journey import soup
from tests.people import make_member, sign_in_as

NASTY = '"><img src=x onerror=alert(1)>{{7*7}}'


@pytest.fixture
def patient(practice):
    with practice_context(practice):
        return make_patient(given_name="Émilie", family_name="Dupont", phone="0470 11 22 33")


def fields(answer, action):
    form = soup(answer).select_one(f'main form[action="{action}"]')
    found = {}
    for one in form.select("input[name], textarea[name], select[name]"):
        if one.name == "select":
            found[one["name"]] = one.select_one("option[selected]")["value"]
        elif one.name == "textarea":
            found[one["name"]] = one.get_text().removeprefix("\n")
        elif one.get("type") not in ("radio", "checkbox") or one.has_attr("checked"):
            found[one["name"]] = one.get("value", "")
    return found


def test_a_note_is_written_corrected_pinned_and_withdrawn_and_nothing_is_lost(desk, practice, patient):
    here = f"/desk/patients/{patient.id}/notes"
    typed = {**fields(desk.get(here), here), "text": f"Sourde\r\n{NASTY}", "pinned": "y"}
    assert desk.post(here, data=typed).status_code == 303
    with practice_context(practice):
        first = PatientNote.get()
    page = desk.get(here)
    assert NASTY in soup(page).select_one(".note-text").get_text() and "<img src=x" not in page.text
    assert NASTY in soup(desk.get(f"/desk/patients/{patient.id}")).select_one("#pinned").get_text()
    old = fields(page, f"{here}/{first.id}")
    assert desk.post(f"{here}/{first.id}", data={**old, "text": "Sourde à gauche"}).status_code == 303
    late = desk.post(f"{here}/{first.id}", data={**old, "text": "Sourde à droite"})
    assert late.status_code == 409
    with practice_context(practice):
        current = PatientNote.get(PatientNote.replaced_at.is_null())
        assert (current.text, current.pinned, current.thread) == ("Sourde à gauche", True, first.id)
    assert NASTY in soup(desk.get(here)).get_text()  # what stood here before
    for verb in ("pin", "withdrawal"):
        token = {"csrf_token": old["csrf_token"]}
        assert desk.post(f"{here}/{current.id}/{verb}", data=token).status_code == 303
    with practice_context(practice):
        assert not PatientNote.select().where(PatientNote.replaced_at.is_null()).exists()
        assert PatientNote.select().count() == 2
        assert AccessEntry.select().where(AccessEntry.patient == patient.id).exists()
    assert "Sourde à gauche" in desk.get(here).text


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001, "a\x00b"])
def test_what_is_no_note_is_said_and_kept(desk, practice, patient, text):
    here = f"/desk/patients/{patient.id}/notes"
    answer = desk.post(here, data={**fields(desk.get(here), here), "text": text})
    assert answer.status_code == 422 and soup(answer).select_one(".error-summary")
    with practice_context(practice):
        assert not PatientNote.select().exists()


def test_data_are_corrected_with_what_stood_there_before(desk, practice, patient):
    here = f"/desk/patients/{patient.id}/details"
    typed = fields(desk.get(here), here)
    changed = {**typed, "phone": "0499 99 99 99", "family_name": "Dupond", "town": "Namur"}
    assert desk.post(here, data=changed).status_code == 303
    with practice_context(practice):
        file = Patient.get_by_id(patient.id)
        assert (file.phone, file.family_name, file.town) == ("0499 99 99 99", "Dupond", "Namur")
        kept = {one.field: (one.before, one.after) for one in PatientChange.select()}
    assert kept == {
        "phone": ("0470 11 22 33", "0499 99 99 99"),
        "family_name": ("Dupont", "Dupond"),
        "town": (None, "Namur"),
    }
    late = desk.post(here, data={**typed, "phone": "0488 88 88 88"})  # the other tab was older
    assert late.status_code == 409 and "0488 88 88 88" in late.text
    history = desk.get(f"/desk/patients/{patient.id}/history").text
    assert "0470 11 22 33" in history and "Sylvie" in history


def test_fields_that_are_not_on_the_page_change_nothing(desk, practice, patient):
    here = f"/desk/patients/{patient.id}/details"
    extra = {"practice": "x", "merged_into": str(patient.id), "niss_confirmed_at": "1", "identity_key": "x"}
    desk.post(here, data={**fields(desk.get(here), here), **extra})
    with practice_context(practice):
        file = Patient.get_by_id(patient.id)
        assert file.merged_into is None and file.niss_confirmed_at is None and file.identity_key != "x"


@pytest.mark.parametrize(
    ("field", "typed"), [("birth_date", "30/02/1985"), ("email", "no mail"), ("given_name", "")]
)
def test_wrong_data_are_said_and_kept(desk, patient, field, typed):
    here = f"/desk/patients/{patient.id}/details"
    answer = desk.post(here, data={**fields(desk.get(here), here), field: typed})
    assert answer.status_code == 422 and soup(answer).select_one(f'[name="{field}"]')["value"] == typed


def test_two_files_are_compared_merged_and_parted_at_the_desk(desk, practice, patient):
    with practice_context(practice):
        other = make_patient(given_name="Emilie", family_name="Dupond", email="emilie@example.be", phone=None)
        seen = make_appointment(starts=29_930_000, patient=other)
    here = f"/desk/patients/{patient.id}/merge"
    assert f"other={other.id}" in desk.get(f"{here}?q=dupond").text
    page = desk.get(f"{here}?other={other.id}")
    typed = fields(page, here)
    assert typed["keep_name"] == "kept"
    unsure = desk.post(here, data={**typed, "keep_email": "gone"})
    assert unsure.status_code == 422 and soup(unsure).select_one("[name=keep_email][value=gone]").has_attr(
        "checked"
    )
    assert desk.post(here, data={**typed, "keep_email": "gone", "sure": "y"}).status_code == 303
    file = desk.get(f"/desk/patients/{patient.id}?done=merged")
    assert (
        "emilie@example.be" in file.text
        and f"/desk/appointments/{seen.id}" in desk.get(f"/desk/patients/{patient.id}/history").text
    )
    assert desk.get(f"/desk/patients/{other.id}").location == f"/desk/patients/{patient.id}"
    with practice_context(practice):
        made = PatientMerge.get()
    undo = f"/desk/patients/{patient.id}/merges/{made.id}/undo"
    assert desk.post(undo, data=fields(file, undo)).status_code == 303
    assert desk.post(undo, data=fields(file, undo)).status_code == 409
    assert desk.get(f"/desk/patients/{other.id}").status_code == 200
    with practice_context(practice):
        assert AccessEntry.select().where(AccessEntry.what == "merge").count() == 6


def test_a_practitioner_reads_and_writes_notes_and_merges_nothing(client, practice, patient, clock):
    sign_in_as(client, make_member(practice, roles=("practitioner",)), clock=clock, staff=True)
    assert client.get(f"/desk/patients/{patient.id}/notes").status_code == 200
    assert client.get(f"/desk/patients/{patient.id}/merge").status_code == 403
    assert client.get(f"/desk/patients/{patient.id}/details").status_code == 403


def test_files_of_the_neighbour_are_not_found_by_either_side_of_a_merge(desk, practice, neighbour, patient):
    with practice_context(neighbour):
        theirs = make_patient(given_name="Charlie", family_name="Voisin")
    here = f"/desk/patients/{patient.id}/merge"
    assert desk.get(f"{here}?other={theirs.id}").status_code == 404
    assert desk.get(f"/desk/patients/{theirs.id}/merge").status_code == 404
    for page in ("notes", "details", "history"):
        assert desk.get(f"/desk/patients/{theirs.id}/{page}").status_code == 404
    with practice_context(practice):
        other = make_patient(given_name="Emilie", family_name="Dupond")
    typed = fields(desk.get(f"{here}?other={other.id}"), here)
    assert desk.post(here, data={**typed, "other": str(theirs.id), "sure": "y"}).status_code == 404
    with practice_context(neighbour):
        assert Patient.get_by_id(theirs.id).merged_into is None
