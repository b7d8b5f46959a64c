"""«My messages»: the latest, with what is unread, of one practice or of all."""

import pytest

from app.kernel.db import connection
from app.kernel.tenancy import practice_context
from app.staff.models import Member
from tests.integration.messaging.test_threads import alice, answer, patient, written  # noqa: F401
from tests.integration.profile.world import PORTAL, alice_at
from tests.journey import soup
from tests.people import make_member

HERE = "/me/widgets/my-messages"
pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def test_an_answer_is_shown_unread_and_leads_to_its_thread(patient, practice, services, clock, written):  # noqa: F811
    before = soup(patient.get(HERE)).select_one("#widget-my-messages")
    account = make_member(practice, roles=("practitioner",), email="kine@lavande.example")
    with connection(), practice_context(practice):
        member = Member.get(Member.account == account.id)
    answer(practice, written, services, clock, member, body="<b>Venez</b> demain.")
    shown = soup(patient.get(HERE)).select_one("#widget-my-messages")
    assert shown.get_text() != before.get_text() and not shown.select("b")
    assert any(link["href"].startswith("/account/messages/") for link in shown.select("a"))


def test_with_nothing_yet_the_card_says_how_to_begin(client, clock, practice):
    alice_at(client, clock, practice)
    card = soup(client.get(HERE)).select_one("#widget-my-messages")
    assert card.select("a") and card.get_text(strip=True)


def test_at_the_portal_it_is_there_too(client, clock, practice, neighbour):
    alice_at(client, clock, practice, neighbour)
    assert client.get(HERE, base_url=PORTAL).status_code == 200
