"""«My appointments»: the next one first, at one practice or at all, and nobody else's."""

import pytest

from app.kernel.tenancy import practice_context
from tests.factories import make_patient
from tests.integration.messaging.world import visit
from tests.integration.profile.world import PORTAL, acting, alice_at, child_of

HERE = "/me/widgets/my-appointments"


@pytest.fixture
def alice(client, practice, neighbour, clock):
    return alice_at(client, clock, practice, neighbour)


def test_the_next_one_is_shown_with_all_one_can_do(client, alice, practice):
    file = alice.files[practice.id]
    soon = visit(practice, "2026-11-24 14:30", patient=file, cancel_until=29_990_000, move_until=29_990_000)
    visit(practice, "2026-12-01 09:00", patient=file)
    visit(practice, "2026-11-02 09:00", patient=file)
    page = client.get(HERE).text
    assert "Mardi 24 novembre à 14" in page and "Dans 4 jours" in page
    for link in (f"/me/appointments/{soon.id}", f"/me/appointments/{soon.id}?then=move", "?then=cancel"):
        assert f'{link}"' in page
    assert "Mardi 1er décembre" in page and "2 novembre" not in page


def test_past_the_deadline_nothing_offers_to_cancel(client, alice, practice):
    visit(practice, "2026-11-24 14:30", patient=alice.files[practice.id], cancel_until=29_000_000)
    page = client.get(HERE).text
    assert "14" in page and "then=cancel" not in page and "then=move" not in page


def test_on_the_portal_each_names_its_practice(client, alice, practice, neighbour):
    visit(practice, "2026-11-24 14:30", patient=alice.files[practice.id])
    visit(neighbour, "2026-11-25 09:00", patient=alice.files[neighbour.id])
    here = client.get(HERE).text
    assert "25 novembre" not in here
    everywhere = client.get(HERE, base_url=PORTAL).text
    assert "25 novembre" in everywhere and "Cabinet Lavande" in everywhere and "Cabinet Voisin" in everywhere


def test_nobody_elses_is_shown(client, alice, practice, neighbour):
    with practice_context(practice):
        bob = make_patient(given_name="Bob")
    visit(practice, "2026-11-24 14:30", patient=bob)
    with practice_context(neighbour):
        charlie = make_patient(given_name="Charlie")
    visit(neighbour, "2026-11-25 14:30", patient=charlie)
    page = client.get(HERE, base_url=PORTAL).text
    assert "24 novembre" not in page and "25 novembre" not in page and "Aucun rendez-vous à venir" in page


def test_acting_for_a_child_shows_the_childs_alone(client, alice, practice, clock):
    row, file = child_of(alice, practice)
    visit(practice, "2026-11-24 14:30", patient=alice.files[practice.id])
    visit(practice, "2026-11-26 16:00", patient=file)
    both = client.get(HERE).text
    assert "24 novembre" in both and "26 novembre" in both and "Pour Zoé Dupont" in both
    acting(client, alice, row, clock)
    theirs = client.get(HERE).text
    assert "26 novembre" in theirs and "24 novembre" not in theirs


def test_somebody_known_nowhere_is_told_what_will_stand_here(client, clock, practice):
    alice_at(client, clock, email="new@example.be")
    assert "Pas encore de rendez-vous" in client.get(HERE).text
