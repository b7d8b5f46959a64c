"""The start page of the desk: what today holds and what waits, whoever looks, and what it costs."""

import os
from datetime import date, timedelta

import pytest

from app.booking.models import Appointment
from app.desk import home
from app.kernel.clock import to_minutes
from app.kernel.tenancy import practice_context
from app.patients.models import AccessEntry, Patient
from app.practice.models import DeskBoard
from tests.factories import NOW, make_appointment, make_patient
from tests.journey import soup
from tests.people import make_member, sign_in_as

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def owner(client, practice, clock):
    sign_in_as(client, make_member(practice, roles=("owner",)), clock=clock, staff=True)
    return client


def come_today(practice, clock, *, minutes, **of_whom):
    with practice_context(practice):
        patient = make_patient(**of_whom)
        return make_appointment(starts=to_minutes(clock.now()) + minutes, patient=patient)


def test_the_next_arrivals_stand_on_it_and_the_look_is_journaled(owner, practice, clock):
    come_today(practice, clock, minutes=60, given_name="Ana", family_name="Lopez")
    gone = come_today(practice, clock, minutes=120, given_name="Bea", family_name="Weg")
    with practice_context(practice):
        Appointment.update(status="noshow").where(Appointment.id == gone.id).execute()
    page = owner.get("/desk")
    assert [one.get_text(strip=True) for one in soup(page).select(".visitor h3")] == ["Ana Lopez"]
    assert "no-store" in page.headers["Cache-Control"]
    with practice_context(practice):
        assert [(one.what, one.why) for one in AccessEntry.select()] == [("day", "home")]


def test_a_full_day_costs_no_more_statements_than_a_day_with_one(app, practice, clock, counted):
    with practice_context(practice):
        come_today(practice, clock, minutes=60)
    counted(practice)  # the catalogue is remembered from here on
    few = counted(practice)
    assert few <= 10
    for at in range(20):
        come_today(practice, clock, minutes=120 + 40 * at)
    assert counted(practice) == few


@pytest.fixture
def counted(app):
    from app.kernel.db import database
    from app.staff.models import Member

    def count(practice):
        heard, execute = [], database.obj.execute_sql
        database.obj.execute_sql = lambda sql, *rest, **more: heard.append(sql) or execute(sql, *rest, **more)
        try:
            with practice_context(practice):
                home.of(
                    practice,
                    Member(roles=["owner", "receptionist"]),
                    now=app.extensions["parvis.services"].clock.now(),
                )
        finally:
            del database.obj.execute_sql
        return len(heard)

    return count


def test_a_birthday_is_told_where_the_owner_wants_it_and_of_those_who_come_only(owner, practice, clock):
    born = clock.now().date().replace(year=1980)
    come_today(practice, clock, minutes=60, given_name="Ana", family_name="Lopez", birth_date=born)
    with practice_context(practice):
        make_patient(given_name="Bea", family_name="Weg", birth_date=born)
    assert soup(owner.get("/desk")).select_one("#birthdays") is None
    page = owner.get("/desk/board")
    form = {one["name"]: one.get("value", "") for one in soup(page).select("main input[type=hidden]")}
    assert owner.post("/desk/board", data={**form, "important": "", "birthdays": "y"}).status_code == 303
    names = soup(owner.get("/desk")).select_one("#birthdays").get_text()
    assert "Ana Lopez" in names and "Bea" not in names


@pytest.mark.parametrize(
    ("born", "day", "greeted"),
    [
        (date(1980, 11, 20), date(2026, 11, 20), True),
        (date(1980, 2, 29), date(2026, 2, 28), True),
        (date(1980, 2, 29), date(2028, 2, 28), False),
        (date(1980, 2, 29), date(2028, 2, 29), True),
        (date(1980, 11, 21), date(2026, 11, 20), False),
    ],
)
def test_a_birthday_is_on_its_day_and_that_of_a_leap_day_before_march(engine, born, day, greeted):
    assert home._same_day(born, day) is greeted


def test_what_the_owner_pins_is_read_by_all_and_the_second_of_two_is_told(owner, practice):
    page = owner.get("/desk/board")
    form = {one["name"]: one.get("value", "") for one in soup(page).select("main input[type=hidden]")}
    assert (
        owner.post("/desk/board", data={**form, "important": "L’ascenseur est en panne <b>"}).status_code
        == 303
    )
    assert "L’ascenseur est en panne <b>" in soup(owner.get("/desk")).select_one(".home-board").get_text()
    late = owner.post("/desk/board", data={**form, "important": "Tout va bien"})
    assert late.status_code == 409 and "en panne" in late.text and "Tout va bien" in late.text
    assert owner.post("/desk/board", data={**form, "important": "x" * 501}).status_code == 422
    with practice_context(practice):
        assert DeskBoard.select().count() == 1


def test_a_receptionist_pins_nothing_and_reads_no_backup(client, practice, clock):
    sign_in_as(client, make_member(practice), clock=clock, staff=True)
    assert client.get("/desk/board").status_code == 403
    page = client.get("/desk")
    assert "sauvegarde" not in page.text and "/desk/board" not in page.text


def test_the_age_of_the_backup_is_said_honestly(engine, tmp_path):
    stamp = tmp_path / "backup.stamp"
    assert home.backup("", now=NOW) == home.Backup(None, True)
    assert home.backup(str(stamp), now=NOW) == home.Backup(None, True)
    stamp.touch()
    os.utime(stamp, (NOW.timestamp(), NOW.timestamp()))
    assert home.backup(str(stamp), now=NOW + timedelta(hours=30)) == home.Backup(NOW, False)
    assert home.backup(str(stamp), now=NOW + timedelta(hours=37)).is_old


def test_no_backup_is_known_until_one_is_told(owner):
    assert "Aucune sauvegarde connue" in owner.get("/desk").text


def test_the_neighbour_s_board_and_people_are_not_on_it(owner, practice, neighbour, clock):
    with practice_context(neighbour):
        DeskBoard.create(important="CHEZ LE VOISIN", actor="operator", at=NOW)
        patient = make_patient(given_name="Charlie", family_name="Voisin")
        make_appointment(starts=to_minutes(clock.now()) + 60, patient=patient)
        assert Patient.select().exists()
    page = owner.get("/desk").text
    assert "VOISIN" not in page and "Charlie" not in page
