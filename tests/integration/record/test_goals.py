"""Goals and pictures: set at the desk, seen by the patient, held against the values; and who reads for whom."""

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest

from app.account.export import contents
from app.identity.models import Dependant, Representation
from app.kernel.audit import AuditEvent
from app.kernel.db import connection
from app.kernel.tenancy import account_context, practice_context
from app.record import lines, pictures
from app.record.kinds import KINDS
from app.record.models import Goal, HealthReader, Observation
from app.record.queries import Own
from tests.integration.record.world import measurer, note, post, reader, share, subject
from tests.journey import form_of, soup
from tests.people import NOW, SEALER, make_member, sign_in_as

sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def alice(practice):
    return measurer(practice)


@pytest.fixture
def lea(client, practice, clock):
    lea = reader(practice, given_name="Léa")
    sign_in_as(client, lea, clock=clock, staff=True)
    return lea


def goals(alice, kind="weight"):
    return f"/desk/patients/{alice.file.id}/health/{kind}/goals"


def asked(**more):
    return {"direction": "at-most", "high": "72,5", "starts_on": "2026-11-01", "words": "Pas à pas", **more}


def kept(practice):
    with connection(), practice_context(practice):
        return list(Goal.select().order_by(Goal.created_at))


def test_a_goal_is_set_without_any_share_and_the_patient_sees_goal_and_progress(
    client, alice, lea, practice, clock
):
    for days, value in ((3, 740), (2, 725), (1, 720)):
        note(alice, "weight", value, days_ago=days)
    assert post(client, goals(alice), asked()).status_code == 303
    (goal,) = kept(practice)
    assert (goal.direction, goal.high, goal.setter) == ("at-most", 725, "Léa Renard")
    at_desk = soup(client.get(f"/desk/patients/{alice.file.id}/health")).main.get_text(" ", strip=True)
    assert "Au plus 72,5" in at_desk and not any(
        value in at_desk for value in ("74 kg", "74,0", "72,0", "72 kg")
    )
    sign_in_as(client, alice, clock=clock)
    page = client.get("/me/health/weight").text
    assert "Au plus 72,5" in page and "Pas à pas" in page and "2 valeurs sur 3" in page
    assert 'class="chart-goal"' in page and "Évolution" in page
    assert "atteint" in client.get("/me/widgets/weight").text


def test_a_form_pressed_twice_sets_one_goal_and_after_another_it_is_set_anew(client, alice, lea, practice):
    page = soup(client.get(goals(alice).removesuffix("/goals")))
    action, fields = form_of(page, holding="direction")
    for _twice in range(2):
        assert client.post(action, data={**fields, **asked()}).status_code == 303
    (first,) = kept(practice)
    assert first.ended_at is None
    client.post(action, data={**fields, **asked(high="71")})  # the control: back, and another number
    client.post(action, data={**fields, **asked()})  # back once more, to what was first wished
    assert [(one.high, one.ended_at is None) for one in kept(practice)] == [
        (725, False), (710, False), (725, True)
    ]  # fmt: skip


@sqlite
def test_a_new_goal_ends_the_one_before_and_one_can_be_ended(client, alice, lea, practice):
    post(client, goals(alice), asked())
    post(client, goals(alice), asked(high="71"))
    first, second = kept(practice)
    assert first.ended_at is not None and second.ended_at is None
    for _twice in range(2):
        assert post(client, f"{goals(alice)}/{second.id}/end").status_code == 303
    assert [one.ended_at is not None for one in kept(practice)] == [True, True]
    with connection(), practice_context(practice):
        verbs = [one.verb for one in AuditEvent.select().where(AuditEvent.verb.startswith("goal."))]
    assert sorted(verbs) == ["goal.end", "goal.set", "goal.set"]


@sqlite
@pytest.mark.parametrize(
    "wrong",
    [
        {"high": ""}, {"high": "NaN"}, {"direction": "between", "low": "80", "high": "70"}, {"direction": "sideways"},
        {"high": "9999"}, {"ends_on": "2026-10-01"}, {"words": "x" * 301}, {"starts_on": "1900-01-01"},
    ],
    ids=["empty", "no number", "upside down", "unknown", "impossible", "ends before", "too long", "long ago"],
)  # fmt: skip
def test_a_goal_that_makes_no_sense_is_refused_and_stays_typed(client, alice, lea, practice, wrong):
    answer = post(client, goals(alice), asked(**wrong))
    assert answer.status_code == 422 and kept(practice) == []


@sqlite
def test_a_goal_of_blood_pressure_is_a_pair(client, alice, lea, practice):
    assert post(client, goals(alice, "blood-pressure"), asked(high="140")).status_code == 422
    done = post(client, goals(alice, "blood-pressure"), asked(high="140", second_high="90"))
    assert done.status_code == 303 and kept(practice)[0].second_high == 90
    page = client.get(f"/desk/patients/{alice.file.id}/health/blood-pressure").text
    assert "Au plus 140/90" in page


@sqlite
def test_the_reception_sets_no_goal_and_the_neighbour_finds_no_patient(
    client, alice, practice, neighbour, clock
):
    sign_in_as(client, make_member(practice, roles=("receptionist",)), clock=clock, staff=True)
    assert post(client, goals(alice), asked()).status_code == 403
    owner = reader(neighbour, roles=("owner", "practitioner"), email="owner@voisin.example")
    sign_in_as(client, owner, clock=clock, host="voisin.parvis.test", staff=True)
    there = {"base_url": "http://voisin.parvis.test"}
    assert client.get(f"/desk/patients/{alice.file.id}/health/weight", **there).status_code == 404
    assert kept(practice) == []


