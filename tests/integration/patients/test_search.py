"""What a file is found by follows it: each way a name or a mail is written, and no other practice."""

import random
import re
from dataclasses import replace
from importlib import import_module

import pytest

from app.kernel.db import database
from app.kernel.sealing import folded
from app.kernel.tenancy import practice_context
from app.patients import actions, search
from app.patients.models import Patient, PatientMerge, PatientWord
from app.patients.words import LETTERS
from tests.factories import NOW, make_patient, make_person
from tests.people import SEALER

BY = "operator"
MIGRATION = import_module("app.migrations.0024_search")


def found(asked):
    return [one.id for one in search.find(asked, today=NOW.date()).rows]


def met(person, **more):
    return actions.meet(actions.seal(person, sealer=SEALER, **more), now=NOW)


def changed(patient_id, **values):
    file = Patient.get_by_id(patient_id)
    wanted = {name: getattr(file, name) for name in actions.CHANGEABLE} | values
    actions.change_details(file, wanted, seen=actions.state_of(file), sealer=SEALER, by=BY, now=NOW)


def words_of(given_name, family_name, email):
    """What the index should hold: every turn of the ring of both names, and the parts of the mail."""
    ring = folded(given_name) + folded(family_name)
    found = {(ring[turn:] + ring[:turn])[:200] for turn in range(len(ring))}
    return (found | {folded(part)[:200] for part in re.findall(r"[^\W\d_]+", email or "")}) - {""}


def every_word():
    return {(one.patient_id, one.word) for one in PatientWord.select()}


@pytest.fixture
def in_step(practice):
    """An open practice; whatever a test did, the index says afterwards what one made anew would say."""
    with practice_context(practice):
        yield practice
        fresh = {
            (one.id, word)
            for one in Patient.select()
            for word in words_of(one.given_name, one.family_name, one.email)
        }
        assert every_word() == fresh != set()


def test_whoever_books_is_found_and_a_second_booking_adds_nothing(in_step):
    first = met(make_person(given_name="Zoé", family_name="Van den Berghe"))
    before = every_word()
    assert met(make_person(given_name="Zoe", family_name="Van den Berghe")) == first
    assert every_word() == before
    for asked in ("zoe", "vandenberg", "berghe zoé", "van zo", "ghez", "alice@example.be"):
        assert found(asked) == [first], asked
    assert found("vandenbergen") == found("zoz") == []


@pytest.mark.parametrize(
    ("given", "family", "email"),
    [
        ("Anna", "Anna", "anna@anna.example"),
        ("A", "", None),
        ("", "-", None),
        ("x" * 100, "\ufdfa" * 100, f"{'y' * 240}@example.be"),  # one sign that becomes fifteen
        ("Zoë 𝕬", "Straße-Ⅷ O'Neill", "a_1.b+c@d-e.example"),
        ("山田", "👩 Ελένη", '"quoted \\ [mail], null"@example.be'),
    ],
)
def test_the_database_makes_the_words_of_any_name(in_step, given, family, email):
    made = met(make_person(given_name=given, family_name=family, email=email))
    assert {word for one, word in every_word() if one == made} == words_of(given, family, email)
    other = met(make_person(given_name="Other", niss=None))
    changed(other, given_name=given or "B", family_name=family, email=email)


def test_the_control_of_an_index_that_the_database_does_not_keep(practice, engine):
    lite = ("patient_words_begin", "patient_words_follow")
    for name in lite if engine == "sqlite" else ("patient_words ON patient",):
        database.execute_sql(f"DROP TRIGGER {name}")
    with practice_context(practice):
        made = met(make_person())
        assert every_word() == set() and found("dupont") == []
        changed(made, given_name="Other")
        assert every_word() == set() and found("dupont") == []


def test_one_booking_that_meets_its_person_twice_is_no_error(in_step):
    sealed = actions.seal(make_person(), sealer=SEALER)
    assert actions.meet(sealed, now=NOW) == actions.meet(sealed, now=NOW)


def test_a_name_of_two_identical_halves_and_many_turns_is_one_row_found_once(in_step):
    patient = met(make_person(given_name="Anana", family_name="Anana"))
    assert found("ana") == found("ana ana") == [patient]


def test_a_corrected_name_or_mail_is_found_and_the_one_of_before_no_longer(in_step):
    patient = met(make_person(family_name="Dupond"))
    changed(patient, family_name="Lambrecht")
    assert found("lambr") == [patient] and found("dupond") == []
    changed(patient, email="claire.hubin@example.be")
    assert found("hubin") == [patient]
    changed(patient, phone="0470 12 34 56")  # nothing that anybody is called
    assert found("lambr") == [patient]


def test_a_mail_that_the_desk_adds_is_found(in_step):
    patient = met(make_person(email=None))
    with_mail = replace(make_person(), email="claire.hubin@example.be")
    assert met(with_mail, file=patient) == patient
    assert found("hubin") == [patient]


