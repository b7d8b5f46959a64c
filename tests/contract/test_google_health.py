"""Google Health: the simulator is what Google's own description and client say, and our adapter speaks to it."""

import base64
import json
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
import tink
from google.auth.exceptions import RefreshError
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError
from jsonschema import ValidationError
from tink import json_proto_keyset_format, signature

from app.adapters.wearables.fake import FakeWearables
from app.adapters.wearables.google_health import ACTIVITY, MEASURED, READS, GoogleHealth
from app.adapters.wearables.google_notices import KEPT, PAUSE
from app.kernel.errors import Unavailable
from app.record.kinds import KINDS
from app.record.wearables.ports import (
    AccessOver,
    GrantOver,
    NotGenuine,
    Notice,
    NotRead,
    Rest,
    Totals,
)
from tests.factories import NOW
from tests.google_health import schemas
from tests.google_health.simulator import running, written

DAY = date(2026, 11, 1)
SECRET = "what-google-sends-along"


@pytest.fixture
def street():
    with running() as found:
        yield found


@pytest.fixture
def google(street):
    return street[0]


@pytest.fixture
def ours(street):
    return GoogleHealth(
        client_id="client", client_secret="client-secret", answer_url="https://parvis.example/answer",
        notice_secret=SECRET, places=street[1],
    )  # fmt: skip


@pytest.fixture
def theirs(street, grant):
    """Google's own client, sent to the simulator."""
    places = street[1]
    keys = {"token_uri": places.token, "client_id": "client", "client_secret": "client-secret"}
    client = build_from_document(
        schemas.document(),
        credentials=Credentials(grant.access, refresh_token=grant.refresh, **keys),
        client_options={"api_endpoint": places.health},
    )
    yield client
    client.close()


@pytest.fixture
def grant(google, ours):
    return granted(google, ours)


def granted(google, ours, **more):
    asked = ours.ask(state="state")
    back = parse_qs(urlsplit(google.agree(asked.url, **more)).query)
    assert back["state"] == ["state"]
    return ours.exchange(back["code"][0], verifier=asked.verifier, now=NOW)


def week(google):
    google.days = {
        "steps": {DAY: {"countSum": "8123"}, DAY + timedelta(days=2): {"countSum": "0"}},
        "distance": {DAY: {"millimetersSum": "6540000"}},
        "total-calories": {DAY + timedelta(days=at): {"kcalSum": 2000.5 + at} for at in range(40)},
        "active-zone-minutes": {DAY: {"sumInFatBurnHeartZone": "31", "sumInCardioHeartZone": "25"}},
        "floors": {DAY: {"countSum": "12"}},
        "heart-rate": {DAY: {"beatsPerMinuteAvg": 71.4, "beatsPerMinuteMax": 140, "beatsPerMinuteMin": 52}},
        "weight": {DAY: {"weightGramsAvg": 72400}},
    }


# ---- the simulator against Google's own -----------------------------------------------------------------------------


def test_googles_own_client_reads_the_simulator_and_every_answer_is_as_described(google, theirs):
    week(google)
    google.page = 3
    body = {"range": {"start": {"date": written(DAY)}, "end": {"date": written(DAY + timedelta(days=14))}}}
    points = theirs.users().dataTypes().dataPoints()
    for kind in google.days:
        parent, asked, seen = f"users/me/dataTypes/{kind}", dict(body), 0
        while True:
            said = points.dailyRollUp(parent=parent, body=asked).execute()
            schemas.check("DailyRollUpDataPointsResponse", said)
            seen += len(said["rollupDataPoints"])
            if "nextPageToken" not in said:
                break
            asked = {**body, "pageToken": said["nextPageToken"]}
        assert seen == len([day for day in google.days[kind] if day < DAY + timedelta(days=14)]), kind
    said = theirs.users().getIdentity(name="users/me/identity").execute()
    schemas.check("Identity", said)


def test_the_simulator_refuses_what_google_refuses(google, theirs):
    points = theirs.users().dataTypes().dataPoints()
    long = {"range": {"start": {"date": written(DAY)}, "end": {"date": written(DAY + timedelta(days=15))}}}
    points.dailyRollUp(parent="users/me/dataTypes/steps", body=long).execute()  # the control
    with pytest.raises(HttpError, match="400"):
        points.dailyRollUp(parent="users/me/dataTypes/heart-rate", body=long).execute()
    with pytest.raises(HttpError, match="400"):
        points.dailyRollUp(parent="users/me/dataTypes/steps", body={**long, "words": 1}).execute()
    google.access.clear()
    theirs.users().getIdentity(name="users/me/identity").execute()  # Google's own client refreshes here too
    google.access.clear()
    google.refresh.clear()
    with pytest.raises(RefreshError, match="invalid_grant"):
        theirs.users().getIdentity(name="users/me/identity").execute()


