"""A person takes their own card over: with its PIN, after a look, and nothing else comes in by that way."""

import pytest

from app.eid import queries as eid
from app.eid.models import CardConflict, CardPairing, CardProof
from app.identity.actions import details_of
from app.identity.details import number_of
from app.kernel.owners import Account
from app.kernel.tenancy import account_context, practice_context
from app.patients import actions, queries
from app.patients.models import Patient, TrustEvidence
from card_agent.problems import Problem
from tests.cards import Face, fields, press, read_card, start
from tests.cards import new_card as card_of
from tests.factories import NOW, make_patient, make_person
from tests.people import SEALER, make_account, sign_in_as
from tools.virtual_card.person import Person

# on both databases: test_pairing
pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
HERE = "/account/card"
ALICE = Person()
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
KINDS = ("v18", "v17", "v17-rekeyed")


def import_card(client, app, card=None, **changes):
    """From the button to the answer of «yes, this is me»."""
    read_card(client, app, start(client, HERE), card or card_of())
    return press(client, client.get(HERE), f"{HERE}/import", **changes)


def proofs(account):
    with account_context(account):
        return list(CardProof.select())


def evidence(practice):
    with practice_context(practice):
        return [(one.kind, one.account_id) for one in TrustEvidence.select()]


@pytest.mark.parametrize("kind", KINDS)
def test_a_card_with_its_pin_fills_in_the_account_and_proves_its_number(patient, app, alice, kind):
    answer = import_card(patient, app, card_of(kind))
    assert answer.location == "/account/details?done=card"
    own = details_of(alice)
    assert number_of(alice, own, sealer=SEALER) == ALICE.niss
    assert (own.street, own.postcode, own.town, own.country) == (ALICE.street, "5000", "Namur", "BE")
    assert own.birth_date.isoformat() == "1985-07-30" and own.sex == "female" and own.niss_confirmed_at
    assert Account.get_by_id(alice.id).given_name == "Alice Marie"
    assert len(proofs(alice)) == 1
    page = patient.get("/account/details").get_data(as_text=True)
    assert "Votre carte d’identité a prouvé ce numéro" in page and ALICE.niss not in page


def test_what_was_unticked_stays(patient, app, alice):
    read_card(patient, app, start(patient, HERE), card_of())
    page = patient.get(HERE)
    form = fields(page, f"{HERE}/import")
    form.pop("given_name"), form.pop("street")
    assert patient.post(f"{HERE}/import", data=form).status_code == 303
    assert Account.get_by_id(alice.id).given_name == "Alice"
    assert details_of(alice).street is None and details_of(alice).town == "Namur"


def test_looking_at_the_card_stores_nothing(patient, app, alice):
    read_card(patient, app, start(patient, HERE), card_of())
    page = patient.get(HERE).get_data(as_text=True)
    assert "Est-ce bien vous" in page and "data:image/jpeg;base64," in page and ALICE.niss not in page
    assert details_of(alice).niss_index is None and proofs(alice) == []
    token = fields(patient.get(HERE), f"{HERE}/import")["csrf_token"]
    assert patient.post(f"{HERE}/cancellation", data={"csrf_token": token}).status_code == 303
    assert CardPairing.select().where(CardPairing.sealed.is_null(False)).count() == 0
    assert patient.post(f"{HERE}/import", data={}).status_code in (400, 409)
    assert proofs(alice) == []


def test_a_practice_believes_the_card_where_its_file_has_the_number(patient, app, alice, practice):
    with practice_context(practice):
        file = make_patient()
        actions.connect(alice, file.id, now=NOW)
    import_card(patient, app)
    assert evidence(practice) == [("eid-pin", alice.id)]
    with practice_context(practice):
        assert queries.level_of(file, alice.id) == 4
        assert actions.niss_of(Patient.get_by_id(file.id), sealer=SEALER) == ALICE.niss


def test_a_practice_that_meets_the_account_later_believes_it_too(patient, app, alice, practice):
    import_card(patient, app)
    with practice_context(practice):
        behind = actions.Behind(alice.id)
        found = actions.meet(
            actions.seal(make_person(niss=ALICE.niss), sealer=SEALER, behind=behind), now=NOW
        )
        with app.app_context():
            actions.connect(alice, found, now=NOW)
    assert evidence(practice) == [("eid-pin", alice.id)]


def test_a_practice_whose_file_says_another_number_is_asked_and_nothing_is_joined(
    patient, app, alice, practice
):
    with practice_context(practice):
        other = actions.meet(actions.seal(make_person(niss="92030999608"), sealer=SEALER), now=NOW)
        actions.connect(alice, other, now=NOW)
    assert import_card(patient, app).status_code == 303
    assert evidence(practice) == []
    with practice_context(practice):
        assert [(one.kind, one.patient_id) for one in CardConflict.select()] == [("number", other)]
        assert actions.niss_of(Patient.get_by_id(other), sealer=SEALER) == "92030999608"


# ---- another person's card ----------------------------------------------------------------------------------------


