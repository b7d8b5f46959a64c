"""The pages of sites, practitioners, services and agendas: added, changed, put in order, with what a change costs."""

from datetime import date

import pytest

from app.booking import catalogue, impact
from app.booking.models import Appointment, WorkingHours
from app.booking.plans import weeks
from app.directory.models import (
    HealthcareService,
    Listing,
    Location,
    Practitioner,
    PractitionerMember,
    Schedule,
    ScheduleService,
)
from app.kernel.audit import AuditEvent
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from app.staff.models import Member
from tests.integration.booking.agenda import agenda
from tests.integration.booking.agenda import book as make
from tests.journey import form_of, soup
from tests.people import make_member, sign_in_as

LISTS = ("/settings/sites", "/settings/practitioners", "/settings/services", "/settings/hours")
INAMI = "59991332100"
NOBODY = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def engine():
    return "sqlite"  # forms; what the two engines do apart is in test_endings.py


@pytest.fixture
def owner(client, practice, clock):
    who = make_member(practice, roles=("owner",), email="aline@lavande.example")
    sign_in_as(client, who, clock=clock, staff=True)
    return client


@pytest.fixture
def book(practice, services, clock):
    def _book(*args, **more):
        with practice_context(practice):
            return make(practice, *args, services=services, clock=clock, **more)

    return _book


def filled(browser, path, **changes):
    _, fields = form_of(soup(browser.get(path)), holding=next(iter(changes), "csrf_token"))
    return {**fields, **changes}


def send(browser, path, **changes):
    return browser.post(path, data=filled(browser, path, **changes))


def confirm(browser, answer):
    """Press the button of the second step."""
    assert answer.status_code == 200, answer.status
    action, fields = form_of(soup(answer), holding="seen")
    return browser.post(action, data=fields)


def row_of(practice, model, **where):
    with practice_context(practice):
        return model.get(*[getattr(model, name) == value for name, value in where.items()])


def wrong_of(answer):
    return [one.get_text(" ", strip=True) for one in soup(answer).select(".error-summary li")]


# ---- who comes in


@pytest.mark.parametrize("path", [*LISTS, *(f"{path}/new" for path in LISTS)])
def test_reception_and_practitioners_do_not_come_in(client, practice, clock, path):
    sign_in_as(client, make_member(practice, roles=("receptionist", "practitioner")), clock=clock, staff=True)
    assert client.get(path).status_code == 403
    assert client.post(f"{LISTS[0]}/new", data={}).status_code in (400, 403)


@pytest.mark.parametrize("path", [*LISTS, *(f"{path}/new" for path in LISTS)])
def test_the_owner_comes_in(owner, path):
    assert owner.get(path).status_code == 200


@pytest.mark.parametrize("list_", LISTS)
def test_what_is_not_of_the_practice_is_not_found(owner, neighbour, list_):
    models = dict(zip(LISTS, (Location, Practitioner, HealthcareService, Schedule), strict=True))
    with practice_context(neighbour):
        theirs = models[list_].select().first().id
    data = filled(owner, "/settings/sites/new")
    for identifier in (theirs, NOBODY):
        assert owner.get(f"{list_}/{identifier}").status_code == 404
        for verb in ("order", "retirement" if "services" in list_ else "end"):
            assert owner.post(f"{list_}/{identifier}/{verb}", data=data).status_code == 404


# ---- sites


def test_a_site_is_added_and_its_town_and_point_follow_from_the_postcode(owner, practice):
    answer = send(
        owner, "/settings/sites/new", street="Rue du Pont 3", name_fr="Cabinet de Dinant", postcode="5500"
    )
    assert answer.status_code == 303
    made = row_of(practice, Location, street="Rue du Pont 3")
    assert made.key == "cabinet-de-dinant" and made.town["fr"] == "Dinant" and round(made.lat) == 50
    assert made.name["nl"] == "Cabinet de Dinant"  # nothing said reads as the first language
    assert row_of(practice, AuditEvent, verb="location.add").detail["name"]["fr"] == "Cabinet de Dinant"


def test_the_town_is_found_by_a_button_that_saves_nothing(owner, practice):
    answer = send(
        owner, "/settings/sites/new", street="Rue X 1", postcode="1000", lookup="1", town_fr="Charleroi"
    )
    _, fields = form_of(soup(answer), holding="postcode")
    assert (fields["town_fr"], fields["town_nl"], fields["street"]) == ("Bruxelles", "Brussel", "Rue X 1")
    with practice_context(practice):
        assert not Location.select().where(Location.street == "Rue X 1").exists()


