"""«Questionnaires»: what waits for an answer, and the way to it."""

import pytest

from tests.integration.profile.world import alice_at
from tests.integration.questionnaires.test_answering import alice, asked, known  # noqa: F401
from tests.journey import soup

HERE = "/me/widgets/questionnaires"
pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def test_what_waits_for_an_answer_is_named_and_leads_to_it(client, asked):  # noqa: F811
    card = soup(client.get(HERE)).select_one("#widget-questionnaires")
    assert "Avant la première visite" in card.get_text()
    assert any(link["href"].startswith("/questionnaires/") for link in card.select("a"))


def test_with_nothing_to_answer_no_way_is_offered(client, clock, practice):
    alice_at(client, clock, practice)
    card = soup(client.get(HERE)).select_one("#widget-questionnaires")
    assert card.get_text(strip=True)
    assert not any(link["href"].startswith("/questionnaires/") for link in card.select("a"))
