"""«My exercises»: what is due today, to be ticked where one is."""

import pytest

from tests.integration.exercises.test_my_exercises import alice, press, squat  # noqa: F401
from tests.integration.profile.world import PARTIAL, alice_at
from tests.journey import soup

HERE = "/me/widgets/exercise-programmes"
pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def test_what_is_due_today_is_ticked_and_a_fresh_card_says_so(client, squat):  # noqa: F811
    before = soup(client.get(HERE, headers=PARTIAL)).section
    assert "Squat" in before.get_text() and before.select("form")
    press(client, squat.done)
    after = soup(client.get(HERE, headers=PARTIAL)).section
    assert after.get_text() != before.get_text()


def test_without_a_programme_the_card_says_who_makes_one(client, clock, practice):
    alice_at(client, clock, practice)
    card = soup(client.get(HERE)).select_one("#widget-exercise-programmes")
    assert card.get_text(strip=True) and not card.select("form")
