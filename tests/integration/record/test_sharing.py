"""Sharing, seen from both sides: who reads what, from when until when, and what taking it back does."""

from datetime import date, timedelta

import pytest

from app.directory.models import Practitioner
from app.identity.models import Dependant, Representation
from app.kernel.audit import AuditEvent
from app.kernel.db import connection
from app.kernel.tenancy import account_context, practice_context
from app.patients.actions import leave
from app.patients.models import AccessEntry
from app.record import lines, pictures, sharing
from app.record.kinds import KINDS
from app.record.models import HealthReader, Observation, SharedObservation
from tests.integration.messaging.world import tie
from tests.integration.record.world import gone, measurer, note, post, reader, share, stop
from tests.people import NOW, make_member, sign_in_as

sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def alice(practice):
    return measurer(practice)


@pytest.fixture
def lea(practice):
    return reader(practice, given_name="Léa")


def desk(client, account, clock):
    sign_in_as(client, account, clock=clock, staff=True)
    return client


def address(alice, kind=""):
    return f"/desk/patients/{alice.file.id}/health" + (f"/{kind}" if kind else "")


def shown(alice, member, practice, *, now=NOW):
    """Kinds and values this member reads of Alice's file."""
    with connection(), practice_context(practice):
        sources = sharing.shared_with(alice.file, member, now=now)
        return {one.kind: [row.value for row in lines.page(one, 0, since=None)] for one in sources}


def test_a_practitioner_reads_what_is_shared_and_nothing_else(client, alice, lea, practice, clock):
    note(alice, "weight", 724, days_ago=1)
    note(alice, "pain", 8, days_ago=1)
    share(alice, "weight", lea.practitioner)
    page = desk(client, lea, clock).get(address(alice)).text
    assert "72,4" in page and "Partagé par Alice Dupont" in page
    assert "72,4" in client.get(address(alice, "weight")).text
    assert "Très forte douleur" not in client.get(address(alice, "pain")).text
    assert shown(alice, lea.member, practice) == {"weight": [724]}


def test_each_reading_stands_in_the_journal_of_both(client, alice, lea, practice, clock):
    share(alice, "weight", lea.practitioner)
    desk(client, lea, clock).get(address(alice, "weight"))
    with connection(), practice_context(practice):
        assert [one.what for one in AccessEntry.select()] == ["health"]
        assert AuditEvent.select().where(AuditEvent.verb == "health.read").count() == 1
    sign_in_as(client, alice, clock=clock)
    assert "A lu des paramètres de santé" in client.get("/account/journal").text


def test_the_reception_never_reads_and_an_owner_only_as_the_practitioner_they_are(
    client, alice, lea, practice, clock
):
    note(alice, "weight", 724)
    share(alice, "weight", lea.practitioner)
    reception = make_member(practice, roles=("receptionist",))
    assert desk(client, reception, clock).get(address(alice)).status_code == 403
    owner = reader(practice, roles=("owner",), email="owner@lavande.example", reads=False)
    assert "72,4" not in desk(client, owner, clock).get(address(alice)).text
    assert shown(alice, owner.member, practice) == {}
    with connection(), practice_context(practice):
        HealthReader.create(member=owner.member, practitioner=owner.practitioner, created_at=NOW)
    assert "72,4" in client.get(address(alice)).text


@sqlite
def test_the_colleague_of_the_same_practice_does_not_read_it(alice, lea, practice):
    with connection(), practice_context(practice):
        if Practitioner.select().count() < 2:
            first = Practitioner.select().first()
            Practitioner.create(
                key="b", given_name="B", family_name="B", discipline=first.discipline, position=9
            )
    other = reader(practice, practitioner=1, email="other@lavande.example")
    note(alice, "weight", 724)
    share(alice, "weight", lea.practitioner)
    assert shown(alice, other.member, practice) == {}
    share(alice, "weight", other.practitioner)
    assert shown(alice, other.member, practice) == {"weight": [724]}


def test_taking_it_back_is_honoured_in_the_middle_of_a_page(alice, lea, practice):
    for days in range(3):
        note(alice, "weight", 700 + days, days_ago=days)
    share(alice, "weight", lea.practitioner)
    with connection(), practice_context(practice):
        (source,) = sharing.shared_with(alice.file, lea.member, now=NOW)
        assert lines.over_time(source, since=None).figures.count == 3
    stop(alice, "weight", lea.practitioner)
    with connection(), practice_context(practice):
        assert lines.over_time(source, since=None).figures.count == 0
        assert lines.page(source, 0, since=None) == []
        assert list(lines.values(source, since=None, until=None)) == []
        assert pictures.of(source, KINDS["weight"], period="all", goals=[], now=NOW).chart is None


def test_an_end_date_a_lost_tie_and_a_lost_reader_each_shut_the_door(alice, lea, practice):
    note(alice, "weight", 724)
    share(alice, "weight", lea.practitioner, until=date(2026, 11, 20))
    assert shown(alice, lea.member, practice) == {"weight": [724]}
    assert shown(alice, lea.member, practice, now=NOW + timedelta(days=1)) == {}
    share(alice, "weight", lea.practitioner)
    with connection(), practice_context(practice):
        (source,) = sharing.shared_with(alice.file, lea.member, now=NOW)
        HealthReader.delete().execute()
        assert lines.over_time(source, since=None).figures.count == 0
        HealthReader.create(member=lea.member, practitioner=lea.practitioner, created_at=NOW)
        assert lines.over_time(source, since=None).figures.count == 1
        leave(alice, now=NOW)
        assert lines.over_time(source, since=None).figures.count == 0


