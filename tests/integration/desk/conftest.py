"""Somebody at the desk, and an appointment that was booked."""

import pytest

from app.kernel.tenancy import practice_context
from tests.integration.desk.booked import book, offers_of, starts_of
from tests.people import make_member, sign_in_as


@pytest.fixture
def sylvie(practice):
    """At the reception."""
    return make_member(practice)


@pytest.fixture
def desk(client, sylvie, clock):
    """Her own browser."""
    sign_in_as(client, sylvie, clock=clock, staff=True)
    return client


@pytest.fixture
def offer(practice, clock):
    with practice_context(practice):
        yield offers_of(practice, clock)[0]


@pytest.fixture
def starts(offer, clock):
    return starts_of(offer, clock)


@pytest.fixture
def booked(practice, offer, starts, clock):
    return book(practice, offer, starts[0], clock)