def test_the_description_judges():
    with pytest.raises(ValidationError):
        schemas.check("StepsRollupValue", {"countSum": 12})  # whole numbers are text
    with pytest.raises(ValidationError):
        schemas.check("StepsRollupValue", {"count": "12"})
    known = schemas.document()["schemas"]["DailyRollupDataPoint"]["properties"]
    for read in READS.values():
        value = schemas.document()["schemas"][known[read.metric]["$ref"]]["properties"]
        assert read.number in value and read.scope in schemas.document()["auth"]["oauth2"]["scopes"]


# ---- our adapter against the simulator ------------------------------------------------------------------------------


def test_the_totals_of_days_come_in_our_units_and_long_spans_are_split(google, ours, grant):
    week(google)
    asked = {"first": DAY, "until": DAY + timedelta(days=90)}
    google.asked.clear()
    found = {kind: ours.totals(grant, kind, **asked) for kind in ours.kinds}
    assert found["steps"] == Totals(
        {DAY: Decimal(8123), DAY + timedelta(days=2): Decimal(0)}
    )  # no point is not 0
    assert len(found["calories"].days) == 40 and found["calories"].days[DAY] == Decimal("2000.5")
    first = {
        kind: found[kind].days[DAY]
        for kind in ("distance", "fat-burn", "cardio", "floors", "heart-rate", "weight")
    }
    assert first == {
        "distance": Decimal("6.54"), "fat-burn": 31, "cardio": Decimal("12.5"), "floors": 12,
        "heart-rate": Decimal("71.4"), "weight": Decimal("72.4"),
    }  # fmt: skip
    paths = [path for path, _body in google.asked]
    assert (
        sum("total-calories" in path for path in paths) == 7 and sum("/steps/" in path for path in paths) == 1
    )
    for _path, body in google.asked:
        schemas.check("DailyRollUpDataPointsRequest", json.loads(body))


def test_pages_are_followed_and_end(google, ours, grant):
    week(google)
    google.page = 4
    assert len(ours.totals(grant, "calories", first=DAY, until=DAY + timedelta(days=14)).days) == 14
    google.page = 0  # a service that always promises more
    with pytest.raises(Unavailable):
        ours.totals(grant, "steps", first=DAY, until=DAY + timedelta(days=14))


def test_a_code_serves_once_and_with_its_own_verifier_only(google, ours):
    asked = ours.ask(state="state")
    assert asked.verifier not in asked.url and set(parse_qs(asked.url)["scope"][0].split()) == {
        ACTIVITY,
        MEASURED,
    }
    code = parse_qs(urlsplit(google.agree(asked.url)).query)["code"][0]
    with pytest.raises(GrantOver):
        ours.exchange(code, verifier="another-verifier-of-somebody-else", now=NOW)
    code = parse_qs(urlsplit(google.agree(asked.url)).query)["code"][0]
    assert ours.exchange(code, verifier=asked.verifier, now=NOW).kinds == ours.kinds
    with pytest.raises(GrantOver):
        ours.exchange(code, verifier=asked.verifier, now=NOW)


def test_who_agrees_to_a_part_gives_that_part(google, ours):
    part = granted(google, ours, scopes=[MEASURED])
    assert part.kinds == ("heart-rate", "weight")
    with pytest.raises(NotRead):
        ours.totals(part, "steps", first=DAY, until=DAY + timedelta(days=1))
    assert granted(google, ours, scopes=["openid"]).kinds == ()


def test_a_refresh_brings_another_access_until_it_is_withdrawn(google, ours, grant):
    google.access.clear()
    with pytest.raises(AccessOver):
        ours.user(grant)
    again = ours.refresh(grant, now=NOW)
    assert again.refresh == grant.refresh and again.access != grant.access and ours.user(again) == "111222333"
    ours.withdraw(grant.refresh)
    ours.withdraw(grant.refresh)  # over already: no complaint
    with pytest.raises(GrantOver):
        ours.refresh(grant, now=NOW)


@pytest.mark.parametrize(
    ("missing", "raised"),
    [
        ("access_token", Unavailable),
        ("expires_in", Unavailable),
        ("refresh_token", GrantOver),
        ("scope", None),
    ],
)
def test_an_answer_without_a_field_is_no_grant(google, ours, missing, raised):
    google.leaves_out = (missing,)
    if raised is None:  # as asked for (RFC 6749, 5.1)
        assert granted(google, ours).kinds == ours.kinds
    else:
        with pytest.raises(raised):
            granted(google, ours)


