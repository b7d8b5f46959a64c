"""«My invoices»: what is to be paid first, then what was paid, with the sum."""

import pytest

from app.billing import actions
from app.kernel.tenancy import practice_context
from tests.factories import NOW
from tests.integration.billing.test_invoices import bill
from tests.integration.profile.world import PORTAL, alice_at

HERE = "/me/widgets/open-invoices"
pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def test_unpaid_ones_stand_first_and_are_summed(client, clock, practice, neighbour):
    alice = alice_at(client, clock, practice, neighbour)
    file = alice.files[practice.id]
    paid = bill(practice, file, cents=9900)
    bill(practice, file, cents=4500)
    bill(neighbour, alice.files[neighbour.id], cents=1200)
    with practice_context(practice):
        actions.note_paid(paid, way="card", on=NOW.date(), by="operator", now=NOW)
    here = client.get(HERE).text
    assert here.index("45,00") < here.index("99,00") and "12,00" not in here
    assert "À payer en tout" in here and "Payée le 20 novembre" in here
    everywhere = client.get(HERE, base_url=PORTAL).text
    assert "57,00" in everywhere and "Cabinet Voisin" in everywhere


def test_what_is_late_says_so_in_words(client, clock, practice):
    alice = alice_at(client, clock, practice)
    bill(practice, alice.files[practice.id], due_days=0)
    assert "À payer avant le" in client.get(HERE).text
    clock.move(days=1)
    assert client.get(HERE).status_code == 303  # the session has ended
    from tests.people import sign_in_as

    sign_in_as(client, alice, clock=clock)
    assert "Aurait dû être payée" in client.get(HERE).text


def test_without_any_the_card_says_what_will_stand_there(client, clock, practice):
    alice_at(client, clock, practice)
    assert "Aucune facture" in client.get(HERE).text
