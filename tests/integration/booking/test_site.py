"""The public pages of a practice answer, whole, on both databases."""

import pytest

from app.booking.models import WorkingHours
from app.directory.models import HealthcareService, Location, Practitioner, Schedule, ScheduleService
from app.kernel.db import connection
from app.kernel.ids import uuid7
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from tests.journey import soup


@pytest.mark.parametrize(
    "path", ["/", "/book", "/texts/conditions", "/texts/privacy", "/texts/cancellation", "/sign-in"]
)
def test_every_page_answers(client, path):
    response = client.get(path)
    assert response.status_code == 200
    assert soup(response).h1


def test_every_service_leads_to_times_or_sites(client):
    for link in soup(client.get("/book")).select("main a[href^='/book/']"):
        response = client.get(link["href"], follow_redirects=True)
        assert response.status_code == 200


@pytest.mark.parametrize(
    "path", ["/texts/nothing", "/texts/conditions/99/fr", "/book/x", "/logo-1.svg", "/desk/none"]
)
def test_what_is_not_there_is_a_404_in_the_persons_language(client, path):
    response = client.get(path)
    assert response.status_code == 404
    assert 'lang="fr"' in response.get_data(as_text=True)


def one_more(row, **other):
    """A copy of this row, with some of it otherwise."""
    return type(row).create(**{**row.__data__, "id": uuid7(), **other})


def grow(practice, *, people, services):
    """So many practitioners more, each at a site of their own, and services that all of them offer."""
    with connection(), practice_context(practice):
        agenda, link = Schedule.get(), ScheduleService.get()
        person, site = Practitioner.get_by_id(agenda.practitioner_id), Location.get_by_id(agenda.location_id)
        hours, service = WorkingHours.get(schedule=agenda), HealthcareService.get_by_id(link.service_id)
        offered = [one_more(service, key=f"s{n}", name={"fr": f"Soin {n}"}) for n in range(services)]
        for n in range(people):
            who = one_more(person, key=f"p{n}", family_name=f"Nouvelle{n}", photo="")
            there = one_more(site, key=f"l{n}", name={"fr": f"Site {n}"})
            own = one_more(agenda, key=f"a{n}", practitioner=who.id, location=there.id)
            one_more(hours, schedule=own.id)
            for each in offered:
                one_more(link, schedule=own.id, service=each.id)
        Practice.update(catalogue_version=Practice.catalogue_version + 1).where(
            Practice.id == practice.id
        ).execute()


def test_of_a_group_the_first_page_shows_some_and_leads_to_all(client, practice):
    page = soup(client.get("/"))
    assert page.select(".hero-card address") and not page.select(
        "a[href='#coming']"
    )  # of a small practice, all
    assert page.select("#services + ul") and not page.select("main details")
    grow(practice, people=15, services=12)
    page = soup(client.get("/"))
    all_of_them = soup(client.get("/book")).select("main li a[href^='/book/']")
    assert len(page.select("#services + ul > li")) == 10 < len(all_of_them)
    assert (
        page.select_one("#services ~ .actions a[href='/book']").get_text(strip=True)
        == f"Les {len(all_of_them)} soins"
    )
    assert (
        not page.select(".hero-card address")
        and "lieux" in page.select_one(".hero-card a[href='#coming']").get_text()
    )
    coming = page.select_one("#coming").parent
    assert all(f"Site {n}" in coming.get_text() for n in range(15))
    assert all(
        site.select_one("address") and site.select_one("details table")
        for site in coming.select(".card")[:-1]
    )
    people = page.select_one("#practitioners").parent
    assert len(people.select("ul > .card")) == len(people.select("details .card")) + 12
    assert all(f"Nouvelle{n}" in people.get_text() for n in range(15))