def test_wrong_keys_of_ours_are_no_fault_of_the_person_and_nothing_they_say_is_repeated(google, ours):
    ours.client_secret = "old"
    with pytest.raises(Unavailable) as told:
        granted(google, ours)
    assert (
        not told.value.retry and "invalid_client" in str(told.value) and "secret words" not in str(told.value)
    )


@pytest.mark.parametrize(
    ("status", "headers", "body", "raised"),
    [
        (401, {}, b"{}", AccessOver),
        (403, {}, b"<html>", NotRead),
        (400, {}, b"{}", NotRead),
        (404, {}, b"{}", NotRead),
        (410, {}, b"", GrantOver),
        (429, {}, b"", Rest),
        (500, {}, b"x", Unavailable),
        (503, {"Retry-After": "5"}, b"x", Unavailable),
        (302, {"Location": "https://evil.example/"}, b"", Unavailable),
        (200, {}, b"<html>", Unavailable),
        (200, {}, b"[]", Unavailable),
        (200, {}, b'{"rollupDataPoints": 3}', Unavailable),
        (200, {}, b"[" * 100_000, Unavailable),
        (200, {}, b"x" * 1_100_000, Unavailable),
        (200, {}, b'{"x": ' + b"9" * 5000 + b"}", Unavailable),
        (200, {"Content-Length": "9"}, b"", Unavailable),
    ],
    ids=lambda value: None if isinstance(value, (bytes, dict)) else str(getattr(value, "__name__", value)),
)  # fmt: skip
def test_whatever_is_answered_is_one_of_our_own_words(google, ours, grant, status, headers, body, raised):
    google.wrong = [("dailyRollUp", status, headers, body)]
    with pytest.raises(raised):
        ours.totals(grant, "steps", first=DAY, until=DAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120), ("", 60), ("soon", 60), ("-5", 60), ("0", 5), ("9" * 30, 86_400),
        ("Fri, 27 Nov 2026 10:10:00 GMT", 600), ("Fri, 27 Nov 2020 10:10:00 GMT", 5),
    ],
)  # fmt: skip
def test_how_long_to_rest_is_believed_within_reason(google, ours, grant, said, seconds):
    from app.adapters.wearables.exchange import _wait

    assert _wait(said, "Fri, 27 Nov 2026 10:00:00 GMT").total_seconds() == seconds
    google.wrong = [("identity", 429, {"Retry-After": "120"}, b"")]
    with pytest.raises(Rest) as told:
        ours.user(grant)
    assert told.value.wait == timedelta(minutes=2)


def test_nobody_there_is_trouble_that_may_pass(ours, grant):
    ours.places = type(ours.places)(*["http://127.0.0.1:9"] * 5)
    for question in (
        lambda: ours.user(grant),
        lambda: ours.refresh(grant, now=NOW),
        lambda: ours.withdraw("x"),
    ):
        with pytest.raises(Unavailable) as told:
            question()
        assert told.value.retry


@pytest.mark.parametrize(
    "value",
    ['"NaN"', "NaN", "Infinity", '"1e999"', "1e999", "1e99999999999999999999", '"-3"', "-3", "true", "null", "[]",
     '"' + "9" * 40 + '"', '"<script>"'],
)  # fmt: skip
def test_what_is_no_number_is_odd_and_takes_nothing_else_with_it(google, ours, grant, value):
    point = '{"civilStartTime": {"date": {"year": 2026, "month": 11, "day": %s}}, "steps": {"countSum": %s}}'
    good = point % (2, '"77"')
    body = f'{{"rollupDataPoints": [{point % (1, value)}, {good}, {point % (31, "1")}, 3, {{}}]}}'
    google.wrong = [("dailyRollUp", 200, {}, body.encode())]
    try:
        found = ours.totals(grant, "steps", first=DAY, until=DAY + timedelta(days=5))
    except Unavailable:
        assert value == "1e99999999999999999999"  # beyond what can be written at all
    else:
        assert found == Totals({DAY: None, date(2026, 11, 2): Decimal(77)}, odd=3)


def test_the_fake_answers_what_the_port_asks():
    fake = FakeWearables()
    assert set(fake.kinds) <= set(KINDS) and set(READS) <= set(KINDS)
    port = {name for name in dir(GoogleHealth) if not name.startswith("_")}
    assert port <= set(dir(fake))


# ---- notices --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def signer():
    signature.register()
    return tink.new_keyset_handle(signature.signature_key_templates.ECDSA_P256)


def published(handle):
    text = json_proto_keyset_format.serialize_without_secret(handle.public_keyset_handle())
    return json.loads(text)