def test_what_is_wrong_with_a_site_is_said_and_kept(owner, practice):
    for wrong in [
        {"postcode": "0999"}, {"postcode": "12345"}, {"postcode": ""}, {"street": ""}, {"street": "x" * 201},
        {"name_fr": ""}, {"name_fr": "n" * 200}, {"lat": "91", "lon": "4"}, {"lat": "abc", "lon": "nan"},
        {"lat": "51.2", "lon": "3.2"}, {"phone": "appelez-moi"}, {"timezone": "Mars/Olympus"}, {"street": "a\x00b"},
    ]:  # fmt: skip
        typed = {"street": "Rue du Pont 3", "name_fr": "Dinant", "postcode": "5500", **wrong}
        answer = send(owner, "/settings/sites/new", **typed)
        assert answer.status_code == 422 and wrong_of(answer)
        _, again = form_of(soup(answer), holding="street")
        assert all(
            again[name] == value
            for name, value in typed.items()
            if name not in ("timezone",) and "\x00" not in value
        )


def test_two_sites_of_one_name_are_refused_and_sending_twice_makes_one(owner, practice):
    data = filled(owner, "/settings/sites/new", street="Rue 1", name_fr="Annexe", postcode="5000")
    assert [owner.post("/settings/sites/new", data=data).status_code for _ in range(2)] == [303, 422]
    with practice_context(practice):
        assert Location.select().where(Location.street == "Rue 1").count() == 1


def test_another_address_shows_who_is_to_come_there_before_it_is_saved(owner, practice, book):
    with practice_context(practice):
        aline = agenda()
    book(aline, 9)
    path = f"/settings/sites/{aline.location_id}"
    answer = send(owner, path, street="Rue Neuve 9")
    assert "seen" in answer.get_data(as_text=True)
    assert confirm(owner, answer).status_code == 303
    assert row_of(practice, Location, id=aline.location_id).street == "Rue Neuve 9"
    with practice_context(practice):
        assert Appointment.get().fit == "supported"
        card = Listing.get(Listing.schedule_id == aline.id).card
    assert card["street"] == "Rue Neuve 9"


def test_the_second_of_two_people_chooses_line_by_line(owner, practice):
    with practice_context(practice):
        site = Location.select().order_by(Location.position).first()
    path = f"/settings/sites/{site.id}"
    mine, theirs = (filled(owner, path, street=one) for one in ("Rue Mienne 1", "Rue Leur 2"))
    assert owner.post(path, data={**theirs, "access_fr": "Deux marches."}).status_code == 303
    answer = owner.post(path, data=mine)
    page = soup(answer)
    assert answer.status_code == 409 and "Rue Leur 2" in page.select_one("#differs").get_text()
    _, fields = form_of(page, holding="street")
    assert owner.post(path, data={**fields, "keep-access_fr": "theirs"}).status_code == 303
    kept = row_of(practice, Location, id=site.id)
    assert (kept.street, kept.access["fr"]) == ("Rue Mienne 1", "Deux marches.")


# ---- practitioners


def person(**changes):
    return {"given_name": "Zoé", "family_name": "Quinaux", "speaks-fr": "y", **changes}


def test_a_practitioner_is_added_with_a_number_that_is_checked_and_a_place_in_the_team(owner, practice):
    with practice_context(practice):
        member = Member.get()
    answer = send(
        owner, "/settings/practitioners/new", **person(inami="5-99913-32 100", member=str(member.id))
    )
    assert answer.status_code == 303
    made = row_of(practice, Practitioner, family_name="Quinaux")
    assert (made.inami, made.key) == (INAMI, "zoe-quinaux")
    assert row_of(practice, PractitionerMember, practitioner=made.id).member_id == member.id
    again = send(owner, "/settings/practitioners/new", **person(family_name="Autre", inami=INAMI))
    assert again.status_code == 422 and wrong_of(again)
    again = send(owner, "/settings/practitioners/new", **person(family_name="Autre", member=str(member.id)))
    assert again.status_code == 422 and wrong_of(again)


