"""The public pages of a practice answer, whole, on both databases."""

import pytest

from tests.integration.booking.group import grow
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


def test_a_long_list_is_searched(client, practice):
    assert not soup(client.get("/book")).select_one("form[role=search]")
    grow(practice, people=1, services=15)
    page = soup(client.get("/book"))
    assert page.select_one("form[role=search] input[name=q]")
    everything = page.select("#services li")
    found = soup(client.get("/book?q=soin+14"))
    assert [link.get_text() for link in found.select("#services li a")] == ["Soin 14"]
    assert found.select_one("input[name=q]")["value"] == "soin 14"
    part = soup(client.get("/book?q=SOIN", headers={"HX-Request": "true", "HX-Request-Type": "partial"}))
    assert not part.h1 and part.select_one("#services") == soup(client.get("/book?q=SOIN")).select_one(
        "#services"
    )
    assert 14 < len(part.select("li")) < len(everything)
    for odd in ("%00%1b", "%ed%a0%80", "x" * 3000, "%25s%7B0%7D", "'%3E%3Cimg%20src=x%20onerror=alert(1)%3E"):
        answer = client.get(f"/book?q={odd}")
        assert answer.status_code == 200 and b"<img src=x" not in answer.data
    assert client.get("/book?q=a&q=b").status_code == 400
    nothing = soup(client.get("/book?q=%3Czzz%3E"))
    assert "Aucun soin ne porte ce nom" in nothing.select_one("#services").get_text()
    assert nothing.select_one("#services a[href='/book']")
