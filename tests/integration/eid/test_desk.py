"""At the desk: a card without its PIN opens or marks the file of whoever stands there, and merges nothing."""

import datetime as dt

import pytest

from app.eid.chain import read_certificate
from app.eid.models import CardConflict
from app.kernel.db import database
from app.kernel.tenancy import across_accounts, across_practices, practice_context
from app.patients import actions, queries
from app.patients.models import AccessEntry, Patient, TrustEvidence
from app.schema import TABLES
from card_agent import course
from card_agent.problems import Problem
from tests.cards import Direct, Face, Wire, fields, press, read_card, start
from tests.cards import new_card as card_of
from tests.conftest import HOST as PORTAL
from tests.factories import NOW, make_person
from tests.people import SEALER, make_account, make_member, sign_in_as
from tools.virtual_card.person import Person, born

# on both databases: test_pairing
pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
HERE = "/desk/card"
ALICE = Person()
MAIL = "alice@example.be"


def known(practice, *, niss=ALICE.niss, **more):
    with practice_context(practice):
        person = make_person(niss=niss, **more)
        return Patient.get_by_id(actions.meet(actions.seal(person, sealer=SEALER), now=NOW))


def files(practice):
    with practice_context(practice):
        return list(Patient.select())


def evidence(practice):
    with practice_context(practice):
        return [(one.kind, one.account_id, one.detail["level"]) for one in TrustEvidence.select()]


def conflicts(practice):
    with practice_context(practice):
        return [(one.kind, one.patient_id) for one in CardConflict.select()]


@pytest.mark.parametrize(("kind", "level"), [("v18", 3), ("v17", 2), ("v17-rekeyed", 2)])
def test_a_walk_in_gets_a_file_from_the_card(desk, app, practice, kind, level):
    face = Face()
    read_card(desk, app, start(desk, HERE), card_of(kind), face=face)
    assert [one[0] for one in face.asked] == ["consent"]  # no PIN
    page = desk.get(HERE)
    assert "data:image/jpeg;base64," in page.get_data(as_text=True) and ALICE.niss not in page.get_data(
        as_text=True
    )
    answer = press(desk, page, f"{HERE}/patients", email=MAIL, phone="0470 12 34 56", language="fr")
    (made,) = files(practice)
    assert answer.location == f"/desk/patients/{made.id}?done=card"
    assert (made.name, made.email, made.town) == ("Alice Marie Dupont", MAIL, "Namur")
    assert made.birth_date == dt.date(1985, 7, 30) and made.niss_confirmed_at
    with practice_context(practice):
        assert actions.niss_of(made, sealer=SEALER) == ALICE.niss
        assert [one.what for one in AccessEntry.select()] == ["card"]
    assert evidence(practice) == [("eid-read", None, level)]
    shown = desk.get(answer.location).get_data(as_text=True)
    assert "lue par le cabinet" in shown and "Rue de Fer 12 /3, 5000 Namur" in shown


def test_a_known_patient_is_found_and_marked_field_by_field(desk, app, practice):
    file = known(practice)
    with practice_context(practice):
        Patient.update(street="Old street 1", town="Dinant").where(Patient.id == file.id).execute()
    read_card(desk, app, start(desk, HERE), card_of())
    page = desk.get(HERE)
    assert "Old street 1" in page.get_data(as_text=True)
    sent = fields(page, f"{HERE}/patients/{file.id}")
    sent.pop("street")
    assert desk.post(f"{HERE}/patients/{file.id}", data=sent).status_code == 303
    (after,) = files(practice)
    assert (after.street, after.town, after.given_name) == ("Old street 1", "Namur", "Alice")
    assert evidence(practice) == [("eid-read", None, 3)]


def test_the_level_of_the_connected_account_rises_to_read_at_the_desk(desk, app, practice):
    file, alice = known(practice), make_account(niss=ALICE.niss)
    with practice_context(practice):
        actions.connect(alice, file.id, now=NOW)
        assert queries.level_of(file, alice.id) == 1
    read_card(desk, app, start(desk, HERE), card_of())
    press(desk, desk.get(HERE), f"{HERE}/patients/{file.id}")
    with practice_context(practice):
        assert queries.level_of(file, alice.id) == 3
    assert evidence(practice) == [("eid-read", alice.id, 3)]


