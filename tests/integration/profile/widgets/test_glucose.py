"""The widget of blood glucose."""

import pytest

from tests.integration.profile.widgets import parameter

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def test_the_widget_of_blood_glucose_shows_the_newest_value_and_asks_for_the_next(client, practice, clock):
    page = parameter.check(client, practice, clock, "glucose")
    assert page.count("data-step>") == 4 and 'name="taken"' in page and 'name="meal"' in page
