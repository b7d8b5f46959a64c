"""The public pages of a practice answer, whole, on both databases."""

import pytest

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