def test_an_account_that_says_another_number_stays_where_it_is(desk, app, practice):
    file, alice = known(practice), make_account(niss="92030999608")
    with practice_context(practice):
        actions.connect(alice, file.id, now=NOW)
    read_card(desk, app, start(desk, HERE), card_of())
    answer = press(desk, desk.get(HERE), f"{HERE}/patients/{file.id}")
    assert answer.location.endswith("done=card-differs")
    with practice_context(practice):
        assert queries.level_of(file, alice.id) < 3
    assert conflicts(practice) == [("account", file.id)]


def test_a_file_with_the_number_and_another_name_goes_to_a_person(desk, app, practice):
    file = known(practice, given_name="Bruno", family_name="Peeters")
    read_card(desk, app, start(desk, HERE), card_of())
    answer = press(desk, desk.get(HERE), f"{HERE}/patients/{file.id}")
    assert answer.status_code == 409 and "liste des cartes à examiner" in answer.get_data(as_text=True)
    assert evidence(practice) == [] and conflicts(practice) == [("name", file.id)]
    listed = desk.get(f"{HERE}/conflicts")
    assert "Dupont" in listed.get_data(as_text=True) and "Bruno Peeters" in listed.get_data(as_text=True)
    with practice_context(practice):
        settled = f"{HERE}/conflicts/{CardConflict.get().id}/settled"
    assert press(desk, listed, settled).status_code == 303
    assert "Rien à examiner" in desk.get(f"{HERE}/conflicts").get_data(as_text=True)


def test_a_file_with_another_number_is_never_marked(desk, app, practice):
    file = known(practice, niss="92030999608")
    read_card(desk, app, start(desk, HERE), card_of())
    page = desk.get(HERE)
    token = fields(page, f"{HERE}/patients")
    answer = desk.post(f"{HERE}/patients/{file.id}", data={k: token[k] for k in ("csrf_token", "pairing")})
    assert answer.status_code == 409 and conflicts(practice) == [("number", file.id)]
    with practice_context(practice):
        assert actions.niss_of(Patient.get_by_id(file.id), sealer=SEALER) == "92030999608"


def test_a_namesake_without_a_number_is_offered_and_not_taken(desk, app, practice):
    with practice_context(practice):
        file = Patient.get_by_id(
            actions.meet(
                actions.seal(
                    make_person(niss=None, birth_date=dt.date(1985, 7, 30), country="FR"), sealer=SEALER
                ),
                now=NOW,
            )
        )
    read_card(desk, app, start(desk, HERE), card_of())
    page = desk.get(HERE)
    assert "Le même nom, pas encore de numéro" in page.get_data(as_text=True)
    assert press(desk, page, f"{HERE}/patients", email="", phone="").status_code == 303
    assert len(files(practice)) == 2
    with practice_context(practice):
        assert Patient.get_by_id(file.id).niss_index is None


def test_an_expired_card_fills_in_and_proves_nothing(desk, app, practice):
    old = Person(valid_from="01.02.2014", valid_to="01.02.2024")
    read_card(desk, app, start(desk, HERE), card_of(person=old))
    page = desk.get(HERE)
    assert "Déclaré, non prouvé" in page.get_data(as_text=True)
    answer = press(desk, page, f"{HERE}/patients", email="", phone="")
    assert answer.location.endswith("done=declared")
    (made,) = files(practice)
    assert made.town == "Namur" and made.niss_confirmed_at is None and evidence(practice) == []


def test_an_old_persons_card_with_dead_certificates_is_welcome(desk, app, practice):
    dead = {"valid_to": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}
    read_card(desk, app, start(desk, HERE), card_of("v17", **dead))
    page = desk.get(HERE).get_data(as_text=True)
    assert "plus de 75 ans" in page and "Vérifié" in page
    press(desk, desk.get(HERE), f"{HERE}/patients", email="", phone="")
    assert evidence(practice) == [("eid-read", None, 2)]


def test_a_revoked_certificate_is_a_warning_at_the_desk(desk, app, services, practice):
    card = card_of()
    services.revocation.revoked.add(read_certificate(card.profile.files["auth_certificate"]).serial_number)
    read_card(desk, app, start(desk, HERE), card)
    assert "Comparez le visage" in desk.get(HERE).get_data(as_text=True)