def test_what_is_wrong_with_a_practitioner_is_said(owner, practice):
    for wrong in [
        {"inami": "59991332101"[:10]}, {"inami": "12345678901"}, {"given_name": ""}, {"family_name": "x" * 200},
        {"starts_on": "2126-01-01"}, {"starts_on": "2026-02-31"}, {"discipline": "perswizard"}, {"member": NOBODY},
        {"presentation_fr": "x" * 601}, {"family_name": "<script>"},
    ]:  # fmt: skip
        answer = send(owner, "/settings/practitioners/new", **person(**wrong))
        assert answer.status_code == 422 and wrong_of(answer)
        with practice_context(practice):
            assert not Practitioner.select().where(Practitioner.given_name == "Zoé").exists()


def test_a_practitioner_speaks_some_language(owner):
    data = filled(owner, "/settings/practitioners/new", given_name="Zoé", family_name="Quinaux")
    data = {name: value for name, value in data.items() if not name.startswith("speaks-")}
    answer = owner.post("/settings/practitioners/new", data=data)
    assert answer.status_code == 422 and wrong_of(answer)


def test_a_new_name_is_on_the_public_page_and_in_the_shop_window_at_once(owner, practice, client):
    with practice_context(practice):
        aline = agenda()
    path = f"/settings/practitioners/{aline.practitioner_id}"
    assert send(owner, path, family_name="Renardeau").status_code == 303
    with practice_context(practice):
        listed = Listing.get(Listing.schedule_id == aline.id)
    assert "Renardeau" in listed.card["name"] and "renardeau" in listed.words
    assert "Renardeau" in client.get("/").get_data(as_text=True)


# ---- services


def service(**changes):
    return {"name_fr": "Ondes de choc", "duration_minutes": "30", "price": "45,50", **changes}


def test_a_service_is_added_and_can_be_booked_at_once(owner, practice, clock):
    assert (
        send(
            owner, "/settings/services/new", **service(color="violet", prescription_required="y")
        ).status_code
        == 303
    )
    made = row_of(practice, HealthcareService, key="ondes-de-choc")
    assert (made.price_cents, made.color, made.prescription_required) == (4550, "violet", True)
    with practice_context(practice):
        found = catalogue.of(Practice.get_by_id(practice.id), now=clock.now())
        assert {one.schedule.id for one in found.of_service(made.id)} == {one.id for one in Schedule.select()}
        assert all(one.is_bookable for one in found.of_service(made.id))


def test_what_is_wrong_with_a_service_is_said_and_kept(owner, practice):
    for wrong in [
        {"price": "-1"}, {"price": "gratuit"}, {"price": "10000,01"}, {"duration_minutes": "999"},
        {"duration_minutes": "0"}, {"duration_minutes": "3.5"}, {"grid_minutes": "-15"}, {"capacity": "0"},
        {"capacity": "2", "staff_reserved": "2"}, {"name_fr": ""}, {"name_fr": "x" * 200}, {"color": "red;}body{"},
        {"description_fr": "x" * 1001}, {"buffer_after_minutes": "241"},
    ]:  # fmt: skip
        answer = send(owner, "/settings/services/new", **service(**wrong))
        assert answer.status_code == 422 and wrong_of(answer)
        _, again = form_of(soup(answer), holding="duration_minutes")
        assert all(
            again[name] == value for name, value in wrong.items() if name not in ("color", "description_fr")
        )


def test_a_name_is_given_once_and_nobody_need_give_it(owner, practice):
    data = filled(owner, "/settings/services/new", **service())
    alone = {name: value for name, value in data.items() if not name.startswith("in-")}
    assert owner.post("/settings/services/new", data=alone).status_code == 303
    page = soup(owner.get("/settings/services"))
    assert any(
        "Ondes de choc" in row.get_text() and row.select(".badge-warning") for row in page.select(".list-row")
    )
    assert send(owner, "/settings/services/new", **service(name_fr="ONDES DE CHOC")).status_code == 422


def test_a_service_is_retired_with_what_it_touches_and_comes_back(owner, practice, book, clock):
    with practice_context(practice):
        aline = agenda()
        seance = HealthcareService.get(HealthcareService.key == "seance")
    book(aline, 9)
    path = f"/settings/services/{seance.id}"
    answer = owner.post(f"{path}/retirement", data=filled(owner, path))
    assert confirm(owner, answer).status_code == 303
    assert row_of(practice, HealthcareService, id=seance.id).archived
    with practice_context(practice):
        assert Appointment.get().fit == "supported" and impact.waiting() == 0
        found = catalogue.of(Practice.get_by_id(practice.id), now=clock.now())
    assert not found.of_service(seance.id) and owner.get(path).status_code == 404
    assert owner.post(f"{path}/return", data=filled(owner, "/settings/services/new")).status_code == 303
    assert not row_of(practice, HealthcareService, id=seance.id).archived


