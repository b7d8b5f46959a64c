"""The two locked cabinets, on both databases: every escape that was once open, each beside what must still work."""

import peewee as pw
import pytest

from app.booking.models import Appointment, WorkingHours
from app.directory.models import HealthcareService, Location, Practitioner, Schedule, ScheduleService
from app.identity.models import Session
from app.kernel.cabinets import AccountModel, TenantModel, unscoped_tables
from app.kernel.db import database, write_tx
from app.kernel.owners import Account, Practice
from app.kernel.tenancy import (
    NoAccount,
    NoPractice,
    TenancyBreach,
    WrongPractice,
    account_context,
    across_accounts,
    across_practices,
    practice_context,
)
from app.patients.models import Patient
from tests.factories import NOW, make_appointment, make_patient

INTEGRITY = (pw.IntegrityError,)


@pytest.fixture
def alice(practice):
    with practice_context(practice):
        return make_patient()


@pytest.fixture
def charlie(neighbour):
    with practice_context(neighbour):
        return make_patient(given_name="Charlie")


@pytest.mark.parametrize("table", TenantModel.__subclasses__(), ids=lambda t: t.__name__)
def test_without_an_open_practice_every_table_refuses(inside, table):
    for attempt in (
        lambda: list(table.select()),
        lambda: table.select().count(),
        lambda: table.delete().execute(),
        lambda: table.insert().execute(),
        lambda: table.get_or_none(),
        lambda: list(table.alias().select()),
    ):
        with pytest.raises(NoPractice):
            attempt()


@pytest.mark.parametrize("table", AccountModel.__subclasses__(), ids=lambda t: t.__name__)
def test_without_an_open_account_every_own_table_refuses(inside, table):
    for attempt in (
        lambda: list(table.select()),
        lambda: table.delete().execute(),
        lambda: table.insert().execute(),
    ):
        with pytest.raises(NoAccount):
            attempt()


def test_reading_finds_ones_own_and_never_the_neighbours(practice, neighbour, alice, charlie):
    with practice_context(practice):
        assert [p.id for p in Patient.select()] == [alice.id]
        assert Patient.get_or_none(Patient.id == alice.id)
        assert Patient.get_or_none(Patient.id == charlie.id) is None
        assert [p.id for p in Patient.alias().select()] == [alice.id]
        with pytest.raises(Patient.DoesNotExist):
            Patient.get_by_id(charlie.id)


def test_back_references_and_joins_stay_inside(practice, neighbour, alice, charlie):
    with practice_context(neighbour):
        theirs = make_appointment()
    with practice_context(practice):
        mine = make_appointment()
        assert [a.id for a in mine.patient.appointments] == [mine.id]
        joined = Appointment.select(Appointment, Patient).join(Patient)
        assert [a.id for a in joined] == [mine.id]
        assert list(theirs.patient.appointments) == []
        assert [
            s.id
            for s in pw.prefetch(Schedule.select(), WorkingHours.select())
            if s.practice_id != practice.id
        ] == []


def test_updating_and_deleting_touch_ones_own_only(practice, neighbour, alice, charlie):
    with practice_context(practice):
        assert Patient.update(family_name="New").execute() == 1
        assert Patient.delete().where(Patient.id == charlie.id).execute() == 0
    with practice_context(neighbour):
        assert Patient.get_by_id(charlie.id).family_name == "Dupont"


def test_a_new_row_is_stamped_and_cannot_be_put_next_door(practice, neighbour):
    with practice_context(practice):
        assert make_patient().practice_id == practice.id
        with pytest.raises(WrongPractice):
            make_patient(practice=neighbour)
        with pytest.raises(WrongPractice):
            Patient.insert_many([{"practice": neighbour.id, "given_name": "x"}]).execute()
        with pytest.raises(WrongPractice):
            Patient.update(practice=neighbour).execute()


def test_an_upsert_cannot_overwrite_the_neighbours_row(practice, neighbour, charlie):
    values = {
        "id": charlie.id, "given_name": "Eve", "family_name": "Eve", "identity_key": "eve",
        "created_at": NOW, "seen_at": NOW,
    }  # fmt: skip
    with practice_context(practice):
        with pytest.raises(WrongPractice):
            Patient.insert(values).on_conflict(
                conflict_target=[Patient.id], update={"given_name": "Eve"}
            ).execute()
        with pytest.raises(WrongPractice):
            Patient.insert(values).on_conflict_replace().execute()
        own = {**values, "id": make_patient().id}
        Patient.insert({**own, "identity_key": "made-own"}).on_conflict(action="IGNORE").execute()
    with practice_context(neighbour):
        assert Patient.get_by_id(charlie.id).given_name == "Charlie"


