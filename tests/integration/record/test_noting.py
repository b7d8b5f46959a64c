"""Adding, undoing and deleting values; what is no number, no day or somebody else's is refused."""

from datetime import timedelta

import pytest

from app.identity.models import PersonalDetails
from app.kernel.audit import AccountEvent
from app.kernel.db import connection
from app.kernel.tenancy import account_context
from app.record.models import Observation
from tests.integration.record.world import measurer, note, post
from tests.people import sign_in_as

sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
TODAY = "2026-11-20"
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def alice(client, practice, clock):
    alice = measurer(practice)
    sign_in_as(client, alice, clock=clock)
    return alice


def kept(account, kind):
    with connection(), account_context(account):
        return list(Observation.select().where(Observation.kind == kind).order_by(Observation.at))


def typed(**more):
    return {"day": TODAY, "token": "one", **more}


def test_a_value_with_a_comma_is_kept_to_the_smallest_decimal(client, alice):
    answer = post(client, "/me/health/weight", data=typed(value="72,4", note="after sport"))
    assert answer.status_code == 303 and answer.location.endswith("/me/health/weight?done=added")
    (row,) = kept(alice, "weight")
    assert (row.value, row.source, row.note) == (724, "manual", "after sport")
    page = client.get(answer.location).text
    assert "72,4" in page and "kg" in page and page.count("72,4") > 2
    with connection():
        verbs = [one.verb for one in AccountEvent.select().where(AccountEvent.account_id == alice.id)]
    assert verbs.count("observation.add") == 1


def test_the_same_form_sent_twice_counts_once_and_another_form_counts(client, alice):
    for token in ("one", "one", "two"):
        post(client, "/me/health/weight", data=typed(value="72.4", token=token))
    assert len(kept(alice, "weight")) == 2


@pytest.mark.parametrize(
    "token", ["a\x00b", "\ud800", "", "é" * 64], ids=["nul", "surrogate", "none", "long"]
)
def test_a_form_whose_number_was_bent_counts_all_the_same(client, alice, token):
    for kind, value in (("weight", "72,4"), ("height", "170"), ("bmi", "")):
        data = typed(value=value, token=token.encode("utf-8", "surrogatepass"))
        assert post(client, f"/me/health/{kind}", data=data).status_code == 303, kind
        assert len(kept(alice, kind)) == 1


def test_whoever_goes_back_and_corrects_a_value_notes_another(client, alice):
    """The page one comes back to is the same form: what is typed into it now must not be swallowed."""
    for more in ({"value": "72,4"}, {"value": "73"}, {"value": "73"}, {"value": "73", "note": "dressed"}):
        post(client, "/me/health/weight", data=typed(**more))
    assert sorted(row.value for row in kept(alice, "weight")) == [724, 730, 730]


@sqlite
@pytest.mark.parametrize("value", ["NaN", "1e999", "-3", "", "ten", "inf", "0x10", "72,4,1", "٧٢", "9" * 40])
def test_what_is_no_number_is_refused_and_stays_typed(client, alice, value):
    answer = post(client, "/me/health/weight", data=typed(value=value))
    assert answer.status_code == 422 and "error-summary" in answer.text
    assert kept(alice, "weight") == []


@sqlite
@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("1900-01-01", "trop longtemps"),
        ("2100-01-01", "encore à venir"),
        ("2026-02-30", "calendrier"),
        ("", "quel jour"),
    ],
)
def test_a_day_that_cannot_be_is_refused(client, alice, day, sentence):
    answer = post(client, "/me/health/weight", data=typed(value="72", day=day))
    assert answer.status_code == 422 and sentence in answer.text and 'value="72"' in answer.text
    assert kept(alice, "weight") == []


@sqlite
def test_an_unusual_value_is_asked_once_more_and_an_impossible_one_is_not_kept(client, alice):
    asked = post(client, "/me/health/weight", data=typed(value="700"))
    assert asked.status_code == 422 and 'name="sure"' in asked.text and kept(alice, "weight") == []
    sure = asked.text.split('name="sure" value="')[1].split('"')[0]
    other = post(client, "/me/health/weight", data=typed(value="600", sure=sure))
    assert other.status_code == 422  # somebody changed the number after the question
    assert post(client, "/me/health/weight", data=typed(value="700", sure=sure)).status_code == 303
    assert [row.value for row in kept(alice, "weight")] == [7000]
    too_much = post(client, "/me/health/weight", data=typed(value="701", sure=sure, token="two"))
    assert too_much.status_code == 422 and 'name="sure"' not in too_much.text


@sqlite
def test_blood_pressure_is_a_pair_whose_lower_number_is_lower(client, alice):
    assert post(client, "/me/health/blood-pressure", data=typed(value="128", second="")).status_code == 422
    assert post(client, "/me/health/blood-pressure", data=typed(value="80", second="120")).status_code == 422
    assert post(client, "/me/health/blood-pressure", data=typed(value="128", second="82")).status_code == 303
    (row,) = kept(alice, "blood-pressure")
    assert (row.value, row.second) == (128, 82)
    assert "128/82" in client.get("/me/health/blood-pressure").text


@sqlite
def test_glucose_is_kept_with_its_moment_and_meal(client, alice):
    assert post(client, "/me/health/glucose", data=typed(value="105")).status_code == 422
    done = post(client, "/me/health/glucose", data=typed(value="105", taken="fasting", meal="none"))
    assert done.status_code == 303
    (row,) = kept(alice, "glucose")
    assert (row.value, row.taken, row.meal) == (105, "fasting", "none")
    assert "À jeun" in client.get("/me/health/glucose").text
    wrong = post(
        client, "/me/health/glucose", data=typed(value="105", taken="noon<b>", meal="huge", token="two")
    )
    assert wrong.status_code == 422


