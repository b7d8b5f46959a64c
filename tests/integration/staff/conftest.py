"""An owner at Lavande's desk, in a browser that has just shown a second factor."""

import pytest

from app.kernel.tenancy import practice_context
from app.staff.models import Member
from tests.people import make_member, sign_in_as


@pytest.fixture
def owner(practice):
    return make_member(practice, roles=("owner",), email="aline@lavande.example", given_name="Aline")


@pytest.fixture
def desk(client, owner, clock):
    """The owner's browser."""
    sign_in_as(client, owner, clock=clock, staff=True)
    return client


@pytest.fixture
def member_of(practice):
    def find(account):
        with practice_context(practice):
            return Member.get(Member.account == account.id)

    return find
