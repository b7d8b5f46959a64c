"""The widget of state of mind."""

import pytest

from tests.integration.profile.widgets import parameter

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def test_the_widget_of_state_of_mind_shows_the_newest_value_and_asks_for_the_next(client, practice, clock):
    page = parameter.check(client, practice, clock, "mood")
    assert page.count('type="radio"') == 5 and "Très bon" in page