def test_a_service_taken_out_of_an_agenda_shows_who_has_it_there(owner, practice, book):
    with practice_context(practice):
        aline = agenda()
        seance = HealthcareService.get(HealthcareService.key == "seance")
    book(aline, 9)
    path = f"/settings/services/{seance.id}"
    data = filled(owner, path, duration_minutes=str(seance.duration_minutes))
    del data[f"in-{aline.id}"]
    assert confirm(owner, owner.post(path, data=data)).status_code == 303
    with practice_context(practice):
        links = ScheduleService.select().where(ScheduleService.service == seance.id)
        assert aline.id not in {link.schedule_id for link in links} and links.count()
        assert Appointment.get().fit == "supported"


def test_what_the_first_of_two_did_to_the_boxes_is_told_to_the_second(owner, practice):
    with practice_context(practice):
        seance = HealthcareService.get(HealthcareService.key == "seance")
    path = f"/settings/services/{seance.id}"
    mine = filled(owner, path, price="60")
    theirs = {name: value for name, value in mine.items() if not name.startswith("in-")}
    assert owner.post(path, data={**theirs, "price": "61"}).status_code == 303
    answer = owner.post(path, data=mine)
    words = soup(answer).select_one("#differs").get_text(" ")
    assert answer.status_code == 409 and "Aline" in words and "61" in words


# ---- agendas


def test_an_agenda_is_added_once_with_its_own_prices(owner, practice, clock):
    send(owner, "/settings/practitioners/new", **person())
    zoe = row_of(practice, Practitioner, family_name="Quinaux")
    with practice_context(practice):
        site = Location.select().order_by(Location.position).first()
        seance = HealthcareService.get(HealthcareService.key == "seance")
    own = {f"d-{seance.id}": "40", f"p-{seance.id}": "52,5", "whose": str(zoe.id), "site": str(site.id)}
    answer = send(owner, "/settings/hours/new", **own)
    assert answer.status_code == 303 and answer.location.endswith("/week")
    made = row_of(practice, Schedule, practitioner=zoe.id)
    link = row_of(practice, ScheduleService, schedule=made.id, service=seance.id)
    assert (link.duration_minutes, link.price_cents, made.location_id) == (40, 5250, site.id)
    again = send(owner, "/settings/hours/new", **own)
    assert again.status_code == 422 and wrong_of(again)


def test_what_is_wrong_with_a_service_of_an_agenda_is_said_and_kept(owner, practice):
    with practice_context(practice):
        aline = agenda()
        seance = HealthcareService.get(HealthcareService.key == "seance")
    for kind, text in (("d", "999"), ("d", "abc"), ("p", "-1"), ("p", "1e9")):
        name = f"{kind}-{seance.id}"
        answer = send(owner, f"/settings/hours/{aline.id}/services", **{name: text})
        assert answer.status_code == 422 and wrong_of(answer)
        assert form_of(soup(answer), holding=name)[1][name] == text


def test_a_longer_service_in_one_agenda_names_who_loses_their_place(owner, practice, book):
    with practice_context(practice):
        aline = agenda()
        seance = HealthcareService.get(HealthcareService.key == "seance")
    book(aline, 9)
    book(aline, 9, 30)
    path = f"/settings/hours/{aline.id}/services"
    answer = send(owner, path, **{f"d-{seance.id}": "45"})
    assert confirm(owner, answer).status_code == 303
    with practice_context(practice):
        assert impact.waiting() == 1


# ---- order


@pytest.mark.parametrize("list_", LISTS)
def test_the_order_is_the_practices_own_and_the_ends_are_ends(owner, practice, list_):
    send(owner, "/settings/sites/new", street="Rue 2", name_fr="Annexe", postcode="5000")
    model = dict(zip(LISTS, (Location, Practitioner, HealthcareService, Schedule), strict=True))[list_]

    def keys():
        with practice_context(practice):
            return [
                row.id
                for row in model.select().where(model.position >= 0).order_by(model.position, model.key)
            ]

    before = keys()
    data = filled(owner, list_, to="down")
    assert owner.post(f"{list_}/{before[0]}/order", data=data).status_code == 303
    assert keys()[:2] == [before[1], before[0]]
    assert owner.post(f"{list_}/{before[1]}/order", data={**data, "to": "up"}).status_code == 303
    assert keys()[:2] == [before[1], before[0]]


