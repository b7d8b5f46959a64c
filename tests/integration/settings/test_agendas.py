"""The owner's pages of hours, absences, services and rooms: in two steps, with nothing lost, for owners only."""

from functools import partial

import pytest

from app.booking import catalogue, impact
from app.booking.models import HoursException, Resource, ResourcePool, TimeOff, WorkingHours
from app.booking.plans import weeks
from app.directory.models import HealthcareService, Location
from app.kernel.audit import AuditEvent
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from tests.integration.booking.agenda import DAY, agenda
from tests.integration.booking.agenda import book as make
from tests.journey import form_of, soup
from tests.people import make_member, sign_in_as

PLACES = ("/settings/absences", "/settings/hours", "/settings/rooms", "/settings/services")


@pytest.fixture
def aline(practice):
    with practice_context(practice):
        return agenda()


@pytest.fixture
def owner(client, practice, clock):
    who = make_member(practice, roles=("owner",), email="aline@lavande.example")
    sign_in_as(client, who, clock=clock, staff=True)
    return client


@pytest.fixture
def book(practice, services, clock):
    def _book(*args, **more):
        with practice_context(practice):
            return partial(make, practice, services=services, clock=clock)(*args, **more)

    return _book


def filled(browser, path, *, holding="csrf_token", **changes):
    _, fields = form_of(soup(browser.get(path)), holding=holding)
    return {**fields, **changes}


def confirm(browser, answer):
    """Press the button of the second step."""
    assert answer.status_code == 200, answer.status
    action, fields = form_of(soup(answer), holding="seen")
    return browser.post(action, data=fields)


def test_the_settings_open_with_an_overview_and_each_section_stands_in_the_navigation(owner):
    assert owner.get("/settings").status_code == 200
    page = soup(owner.get("/settings/absences"))
    links = [one["href"] for one in page.select(".settings-nav a")]
    assert {*PLACES, "/settings/team"} <= set(links)
    for path in links:
        assert owner.get(path).status_code == 200


@pytest.mark.parametrize("path", PLACES)
def test_reception_and_practitioners_do_not_come_in(client, practice, clock, path):
    sign_in_as(client, make_member(practice, roles=("receptionist", "practitioner")), clock=clock, staff=True)
    assert client.get(path).status_code == 403


def test_an_absence_is_added_in_two_steps_changed_and_removed(owner, aline, book, practice):
    book(aline, 9)
    typed = {
        "whom": f"person-{aline.practitioner_id}", "first_day": str(DAY), "first_time": "8h30",
        "last_day": "", "last_time": "12.00",
    }  # fmt: skip
    data = filled(owner, "/settings/absences/new", holding="whom", **typed)
    first = owner.post("/settings/absences/new", data=data)
    with practice_context(practice):
        assert TimeOff.select().where(TimeOff.kind == "absence").count() == 1  # the folder's own
    assert confirm(owner, first).status_code == 303
    with practice_context(practice):
        made = TimeOff.get(TimeOff.practitioner == aline.practitioner_id)
        assert impact.waiting() == 1 and made.ends - made.starts == 210
        assert AuditEvent.get(AuditEvent.verb == "time-off.add").detail["lost"] == 1
    path = f"/settings/absences/{made.id}"
    data = filled(owner, path, holding="whom", first_time="14:00", last_time="16u")
    assert confirm(owner, owner.post(path, data=data)).status_code == 303
    with practice_context(practice):
        assert impact.waiting() == 0
    data = filled(owner, "/settings/absences")
    assert confirm(owner, owner.post(f"{path}/removal", data=data)).status_code == 303
    with practice_context(practice):
        assert TimeOff.get_or_none(TimeOff.id == made.id) is None


def test_going_back_to_the_form_keeps_what_was_typed(owner, aline, book):
    book(aline, 9)
    data = filled(
        owner, "/settings/absences/new", holding="whom",
        whom=f"person-{aline.practitioner_id}", first_day=str(DAY), first_time="8 h", label="Congrès",
    )  # fmt: skip
    _, fields = form_of(soup(owner.post("/settings/absences/new", data=data)), holding="seen")
    back = owner.post("/settings/absences/new", data={**fields, "edit": "1"})
    _, again = form_of(soup(back), holding="whom")
    assert (again["first_time"], again["label"], again["whom"]) == ("8 h", "Congrès", data["whom"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"first_time": "25h"},
        {"first_time": "midi"},
        {"last_day": "2026-11-01"},
        {"first_time": "12:00", "last_time": "8:00"},
        {"first_day": "2026-02-31"},
        {"first_day": "9999-12-31"},
        {"whom": "person-00000000-0000-7000-8000-000000000000"},
        {"whom": ""},
        {"first_day": "2027-03-28", "first_time": "2:30"},  # the clocks go forward over it
    ],
)
def test_what_is_wrong_with_an_absence_is_said_and_kept(owner, aline, wrong):
    typed = {"whom": f"person-{aline.practitioner_id}", "first_day": str(DAY), **wrong}
    answer = owner.post(
        "/settings/absences/new", data=filled(owner, "/settings/absences/new", holding="whom", **typed)
    )
    page = soup(answer)
    assert answer.status_code == 422 and page.select_one(".error-summary li")
    _, again = form_of(page, holding="whom")
    assert all(again[name] == value for name, value in wrong.items() if name != "whom")


