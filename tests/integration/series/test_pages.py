"""The pages of a series: a patient with an account and the desk; proposed, ticked, lost, kept, booked, taken back."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from app.booking import actions, catalogue
from app.booking.models import Appointment, BookingPolicy
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from app.patients.models import AccessEntry
from tests.factories import make_patient, make_person
from tests.journey import soup, times_page
from tests.people import make_account, make_member, sign_in_as

ASKED = {
    "day_1": "y",
    "after": "8",
    "before": "18",
    "first_day": "2026-11-24",
    "every": "1",
    "count": "4",
    "until": "",
}


@pytest.fixture
def here(practice):
    with practice_context(practice):
        yield practice


@pytest.fixture
def alice(client, here, clock):
    account = make_account(email="alice@example.be", niss="85073099437")
    sign_in_as(client, account, clock=clock)
    return account


@pytest.fixture
def path(client):
    _, page = times_page(client)
    return page.select_one(".otherwise a[href*=series]")["href"].partition("?")[0]


@pytest.fixture
def proposal(client, alice, path):
    """(path, fields of the form that books, page) of four Tuesdays."""

    def look(**changes):
        response = client.get(path, query_string={**ASKED, "schedule": "any", **changes})
        page = soup(response)
        return page, form_fields(page)

    return look


def form_fields(page):
    form = page.find("form", attrs={"method": "post"}, action=re.compile("/series$"))
    fields = {}
    for field in form.find_all("input"):
        if field["type"] in ("radio", "checkbox") and not field.has_attr("checked"):
            continue
        fields[field["name"]] = field.get("value", "")
    return fields


def starts_of(fields):
    return [
        int(value.split("@")[0]) for name, value in fields.items() if name.startswith("row_") and "@" in value
    ]


def test_a_guest_is_asked_to_sign_in_and_comes_back(client, path):
    answer = client.get(path, query_string=ASKED)
    assert answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in?next=")


def test_a_patient_books_four_tuesdays_in_two_pages(client, proposal, path, here):
    page, fields = proposal()
    assert len(page.select(".series-row")) == 4 and len(starts_of(fields)) == 4
    done = client.post(path, data={**fields, "accept": "y"}, follow_redirects=True)
    assert done.status_code == 200 and re.match(r"/series/[\w.-]+$", done.request.path)
    assert len(soup(done).select(".series-list > li")) == 4
    assert [row.starts for row in Appointment.select().order_by(Appointment.starts)] == starts_of(fields)
    calendar = client.get(f"{done.request.path}/calendar.ics")
    assert calendar.get_data().count(b"BEGIN:VEVENT") == 4
    again = client.post(path, data={**fields, "accept": "y"}, follow_redirects=True)
    assert again.request.path == done.request.path and Appointment.select().count() == 4


def test_a_date_that_vanishes_while_posting_keeps_everything_else(
    client, proposal, path, here, clock, services
):
    _, fields = proposal()
    third = starts_of(fields)[2]
    offers = catalogue.of(Practice.get_by_id(here.id), now=clock.now()).offers
    who = fields["row_2"].split("@")[1]
    offer = [one for one in offers if one.agenda.id == who and one.service.id.hex in path.replace("-", "")]
    now = clock.now()
    quick = actions.Asked(third, uuid4(), make_person(family_name="Quick"), True, "")
    actions.book(offer, quick, sealer=services.sealer, by="guest", now=now, mail_at=now)
    response = client.post(path, data={**fields, "accept": "y"})
    page = soup(response)
    assert response.status_code == 409 and Appointment.select().count() == 1
    assert page.select("#row_2 .error") and len(page.select(".series-row .error")) == 1
    kept = form_fields(page)
    assert kept["accept"] == "y" and kept["attempt"] == fields["attempt"]
    for row in ("row_0", "row_1", "row_3"):
        assert kept[row] == fields[row]
    assert kept["row_2"] == "skip"
    other = page.select_one("#row_2 input[value*='@']")["value"]
    done = client.post(path, data={**kept, "row_2": other}, follow_redirects=True)
    assert done.request.path.startswith("/series/") and Appointment.select().count() == 5


def test_a_public_holiday_gives_others(proposal):
    """Friday 25 December 2026."""
    page, fields = proposal(day_1="", day_4="y", first_day="2026-12-18", count="2")
    assert fields["row_0"] != "skip" and fields["row_1"] == "skip"
    days = [one["value"].split("@")[0] for one in page.select("#row_1 input[value*='@']")]
    assert days or "muted" in str(page.select_one("#row_1"))


WRONG = {
    "no day": ({"day_1": ""}, "day_0"),
    "no count": ({"count": ""}, "count"),
    "letters": ({"count": "many"}, "count"),
    "one": ({"count": "1"}, "count"),
    "too many": ({"count": "11"}, "count"),
    "hours": ({"after": "18", "before": "8"}, "before"),
    "no first day": ({"first_day": ""}, "first_day"),
    "no such day": ({"first_day": "2026-02-31"}, "first_day"),
    "until before": ({"until": "2026-11-01"}, "until"),
    "null byte": ({"first_day": "2026\x00"}, "first_day"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_typed_wrong_is_named(client, alice, path, name):
    changes, field = WRONG[name]
    response = client.get(path, query_string={**ASKED, "schedule": "any", **changes})
    assert response.status_code == 422 and soup(response).select(f".error-summary a[href='#{field}']")


def test_conditions_are_asked_for_and_the_ticks_stay(client, proposal, path, here):
    _, fields = proposal()
    page = client.post(path, data={**fields, "row_1": "skip"})
    assert page.status_code == 422 and form_fields(soup(page))["row_1"] == "skip"
    assert form_fields(soup(page))["row_0"] == fields["row_0"] and not Appointment.select().exists()


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({f"row_{n}": "skip" for n in range(4)}, 422),
        ({"row_0": "29923635@" + "0" * 32}, 404),
        ({"row_0": "banana"}, 303),
        ({"row_0": "100@WHO"}, 409),
        ({"row_0": "99999999@WHO"}, 409),
        ({"attempt": "x"}, 400),
        ({"whose": "account:somebody"}, 409),
        ({"count": "99"}, 422),
        ({"price": "-5", "patient": "x", "series_most": "99"}, 303),
    ],
)
def test_a_crafted_post_gets_no_further_than_the_rules(client, proposal, path, here, changes, status):
    _, fields = proposal()
    who = fields["row_1"].split("@")[1]
    sent = {name: value.replace("WHO", who) for name, value in changes.items()}
    response = client.post(path, data={**fields, "accept": "y", **sent})
    assert response.status_code == status
    assert Appointment.select().exists() == (status == 303)


def test_on_request_the_page_says_so_and_offers_no_form(client, alice, path, here):
    BookingPolicy.create(outcome="request")
    Practice.update(catalogue_version=Practice.catalogue_version + 1).where(Practice.id == here.id).execute()
    page = soup(client.get(path))
    assert page.select(".notice") and not page.select("main form")
    assert not times_page(client)[1].select(".otherwise a[href*=series]")


# ---- by the link


@pytest.fixture
def booked(client, proposal, path):
    """The address of a series of four."""
    _, fields = proposal()
    done = client.post(path, data={**fields, "accept": "y"}, follow_redirects=True)
    return done.request.path, soup(done).find(attrs={"name": "csrf_token"})["value"], starts_of(fields)


def statuses():
    return [row.status for row in Appointment.select().order_by(Appointment.starts)]


def test_one_date_and_then_the_rest_are_cancelled_by_the_link(client, booked, here):
    url, token, starts = booked
    sent = {"csrf_token": token, "from": starts[1], "scope": "one"}
    assert client.post(f"{url}/cancellation", data=sent, follow_redirects=True).status_code == 200
    assert statuses() == ["booked", "cancelled", "booked", "booked"]
    assert client.post(f"{url}/cancellation", data=sent).status_code == 422  # a replay
    sent |= {"from": starts[2], "scope": "following"}
    assert client.post(f"{url}/cancellation", data=sent, follow_redirects=True).status_code == 200
    assert statuses() == ["booked", "cancelled", "cancelled", "cancelled"]


def test_what_is_past_its_deadline_stays_and_is_named(client, booked, here):
    url, token, starts = booked
    Appointment.update(cancel_until=0).where(Appointment.starts == starts[2]).execute()
    sent = {"csrf_token": token, "from": starts[1], "scope": "following"}
    page = soup(client.post(f"{url}/cancellation", data=sent, follow_redirects=True))
    assert statuses() == ["booked", "cancelled", "booked", "cancelled"]
    assert len(page.select(".notice-warning li")) == 1


@pytest.mark.parametrize("start", ["", "1", "banana", "99999999"])
def test_a_date_that_is_not_of_the_series_is_not_there(client, booked, start):
    url, token, _ = booked
    sent = {"csrf_token": token, "from": start, "scope": "following"}
    assert client.post(f"{url}/cancellation", data=sent).status_code == 404
    assert client.get(f"{url}/move", query_string={"from": start}).status_code == 404


def test_this_and_following_move_to_another_day_of_the_week(client, booked, here):
    url, _, starts = booked
    asked = {"from": starts[2], "weekday": "3", "after": "8", "before": "18"}
    page = soup(client.get(f"{url}/move", query_string=asked))
    assert len(page.select(".series-row")) == 2
    form = page.find("form", attrs={"method": "post"}, action=re.compile("/move$"))
    fields = {
        f["name"]: f["value"]
        for f in form.find_all("input")
        if f["type"] == "hidden" or f.has_attr("checked")
    }
    done = client.post(f"{url}/move", data=fields, follow_redirects=True)
    assert done.status_code == 200 and done.request.path == url
    after = [row.starts for row in Appointment.select().order_by(Appointment.starts)]
    assert after[:2] == starts[:2] and all(
        1440 < b - a < 4 * 1440 for a, b in zip(starts[2:], after[2:], strict=True)
    )
    nothing = {**fields, "row_0": "skip", "row_1": "skip", "from": after[2]}
    assert client.post(f"{url}/move", data=nothing).status_code == 422


def test_a_link_of_another_kind_opens_no_series(client, booked, here):
    from app.booking import pages

    with client.application.app_context():
        token = pages.token(Appointment.select().first().id)
    assert client.get(f"/series/{token}").status_code == 404
    assert client.get("/series/nothing").status_code == 404


def test_the_page_of_one_date_leads_to_the_series(client, booked, here):
    url, _, _ = booked
    link = soup(client.get(url)).select_one(".series-list a.list-title")["href"]
    assert soup(client.get(link)).select_one(".otherwise a")["href"] == url


# ---- at the desk


@pytest.fixture
def desk(app, client, here, clock):
    staff = app.test_client()
    sign_in_as(staff, make_member(here), clock=clock, staff=True)
    return staff


def test_the_desk_plans_a_series_from_the_file(desk, here):
    patient = make_patient(email="p@example.be")
    url = f"/desk/patients/{patient.id}/series"
    assert soup(desk.get(f"/desk/patients/{patient.id}")).select_one(f"a[href='{url}']")
    page = soup(desk.get(url, query_string={**ASKED, "schedule": "any"}))
    fields = form_fields(page)
    assert len(starts_of(fields)) == 4
    done = desk.post(url, data=fields)
    assert done.status_code == 303 and "done=series" in done.headers["Location"]
    assert {(row.patient_id, row.origin) for row in Appointment.select()} == {(patient.id, "desk")}
    assert {look.what for look in AccessEntry.select().where(AccessEntry.patient == patient.id)} == {"record"}


def test_a_broken_rule_is_asked_about_once_and_needs_a_reason(desk, here):
    BookingPolicy.create(upcoming_most=1)
    Practice.update(catalogue_version=Practice.catalogue_version + 1).where(Practice.id == here.id).execute()
    url = f"/desk/patients/{make_patient().id}/series"
    fields = form_fields(soup(desk.get(url, query_string={**ASKED, "schedule": "any"})))
    asked = desk.post(url, data=fields)
    assert (
        asked.status_code == 422 and soup(asked).select("[name=sure]") and not Appointment.select().exists()
    )
    again = form_fields(soup(asked))
    assert desk.post(url, data={**again, "sure": "y", "because": ""}).status_code == 422
    assert desk.post(url, data={**again, "sure": "y", "because": "Prescription"}).status_code == 303
    assert Appointment.select().count() == 4


def test_a_neighbours_patient_is_not_there(desk, here, neighbour):
    with practice_context(neighbour):
        theirs = make_patient()
    url = f"/desk/patients/{theirs.id}/series"
    token = soup(desk.get("/desk/waiting")).find(attrs={"name": "csrf_token"})["value"]
    assert desk.get(url).status_code == 404 and desk.post(url, data={"csrf_token": token}).status_code == 404


def test_free_times_of_the_desk_reach_beyond_the_horizon(desk, here, clock):
    far = (clock.now().date() + timedelta(days=200)).isoformat()
    url = f"/desk/patients/{make_patient().id}/series"
    fields = form_fields(soup(desk.get(url, query_string={**ASKED, "schedule": "any", "first_day": far})))
    assert starts_of(fields)