def test_a_wrong_mail_address_loses_nothing(desk, app, practice):
    read_card(desk, app, start(desk, HERE), card_of())
    answer = press(desk, desk.get(HERE), f"{HERE}/patients", email="not an address", phone="0470")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "not an address" in text and "Alice Marie Dupont" in text
    assert files(practice) == []
    assert press(desk, answer, f"{HERE}/patients", email="").status_code == 303


# ---- the next card ------------------------------------------------------------------------------------------------


def test_the_paired_agent_reads_the_next_card_without_a_code(desk, app, practice):
    wire, face = Wire(app), Face()
    paired = read_card(desk, app, start(desk, HERE), card_of(), wire=wire, face=face)
    press(desk, desk.get(HERE), f"{HERE}/patients", email="", phone="")
    assert wire.next(paired.token)[0] == "waiting"
    assert press(desk, desk.get(HERE), HERE).status_code == 303
    assert "insérez la carte" in desk.get(HERE).get_data(as_text=True)
    bruno = Person(surname="Peeters", given_names="Bruno", **born(dt.date(1992, 3, 9)))
    readers = Direct(card_of("v17", person=bruno))
    course.run_next(paired, face, open_readers=readers)
    assert readers.fresh  # the card of whoever came before does not count
    press(desk, desk.get(HERE), f"{HERE}/patients", email="", phone="")
    assert sorted(one.given_name for one in files(practice)) == ["Alice Marie", "Bruno"]


def test_the_agent_is_let_go_when_its_member_signs_out(desk, app, sylvie):
    wire = Wire(app)
    paired = read_card(desk, app, start(desk, HERE), card_of(), wire=wire)
    assert wire.next(paired.token)[0] == "waiting"  # the control
    token = fields(desk.get(HERE), f"{HERE}/cancellation")["csrf_token"]
    desk.post("/sign-out", data={"csrf_token": token})
    with pytest.raises(Problem, match="over"):
        wire.next(paired.token)


def test_an_agent_of_another_session_is_asked_nothing(desk, app, practice, clock):
    paired = read_card(desk, app, start(desk, HERE), card_of())
    other = make_member(practice, email="other@lavande.example")
    sign_in_as(desk, other, clock=clock, staff=True)
    start(desk, HERE)  # a code: the paired one is not theirs
    assert Wire(app).next(paired.token)[0] == "waiting"


# ---- whose it is --------------------------------------------------------------------------------------------------


def test_the_neighbour_sees_nothing_of_it(desk, app, practice, neighbour, clock):
    file = known(practice, given_name="Bruno", family_name="Peeters")
    theirs = known(neighbour)
    read_card(desk, app, start(desk, HERE), card_of())
    page = desk.get(HERE)
    assert str(theirs.id) not in page.get_data(as_text=True)
    press(desk, page, f"{HERE}/patients/{file.id}")
    sent = {name: fields(desk.get(HERE), f"{HERE}/patients")[name] for name in ("csrf_token", "pairing")}
    assert desk.post(f"{HERE}/patients/{theirs.id}", data=sent).status_code == 404
    with practice_context(practice):
        conflict = CardConflict.get().id
    there = f"http://voisin.{PORTAL}"
    charlie = make_member(neighbour, email="charlie@voisin.example")
    sign_in_as(desk, charlie, clock=clock, host=f"voisin.{PORTAL}", staff=True)
    assert "Rien à examiner" in desk.get(f"{HERE}/conflicts", base_url=there).get_data(as_text=True)
    token = fields(desk.get(HERE, base_url=there), HERE)["csrf_token"]
    settle = f"{HERE}/conflicts/{conflict}/settled"
    assert desk.post(settle, data={"csrf_token": token}, base_url=there).status_code == 404


def test_what_was_read_leaves_with_the_decision_and_the_photo_is_nowhere(desk, app, practice):
    read_card(desk, app, start(desk, HERE), card_of())
    press(desk, desk.get(HERE), f"{HERE}/patients", email="", phone="")
    with across_practices(reason="a test"), across_accounts(reason="a test"):
        for table in TABLES:
            for row in database.execute_sql(f'SELECT * FROM "{table._meta.table_name}"').fetchall():
                assert not any(
                    isinstance(cell, bytes | memoryview) and b"JFIF" in bytes(cell) for cell in row
                )
                assert ALICE.niss not in str(row)
