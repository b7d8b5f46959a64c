"""Two files made one and parted again: every table is looked at."""

from datetime import timedelta

import pytest

from app.booking.models import Appointment
from app.desk.timeline import of as timeline_of
from app.kernel.audit import AuditEvent
from app.kernel.cabinets import TenantModel
from app.kernel.db import database
from app.kernel.ids import uuid7
from app.kernel.tenancy import practice_context
from app.messaging.models import Communication
from app.patients import actions, files, queries, references, search
from app.patients.models import AccessEntry, Connection, Patient, PatientMerge, PatientNote, TrustEvidence
from app.patients.refusals import BothConnected, FileChanged, NoLongerUndone, SameFile
from app.patients.upkeep import forget_merges
from app.schema import TABLES
from tests.factories import NISS, NOW, make_appointment, make_patient, make_person
from tests.people import SEALER, make_account

BY = "operator"
# what says that it happened, and is not part of either file
TRACES = ("audit_event", "audit_head", "patient_merge", "schema_migration")


def everything(practice):
    """Every row of every table of the practice, as the database has it."""
    found = {}
    for model in TABLES:
        table = model._meta.table_name
        if issubclass(model, TenantModel) and table not in TRACES:
            sql = f'SELECT * FROM "{table}" WHERE "practice_id" = {database.param} ORDER BY 1, 2, 3'
            found[table] = [
                tuple(map(str, row)) for row in database.execute_sql(sql, (practice.id.hex,)).fetchall()
            ]
    return found


@pytest.fixture
def twins(practice):
    """(kept, gone): the second has the number, appointments, a message, a note, proof and an account."""
    with practice_context(practice):
        kept = make_patient(given_name="Alice", family_name="Dupond", email=None, phone="0470 11 22 33")
        sealed = actions.seal(make_person(niss=NISS, given_name="Alice", family_name="Dupont"), sealer=SEALER)
        gone = Patient.get_by_id(actions.meet(sealed, now=NOW))
        for starts in (29_930_000, 29_931_000):
            seen = make_appointment(starts=starts, patient=gone)
        told = {"sender": "practice", "kind": "booked", "created_at": NOW}
        Communication.create(patient=gone.id, appointment=seen.id, **told)
        PatientNote.create(
            patient=gone.id, thread=uuid7(), text="Deaf on the left", author="Sylvie", actor=BY, at=NOW
        )
        TrustEvidence.create(patient=gone.id, kind="known", actor=BY, at=NOW)
        Connection.create(patient=gone.id, account=make_account().id, created_at=NOW)
        looked = {"account_id": uuid7(), "member": "Sylvie", "what": "record", "at": NOW}
        AccessEntry.create(patient=gone.id, **looked)
    return kept, gone


def merged(kept, gone, *, from_gone=("name", "niss", "email"), now=NOW):
    seen = (actions.state_of(Patient.get_by_id(kept.id)), actions.state_of(Patient.get_by_id(gone.id)))
    return actions.merge(kept, gone, from_gone=from_gone, seen=seen, sealer=SEALER, by=BY, now=now)


def test_everything_follows_and_the_chosen_values_win(practice, twins):
    kept, gone = twins
    with practice_context(practice):
        merged(kept, gone)
        file = queries.patient(kept.id)
        assert (file.name, file.phone, file.email) == ("Alice Dupont", "0470 11 22 33", gone.email)
        assert actions.niss_of(file, sealer=SEALER) == NISS  # sealed anew for this file
        for model in (Appointment, Communication, PatientNote, Connection):
            assert {one.patient_id for one in model.select()} == {kept.id}
        assert queries.kept_of(gone.id) == kept.id
        assert [one.kind for one in queries.evidence_of(file)] == ["known"]
        whose = Connection.get().account_id
        assert queries.level_of(file, whose) > 0  # and the profile page says the same of it
        (seen,) = files.of_account(whose, today=NOW.date())
        assert seen.level == queries.level_of(file, whose)
        assert [one.id for one in search.find("dupont", today=NOW.date()).rows] == [kept.id]
        assert AuditEvent.select().where(AuditEvent.verb == "patient.merge").count() == 1
        titles = [one.title for one in timeline_of(file, practice=practice, now=NOW)]
        assert any("Alice Dupont" in title for title in titles) and len(titles) == 4


def test_the_look_at_the_other_file_stays_in_the_journal_of_its_person(practice, twins):
    kept, gone = twins
    with practice_context(practice):
        account = Connection.get().account_id
    before = [(one.member, one.at) for one in queries.looks_at(account)]
    with practice_context(practice):
        merged(kept, gone)
    assert [(one.member, one.at) for one in queries.looks_at(account)] == before != []


@pytest.mark.parametrize(
    "from_gone", [(), ("name", "niss", "email"), tuple(actions.GROUPS)], ids=["none", "some", "all"]
)
def test_undone_within_the_day_every_row_of_every_table_is_as_it_was(practice, twins, from_gone):
    kept, gone = twins
    before = everything(practice)
    with practice_context(practice):
        made = merged(kept, gone, from_gone=from_gone)
        assert everything(practice) != before
        actions.undo_merge(PatientMerge.get_by_id(made.id), by=BY, now=NOW + timedelta(hours=23, minutes=59))
    assert everything(practice) == before


