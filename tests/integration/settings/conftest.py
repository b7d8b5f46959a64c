"""Owners of Lavande in front of their own browsers."""

import pytest

from tests.people import make_member, sign_in_as


def browser_of(app, practice, clock, *, email, given_name, roles):
    account = make_member(practice, roles=roles, email=email, given_name=given_name)
    browser = app.test_client()
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fr"
    sign_in_as(browser, account, clock=clock, staff=True)
    return browser


@pytest.fixture
def aline(client, app, practice, clock):
    return browser_of(
        app, practice, clock, email="aline@lavande.example", given_name="Aline", roles=("owner",)
    )


@pytest.fixture
def thomas(client, app, practice, clock):
    """Another owner, at another desk."""
    return browser_of(
        app, practice, clock, email="thomas@lavande.example", given_name="Thomas", roles=("owner",)
    )


@pytest.fixture
def sylvie(client, app, practice, clock):
    """At the reception."""
    return browser_of(
        app, practice, clock, email="sylvie@lavande.example", given_name="Sylvie", roles=("receptionist",)
    )