def test_without_earlier_values_only_those_from_that_day_on_are_read(alice, lea, practice):
    note(alice, "weight", 700, days_ago=1)
    note(alice, "weight", 710)
    share(alice, "weight", lea.practitioner, earlier=False)
    assert shown(alice, lea.member, practice) == {"weight": [710]}
    share(alice, "weight", lea.practitioner, earlier=True)
    assert shown(alice, lea.member, practice) == {"weight": [710, 700]}


def test_the_neighbour_finds_no_patient_and_reads_nothing(client, alice, lea, neighbour, clock):
    note(alice, "weight", 724)
    share(alice, "weight", lea.practitioner)
    owner = reader(neighbour, roles=("owner", "practitioner"), email="owner@voisin.example")
    sign_in_as(client, owner, clock=clock, host="voisin.parvis.test", staff=True)
    there = {"base_url": "http://voisin.parvis.test"}
    assert client.get(address(alice), **there).status_code == 404
    assert shown(alice, owner.member, neighbour) == {}


def test_a_child_s_values_are_shared_apart_from_the_parents(alice, lea, practice):
    with connection(), account_context(alice):
        child = Dependant.create(
            given_name="Lena",
            family_name="Dupont",
            birth_date=date(2018, 5, 1),
            language="fr",
            created_at=NOW,
        )
        Representation.create(
            dependant=child.id, basis="parent", scopes=[], starts_on=NOW.date(), created_at=NOW
        )
    file = tie(alice, practice, dependant=child.id, given_name="Lena")
    note(alice, "weight", 700)
    note(alice, "weight", 240, dependant=child.id)
    share(alice, "weight", lea.practitioner, dependant=child.id)
    assert shown(alice, lea.member, practice) == {}
    with connection(), practice_context(practice):
        (source,) = sharing.shared_with(file, lea.member, now=NOW)
        assert [row.value for row in lines.page(source, 0, since=None)] == [240]
        grown = NOW + timedelta(days=365 * 9)  # sixteen by then: their health is their own affair
        assert sharing.shared_with(file, lea.member, now=grown) == []


@sqlite
def test_pressing_a_tile_turns_the_cross_into_a_tick_and_back(client, alice, lea, practice, clock):
    note(alice, "weight", 724)
    sign_in_as(client, alice, clock=clock)
    assert lea.practitioner.name in client.get("/me/health/sharing").text
    tile = f"/me/health/sharing/{lea.practitioner.id}"
    assert client.get(tile).text.count("Non partagé") == 17
    answer = post(client, tile, {"share": "weight", "earlier": "y", "until": "2026-12-01"})
    assert answer.status_code == 303
    page = client.get(tile).text
    assert "tile-on" in page and page.count("Non partagé") == 16 and "1 décembre 2026" in page
    assert shown(alice, lea.member, practice) == {"weight": [724]}
    assert client.post(tile, data={"stop": "weight"}).status_code == 400  # no form of ours
    assert shown(alice, lea.member, practice) == {"weight": [724]}
    assert post(client, tile, {"stop": "weight"}).status_code == 303
    assert shown(alice, lea.member, practice) == {}
    assert post(client, tile, {"share": "weight", "until": "2026-11-19"}).status_code == 422
    assert post(client, tile, {"share": "shoe-size"}).status_code == 404


@sqlite
def test_one_shares_with_practitioners_of_ones_own_practices_only(client, alice, neighbour, practice, clock):
    sign_in_as(client, alice, clock=clock)
    with connection(), practice_context(neighbour):
        there = Practitioner.select().first().id
    assert client.get(f"/me/health/sharing/{there}").status_code == 404
    assert post(client, f"/me/health/sharing/{there}", {"share": "weight"}).status_code == 404


def test_what_was_shared_stays_with_the_practice_when_the_account_goes(client, alice, lea, practice, clock):
    note(alice, "weight", 724, days_ago=2, note="kept")
    note(alice, "pain", 8)
    share(alice, "weight", lea.practitioner)
    gone(alice)
    with connection(), account_context(alice):
        assert Observation.select().count() == 0
    with connection(), practice_context(practice):
        assert [(row.kind, row.value, row.note) for row in SharedObservation.select()] == [
            ("weight", 724, "kept")
        ]
    page = desk(client, lea, clock).get(address(alice)).text
    assert "72,4" in page and "compte supprimé" in page
    other = reader(practice, roles=("owner",), email="owner@lavande.example", reads=False)
    assert "72,4" not in desk(client, other, clock).get(address(alice)).text


@sqlite
def test_what_had_been_taken_back_does_not_stay(alice, lea, practice):
    note(alice, "weight", 724)
    share(alice, "weight", lea.practitioner)
    stop(alice, "weight", lea.practitioner)
    gone(alice)
    with connection(), practice_context(practice):
        assert SharedObservation.select().count() == 0
