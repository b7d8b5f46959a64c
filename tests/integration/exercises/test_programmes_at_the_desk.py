"""Programmes at the desk: the library, a programme made of it, changed, copied, ended; and what was done."""

import io
from datetime import date
from uuid import uuid4

import pytest

from app.exercises import queries
from app.exercises.models import ActivityDone, CareActivity, CarePlan, Exercise
from app.kernel.audit import AuditEvent
from app.kernel.db import connection
from app.kernel.tenancy import practice_context
from app.patients.models import AccessEntry
from tests.conftest import HOST
from tests.factories import make_patient
from tests.integration.questionnaires.asking import token
from tests.journey import form_of, soup
from tests.people import NOW, make_member, sign_in_as
from tests.pictures import SCRIPT, picture

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
LIBRARY = "/desk/exercises"
HOSTILE = "<img src=x onerror=alert(1)> {{ 7*7 }}"


@pytest.fixture
def desk(client, practice, clock):
    sign_in_as(client, make_member(practice, roles=("practitioner",)), clock=clock, staff=True)
    return client


@pytest.fixture
def patient(practice, inside):
    with practice_context(practice):
        return make_patient(email="alice@example.be")


def press(desk, path, page, **values):
    return desk.post(path, data={"csrf_token": token(desk, page), **values})


def take(desk, practice, *keys):
    for key in keys:
        press(desk, f"{LIBRARY}/common", LIBRARY, key=key)
    with practice_context(practice):
        return {one.drawing: one.id for one in queries.library()}


def begin(desk, patient, **values):
    """The address of a new programme."""
    action, fields = form_of(soup(desk.get(f"/desk/patients/{patient.id}/programmes")), holding="title")
    answer = desk.post(action, data={**fields, "title": "Genou", **values})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].partition("?")[0]


def add(desk, here, exercise_id, **dose):
    made = press(desk, f"{here}/activities", here, exercise=str(exercise_id))
    action, fields = form_of(soup(desk.get(made.headers["Location"])), holding="series")
    if dose:
        return desk.post(action, data={**fields, **dose})
    return made


def names(desk, here):
    return [one.get_text(strip=True) for one in soup(desk.get(here)).select(".question-words .strong")]


def test_common_exercises_are_taken_once_and_are_then_ones_own(desk, practice):
    assert len(take(desk, practice, "squat", "squat", "no-such")) == 1
    take(desk, practice, "all")
    assert len(soup(desk.get(LIBRARY)).select(".exercise-grid > .card")) == 12
    assert "/static/img/exercises/squat.svg" in soup(desk.get(LIBRARY)).select_one("img.drawing")["src"]


def test_an_own_exercise_with_a_picture_that_is_drawn_anew(desk, practice):
    page = {"csrf_token": token(desk, LIBRARY), "name_fr": "Vélo", "text_fr": HOSTILE}
    sent = {**page, "picture": (io.BytesIO(picture("JPEG")), "x.jpg")}
    assert desk.post(LIBRARY, data=sent, content_type="multipart/form-data").status_code == 303
    with practice_context(practice):
        row = Exercise.get()
    shown = desk.get(f"{LIBRARY}/{row.id}/picture")
    assert shown.mimetype == "image/jpeg" and "sandbox" in shown.headers["Content-Security-Policy"]
    script = {**page, "picture": (io.BytesIO(SCRIPT), "x.png")}
    refused = desk.post(LIBRARY, data=script, content_type="multipart/form-data")
    assert refused.status_code == 422 and soup(refused).find(attrs={"name": "name_fr"})["value"] == "Vélo"
    assert "<img src=x" not in desk.get(f"{LIBRARY}/{row.id}").text


def test_a_form_pressed_twice_is_one_programme_and_a_corrected_one_another(desk, practice, patient):
    action, fields = form_of(soup(desk.get(f"/desk/patients/{patient.id}/programmes")), holding="title")
    first, again = (desk.post(action, data={**fields, "title": "Genou"}) for _ in range(2))
    assert first.headers["Location"] == again.headers["Location"]
    other = desk.post(action, data={**fields, "title": "Épaule"})  # the control: back, and another title
    assert other.headers["Location"] != first.headers["Location"]
    with practice_context(practice):
        assert CarePlan.select().count() == 2


