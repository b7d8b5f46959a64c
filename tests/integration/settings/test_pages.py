"""The owner's pages about the practice itself."""

import pytest

from tests.journey import soup
from tests.people import make_member, sign_in_as


@pytest.fixture
def engine():
    return "sqlite"


@pytest.fixture
def owner(client, practice, clock):
    account = make_member(practice, roles=("owner",), email="aline@lavande.example", given_name="Aline")
    sign_in_as(client, account, clock=clock, staff=True)
    return client


PAGES = (
    "/settings",
    "/settings/practice",
    "/settings/brand",
    "/settings/brand/sample?color=%23777777",
    "/settings/texts",
    "/settings/texts/conditions",
    "/settings/texts/fee",
    "/settings/texts/conditions/versions/1",
    "/settings/letters",
    *(
        f"/settings/letters/{k}"
        for k in (
            "booked",
            "moved",
            "cancelled",
            "reminder",
            "requested",
            "approved",
            "refused",
            "waiting-offer",
        )
    ),
)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens(owner, page):
    assert owner.get(page).status_code == 200
