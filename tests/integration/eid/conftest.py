"""People with cards: a patient and a member, signed in, at a portal that believes the virtual cards."""

from dataclasses import replace

import pytest

from app.eid.chain import Trust
from app.services import Services
from tests.people import make_account, make_member, sign_in_as
from tools.virtual_card.kept import authority


@pytest.fixture
def services():
    found = Services.fakes()
    return replace(
        found,
        trust=Trust((*found.trust.roots, *(authority(kind).root.certificate for kind in ("rsa", "ec")))),
    )


@pytest.fixture
def alice(inside):
    return make_account()


@pytest.fixture
def patient(client, alice, clock):
    """Alice's browser."""
    sign_in_as(client, alice, clock=clock)
    return client


@pytest.fixture
def sylvie(practice):
    return make_member(practice)


@pytest.fixture
def desk(client, sylvie, clock):
    sign_in_as(client, sylvie, clock=clock, staff=True)
    return client
