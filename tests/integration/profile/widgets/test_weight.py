"""The widget of weight."""

import pytest

from tests.integration.profile.widgets import parameter

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def test_the_widget_of_weight_shows_the_newest_value_and_asks_for_the_next(client, practice, clock):
    page = parameter.check(client, practice, clock, "weight")
    assert 'data-decimals="1"' in page and 'data-min="25.0"' in page and "data-slide" in page