def test_the_second_of_two_people_sees_what_the_first_saved(owner, practice):
    with practice_context(practice):
        row = TimeOff.get(TimeOff.kind == "absence")
    path = f"/settings/absences/{row.id}"
    mine, theirs = (filled(owner, path, holding="whom") for _ in range(2))
    assert owner.post(path, data={**theirs, "last_day": "2027-02-20"}).status_code == 303
    answer = owner.post(path, data={**mine, "first_day": "2027-02-16"})
    assert answer.status_code == 409 and "2027-02-20" in answer.get_data(as_text=True)
    _, fields = form_of(soup(answer), holding="whom")
    assert fields["first_day"] == "2027-02-16"
    assert owner.post(path, data=fields).status_code == 303


def test_a_holiday_opens_and_closes(owner, practice):
    data = filled(owner, "/settings/absences")
    assert owner.post("/settings/holidays/2027-03-29", data={**data, "open": "1"}).status_code == 303
    assert owner.post("/settings/holidays/2027-03-29", data={**data, "open": "0"}).status_code == 303
    assert owner.post("/settings/holidays/2027-03-30", data={**data, "open": "1"}).status_code == 422
    assert owner.post("/settings/holidays/2027-99-99", data={**data, "open": "1"}).status_code == 404


def week_path(aline):
    return f"/settings/hours/{aline.id}/week"


def test_a_week_is_read_and_saved_as_it_stands(owner, aline, practice):
    with practice_context(practice):
        before = weeks.plans(aline.id)
    data = filled(owner, week_path(aline), holding="valid_from", valid_from="2027-01-04")
    page = owner.get(f"/settings/hours/{aline.id}")
    assert page.status_code == 200
    # boxes that are ticked are part of what a browser sends
    data |= {
        box["name"]: "y"
        for box in soup(owner.get(week_path(aline))).select("input[type=checkbox]")
        if box.has_attr("checked")
    }
    assert owner.post(week_path(aline), data=data).status_code == 303
    with practice_context(practice):
        old, new = weeks.plans(aline.id)
        assert new.windows == before[0].windows and str(old.valid_to) == "2027-01-03"
        assert AuditEvent.get(AuditEvent.verb == "hours.change").detail["from"] == "2027-01-04"
    answer = owner.post(f"/settings/hours/{aline.id}/plans/2027-01-04/removal", data=data)
    assert answer.status_code == 303
    with practice_context(practice):
        assert weeks.plans(aline.id) == before


def test_a_week_that_touches_appointments_shows_them_first(owner, aline, book, practice):
    book(aline, 9)
    book(aline, 16)
    data = filled(owner, week_path(aline), holding="valid_from", valid_from="2026-11-23")
    data |= {name: "" for name, value in data.items() if name.endswith(("-from", "-to")) and value > "12:30"}
    answer = owner.post(week_path(aline), data=data)
    assert answer.status_code == 200 and len(soup(answer).select("tbody select")) == 1
    assert confirm(owner, answer).status_code == 303
    with practice_context(practice):
        assert impact.waiting() == 1
        assert WorkingHours.select().where(WorkingHours.valid_from == "2026-11-23").count() == 4
        found = catalogue.for_desk(Practice.get_by_id(practice.id), now=None or clock_of(owner))
        assert any(o.schedule.id == aline.id for o in found.offers)


def clock_of(owner):
    return owner.application.extensions["parvis.services"].clock.now()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"r1-from": "9h", "r1-to": "8h"}, "r1"),
        ({"r1-from": "neuf heures"}, "r1"),
        ({"r1-from": "8:00", "r1-to": ""}, "r1"),
        ({"r2-from": "11:00"}, "r2"),  # overlaps the morning
        ({"valid_from": "2020-01-01"}, "valid_from"),
        ({"valid_from": ""}, "valid_from"),
    ],
)
def test_what_is_wrong_with_a_week_is_said_beside_it(owner, aline, typed, said):
    answer = owner.post(week_path(aline), data=filled(owner, week_path(aline), holding="valid_from", **typed))
    page = soup(answer)
    assert answer.status_code == 422
    assert any(said in one["href"] for one in page.select(".error-summary a"))
    _, again = form_of(page, holding="valid_from")
    assert all(again[name] == value for name, value in typed.items())