def test_a_programme_is_made_dosed_and_ordered_without_javascript(desk, practice, patient):
    mine = take(desk, practice, "squat", "bridge")
    here = begin(desk, patient, ends_on="2026-12-31")
    add(desk, here, mine["squat"])
    days = {f"day_{day}": "" for day in range(7)}
    answer = add(
        desk, here, mine["bridge"], series="2", repetitions="", seconds="30", note="À gauche", **days
    )
    assert answer.status_code == 422 and "au moins un jour" in answer.text
    action, fields = form_of(soup(answer), holding="series")
    assert fields["note"] == "À gauche"
    assert desk.post(action, data={**fields, "day_0": "y", "day_3": "y"}).status_code == 303
    assert names(desk, here) == ["Squat", "Pont"]
    row = soup(desk.get(here)).select(".question-row form")[1]
    desk.post(row["action"], data={one["name"]: one["value"] for one in row.find_all("input")})
    assert names(desk, here) == ["Pont", "Squat"]
    with practice_context(practice):
        bridge = CareActivity.get(CareActivity.drawing == "bridge")
        assert (bridge.series, bridge.repetitions, bridge.seconds, bridge.weekdays) == (2, None, 30, 0b1001)
        assert "programme" in {row.what for row in AccessEntry.select()}
        assert AuditEvent.select().where(AuditEvent.verb == "programme.make").count() == 1
    paper = desk.get(f"{here}/print").text
    assert "Pont" in paper and "À gauche" in paper and "Alice Dupont" in paper


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": " "}, "titre"),
        ({"starts_on": ""}, "À partir de quel jour"),
        ({"starts_on": "2026-02-30"}, "calendrier"),
        ({"ends_on": "2020-01-01"}, "dernier jour"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(desk, patient, wrong, said):
    action, fields = form_of(soup(desk.get(f"/desk/patients/{patient.id}/programmes")), holding="title")
    answer = desk.post(action, data={**fields, "title": "Genou", "note": HOSTILE, **wrong})
    assert answer.status_code == 422 and HOSTILE in soup(answer).find("textarea").get_text()
    assert "<img src=x" not in answer.text


@pytest.mark.parametrize("number", ["0", "51", "-1", "2.5", "²", "1e3", "x", "99999999999"])
def test_a_strange_number_is_refused_with_a_sentence(desk, practice, patient, number):
    here = begin(desk, patient)
    answer = add(desk, here, take(desk, practice, "squat")["squat"], series=number)
    assert answer.status_code == 422 and "de 1 à 50" in answer.text


def test_the_library_may_change_and_a_programme_does_not(desk, practice, patient):
    mine = take(desk, practice, "squat")
    here = begin(desk, patient)
    add(desk, here, mine["squat"])
    page = f"{LIBRARY}/{mine['squat']}"
    action, fields = form_of(soup(desk.get(page)), holding="name_fr")
    assert desk.post(action, data={**fields, "name_fr": "Autre chose"}).status_code == 303
    assert desk.post(action, data={**fields, "name_fr": "Trop tard"}).status_code == 409
    assert names(desk, here) == ["Squat"]
    press(desk, f"{page}/archive", page)
    assert "Autre chose" not in soup(desk.get(here)).select_one("#exercises").get_text()


def test_a_template_gives_its_exercises_and_a_copy_begins_today(desk, practice, patient, clock):
    mine = take(desk, practice, "squat", "plank")
    here = begin(desk, patient)
    add(desk, here, mine["squat"])
    add(desk, here, mine["plank"], series="1", seconds="45", repetitions="")
    kept = press(desk, f"{here}/template", here).headers["Location"].partition("?")[0]
    assert "Alice" not in soup(desk.get(kept)).select_one("main").get_text()
    second = begin(desk, patient, title="De nouveau", like=kept.rpartition("/")[2])
    assert names(desk, second) == ["Squat", "Planche sur les avant-bras"]
    copied = press(desk, f"{here}/copy", here).headers["Location"].partition("?")[0]
    with practice_context(practice):
        plan = CarePlan.get_by_id(copied.rpartition("/")[2])
        assert plan.starts_on == date(2026, 11, 20) and plan.patient_id == patient.id
        assert CareActivity.select().where(CareActivity.plan == plan.id).count() == 2
    press(desk, f"{kept}/end", kept)
    assert not soup(desk.get("/desk/programmes")).select(".sent-list")


def test_what_was_said_to_one_patient_goes_into_no_template_and_to_nobody_else(desk, practice, patient):
    mine = take(desk, practice, "squat")
    here = begin(desk, patient, note="Chère Alice, après votre opération")
    add(desk, here, mine["squat"], note="À cause de votre hernie")
    with practice_context(practice):
        other = make_patient(given_name="Bruno")
    template = press(desk, f"{here}/template", here).headers["Location"].partition("?")[0]
    said = {
        "the copy": press(desk, f"{here}/copy", here).headers["Location"].partition("?")[0],
        "the template": template,
        "of the template": begin(desk, other, like=template.rpartition("/")[2]),
        "of hers": begin(desk, other, like=here.rpartition("/")[2]),
    }
    texts = {
        name: desk.get(place).text + "".join(said_in_doses(desk, practice, place))
        for name, place in said.items()
    }
    told = {name for name, text in texts.items() if "hernie" in text or "Chère Alice" in text}
    assert told == {"the copy"}  # the control: her own next programme says it again
    assert all("Squat" in text for text in texts.values())


def said_in_doses(desk, practice, place):
    with practice_context(practice):
        ids = [one.id for one in CareActivity.select().where(CareActivity.plan == place.rpartition("/")[2])]
    return [desk.get(f"{place}/activities/{one}").text for one in ids]


def test_beginning_with_the_programme_of_somebody_else_is_a_look_at_them(desk, practice, patient, clock):
    with practice_context(practice):
        other = make_patient(given_name="Bruno")
    theirs = begin(desk, other, title="Épaule")
    template = press(desk, f"{theirs}/template", theirs).headers["Location"].partition("?")[0]
    clock.move(minutes=11)  # another look than that of making it
    begin(desk, patient, like=template.rpartition("/")[2])
    assert looks_at(practice, other, since=clock.now()) == 0  # the control: a template is nobody's
    begin(desk, patient, like=theirs.rpartition("/")[2])
    assert looks_at(practice, other, since=clock.now()) == 1


def looks_at(practice, patient, *, since):
    with practice_context(practice):
        return AccessEntry.select().where(AccessEntry.patient == patient.id, AccessEntry.at >= since).count()


def test_an_ended_programme_is_not_changed_and_what_was_done_stays(desk, practice, patient):
    mine = take(desk, practice, "squat")
    here = begin(desk, patient)
    add(desk, here, mine["squat"])
    with practice_context(practice):
        activity = CareActivity.get()
        ActivityDone.create(activity=activity.id, day=NOW.date(), feeling="hard", done_at=NOW, done_by="x")
    page = soup(desk.get(here))
    assert page.select_one("svg.bars[role=img] title") and page.select_one("#progress td").get_text() == "1"
    assert "Difficile\u00a0: 1" in page.select_one("#progress").get_text()
    press(desk, f"{here}/activities/{activity.id}/removal", here)  # dropped: what was done of it stays
    with practice_context(practice):
        assert ActivityDone.select().count() == 1
    press(desk, f"{here}/end", here)
    press(desk, f"{here}/end", here)  # pressed twice it is once
    late = press(desk, f"{here}/activities", here, exercise=str(mine["squat"]))
    assert late.status_code == 409 and "terminé" in late.text


def test_reception_sees_none_and_next_door_is_not_there(client, practice, neighbour, patient, clock):
    with connection(), practice_context(neighbour):
        theirs = make_patient()
        plan = CarePlan.create(
            patient=theirs.id, title="X", starts_on=NOW.date(), created_at=NOW, created_by="x"
        )
        exercise = Exercise.create(name={"fr": "X"}, created_at=NOW)
    sign_in_as(client, make_member(practice), clock=clock, staff=True)
    assert client.get(f"/desk/patients/{patient.id}/programmes").status_code == 403
    sign_in_as(
        client, make_member(practice, roles=("owner",), email="o@lavande.example"), clock=clock, staff=True
    )
    here = begin(client, patient)  # the control
    paths = (
        f"/desk/programmes/{plan.id}",
        f"/desk/patients/{theirs.id}/programmes",
        f"{LIBRARY}/{exercise.id}",
    )
    for path in (*paths, f"/desk/programmes/{uuid4()}", f"/desk/programmes/{plan.id}/print"):
        assert client.get(path).status_code == 404
    for wrong in (exercise.id, "nonsense", ""):
        assert press(client, f"{here}/activities", here, exercise=str(wrong)).status_code == 404
    action, fields = form_of(soup(client.get(f"/desk/patients/{patient.id}/programmes")), holding="title")
    assert client.post(action, data={**fields, "title": "Y", "like": str(plan.id)}).status_code == 404
    stranger = make_member(neighbour, roles=("owner",), email="o@voisin.example")
    sign_in_as(client, stranger, clock=clock, host=f"voisin.{HOST}", staff=True)
    assert client.get(paths[0], base_url=f"http://voisin.{HOST}").status_code == 200
