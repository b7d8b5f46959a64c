"""The widget of body mass index."""

import pytest

from tests.integration.profile.widgets import parameter

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def test_the_widget_of_body_mass_index_shows_the_newest_value_and_asks_for_the_next(client, practice, clock):
    page = parameter.check(client, practice, clock, "bmi")
    assert "votre poids, votre taille" in page and "OMS" in page
