"""On both databases: the whole way of a patient and of a member, and each step taken once, whoever comes at once."""

import contextvars
import threading
from datetime import timedelta

import pytest

from app.eid import pairing as pairings
from app.eid.models import CardConflict, CardPairing, CardProof
from app.eid.pairing import Owner
from app.kernel.db import connection
from app.kernel.errors import NotFound
from app.kernel.tenancy import account_context, practice_context
from app.patients import actions
from app.patients.models import Patient, TrustEvidence
from card_agent import course
from tests.cards import Direct, Face, new_card, press, read_card, start
from tests.factories import NOW, make_patient, make_person
from tests.people import SEALER, make_account, sign_in_as
from tools.virtual_card.person import Person

OWNER = Owner("session:1")
HOST = "lavande.parvis.test"
CROWD = 6


def at_once(work):
    """What this gives to each of several who come together, each with a connection of their own."""
    gate, found = threading.Barrier(CROWD), []

    def one():
        with connection():
            gate.wait(10)
            try:
                found.append(work())
            except Exception as no:
                found.append(no)

    crowd = [threading.Thread(target=contextvars.copy_context().run, args=(one,)) for _ in range(CROWD)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join(30)
    return found


def begun(now=NOW):
    return pairings.start("import", owner=OWNER, host=HOST, sealer=SEALER, now=now)


def redeemed():
    _, code = begun()
    return pairings.redeem(code, agent="parvis-card-agent/1.0", host=HOST, sealer=SEALER, now=NOW)


def test_a_code_is_redeemed_by_one_agent(app, inside):
    _, code = begun()
    found = at_once(
        lambda: pairings.redeem(code, agent="parvis-card-agent/1.0", host=HOST, sealer=SEALER, now=NOW)[1]
    )
    assert sum(isinstance(one, str) for one in found) == 1
    assert sum(isinstance(one, NotFound) for one in found) == CROWD - 1


def test_a_claim_confirms_once(app, inside):
    _, _, claim = redeemed()
    found = at_once(lambda: pairings.confirm(OWNER, claim, sealer=SEALER, now=NOW))
    assert sum(isinstance(one, CardPairing) for one in found) == 1


def test_an_answer_is_taken_once_and_what_was_read_too(app, inside):
    made, token, claim = redeemed()
    pairings.confirm(OWNER, claim, sealer=SEALER, now=NOW)
    mine = lambda: pairings.of_token(made.id, token, host=HOST, now=NOW)  # noqa: E731
    assert sorted(at_once(lambda: pairings.begin_check(mine()))) == [False] * (CROWD - 1) + [True]
    pairings.settle(mine(), b"what was read", sealer=SEALER, now=NOW)
    assert pairings.opened(mine(), sealer=SEALER) == b"what was read"
    assert sorted(at_once(lambda: pairings.take(mine()))) == [False] * (CROWD - 1) + [True]
    assert CardPairing.get().sealed is None


def test_starting_ends_what_the_same_session_has_started(app, inside):
    first, _ = begun()
    second, _ = begun(NOW + timedelta(seconds=1))
    assert CardPairing.get_by_id(first.id).state == "cancelled"
    assert pairings.of_owner(OWNER, sealer=SEALER, now=NOW).id == second.id
    assert pairings.of_owner(Owner("session:2"), sealer=SEALER, now=NOW) is None


def test_what_is_over_keeps_nothing_and_goes_after_a_day(app, inside):
    begun()
    assert pairings.sweep(now=NOW + timedelta(minutes=2)) == 0 and CardPairing.get().sealed is not None
    pairings.sweep(now=NOW + timedelta(minutes=4))
    assert (CardPairing.get().state, CardPairing.get().sealed) == ("expired", None)
    assert pairings.sweep(now=NOW + timedelta(hours=25)) == 1 and CardPairing.select().count() == 0


@pytest.mark.parametrize("kind", ["v18", "v17"])
def test_the_whole_way_of_a_patient(client, app, alice, practice, clock, kind):
    sign_in_as(client, alice, clock=clock)
    with practice_context(practice):
        file = make_patient()
        actions.connect(alice, file.id, now=NOW)
    read_card(client, app, start(client, "/account/card"), new_card(kind))
    answer = press(client, client.get("/account/card"), "/account/card/import")
    assert answer.location == "/account/details?done=card"
    with account_context(alice):
        assert CardProof.get().document_type == "1"
    with practice_context(practice):
        assert [(one.kind, one.account_id) for one in TrustEvidence.select()] == [("eid-pin", alice.id)]
    second = make_account(email="alice.bis@example.be")
    sign_in_as(client, second, clock=clock)
    read_card(client, app, start(client, "/account/card"), new_card(kind))
    assert press(client, client.get("/account/card"), "/account/card/import").status_code == 409
    with practice_context(practice):
        assert CardConflict.get().account_id == second.id


def test_the_whole_way_of_a_member(desk, app, practice):
    paired = read_card(desk, app, start(desk, "/desk/card"), new_card())
    made = press(desk, desk.get("/desk/card"), "/desk/card/patients", email="", phone="")
    assert made.location.endswith("done=card")
    with practice_context(practice):
        (file,) = Patient.select()
        other = actions.meet(
            actions.seal(make_person(niss=Person().niss, given_name="Zoé"), sealer=SEALER), now=NOW
        )
    press(desk, desk.get("/desk/card"), "/desk/card")
    course.run_next(paired, Face(), open_readers=Direct(new_card("v17")))
    page = desk.get("/desk/card")
    assert press(desk, page, f"/desk/card/patients/{other}").status_code == 409
    assert press(desk, page, f"/desk/card/patients/{file.id}").status_code == 303
    with practice_context(practice):
        assert [one.detail["level"] for one in TrustEvidence.select().order_by(TrustEvidence.id)] == [3, 2]
        assert [(one.kind, one.patient_id) for one in CardConflict.select()] == [("name", other)]