def test_after_a_day_or_a_second_time_it_cannot_be_undone(practice, twins):
    kept, gone = twins
    with practice_context(practice):
        made = merged(kept, gone)
        with pytest.raises(NoLongerUndone):
            actions.undo_merge(made, by=BY, now=NOW + timedelta(days=1))
        actions.undo_merge(made, by=BY, now=NOW)
        with pytest.raises(NoLongerUndone):
            actions.undo_merge(made, by=BY, now=NOW)


def test_what_a_merge_needs_to_be_undone_is_forgotten_after_its_day(app, practice, twins, clock):
    kept, gone = twins
    with practice_context(practice):
        made = merged(kept, gone, now=clock.now())
    forget_merges()
    with practice_context(practice):
        assert PatientMerge.get_by_id(made.id).moved
    clock.move(days=1, minutes=1)
    forget_merges()
    with practice_context(practice):
        assert not PatientMerge.get_by_id(made.id).moved and not PatientMerge.get_by_id(made.id).before


def test_what_came_after_the_merge_stays_with_the_file_it_came_to(practice, twins):
    kept, gone = twins
    with practice_context(practice):
        made = merged(kept, gone)
        new = make_appointment(starts=29_940_000, patient=kept)
        Patient.update(phone="0499 00 00 00").where(Patient.id == kept.id).execute()
        actions.undo_merge(PatientMerge.get_by_id(made.id), by=BY, now=NOW)
        assert Appointment.get_by_id(new.id).patient_id == kept.id
        assert Appointment.select().where(Appointment.patient == gone.id).count() == 2
        assert Patient.get_by_id(kept.id).phone == "0499 00 00 00"


def test_whoever_books_under_the_other_name_meets_the_file_that_is_left(practice, twins):
    kept, gone = twins
    with practice_context(practice):
        merged(kept, gone)
        sealed = actions.seal(make_person(niss=NISS, given_name="Alice", family_name="Dupont"), sealer=SEALER)
        assert actions.meet(sealed, now=NOW) == kept.id
        chosen = actions.seal(make_person(), sealer=SEALER, file=gone.id)  # a page opened before the merge
        assert actions.meet(chosen, now=NOW) == kept.id


def test_a_chain_of_merges_is_undone_from_its_end(practice, twins):
    kept, gone = twins
    with practice_context(practice):
        third = make_patient(given_name="Alix", family_name="Dupont")
        before = everything(practice)
        first = merged(kept, gone)
        second = merged(third, Patient.get_by_id(kept.id))
        assert queries.kept_of(gone.id) == third.id
        with pytest.raises(NoLongerUndone):
            actions.undo_merge(first, by=BY, now=NOW)
        actions.undo_merge(PatientMerge.get_by_id(second.id), by=BY, now=NOW)
        actions.undo_merge(PatientMerge.get_by_id(first.id), by=BY, now=NOW)
    assert everything(practice) == before


def test_two_accounts_never_come_to_read_one_file(practice, twins):
    kept, gone = twins
    with practice_context(practice):
        before = everything(practice)
        Connection.create(patient=kept.id, account=make_account(email="other@example.be").id, created_at=NOW)
        with pytest.raises(BothConnected):
            merged(kept, gone)
        Connection.delete().where(Connection.patient == kept.id).execute()
        tie = Connection.get()  # the same account on both sides, though it left one
        Connection.create(patient=kept.id, account=tie.account_id, created_at=NOW, left_at=NOW)
        with pytest.raises(BothConnected):
            merged(kept, gone)
        Connection.delete().where(Connection.patient == kept.id).execute()
    assert everything(practice) == before


def test_a_page_that_is_older_than_the_file_merges_nothing(practice, twins):
    kept, gone = twins
    with practice_context(practice):
        seen = (actions.state_of(kept), actions.state_of(gone))
        Patient.update(phone="0499").where(Patient.id == gone.id).execute()
        with pytest.raises(FileChanged):
            actions.merge(kept, gone, from_gone=(), seen=seen, sealer=SEALER, by=BY, now=NOW)
        with pytest.raises(SameFile):
            actions.merge(kept, kept, from_gone=(), seen=seen, sealer=SEALER, by=BY, now=NOW)


def test_what_stays_and_what_moves_is_known_of_every_table_that_points_at_a_patient():
    found = {one.name for one in references.all_of_them()}
    in_schema = {
        f"{model._meta.table_name}.{field.column_name}"
        for model in TABLES
        for field in model._meta.sorted_fields
        if getattr(field, "rel_model", None) is Patient or field.column_name == "patient_id"
    }
    assert found == in_schema
    assert {one.name for one in references.movable()} >= {"appointment.patient_id", "patient_note.patient_id"}
