"""From the button to the chart with our own adapter and a service that speaks as Google does."""

import json
from urllib.parse import urlsplit

import pytest

from app.adapters.wearables.google_health import ACTIVITY, GoogleHealth
from app.kernel.db import connection
from app.kernel.outbox import Outbox
from tests.conftest import HOST
from tests.contract.test_google_health import headers, published, signed, signer  # noqa: F401
from tests.google_health.simulator import running
from tests.integration.record.test_devices import (
    HERE,
    NOTICES,
    PORTAL,
    THERE,
    again,
    alice,  # noqa: F401
    days_ago,
    found,
    kept,
    work,
)
from tests.integration.record.world import post

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def google(services):
    with running() as (google, places):
        ours = GoogleHealth(
            client_id="client",
            client_secret="client-secret",
            answer_url=f"{PORTAL}/wearables/google-health/answer",
            notice_secret="what-google-sends-along",
            places=places,
        )
        object.__setattr__(services, "wearable_source", ours)
        google.days = {
            "steps": {days_ago(1): {"countSum": "8123"}},
            "floors": {days_ago(70): {"countSum": "3"}},
        }
        yield google


def test_from_connecting_in_part_to_letting_go(client, app, alice, google, signer, clock):  # noqa: F811
    back = google.agree(client.get(f"{THERE}/connection").location, scopes=[ACTIVITY])
    there = client.get(back, base_url=PORTAL)
    assert there.status_code == 303 and urlsplit(there.location).netloc == f"lavande.{HOST}"
    client.get(urlsplit(there.location).path)
    work(app)
    assert kept(alice) == {f"steps:{days_ago(1)}": 8123, f"floors:{days_ago(70)}": 3}
    assert "Rythme cardiaque" in client.get(HERE).text  # not agreed to

    google.days["floors"][days_ago(60)] = {"countSum": "5"}
    google.keyset = published(signer)
    words = {"data": {"healthUserId": "111222333", "operation": "UPSERT", "dataType": "floors", "intervals": [
        {"civilIso8601TimeInterval": {"startTime": f"{days_ago(60)}T08:00:00"}}]}}  # fmt: skip
    body = json.dumps([words]).encode()
    sent = client.post(NOTICES, data=body, headers=headers(signed(signer, body)), base_url=PORTAL)
    assert sent.status_code == 204
    google.wrong = [("dailyRollUp", 429, {"Retry-After": "600"}, b"")]
    clock.move(minutes=16)
    work(app)
    assert f"floors:{days_ago(60)}" not in kept(alice)
    clock.move(minutes=11)
    work(app)
    assert kept(alice)[f"floors:{days_ago(60)}"] == 5

    assert post(client, f"{THERE}/disconnection", {"values": "delete"}).status_code == 303
    work(app)
    assert google.refresh == {} and kept(alice) == {} and found(alice) is None


def test_access_withdrawn_at_google_is_noticed(client, app, alice, google, clock):  # noqa: F811
    back = google.agree(client.get(f"{THERE}/connection").location)
    client.get(urlsplit(client.get(back, base_url=PORTAL).location).path)
    work(app)
    google.refresh.clear()
    google.access.clear()
    again(client, app)
    assert found(alice).state == "broken"
    with connection():
        assert not Outbox.select().where(Outbox.state == "dead").exists()


def test_signed_garbage_and_strangers_change_nothing(client, app, alice, google, signer):  # noqa: F811
    google.keyset = published(signer)
    google.wrong = [("keys", 500, {}, b"")]  # nobody can say: they try again
    down = client.post(NOTICES, data=b"[]", headers=headers(signed(signer, b"[]")), base_url=PORTAL)
    assert down.status_code == 503
    for body, status in (
        (b"{", 400),
        (b"\xff", 400),
        (b"[]", 204),
        (b'[{"data": {"healthUserId": "unknown"}}]', 204),
    ):
        mark = headers(signed(signer, body))
        assert client.post(NOTICES, data=body, headers=mark, base_url=PORTAL).status_code == status, body
    assert client.post(NOTICES, data=b"[]", base_url=PORTAL).status_code == 401