def signed(handle, body):
    return base64.b64encode(handle.primitive(signature.PublicKeySign).sign(body)).decode()


def headers(mark, *, name="GOOGLE-HEALTH-API-SIGNATURE", secret=SECRET):
    return {"Authorization": f"Bearer {secret}", name: mark}


NEWS = json.dumps(
    [
        {
            "data": {
                "version": "1", "healthUserId": "111222333", "operation": "UPSERT", "dataType": "steps",
                "intervals": [
                    {"physicalTimeInterval": {"startTime": "2026-11-03T23:10:00Z"},
                     "civilIso8601TimeInterval": {"startTime": "2026-11-04T00:10:00"}},
                    {"physicalTimeInterval": {"startTime": "2026-11-02T08:00:00Z"}},
                ],
            }
        },
        {"data": {"healthUserId": "9", "operation": "DELETE", "dataType": "weight", "intervals": "x"}},
        {"data": 3}, 7,
    ]
).encode()  # fmt: skip


def test_what_tink_signed_is_believed_under_both_names_of_the_header(google, ours, signer):
    google.keyset = published(signer)
    told = [Notice("111222333", date(2026, 11, 2)), Notice("9")]
    for name in ("GOOGLE-HEALTH-API-SIGNATURE", "X-HEALTHAPI-SIGNATURE"):
        assert ours.notices(NEWS, headers(signed(signer, NEWS), name=name), now=NOW) == told
    assert [path for path, _body in google.asked].count("/keys") == 1  # kept
    one = json.dumps(json.loads(NEWS)[0]).encode()  # a single one, without its list
    assert ours.notices(one, headers(signed(signer, one)), now=NOW) == told[:1]


def test_what_was_changed_or_signed_by_another_is_not(google, ours, signer):
    google.keyset = published(signer)
    mark, raw = signed(signer, NEWS), base64.b64decode(signed(signer, NEWS))
    another = tink.new_keyset_handle(signature.signature_key_templates.ECDSA_P256)
    forged = raw[:5] + base64.b64decode(signed(another, NEWS))[5:]
    bad = {
        "changed": (NEWS + b" ", mark), "other key": (NEWS, signed(another, NEWS)), "none": (NEWS, ""),
        "forged number": (NEWS, base64.b64encode(forged).decode()), "no base64": (NEWS, "é**"), "short": (NEWS, "AQ=="),
        "raw": (NEWS, base64.b64encode(raw[5:]).decode()), "long": (NEWS, "A" * 100_000),
    }  # fmt: skip
    for words, (body, wrong) in bad.items():
        with pytest.raises(NotGenuine):
            ours.notices(body, headers(wrong), now=NOW)
            pytest.fail(words)
    for secret in ("", "x", "é"):
        with pytest.raises(NotGenuine):
            ours.notices(NEWS, headers(mark, secret=secret), now=NOW)
    assert ours.notices(NEWS, headers(mark), now=NOW)  # the control


def test_a_greeting_needs_the_secret_alone(ours):
    greeting = b'{"type": "verification"}'
    assert ours.notices(greeting, {"Authorization": f"Bearer {SECRET}"}, now=NOW) is None
    for sent in ({}, {"Authorization": "Bearer x"}, {"Authorization": SECRET[:-1]}):
        with pytest.raises(NotGenuine):
            ours.notices(greeting, sent, now=NOW)


def test_without_a_secret_of_ours_nobody_is_believed(ours):
    ours._doorman._secret = ""
    with pytest.raises(NotGenuine):
        ours.notices(b'{"type": "verification"}', {"Authorization": "Bearer "}, now=NOW)


def test_a_new_key_is_looked_up_and_not_at_every_stranger(google, ours, signer):
    google.keyset = published(signer)
    assert ours.notices(NEWS, headers(signed(signer, NEWS)), now=NOW)
    newer = tink.new_keyset_handle(signature.signature_key_templates.ECDSA_P256)
    google.keyset = published(newer)
    with pytest.raises(NotGenuine):
        ours.notices(NEWS, headers(signed(newer, NEWS)), now=NOW + timedelta(seconds=5))
    assert ours.notices(NEWS, headers(signed(newer, NEWS)), now=NOW + PAUSE)
    google.keyset = {"key": [{"keyData": 3}, 7, {}]}  # garbage: what was known stays good
    assert ours.notices(NEWS, headers(signed(newer, NEWS)), now=NOW + PAUSE + KEPT)


def test_signed_garbage_is_unreadable_and_no_more(google, ours, signer):
    google.keyset = published(signer)
    for body in (b"", b"{", b"\xff", b"[" * 100_000):
        with pytest.raises(ValueError):
            ours.notices(body, headers(signed(signer, body)), now=NOW)
