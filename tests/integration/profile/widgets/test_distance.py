"""The widget of the distance of a day."""

import pytest

from tests.integration.profile.widgets import parameter

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def test_the_widget_of_the_distance_of_a_day_shows_the_newest_value_and_asks_for_the_next(
    client, practice, clock
):
    parameter.check(client, practice, clock, "distance")