def test_a_merged_file_stays_out_and_comes_back_when_it_is_undone(in_step):
    kept = make_patient(given_name="Alice", family_name="Dupond", email="alice@example.be")
    gone = make_patient(given_name="Alicia", family_name="Lambrecht", email=None)
    seen = (actions.state_of(kept), actions.state_of(gone))
    made = actions.merge(kept, gone, from_gone=("name",), seen=seen, sealer=SEALER, by=BY, now=NOW)
    assert found("lambrecht") == [kept.id] and found("dupond") == []
    actions.undo_merge(PatientMerge.get_by_id(made.id), by=BY, now=NOW)
    assert found("lambrecht") == [gone.id] and found("dupond") == [kept.id]


def test_letters_in_the_middle_of_a_mail_are_found_when_nobody_is_called_so(in_step):
    by_mail = make_patient(given_name="Luc", family_name="Maes", email="xrenardy@example.be")
    assert found("renard") == [by_mail.id]
    by_name = make_patient(given_name="Luc", family_name="Renard")
    assert found("renard") == [by_name.id]


def test_the_order_is_that_of_names_and_there_are_ten_at_most(in_step):
    for given in "LKJIHGFEDCBA":
        make_patient(given_name=f"{given}nne", family_name="Dupont")
    answer = search.find("dupont", today=NOW.date())
    assert [one.given_name[0] for one in answer.rows] == list("ABCDEFGHIJ") and answer.more


def test_letters_that_many_have_fill_the_list_from_the_first_words_and_hide_nobody_meant(
    in_step, monkeypatch
):
    monkeypatch.setattr(search, "ENOUGH", 12)
    for at in range(30):
        make_patient(given_name="Anna" if at % 2 else "Hanna", family_name=f"Dupont{chr(97 + at % 26) * 2}")
    answer = search.find("dup", today=NOW.date())
    assert len(answer.rows) == search.MOST and answer.more
    assert [one.family_name for one in answer.rows] == sorted(one.family_name for one in answer.rows)
    # of those that the first words do not reach, whoever is meant is found all the same
    assert [one.given_name for one in search.find("dupontzz", today=NOW.date()).rows] == ["Anna"]
    assert len(search.find("dup zz", today=NOW.date()).rows) == 0
    meant = make_patient(given_name="Dupré", family_name="Zzonk")
    assert found("zzo dup") == found("dup zzo") == [meant.id]


def test_by_the_index_nobody_is_missed_and_nobody_else_is_found(in_step, monkeypatch):
    monkeypatch.setattr(search, "MOST", 200)
    dice = random.Random(3)
    parts = ("de", "Ana", "anne", "Lise", "du", "Bois", "Éa", "Smet", "n", "Ann", "O’Connor")
    for _ in range(120):
        given, family = (
            " -"[dice.random() < 0.3].join(dice.choices(parts, k=dice.choice((1, 2)))) for _ in "ab"
        )
        make_patient(given_name=given, family_name=family, email=dice.choice((None, "anne.lise@example.be")))
    everybody = list(Patient.select(*search.COLUMNS).tuples())
    for _ in range(150):
        words = [dice.choice(parts)[: dice.choice((1, 2, 9))] for _ in range(dice.choice((1, 2, 2, 3)))]
        asked = [search.folded(word) for text in words for word in words_in(text)]
        if sum(map(len, asked)) < search.LEAST:
            continue
        called = {search.hexed(row[0]) for row in everybody if search._is_called(row, asked)}
        listed = search.look_up(" ".join(words), today=NOW.date())
        assert {one.key for one in listed.rows} == called, words
        keys = [one.key for one in listed.rows]
        assert len(set(keys)) == len(keys) and not listed.more


def words_in(text):
    return LETTERS.findall(text)


def test_a_name_with_an_accent_stands_beside_its_like(in_step):
    ids = [
        make_patient(given_name="Luc", family_name=f"{name}renard").id for name in ("Éa", "Eb", "Ea", "Ec")
    ]
    assert found("renard")[2:] == [ids[1], ids[3]] and set(found("renard")[:2]) == {ids[0], ids[2]}


def test_namesakes_are_seen_before_a_second_file_is_opened(in_step):
    one = make_patient(given_name="Émilie", family_name="De Smet")
    make_patient(given_name="Émilie", family_name="De Smetter")
    asked = make_person(given_name="emilie", family_name="Desmet", niss=None)
    assert [twin.id for twin in search.alike(asked, sealer=SEALER)] == [one.id]


def test_the_migration_makes_the_words_of_files_that_stand(in_step):
    make_patient(given_name="Émilie", family_name="De Smet", email="e.smet@example.be"), make_patient()
    before = every_word()
    PatientWord.delete().execute()
    assert found("desmet") == []
    MIGRATION.fill(database.obj)
    assert every_word() == before


def test_the_neighbour_finds_nobody(in_step, neighbour):
    patient = make_patient()
    with practice_context(neighbour):
        assert found("dupont") == []
        own = make_patient(given_name="Next", family_name="Door")
        assert found("next door") == [own.id]
    assert found("dupont") == [patient.id] and found("next door") == []
