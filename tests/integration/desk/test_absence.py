"""The desk marks somebody absent, tells everybody in one send, and empties the queue."""

import re

import pytest

from app.booking import impact, queries
from app.booking.models import Appointment, Reoffer, TimeOff
from app.booking.plans import days_off
from app.kernel.tenancy import practice_context
from app.patients.models import AccessEntry
from tests.conftest import HOST
from tests.integration.booking.agenda import BY, DAY, agenda, away, see
from tests.integration.booking.agenda import book as make
from tests.journey import form_of, soup


@pytest.fixture
def aline(practice):
    with practice_context(practice):
        return agenda()


@pytest.fixture
def book(practice, services, clock):
    def _book(*args, **more):
        with practice_context(practice):
            return make(practice, *args, services=services, clock=clock, **more)

    return _book


def page_of(aline, **query):
    more = "".join(f"&{name}={value}" for name, value in query.items())
    return f"/desk/absences/{aline.practitioner_id}?date={DAY}{more}"


def test_the_day_leads_to_it_and_it_shows_everybody_with_a_suggestion(desk, aline, book, practice):
    book(aline, 9, service="bilan")
    book(aline, 10)
    day = soup(desk.get(f"/desk/day?date={DAY}"))
    assert day.find("a", href=f"/desk/absences/{aline.practitioner_id}?date={DAY}")
    answer = desk.get(page_of(aline))
    page = soup(answer)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    chosen = [one.find("option", selected=True)["value"] for one in page.select("tbody select")]
    assert chosen[0].startswith("colleague-") and chosen[1] == "times"
    with practice_context(practice):
        assert {entry.what for entry in AccessEntry.select()} >= {"rearrange"}
        assert TimeOff.select().where(TimeOff.practitioner == aline.practitioner_id).count() == 0


def test_one_press_marks_tells_and_shows_how_far_it_is(desk, aline, book, practice, clock):
    for hour in (8, 9, 10, 11, 13):
        book(aline, hour, email=f"p{hour}@example.be")
    page = soup(desk.get(page_of(aline)))
    action, fields = form_of(page, holding="seen")
    answer = desk.post(action, data=fields, follow_redirects=True)
    assert answer.status_code == 200 and "/desk/rearrangements/" in answer.request.path
    with practice_context(practice):
        assert Reoffer.select().count() == 5
        assert impact.waiting() == 5
        Reoffer.update(state="call").where(Reoffer.state == "sent").execute()
    page = soup(desk.get(answer.request.path))
    assert len(page.select(".call-list > li")) == 5
    action, fields = form_of(page.select_one(".call-list > li"), holding="csrf_token")
    again = desk.post(action, data=fields, follow_redirects=True)
    assert len(soup(again).select(".call-list > li")) == 4
    assert soup(again).select_one(".desk-nav .count").contents[0].strip() == "5"


def test_sent_unseen_it_shows_the_page_and_saves_nothing(desk, aline, book, practice):
    book(aline, 9)
    _, fields = form_of(soup(desk.get(page_of(aline))), holding="seen")
    book(aline, 10)
    answer = desk.post(f"/desk/absences/{aline.practitioner_id}", data=fields)
    assert answer.status_code == 409
    assert len(soup(answer).select("tbody select")) == 2
    with practice_context(practice):
        assert TimeOff.select().where(TimeOff.practitioner == aline.practitioner_id).count() == 0


@pytest.mark.parametrize(
    "wrong", [{"until": "date", "last": ""}, {"until": "date", "last": "2026-11-01"}, {"until": "never"}]
)
def test_what_cannot_be_read_is_said_and_nothing_is_saved(desk, aline, wrong):
    _, fields = form_of(soup(desk.get(page_of(aline))), holding="seen")
    answer = desk.post(f"/desk/absences/{aline.practitioner_id}", data={**fields, **wrong})
    assert answer.status_code == 422 and soup(answer).select_one(".error-summary")
    assert desk.get(page_of(aline, **wrong)).status_code == 200


def test_the_queue_is_emptied_by_settling_moving_and_cancelling(desk, aline, book, practice, clock):
    kept, moved, gone = book(aline, 9), book(aline, 10, service="bilan"), book(aline, 11)
    with practice_context(practice):
        see(lambda seen: days_off.add(practice, away(aline, 0, 24), by=BY, now=clock.now(), seen=seen))
        assert impact.waiting() == 3
    page = soup(desk.get("/desk/orphans"))
    _, fields = form_of(page, holding="all")
    colleague = page.select_one(f"#choice-{moved.id} option[value^=colleague]")["value"]
    choices = {f"choice-{kept.id}": "settle", f"choice-{moved.id}": colleague, f"choice-{gone.id}": "cancel"}
    answer = desk.post("/desk/orphans", data={**fields, **choices}, follow_redirects=True)
    assert answer.status_code == 200
    with practice_context(practice):
        assert impact.waiting() == 0
        assert queries.appointment(gone.id).status == "cancelled"
        assert {one.fit for one in Appointment.select()} - {"supported"} <= {"orphaned"}
    assert soup(desk.get("/desk/orphans")).select_one(".empty")


def test_the_patient_chooses_by_the_link_and_pressing_again_changes_nothing(
    desk, aline, book, practice, services, app, clock
):
    book(aline, 10)
    action, fields = form_of(soup(desk.get(page_of(aline))), holding="seen")
    desk.post(action, data={**fields, "all": "times"})
    with app.app_context():
        from app import worker

        worker.deliver_due()
    letter = next(one for one in services.mailer.letters if "/reoffers/" in one.text)
    path = re.search(rf"http://lavande\.{HOST}(/reoffers/[\w-]+)", letter.text)[1]
    patient = app.test_client()
    page = soup(patient.get(path))
    assert "bilan" not in page.get_text().lower()
    times = [one["value"] for one in page.select("input[name=time]")]
    assert len(times) == 3
    _, fields = form_of(page, holding="time")
    for _ in range(2):
        answer = patient.post(
            path, data={**fields, "time": times[1], "answer": "take"}, follow_redirects=True
        )
        assert answer.status_code == 200 and not soup(answer).select("input[name=time]")
    with practice_context(practice):
        assert Appointment.get().starts == int(times[1].partition(":")[2])
        assert Appointment.get().version == 2
    assert patient.post(path, data={**fields, "answer": "take", "time": "x"}).status_code == 422
    assert patient.get(path + "x").status_code == 404
    elsewhere = patient.get(path, base_url=f"http://voisin.{HOST}")
    assert elsewhere.status_code == 404


def test_looking_at_the_link_takes_nothing(desk, aline, book, practice, services, clock):
    book(aline, 10)
    action, fields = form_of(soup(desk.get(page_of(aline))), holding="seen")
    desk.post(action, data={**fields, "all": "times"})
    with practice_context(practice):
        from app.booking import reoffers

        token = reoffers.token_of(Reoffer.get().id, sealer=services.sealer)
        before = Appointment.get().__data__
    for _ in range(3):
        assert desk.get(f"/reoffers/{token}").status_code == 200
    with practice_context(practice):
        assert Appointment.get().__data__ == before and Reoffer.get().state == "sent"


def test_a_practitioner_next_door_is_not_there(desk, aline, neighbour):
    with practice_context(neighbour):
        theirs = agenda()
    assert desk.get(page_of(aline)).status_code == 200  # the control
    assert desk.get(page_of(theirs)).status_code == 404
