"""«My practitioners»: where one's practices are, how to reach them, and the way to book."""

import pytest

from tests.conftest import HOST
from tests.integration.profile.world import PORTAL, acting, alice_at, child_of

HERE = "/me/widgets/my-practitioners"
pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def test_each_practice_has_its_map_telephone_and_ways(client, clock, practice, neighbour):
    alice_at(client, clock, practice, neighbour)
    here, everywhere = client.get(HERE).text, client.get(HERE, base_url=PORTAL).text
    assert "openstreetmap.org" in here and 'href="tel:+3281' in here and "Cabinet Voisin" not in here
    for slug in ("lavande", "voisin"):
        assert (
            f'href="http://{slug}.{HOST}/book"' in everywhere
            and f'href="http://{slug}.{HOST}/"' in everywhere
        )


def test_without_a_connection_the_next_step_is_shown(client, clock, practice):
    alice_at(client, clock, email="new@example.be")
    page = client.get(HERE).text
    assert "Pas encore de praticien" in page and "Trouver un praticien" in page


def test_a_childs_practice_is_named_with_the_child(client, clock, practice):
    alice = alice_at(client, clock)
    row, _file = child_of(alice, practice)
    assert "Pour Zoé Dupont" in client.get(HERE).text
    acting(client, alice, row, clock)
    assert "Cabinet Lavande" in client.get(HERE).text
