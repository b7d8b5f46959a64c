"""«My exercises»: ticked and unticked by whoever does them and nobody else; and the widget of the profile."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from app.exercises.models import EVERY_DAY, ActivityDone, CareActivity, CarePlan
from app.identity.models import Dependant, Representation, Session
from app.kernel.db import connection, database
from app.kernel.tenancy import account_context, practice_context
from tests.conftest import HOST
from tests.integration.messaging.world import tie
from tests.integration.questionnaires.asking import token
from tests.journey import soup
from tests.people import NOW, make_account, sign_in_as

sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
HERE = "/exercises"
TODAY = date(2026, 11, 20)  # a Friday
YESTERDAY = TODAY - timedelta(days=1)
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def alice(client, practice, clock):
    alice = make_account()
    alice.file = tie(alice, practice)
    sign_in_as(client, alice, clock=clock)
    return alice


def plan_of(patient, practice, *, starts_on=date(2026, 11, 9), names=("Squat",), weekdays=EVERY_DAY, **more):
    with connection(), practice_context(practice):
        plan = CarePlan.create(
            patient=patient.id,
            title="Genou",
            starts_on=starts_on,
            created_at=NOW,
            created_by="account:k",
            **more,
        )
        made = [
            CareActivity.create(
                plan=plan.id, position=at, name={"fr": name}, weekdays=weekdays, series=3, repetitions=10,
                drawing="squat", added_on=starts_on,
            )
            for at, name in enumerate(names)
        ]  # fmt: skip
    return plan, made


@pytest.fixture
def squat(alice, practice):
    plan, (activity,) = plan_of(alice.file, practice)
    activity.done, activity.undone = (
        f"{HERE}/activities/{activity.id}/{word}" for word in ("done", "undone")
    )
    activity.page = f"{HERE}/{plan.id}"
    return activity


def press(client, path, day=TODAY, **more):
    headers = more.pop("headers", None)
    sent = {"csrf_token": token(client, "/account/privacy"), "day": str(day), **more}
    return client.post(path, data=sent, headers=headers)


def ticks(practice):
    with connection(), practice_context(practice):
        return [(row.day, row.feeling) for row in ActivityDone.select().order_by(ActivityDone.day)]


def test_ticked_twice_it_is_done_once_and_unticked_it_is_not(client, squat, practice):
    """On both databases: the second tick meets the first."""
    for _again in range(2):
        assert press(client, squat.done).headers["Location"] == f"{HERE}#today"
    assert ticks(practice) == [(TODAY, None)]
    press(client, squat.done, feeling="hard")
    press(client, squat.done, feeling="<b>")  # no feeling we know: the one before stays
    assert ticks(practice) == [(TODAY, "hard")]
    assert soup(client.get(HERE)).select_one('.feeling[aria-pressed="true"]')["value"] == "hard"
    for _again in range(2):
        assert press(client, squat.undone).status_code == 303
    assert ticks(practice) == []


@sqlite
@pytest.mark.parametrize(
    ("day", "status"),
    [
        (TODAY, 303), (YESTERDAY, 303), (TODAY - timedelta(days=2), 409), (TODAY + timedelta(days=1), 409),
        ("", 409), ("2026-13-01", 409), ("99999-01-01", 409), ("2026-11-2०", 409),
    ],
)  # fmt: skip
def test_today_and_yesterday_can_be_ticked_and_no_other_day(client, squat, practice, day, status):
    answer = press(client, squat.done, day)
    assert answer.status_code == status and len(ticks(practice)) == (status == 303)
    if status == 409:
        assert soup(answer).select_one("#today [role=alert]")


@sqlite
def test_the_day_is_that_of_the_practices_wall(client, alice, squat, practice, clock):
    clock.at = NOW.replace(day=20, hour=23, minute=30)  # half past midnight on the 21st at Lavande
    sign_in_as(client, alice, clock=clock)
    assert press(client, squat.done, date(2026, 11, 21)).status_code == 303
    assert press(client, squat.done, date(2026, 11, 19)).status_code == 409


@sqlite
def test_what_ended_or_is_not_due_is_not_ticked(client, alice, practice):
    for more in (
        {"ends_on": YESTERDAY},
        {"status": "revoked", "ended_at": NOW},
        {"starts_on": TODAY + timedelta(days=3)},
        {"weekdays": 1},
    ):
        _plan, (one,) = plan_of(alice.file, practice, **more)
        assert press(client, f"{HERE}/activities/{one.id}/done").status_code == 409
    page = soup(client.get(HERE))
    assert len(page.select("#old li")) == 2 and len(page.select("#coming li")) == 1
    assert ticks(practice) == []


@sqlite
def test_by_htmx_the_list_and_the_widget_refresh_themselves(client, squat):
    answer = press(client, squat.done, headers=PARTIAL)
    assert answer.status_code == 204 and answer.headers["HX-Trigger"] == "exercises-changed"
    fragment = client.get(HERE, headers=PARTIAL)
    assert len(soup(fragment).find_all(recursive=False)) == 1
    whole = soup(client.get(HERE)).select_one("#today")
    assert str(soup(fragment).select_one("#today")) == str(whole)  # the swapped page is the fresh page
    widget = soup(client.get("/me/widgets/exercise-programmes", headers=PARTIAL)).section
    assert "exercises-changed" in widget["hx-trigger"] and widget.select_one(".task-done")
    assert widget.select_one("input[name=from]")["value"] == "me"
    assert (
        press(client, squat.undone, **{"from": "me"}).headers["Location"] == "/me#widget-exercise-programmes"
    )


@sqlite
def test_the_programme_shows_how_much_and_a_picture_with_its_table(client, squat):
    press(client, squat.done, YESTERDAY)
    page = soup(client.get(squat.page))
    assert "3 × 10" in page.select_one(".exercise-card").get_text()
    assert page.select_one("svg.bars[role=img] title").get_text()
    rows = [[cell.get_text() for cell in row.find_all("td")] for row in page.select("#progress tbody tr")]
    assert rows == [["0", "7"], ["1", "5"]]
    assert not page.select("[style]")


@sqlite
def test_at_the_central_portal_each_names_its_practice(client, alice, squat, practice, clock):
    sign_in_as(client, alice, clock=clock, host=HOST)
    page = client.get(HERE, base_url=f"http://{HOST}")
    assert practice.name in soup(page).select_one("#today").get_text()
    portal = client.get("/me/widgets/exercise-programmes", base_url=f"http://{HOST}")
    assert practice.name in portal.text
    assert client.get(squat.page, base_url=f"http://{HOST}").status_code == 200


@sqlite
def test_everybody_elses_is_not_there(client, alice, squat, practice, clock):
    assert client.get(squat.page).status_code == 200  # the control
    bob = make_account(email="bob@example.be", given_name="Bob")
    tie(bob, practice)
    sign_in_as(client, bob, clock=clock)
    assert client.get(squat.page).status_code == 404
    for path in (squat.done, squat.undone, f"{HERE}/activities/{uuid4()}/done"):
        assert press(client, path).status_code == 404
    assert soup(client.get(HERE)).select_one(".empty") and ticks(practice) == []
    sign_in_as(client, alice, clock=clock, host=f"voisin.{HOST}")
    assert client.get(squat.page, base_url=f"http://voisin.{HOST}").status_code == 404


@sqlite
def test_a_childs_are_its_parents_to_tick_until_sixteen(client, alice, practice):
    with connection(), account_context(alice):
        told = {"family_name": "Dupont", "language": "fr", "created_at": NOW}
        leo = Dependant.create(given_name="Léo", birth_date=date(2016, 5, 1), **told)
        acts = Representation.create(basis="parent", dependant=leo, starts_on=NOW.date(), created_at=NOW)
    plan_of(alice.file, practice)
    _plan, (hop,) = plan_of(
        tie(alice, practice, dependant=leo.id, given_name="Léo"), practice, names=("Saut",)
    )
    assert "Léo" in client.get(HERE).text
    with connection(), account_context(alice):
        Session.update(acting_for=acts.id).execute()
    assert len(soup(client.get(HERE)).select(".task:not(details .task)")) == 1  # Léo's alone
    assert press(client, f"{HERE}/activities/{hop.id}/done").status_code == 303
    with connection(), account_context(alice):
        Session.update(acting_for=None).execute()
        Dependant.update(birth_date=date(2010, 1, 1)).execute()
    assert press(client, f"{HERE}/activities/{hop.id}/undone").status_code == 404
    assert ticks(practice) == [(TODAY, None)]


@sqlite
def test_many_programmes_cost_no_more_statements_than_one(client, alice, practice, squat):
    def statements():
        before = database.obj.statements
        assert client.get(HERE).status_code == 200
        return database.obj.statements - before

    statements()
    one = statements()
    for _more in range(5):
        plan_of(alice.file, practice, names=("A", "B", "C"))
    assert statements() == one > 3
