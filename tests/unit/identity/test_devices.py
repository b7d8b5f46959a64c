"""Known browsers: whose token it is, how many people one browser knows, and how long it lasts."""

from datetime import timedelta

import pytest

from app.identity import devices
from app.identity.models import KnownDevice
from app.identity.sessions import Seen
from app.kernel.sealing import hashed
from app.kernel.tenancy import account_context
from tests.people import make_account

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
HERE = Seen("Firefox", "192.0.2.1")


@pytest.fixture
def alice(inside):
    return make_account()


@pytest.fixture
def bert(inside):
    return make_account(email="bert@example.be", given_name="Bert")


def test_only_a_hash_is_kept(alice, clock):
    found, tokens, new = devices.remember(alice.id, [], seen=HERE, now=clock.now())
    with account_context(alice):
        assert KnownDevice.get().token_hash == hashed(tokens[0]) != tokens[0]
    assert new and len(tokens[0]) >= 43 and found.user_agent == "Firefox"


def test_one_browser_knows_a_family(alice, bert, clock):
    _, tokens, _ = devices.remember(alice.id, [], seen=HERE, now=clock.now())
    _, both, new = devices.remember(bert.id, tokens, seen=HERE, now=clock.now())
    assert new and both[1:] == tokens
    assert devices.known(alice.id, both, now=clock.now()) and devices.known(bert.id, both, now=clock.now())
    assert devices.known(bert.id, tokens, now=clock.now()) is None
    _, same, new = devices.remember(alice.id, both, seen=HERE, now=clock.now())
    assert not new and same == both


def test_it_lasts_a_year_from_its_last_use(alice, clock):
    _, tokens, _ = devices.remember(alice.id, [], seen=HERE, now=clock.now())
    clock.at += devices.LASTING - timedelta(seconds=1)
    assert devices.known(alice.id, tokens, now=clock.now())
    devices.remember(alice.id, tokens, seen=HERE, now=clock.now())
    clock.at += devices.LASTING
    assert devices.known(alice.id, tokens, now=clock.now()) is None
    devices.remember(alice.id, tokens, seen=HERE, now=clock.now())
    with account_context(alice):
        assert KnownDevice.select().count() == 1  # the old row went


def test_a_device_can_be_forgotten_by_its_own_person_alone(alice, bert, clock):
    found, tokens, _ = devices.remember(alice.id, [], seen=HERE, now=clock.now())
    assert devices.forget(found.id, account_id=bert.id) is False
    assert devices.known(alice.id, tokens, now=clock.now())
    assert devices.forget(found.id, account_id=alice.id) is True
    assert devices.known(alice.id, tokens, now=clock.now()) is None


@pytest.mark.parametrize("tokens", [[], [""], ["x" * 100], ["é", "\x00"]])
def test_odd_cookies_are_nobodys(alice, clock, tokens):
    assert devices.known(alice.id, tokens, now=clock.now()) is None


@pytest.mark.parametrize(
    ("cookie", "found"),
    [
        ("", []),
        ("a.b", ["a", "b"]),
        ("a..b", ["a", "b"]),
        (".".join("abcdefg"), list("abcde")),
        ("x" * 5000, ["x" * 100]),
    ],
)
def test_a_cookie_of_any_length_is_read_to_a_point(app, cookie, found):
    with app.test_request_context(headers={"Cookie": f"device={cookie}"}):
        assert devices.carried() == found
