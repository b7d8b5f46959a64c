"""The widget of blood pressure."""

import pytest

from tests.integration.profile.widgets import parameter

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def test_the_widget_of_blood_pressure_shows_the_newest_value_and_asks_for_the_next(client, practice, clock):
    page = parameter.check(client, practice, clock, "blood-pressure")
    assert "120/80" in page and 'name="value"' in page and 'name="second"' in page
