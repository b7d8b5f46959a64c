"""The widget of metabolic rate."""

import pytest

from tests.integration.profile.widgets import parameter

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def test_the_widget_of_metabolic_rate_shows_the_newest_value_and_asks_for_the_next(client, practice, clock):
    page = parameter.check(client, practice, clock, "metabolic-rate")
    assert "votre poids, votre taille" in page and "Mifflin" in page