@pytest.mark.parametrize("shortcut", ["raw", "insert_from", "replace", "replace_many"])
def test_shortcuts_that_cannot_be_scoped_are_shut(practice, shortcut):
    with practice_context(practice), pytest.raises(NotImplementedError):
        getattr(Patient, shortcut)("SELECT 1")


def test_saving_a_row_of_the_neighbour_or_a_vanished_one_raises(practice, neighbour, alice, charlie):
    with practice_context(practice):
        charlie.given_name = "Eve"
        with pytest.raises(WrongPractice):
            charlie.save()
        alice.given_name = "Alicia"
        alice.save()  # the control
        Patient.delete().where(Patient.id == alice.id).execute()
        alice.given_name = "Gone"
        with pytest.raises(WrongPractice):
            alice.save()


def test_looking_over_the_wall_reads_all_and_writes_nothing_new(practice, neighbour, alice, charlie):
    with across_practices(reason="a test"):
        assert Patient.select().count() == 2
        with pytest.raises(WrongPractice):
            make_patient()


def composite_keys():
    for table in TenantModel.__subclasses__():
        for field in table._meta.sorted_fields:
            if isinstance(field, pw.ForeignKeyField) and issubclass(field.rel_model, TenantModel):
                yield pytest.param(table, field, id=f"{table.__name__}.{field.name}")


@pytest.mark.parametrize(("table", "field"), list(composite_keys()))
def test_every_key_inside_a_practice_is_a_composite_one(table, field):
    declared = " ".join(c.sql for c in table._meta.constraints if isinstance(c, pw.SQL))
    wanted = (
        f'FOREIGN KEY ("practice_id", "{field.column_name}") REFERENCES "{field.rel_model._meta.table_name}"'
    )
    assert wanted in declared


def test_the_database_itself_refuses_a_row_that_points_next_door(practice, neighbour, charlie):
    with practice_context(neighbour):
        theirs = Schedule.select().first()
    with practice_context(practice):
        mine, service = Schedule.select().first(), HealthcareService.select().first()
        with pytest.raises(INTEGRITY), write_tx():
            ScheduleService.create(schedule=theirs.id, service=service.id)
        with pytest.raises(INTEGRITY), write_tx():
            Schedule.create(key="x", practitioner=theirs.practitioner_id, location=mine.location_id)
        with write_tx():
            Schedule.create(
                key="x", practitioner=mine.practitioner_id, location=mine.location_id
            )  # the control


def test_the_inspector_catches_a_query_that_starts_at_a_global_table(practice):
    with practice_context(practice):
        query = Practice.select(Practice.slug).join(Patient, on=(Patient.practice == Practice.id))
        with pytest.raises(TenancyBreach):
            list(query)
        assert list(Patient.select()) == []  # the control
    assert unscoped_tables('SELECT "t1"."id" FROM "patient" AS "t1"') == {"patient"}
    assert unscoped_tables('SELECT "t1"."id" FROM "patient" AS "t1" WHERE ("t1"."practice_id" = ?)') == set()


def test_opening_one_wall_leaves_the_other_closed(practice):
    sql = 'SELECT "t1"."id" FROM "patient" AS "t1", "session" AS "t2"'
    with across_accounts(reason="a test"):
        assert unscoped_tables(sql) == {"patient"}
    with across_practices(reason="a test"):
        assert unscoped_tables(sql) == {"session"}
    assert unscoped_tables(sql) == {"patient", "session"}  # the control


def test_a_persons_own_rows_are_theirs_alone(inside):
    people = [
        Account.create(email=f"{n}@example.be", given_name=n, family_name=n, created_at=NOW)
        for n in ("bob", "eve")
    ]
    for person in people:
        with account_context(person):
            Session.create(
                account=person,
                token_hash=person.email,
                host="x",
                stage="open",
                created_at=NOW,
                seen_at=NOW,
                expires_at=NOW,
            )
    with account_context(people[0]):
        assert [s.token_hash for s in Session.select()] == ["bob@example.be"]
        assert Session.delete().execute() == 1
    with account_context(people[1]):
        assert Session.select().count() == 1


def test_the_two_practices_look_alike_and_share_nothing(practice, neighbour):
    for table in (Location, Practitioner, Schedule, HealthcareService, WorkingHours):
        with practice_context(practice):
            here = {row.id for row in table.select()}
        with practice_context(neighbour):
            there = {row.id for row in table.select()}
        assert len(here) == len(there) > 0 and not here & there
    assert database.obj.statements > 0