def test_lines_and_weeks_are_added_without_losing_what_was_typed(owner, aline):
    data = filled(owner, week_path(aline), holding="valid_from", **{"r1-from": "8h17"})
    before = len(soup(owner.get(week_path(aline))).select(".hours-row"))
    more = soup(owner.post(week_path(aline), data={**data, "add": "0-6"}))
    assert len(more.select(".hours-row")) == before + 1
    assert more.find("input", attrs={"name": "r1-from"})["value"] == "8h17"
    two = soup(owner.post(week_path(aline), data={**data, "weeks": "2", "weeks_set": "1"}))
    assert len(two.select(".hours-day")) == 14


def test_days_that_differ_are_added_and_removed(owner, aline, practice):
    path = f"/settings/hours/{aline.id}/days"
    data = filled(owner, path, holding="kind", kind="add", first="2026-12-05", start="9h", end="12h30")
    assert owner.post(path, data=data).status_code == 303
    with practice_context(practice):
        row = HoursException.get(HoursException.first_day == "2026-12-05")
        assert (row.start_minute, row.end_minute) == (540, 750)
    assert owner.post(f"{path}/{row.id}/removal", data=data).status_code == 303
    assert owner.post(path, data={**data, "end": "8h"}).status_code == 422
    assert owner.post(path, data={**data, "start": ""}).status_code == 422


def test_rooms_are_made_needed_and_retired(owner, practice, aline, book):
    data = filled(owner, "/settings/rooms", holding="site", name="Salle de soins")
    assert owner.post("/settings/rooms", data=data).status_code == 303
    assert owner.post("/settings/rooms", data=data).status_code == 422  # the name is taken
    with practice_context(practice):
        pool = ResourcePool.select().order_by(ResourcePool.id.desc()).first()  # beside the one they have
        service = HealthcareService.get(HealthcareService.key == "seance")
    units = f"/settings/rooms/{pool.id}/units"
    assert owner.post(units, data={**data, "unit": "Bleue"}).status_code == 303
    assert owner.post(units, data={**data, "unit": ""}).status_code == 422
    path = f"/settings/services/{service.id}"
    typed = filled(owner, path, holding="duration_minutes", **{f"need-{pool.key}": "y"})
    assert owner.post(path, data=typed).status_code == 303
    book(aline, 9)
    with practice_context(practice):
        unit = Resource.get(Resource.pool == pool.id)
    retire = owner.post(f"/settings/rooms/units/{unit.id}/retirement", data=data)
    assert confirm(owner, retire).status_code == 303
    with practice_context(practice):
        assert Resource.get_by_id(unit.id).retired and impact.waiting() == 1
    back = owner.post(f"/settings/rooms/units/{unit.id}/return", data=data)
    assert confirm(owner, back).status_code == 303
    with practice_context(practice):
        assert impact.waiting() == 0


def test_a_group_is_a_number_of_people(owner, practice):
    with practice_context(practice):
        service = HealthcareService.get(HealthcareService.key == "seance")
    path = f"/settings/services/{service.id}"
    typed = filled(owner, path, holding="duration_minutes", capacity="4", staff_reserved="1")
    assert owner.post(path, data=typed).status_code == 303
    with practice_context(practice):
        assert HealthcareService.get_by_id(service.id).capacity == 4
    assert owner.post(path, data={**typed, "staff_reserved": "2"}).status_code == 409  # of an older page
    fresh = filled(owner, path, holding="duration_minutes")
    for wrong in (
        {"capacity": "0"},
        {"duration_minutes": "x"},
        {"staff_reserved": "9"},
        {"grid_minutes": "1e9"},
    ):
        assert owner.post(path, data={**fresh, **wrong}).status_code == 422


def test_what_is_next_door_is_not_there(owner, practice, neighbour):
    with practice_context(neighbour):
        theirs = agenda()
        away = TimeOff.get(TimeOff.kind == "absence")
        service = HealthcareService.get(HealthcareService.key == "seance")
        site = Location.get()
        pool = ResourcePool.create(location=site.id, key="salle", name={"fr": "Salle"})
        unit = Resource.create(pool=pool.id, key="bleue", name={"fr": "Bleue"})
    data = filled(owner, "/settings/absences")
    for path in (
        f"/settings/hours/{theirs.id}", f"/settings/hours/{theirs.id}/week", f"/settings/absences/{away.id}",
        f"/settings/services/{service.id}",
    ):  # fmt: skip
        assert owner.get(path).status_code == 404
    for path in (f"/settings/rooms/{pool.id}/units", f"/settings/rooms/units/{unit.id}/retirement",
                 f"/settings/absences/{away.id}/removal"):  # fmt: skip
        assert owner.post(path, data={**data, "unit": "x"}).status_code == 404