def test_the_card_of_somebody_else_is_refused_by_its_number(client, app, inside, clock):
    alice = make_account(niss="92030999608")
    sign_in_as(client, alice, clock=clock)
    read_card(client, app, start(client, HERE), card_of())
    answer = client.get(HERE)
    assert answer.status_code == 409 and "un autre numéro national que votre compte" in answer.get_data(
        as_text=True
    )
    assert "Continuer à la main" in answer.get_data(as_text=True)
    assert proofs(alice) == [] and details_of(alice).street is None
    assert CardPairing.select().where(CardPairing.sealed.is_null(False)).count() == 0


def test_the_card_of_somebody_else_is_refused_by_its_names(client, app, inside, clock):
    bruno = make_account(email="bruno@example.be", given_name="Bruno", family_name="Peeters")
    sign_in_as(client, bruno, clock=clock)
    read_card(client, app, start(client, HERE), card_of())
    answer = client.get(HERE)
    assert answer.status_code == 409 and "une autre personne" in answer.get_data(as_text=True)
    assert proofs(bruno) == []


def test_a_number_that_another_account_has_proved_goes_to_a_person(client, app, alice, practice, clock):
    sign_in_as(client, alice, clock=clock)
    assert import_card(client, app).status_code == 303
    second = make_account(email="alice.bis@example.be")
    sign_in_as(client, second, clock=clock)
    answer = import_card(client, app)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 409 and "Quelqu’un du cabinet doit regarder" in text
    assert "alice@example.be" not in text and str(alice.id) not in text
    assert proofs(second) == [] and details_of(second).niss_index is None
    with practice_context(practice):
        found = CardConflict.get()
        assert (found.kind, found.account_id, found.family_name) == ("account", second.id, "Dupont")


def test_two_accounts_that_prove_one_number_at_once_do_not_both(
    client, app, alice, practice, clock, monkeypatch
):
    """The question was asked a moment too early: the table itself says no."""
    sign_in_as(client, alice, clock=clock)
    assert import_card(client, app).status_code == 303
    second = make_account(email="alice.bis@example.be")
    sign_in_as(client, second, clock=clock)
    monkeypatch.setattr(eid, "is_proven_elsewhere", lambda _index, but: False)
    assert import_card(client, app).status_code == 409
    assert proofs(second) == [] and details_of(second).niss_index is None
    with practice_context(practice):
        assert CardConflict.get().account_id == second.id


# ---- what changes in between --------------------------------------------------------------------------------------


def test_details_changed_in_another_tab_are_not_undone(patient, app, alice):
    read_card(patient, app, start(patient, HERE), card_of())
    page = patient.get(HERE)
    details = press(
        patient,
        patient.get("/account/details"),
        "/account/details",
        town="Dinant",
        postcode="5500",
        street="X",
    )
    assert details.status_code == 303
    answer = press(patient, page, f"{HERE}/import")
    assert answer.status_code == 409 and "modifiées ailleurs" in answer.get_data(as_text=True)
    assert details_of(alice).town == "Dinant" and proofs(alice) == []
    again = press(patient, answer, f"{HERE}/import")
    assert again.status_code == 303 and details_of(alice).town == "Namur"


def test_pressing_yes_twice_takes_over_once(patient, app, alice):
    read_card(patient, app, start(patient, HERE), card_of())
    page = patient.get(HERE)
    assert press(patient, page, f"{HERE}/import").status_code == 303
    assert press(patient, page, f"{HERE}/import").status_code == 409
    assert len(proofs(alice)) == 1


def test_two_tabs_at_once_the_newer_one_counts(patient, app, alice):
    read_card(patient, app, start(patient, HERE), card_of())
    first = patient.get(HERE)
    seen = fields(first, f"{HERE}/import")
    assert patient.post(HERE, data={"csrf_token": seen["csrf_token"]}).status_code == 303
    answer = press(patient, first, f"{HERE}/import")
    assert answer.status_code == 409 and "Recommencé ailleurs" in answer.get_data(as_text=True)
    assert proofs(alice) == []
    asked = f"{HERE}/progress?pairing={seen['pairing']}"
    assert "Recommencé ailleurs" in patient.get(asked, headers=PARTIAL).get_data(as_text=True)


def test_a_proven_number_cannot_be_changed_by_hand(patient, app, alice):
    import_card(patient, app)
    page = patient.get("/account/details/number").get_data(as_text=True)
    assert "Votre carte d’identité a prouvé ce numéro" in page
    csrf = fields(patient.get("/account/details"), "/account/details")["csrf_token"]
    sent = {"csrf_token": csrf, "number": "niss", "niss": "92030999608", "version": "9"}
    assert patient.post("/account/details/number", data=sent).status_code == 409
    assert number_of(alice, details_of(alice), sealer=SEALER) == ALICE.niss


def test_a_birth_date_of_which_only_the_year_is_known_is_left_alone(patient, app, alice):
    import_card(patient, app, card_of(person=Person(birth="1985", niss=ALICE.niss)))
    assert details_of(alice).birth_date is None


def test_without_the_pin_nothing_is_read_and_the_page_says_so(patient, app, alice):
    with pytest.raises(Problem, match="cancelled"):
        read_card(patient, app, start(patient, HERE), card_of(), face=Face(pins=[]))
    assert "La lecture a été arrêtée dans le programme" in patient.get(HERE).get_data(as_text=True)
    assert proofs(alice) == []