@sqlite
def test_the_owner_says_who_reads_for_whom_and_nobody_else_does(client, alice, practice, neighbour, clock):
    owner = reader(practice, roles=("owner",), email="owner@lavande.example", reads=False)
    sign_in_as(client, owner, clock=clock, staff=True)
    note(alice, "weight", 724)
    share(alice, "weight", owner.practitioner)
    desk = f"/desk/patients/{alice.file.id}/health"
    assert "72,4" not in client.get(desk).text
    pair, stranger = f"{owner.member.id}:{owner.practitioner.id}", f"{owner.member.id}:{owner.id}"
    assert post(client, "/settings/health-readers", {pair: "y", stranger: "y"}).status_code == 303
    assert "72,4" in client.get(desk).text
    with connection(), practice_context(practice):
        assert HealthReader.select().count() == 1
    post(client, "/settings/health-readers", {})
    assert "72,4" not in client.get(desk).text
    lea = reader(practice, email="lea@lavande.example", reads=False)
    sign_in_as(client, lea, clock=clock, staff=True)
    assert client.get("/settings/health-readers").status_code == 403


def test_many_values_are_taken_together_to_their_mean_least_and_most(alice, practice):
    values = [700 + (day * 37) % 90 for day in range(400)]
    rows = [
        {"kind": "weight", "value": value, "at": NOW - timedelta(days=399 - day), "created_at": NOW}
        for day, value in enumerate(values)
    ]
    with connection(), account_context(alice):
        Observation.insert_many(rows).execute()
        source = Own(subject(alice), "weight")
        points = lines.over_time(source, since=None)
        picture = pictures.of(source, KINDS["weight"], period="all", goals=[], now=NOW)
    found = points.figures
    assert (found.count, found.least, found.most) == (400, min(values), max(values))
    weeks = [values[begin : begin + 7] for begin in range(0, 400, 7)]
    assert points.days == 7 and len(points.marks) == len(weeks) == len(picture.rows)
    for mark, week in zip(points.marks, weeks, strict=True):
        mean = (Decimal(sum(week)) / len(week)).quantize(Decimal(1), rounding=ROUND_HALF_UP)
        assert (mark.value, mark.low, mark.high) == (int(mean), min(week), max(week))


@sqlite
def test_the_table_behind_the_picture_says_the_same_numbers_and_pages_follow(client, alice, clock):
    for day in range(35):
        note(alice, "weight", 700 + day, days_ago=day)
    sign_in_as(client, alice, clock=clock)
    first = client.get("/me/health/weight?period=quarter").text
    assert first.count('class="cross"') == 30 and first.count("chart-dot") == 35
    assert all(f"7{day // 10},{day % 10}" in first for day in range(35) if day < 100)
    assert client.get("/me/health/weight?period=quarter&page=1").text.count('class="cross"') == 5
    assert client.get("/me/health/weight?period=week").text.count("chart-dot") == 7
    assert client.get("/me/health/weight?period=century&page=x").status_code == 200


@sqlite
def test_acting_for_a_child_shows_the_child_and_from_sixteen_on_nobody(client, alice, clock):
    born = NOW.date().replace(year=NOW.year - 8)
    with connection(), account_context(alice):
        names = {"given_name": "Lena", "family_name": "Dupont", "birth_date": born}
        child = Dependant.create(**names, language="fr", created_at=NOW)
        acts = {"basis": "parent", "scopes": [], "starts_on": NOW.date(), "created_at": NOW}
        row = Representation.create(dependant=child.id, **acts)
    note(alice, "weight", 801)
    note(alice, "weight", 245, dependant=child.id)
    session = sign_in_as(client, alice, clock=clock)
    assert "80,1" in client.get("/me/health/weight").text
    with connection(), account_context(alice):
        type(session).update(acting_for=row.id).where(type(session).id == session.id).execute()
    page = client.get("/me/health/weight").text
    assert "24,5" in page and "80,1" not in page and "Lena Dupont" in page
    with connection(), account_context(alice):
        Dependant.update(birth_date=born.replace(year=NOW.year - 17)).execute()
    refused = client.get("/me/health/weight")
    assert refused.status_code == 403 and "24,5" not in refused.text


def test_an_export_holds_values_devices_shares_and_goals(client, alice, lea, practice):
    note(alice, "blood-pressure", 128, second=82, note="=1+1")
    share(alice, "blood-pressure", lea.practitioner)
    post(client, goals(alice), asked())
    with connection(), account_context(alice):
        Observation.create(kind="steps", value=8000, at=NOW, source="file", external_id="f", created_at=NOW)
        source = contents.Source(alice, sealer=SEALER, with_number=False, language="fr")
        sheets = {one.key: one for one in (category(source) for category in contents.CATEGORIES)}
    (mine,) = sheets["observations"].records()
    assert (mine["value"], mine["second"], mine["code"], mine["unit"]) == ("128", "82", "85354-9", "mm[Hg]")
    assert [one["value"] for one in sheets["device_observations"].records()] == ["8000"]
    assert [one["practitioner"] for one in sheets["observation_shares"].records()] == [lea.practitioner.name]
    assert [one["words"] for one in sheets["goals"].records()] == ["Pas à pas"]
