"""An account and its own files: tied, hidden, tied again; and nothing of anybody else's."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app.identity.models import Dependant, Representation
from app.kernel.audit import AccountEvent, AuditEvent
from app.kernel.db import connection
from app.kernel.errors import NotFound
from app.kernel.outbox import Outbox
from app.kernel.tenancy import account_context, practice_context
from app.patients import actions, queries
from app.patients.models import Connection, Patient, PatientInvitation, TrustEvidence
from app.patients.refusals import AlreadyConnected, EnoughInvitations, InvitationUsed, NoMail
from tests.factories import NOW, make_patient
from tests.people import SEALER, make_account


@pytest.fixture
def alice(inside):
    return make_account()


@pytest.fixture
def bob(inside):
    return make_account(email="bob@example.be", given_name="Bob", family_name="Maes")


def connected(practice, account, **more):
    with practice_context(practice):
        patient = make_patient(email="alice@example.be")
        actions.connect(account, patient.id, now=NOW, **more)
    return patient


def test_a_person_sees_their_own_practices_and_nobody_elses(practice, neighbour, alice, bob):
    here, there = connected(practice, alice), connected(neighbour, alice)
    connected(practice, bob)
    found = queries.connections_of(alice)
    files = {one.practice.slug: one for one in found}
    assert len(found) == 2
    assert (files["voisin"].patient.id, files["lavande"].patient.id) == (there.id, here.id)
    one = files["lavande"]
    assert one.host == "lavande.parvis.test" and one.since == NOW and one.level == 1
    assert one.statement and one.raises


def test_leaving_hides_and_rejoining_shows_again(practice, neighbour, alice):
    connected(practice, alice), connected(neighbour, alice)
    with practice_context(practice):
        actions.leave(alice.id, now=NOW)
        assert Patient.select().count() == 1  # nothing is deleted
    assert [one.practice.slug for one in queries.connections_of(alice)] == ["voisin"]
    left = next(one for one in queries.connections_of(alice, include_left=True) if one.left_at)
    assert left.practice == practice and left.left_at == NOW
    with practice_context(practice):
        actions.rejoin(alice.id, now=NOW + timedelta(days=1))
        verbs = [event.verb for event in AuditEvent.select().order_by(AuditEvent.seq)]
    assert verbs[1:] == ["patient.connect", "patient.leave", "patient.rejoin"]
    assert len(queries.connections_of(alice)) == 2
    told = [event.verb for event in AccountEvent.select().where(AccountEvent.account_id == alice.id)]
    assert set(told) == {"connection.open", "connection.leave", "connection.rejoin"}


def test_nobody_leaves_where_they_never_were(practice, neighbour, alice):
    connected(neighbour, alice)
    with practice_context(practice):
        for verb in (actions.leave, actions.rejoin):
            with pytest.raises(NotFound):
                verb(alice.id, now=NOW)


def test_the_files_of_a_child_are_shown_while_one_acts_for_it(practice, alice):
    with account_context(alice):
        child = Dependant.create(
            given_name="Léa", family_name="Dupont", birth_date=NOW.date(), language="fr", created_at=NOW
        )
        row = Representation.create(basis="parent", dependant=child.id, starts_on=NOW.date(), created_at=NOW)
    connected(practice, alice, dependant=child.id), connected(practice, alice)
    assert {one.dependant_name for one in queries.connections_of(alice)} == {"", "Léa Dupont"}
    assert [one.dependant for one in queries.connections_of(alice, dependant=child.id)] == [child.id]
    with account_context(alice):
        Representation.update(ended_at=NOW).where(Representation.id == row.id).execute()
    assert {one.dependant_name for one in queries.connections_of(alice, include_left=True)} == {""}


# ---- invitations


def invited(practice, **more):
    with practice_context(practice):
        patient = make_patient(**{"email": "alice@example.be", **more})
        return patient, actions.invite(patient, by="account:x", sealer=SEALER, now=NOW)


def test_an_invitation_is_a_letter_with_ids_alone_and_a_link_of_which_only_the_hash_is_kept(practice):
    _patient, made = invited(practice)
    message = Outbox.get(Outbox.event == "patient-invitation")
    assert message.payload == {"invitation": made.id.hex}
    token = actions.token_of(made, sealer=SEALER)
    assert token not in str(made.__data__)
    with practice_context(practice):
        assert queries.invitation(token, now=NOW).patient.name == "Alice Dupont"


def test_a_link_is_void_next_door_after_a_fortnight_and_when_a_newer_one_was_sent(practice, neighbour):
    patient, made = invited(practice)
    token = actions.token_of(made, sealer=SEALER)
    with practice_context(neighbour), pytest.raises(NotFound):
        queries.invitation(token, now=NOW)
    with practice_context(practice):
        for wrong, now in ((token, NOW + timedelta(days=14)), ("x" * 22, NOW), ("", NOW)):
            with pytest.raises(NotFound):
                queries.invitation(wrong, now=now)
        assert queries.invitation(token, now=NOW + timedelta(days=13, hours=23))  # the control
        actions.invite(patient, by="account:x", sealer=SEALER, now=NOW + timedelta(minutes=1))
        with pytest.raises(NotFound):
            queries.invitation(token, now=NOW + timedelta(minutes=1))
        assert queries.open_invitation(patient, now=NOW + timedelta(minutes=1)).id != made.id


def test_three_a_day_and_none_without_a_mail_address(practice):
    patient, _made = invited(practice)
    with practice_context(practice):
        for _ in range(2):
            actions.invite(patient, by="account:x", sealer=SEALER, now=NOW)
        with pytest.raises(EnoughInvitations):
            actions.invite(patient, by="account:x", sealer=SEALER, now=NOW)
        actions.invite(patient, by="account:x", sealer=SEALER, now=NOW + timedelta(hours=25))
        with pytest.raises(NoMail):
            actions.invite(make_patient(), by="account:x", sealer=SEALER, now=NOW)


def test_accepting_connects_with_the_practices_own_file_and_says_why(practice, alice):
    patient, made = invited(practice)
    with practice_context(practice):
        actions.accept_invitation(made, alice, now=NOW)
        evidence = TrustEvidence.get()
        assert (evidence.kind, evidence.account_id, evidence.patient_id) == ("invited", alice.id, patient.id)
    (one,) = queries.connections_of(alice)
    assert one.patient == patient and one.level == 2 and one.evidence == ("invited",)
    assert queries.levels(alice) == {practice.id: 2}


def test_of_twenty_who_accept_at_once_one_wins(practice, app):
    patient, made = invited(practice)
    accounts = [make_account(email=f"a{n}@example.be") for n in range(20)]

    def accept(account):
        with app.app_context(), connection(), practice_context(practice):
            try:
                actions.accept_invitation(made, account, now=NOW)
            except (InvitationUsed, AlreadyConnected):
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(accept, accounts))
    assert won.count(True) == 1
    with practice_context(practice):
        assert Connection.select().where(Connection.patient == patient.id).count() == 1
        assert TrustEvidence.select().count() == 1


def test_a_file_that_is_somebodys_is_offered_to_nobody_else(practice, alice, bob):
    patient, made = invited(practice)
    with practice_context(practice):
        actions.accept_invitation(made, alice, now=NOW)
        with pytest.raises(AlreadyConnected):
            actions.invite(patient, by="account:x", sealer=SEALER, now=NOW)
        actions.leave(alice, now=NOW)
        again = actions.invite(patient, by="account:x", sealer=SEALER, now=NOW)
        actions.accept_invitation(again, bob, now=NOW)
        with pytest.raises(AlreadyConnected):
            actions.rejoin(alice, now=NOW)
    assert queries.connections_of(alice) == [] and len(queries.connections_of(bob)) == 1


def test_an_invitation_that_is_over_connects_nobody(practice, alice):
    _patient, made = invited(practice)
    with practice_context(practice):
        with pytest.raises(InvitationUsed):
            actions.accept_invitation(made, alice, now=NOW + timedelta(days=15))
        assert not Connection.select().exists() and PatientInvitation.get().used_at is None
