"""«My details»: who one is for one's practices, and what would raise their trust."""

import pytest

from app.kernel.tenancy import practice_context
from app.patients.models import TrustEvidence
from tests.factories import NOW
from tests.integration.messaging.world import tie
from tests.people import make_account, sign_in_as

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
HERE = "/me/widgets/my-data"


@pytest.fixture
def alice(client, practice, clock):
    alice = make_account()
    alice.file = tie(alice, practice)
    sign_in_as(client, alice, clock=clock)
    return alice


def test_it_says_who_one_is_and_what_would_raise_the_trust(client, alice):
    page = client.get(HERE).text
    assert "Alice Dupont" in page and "alice@example.be" in page
    assert "Ce cabinet connaît votre adresse e-mail." in page
    assert "carte d&#39;identité" in page or "carte d’identité" in page


def test_once_the_card_was_shown_there_is_nothing_left_to_raise(client, alice, practice):
    with practice_context(practice):
        more = {"actor": "operator", "at": NOW, "account_id": alice.id}
        TrustEvidence.create(patient=alice.file.id, kind="eid-pin", **more)
    page = client.get(HERE).text
    assert "Ce cabinet connaît votre adresse" not in page
    assert 'class="bullets' not in page