def test_a_practice_with_nothing_is_told_what_to_do_next(owner, practice, clock):
    assert not soup(owner.get("/settings/sites")).select("main .notice")
    with practice_context(practice):
        for model in (Location, Practitioner, Schedule):
            model.update(ends_on=date(2026, 1, 1)).execute()
        HealthcareService.update(archived=True).execute()
        Practice.update(catalogue_version=Practice.catalogue_version + 1).execute()
    links = [one["href"] for one in soup(owner.get("/settings/sites")).select("main .notice a")]
    assert links == [f"{path}/new" for path in ("/settings/sites", *LISTS[1:])]


# ---- the week


def week_of(practice, owner):
    with practice_context(practice):
        aline = agenda()
    path = f"/settings/hours/{aline.id}/week"
    return aline, path, filled(owner, path, valid_from="2026-11-30")


def ends(answer, day):
    rows = soup(answer).select(f"fieldset[data-day='{day}'] .hours-row")
    return [[one["value"] for one in row.select("input.input")] for row in rows]


def test_buttons_change_the_week_and_save_nothing(owner, practice):
    aline, path, data = week_of(practice, owner)
    cut = owner.post(path, data={**data, "pause": "1", "pause_from": "10h", "pause_to": "10h15"})
    assert ends(cut, 0)[:2] == [["08:00", "10:00"], ["10:15", "12:00"]]
    copied = owner.post(path, data={**data, "copy_day": "1", "copied": "4", "onto": "5"})
    assert ends(copied, 5)[0] == ["08:00", "12:30"]
    wrong = owner.post(path, data={**data, "pause": "1", "pause_from": "25:00"})
    assert soup(wrong).select_one(".error-summary") and ends(wrong, 0)[0] == ["08:00", "12:00"]
    weeks_ = owner.post(path, data={**data, "weeks": "2", "copy_week": "1"})
    assert len(soup(weeks_).select("[data-plane]")) == 2 and len(ends(weeks_, 0)) == 6
    with practice_context(practice):
        assert not AuditEvent.select().where(AuditEvent.verb == "hours.change").exists()


def test_a_period_that_ends_before_it_begins_is_refused_and_one_that_does_not_is_kept(owner, practice):
    aline, path, data = week_of(practice, owner)
    for wrong in ("2026-11-29", "2036-01-01", "demain"):
        answer = owner.post(path, data={**data, "valid_to": wrong})
        assert answer.status_code == 422 and form_of(soup(answer), holding="valid_to")[1]["valid_to"] == wrong
    assert owner.post(path, data={**data, "valid_to": "2026-12-06"}).status_code == 303
    with practice_context(practice):
        assert [str(plan.valid_from) for plan in weeks.plans(aline.id)][-2:] == ["2026-11-30", "2026-12-07"]


def test_whoever_would_be_at_two_sites_at_once_is_told_and_may_save_all_the_same(owner, practice):
    with practice_context(practice):
        aline = agenda()
        seance = HealthcareService.get(HealthcareService.key == "seance")
    send(owner, "/settings/sites/new", street="Rue 2", name_fr="Annexe", postcode="5000")
    where = {"whose": str(aline.practitioner_id), "site": str(row_of(practice, Location, street="Rue 2").id)}
    path = send(owner, "/settings/hours/new", **where, **{f"s-{seance.id}": "y"}).location
    typed = {
        "r1-day": "0-0",
        "r1-from": "8h30",
        "r1-to": "11:45",
        "r1-who": "public",
        "valid_from": "2026-11-30",
    }
    answer = send(owner, path, **typed)
    assert answer.status_code == 422 and "Annexe" not in soup(answer).select_one(".notice-warning").get_text()
    assert "Namur" in soup(answer).select_one(".notice-warning").get_text()
    _, again = form_of(soup(answer), holding="valid_from")
    assert owner.post(path, data={**again, "both": "y"}).status_code == 303
    assert row_of(practice, WorkingHours, start_minute=510, end_minute=705).weekday == 0
