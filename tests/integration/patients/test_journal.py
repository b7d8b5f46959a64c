"""What a member saw of a person is written where the person reads it."""

from datetime import timedelta

import pytest

from app.kernel.audit import AuditEvent
from app.kernel.db import database
from app.kernel.tenancy import practice_context
from app.patients import actions, queries
from app.patients.actions import journal
from app.patients.models import AccessEntry
from app.patients.upkeep import purge_looks
from app.staff.models import Member
from tests.factories import NOW, make_patient
from tests.people import make_account, make_member


@pytest.fixture
def alice(inside):
    return make_account()


def look(practice, patients, *, member=None, what="record", now=NOW, why="record", **more):
    with practice_context(practice):
        actions.journal_look(patients, member=member or Member.get(), what=what, why=why, now=now, **more)


def entries(practice):
    with practice_context(practice):
        return list(AccessEntry.select().order_by(AccessEntry.at))


@pytest.fixture
def patient(practice, alice):
    make_member(practice)
    with practice_context(practice):
        made = make_patient()
        actions.connect(alice, made.id, now=NOW)
    return made


def test_a_look_says_who_what_why_and_when_beside_its_audit_event(practice, patient, alice):
    look(practice, [patient])
    (entry,) = entries(practice)
    assert (entry.member, entry.roles, entry.what, entry.at) == (
        "Sylvie Renard",
        ["receptionist"],
        "record",
        NOW,
    )
    with practice_context(practice):
        event = AuditEvent.get(AuditEvent.verb == "record.read")
    assert event.target == f"patient:{patient.id}" and event.detail == {"patients": [patient.id.hex]}
    (seen,) = queries.looks_at(alice)
    assert (seen.practice, seen.member, seen.kind, seen.at) == (practice, "Sylvie Renard", "record", NOW)
    assert seen.what and seen.why != "record"  # in words


def test_the_same_look_within_ten_minutes_is_written_once_and_another_is_not(practice, patient):
    for minutes in (0, 3, 9):
        look(practice, [patient], now=NOW + timedelta(minutes=minutes))
    assert len(entries(practice)) == 1
    look(practice, [patient], now=NOW + timedelta(minutes=3), what="day")
    look(practice, [patient], now=NOW + timedelta(minutes=11))
    assert len(entries(practice)) == 3
    with practice_context(practice):  # the audit keeps every one of them
        assert AuditEvent.select().where(AuditEvent.verb.endswith(".read")).count() == 5


def test_seeing_the_whole_number_is_written_each_time_with_its_reason(practice, patient):
    for why in ("first", "second"):
        look(practice, [patient], what="niss", why=why)
    assert {entry.why for entry in entries(practice)} == {"first", "second"}


def test_a_crowded_day_writes_one_entry_a_person(practice, patient):
    with practice_context(practice):
        many = [make_patient() for _ in range(30)]
    look(practice, [*many, *many], what="day", why="day", target="day:2026-11-24")
    assert len(entries(practice)) == 30
    look(practice, [*many, patient], what="day", why="day", target="day:2026-11-24")
    assert len(entries(practice)) == 31


def test_a_person_reads_the_looks_at_their_own_files_wherever_they_are(practice, neighbour, patient, alice):
    bob = make_account(email="bob@example.be", given_name="Bob", family_name="Maes")
    make_member(neighbour, email="n@voisin.example")
    with practice_context(neighbour):
        there, of_bob, nobodys = make_patient(), make_patient(), make_patient()
        actions.connect(alice, there.id, now=NOW)
        actions.connect(bob, of_bob.id, now=NOW)
    look(practice, [patient])
    look(neighbour, [there, of_bob, nobodys], now=NOW + timedelta(days=1))
    assert [one.practice for one in queries.looks_at(alice)] == [neighbour, practice]  # newest first
    assert [one.patient.id for one in queries.looks_at(bob)] == [of_bob.id]
    assert [one.practice for one in queries.looks_at(alice, practice=practice)] == [practice]
    tomorrow = NOW.date() + timedelta(days=1)
    assert [one.practice for one in queries.looks_at(alice, first=tomorrow)] == [neighbour]
    assert [one.practice for one in queries.looks_at(alice, last=NOW.date())] == [practice]
    assert len(queries.looks_at(alice, limit=1)) == len(queries.looks_at(alice, limit=1, offset=1)) == 1
    with practice_context(practice):
        actions.leave(alice, now=NOW)
    assert len(queries.looks_at(alice)) == 2  # who looked there, looked at them


def test_a_look_answers_until_when_it_lasts_and_the_next_one_within_it_the_same(practice, patient):
    member = {"what": "search", "why": "search"}
    with practice_context(practice):
        other, who = make_patient(), Member.get()
        first = actions.journal_look([patient], member=who, now=NOW, **member)
        assert first == {patient.id.hex: NOW + actions.ONE_LOOK}
        later = NOW + timedelta(minutes=4)
        both = actions.journal_look([patient, other.id], member=who, now=later, **member)
        assert both == first | {other.id.hex: later + actions.ONE_LOOK}
        keys = [patient.id.hex, other.id.hex]
        assert actions.still_seen(keys, member=who, what="search", now=later) == both
        assert actions.still_seen(keys, member=who, what="day", now=later) == {}
        over = NOW + actions.ONE_LOOK
        assert set(actions.still_seen(keys, member=who, what="search", now=over)) == {other.id.hex}
        # what is written each time lasts for nothing
        assert actions.journal_look([patient], member=who, what="niss", why="x", now=NOW) == {}
        assert actions.still_seen(keys, member=who, what="niss", now=NOW) == {}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_look_is_looked_up_by_its_patients_and_not_among_all_of_the_member(inside):
    text, slots = journal._of_these(10).compile()
    plan = str(database.execute_sql(f"EXPLAIN QUERY PLAN {text}", [""] * len(slots)).fetchall())
    assert "access_entry_practice_id_patient_id_at (practice_id=? AND patient_id=? AND at>?)" in plan


def test_looks_end_after_two_years(practice, patient, clock):
    clock.at = NOW
    look(practice, [patient], now=NOW - timedelta(days=732))
    look(practice, [patient], now=NOW - timedelta(days=729))
    purge_looks()
    assert [entry.at for entry in entries(practice)] == [NOW - timedelta(days=729)]


def test_no_look_is_ever_changed(practice, patient):
    look(practice, [patient])
    with practice_context(practice), pytest.raises(Exception, match="append-only"):
        AccessEntry.update(why="nothing").execute()