@sqlite
def test_faces_take_only_the_values_that_have_a_face(client, alice):
    assert post(client, "/me/health/pain", data=typed(value="5")).status_code == 422
    assert post(client, "/me/health/pain", data=typed(value="4")).status_code == 303
    assert post(client, "/me/health/mood", data=typed(value="9")).status_code == 422


@sqlite
def test_a_day_has_one_number_of_steps_typed_and_thousands_are_thousands(client, alice):
    post(client, "/me/health/steps", data=typed(value="8.000"))
    post(client, "/me/health/steps", data=typed(value="10 500", token="two"))
    post(client, "/me/health/steps", data=typed(value="4000", day="2026-11-19", token="three"))
    assert [row.value for row in kept(alice, "steps")] == [4000, 10500]


@sqlite
def test_body_mass_index_and_metabolic_rate_are_worked_out_once_everything_is_noted(client, alice):
    page = client.get("/me/health/bmi").text
    assert "votre poids" in page and post(client, "/me/health/bmi", data={}).status_code == 422
    note(alice, "weight", 700)
    note(alice, "height", 1750)
    assert client.post("/me/health/bmi", data={"token": "b"}).status_code == 400  # no form of ours
    assert not kept(alice, "bmi")
    assert post(client, "/me/health/bmi", data={"token": "b"}).status_code == 303
    assert [row.value for row in kept(alice, "bmi")] == [229]
    assert "votre sexe" in client.get("/me/health/metabolic-rate").text
    with connection(), account_context(alice):
        PersonalDetails.update(sex="female", birth_date="1985-07-30").execute()
    assert post(client, "/me/health/metabolic-rate", data={"token": "m"}).status_code == 303
    assert [row.value for row in kept(alice, "metabolic-rate")] == [1428]


def test_undo_takes_back_what_was_added_a_moment_ago_and_only_that(client, alice, clock):
    row = note(alice, "weight", 724, days_ago=3)
    page = client.get("/me/health/weight").text
    assert f"/me/health/weight/{row.id}/undo" in page
    clock.at += timedelta(minutes=11)
    assert f"/me/health/weight/{row.id}/undo" not in client.get("/me/health/weight").text
    assert post(client, f"/me/health/weight/{row.id}/undo").status_code == 409
    assert len(kept(alice, "weight")) == 1
    again = note(alice, "weight", 730, now=clock.at)
    assert post(client, f"/me/health/weight/{again.id}/undo").status_code == 303
    assert [one.value for one in kept(alice, "weight")] == [724]


@sqlite
def test_deleting_asks_first_and_then_it_is_gone(client, alice):
    row = note(alice, "weight", 724)
    address = f"/me/health/weight/{row.id}/deletion"
    assert "72,4" in client.get(address).text and len(kept(alice, "weight")) == 1
    assert post(client, address).status_code == 303
    assert kept(alice, "weight") == [] and post(client, address).status_code == 404
    assert client.get(f"/me/health/height/{row.id}/deletion").status_code == 404


def test_another_persons_value_is_not_there(client, alice, practice, neighbour):
    bob = measurer(practice, email="bob@example.be", given_name="Bob")
    charlie = measurer(neighbour, email="charlie@example.be", given_name="Charlie")
    for other in (bob, charlie):
        row = note(other, "weight", 801)
        for address in (f"/me/health/weight/{row.id}/deletion", f"/me/health/weight/{row.id}/undo"):
            assert post(client, address).status_code == 404
        assert len(kept(other, "weight")) == 1
    assert "80,1" not in client.get("/me/health/weight").text
    mine = note(alice, "weight", 702)
    assert post(client, f"/me/health/weight/{mine.id}/undo").status_code == 303


@sqlite
def test_what_is_written_in_a_note_is_text(client, alice):
    post(client, "/me/health/weight", data=typed(value="72", note='<img src=x onerror="alert(1)"> =1+1'))
    page = client.get("/me/health/weight").text
    assert "&lt;img src=x" in page and "<img src=x" not in page
    assert post(client, "/me/health/weight", data=typed(value="72", note="x" * 301)).status_code == 422
    assert post(client, "/me/health/weight", data=typed(value="72", note="a\x00b")).status_code == 422


@sqlite
def test_from_a_widget_it_is_a_change_the_page_hears_of_and_a_mistake_comes_back_in_place(client, alice):
    done = post(client, "/me/health/weight", data=typed(value="72"), headers=PARTIAL)
    assert done.status_code == 204 and done.headers["HX-Trigger"] == "observations-changed"
    wrong = post(
        client, "/me/health/weight", data=typed(value="x", next="/me#widget-weight"), headers=PARTIAL
    )
    assert wrong.status_code == 422 and wrong.text.lstrip().startswith("<form") and 'value="x"' in wrong.text
    plain = post(client, "/me/health/weight", data=typed(value="73", token="p", next="/me#widget-weight"))
    assert plain.location == "/me#widget-weight"
    away = post(client, "/me/health/weight", data=typed(value="73", token="q", next="//evil.example"))
    assert away.location.endswith("/me/health/weight?done=added")


@sqlite
def test_an_unknown_parameter_is_not_there(client, alice):
    assert client.get("/me/health/blood-type").status_code == 404
    assert post(client, "/me/health/%00", data=typed(value="1")).status_code == 404


@sqlite
def test_the_overview_shows_every_parameter_with_its_newest_value(client, alice):
    note(alice, "weight", 724)
    page = client.get("/me/health").text
    assert page.count('class="parameter"') == 17 and "72,4" in page
