"""«My devices»: what is connected and since when it was silent, and the two ways to bring values."""

import pytest

from tests.integration.profile.world import alice_at
from tests.integration.record.test_devices import connected
from tests.journey import soup

HERE = "/me/widgets/devices"
pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def test_it_leads_to_connecting_and_to_a_file_and_then_says_what_is_connected(
    app, client, clock, practice, services
):
    alice_at(client, clock, practice)
    card = soup(client.get(HERE)).select_one("#widget-devices")
    ways = {link["href"] for link in card.select("a")}
    assert {"/me/health/devices", "/me/health/import"} <= ways
    connected(client, app, services.wearable_source)
    told = soup(client.get(HERE)).select_one("#widget-devices").get_text()
    assert "Google Health" in told and "Connecté" in told and "Dernière synchronisation" in told


def test_where_no_service_is_configured_none_is_spoken_of(client, clock, practice, services):
    object.__setattr__(services, "wearable_source", None)
    alice_at(client, clock, practice)
    card = soup(client.get(HERE)).select_one("#widget-devices")
    assert "Google" not in card.get_text()
    assert "/me/health/devices" not in {link["href"] for link in card.select("a")}
