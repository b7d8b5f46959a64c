"""Tries are counted once each, by every process alike, and whoever goes on is told how long to wait."""

import contextlib
import re
import threading
from pathlib import Path

import pytest
from flask import Blueprint
from limits import RateLimitItemPerMinute, strategies
from limits.storage import storage_from_string

from app.factory import create_app
from app.kernel import rate_limits
from app.kernel.db import connection, database, write_tx
from app.kernel.errors import TooMany
from app.kernel.rate_limits import LIMITS, PeeweeStorage, RateCount, clear, hit, purge
from app.kernel.tenancy import practice_context
from app.web import limits
from app.web.access import public
from tests.conftest import Browser, configured, forget
from tests.journey import book, choose, soup, times_page
from tests.processes import passed_in_two

ROOT = Path(__file__).resolve().parents[3]
HERE = "192.0.2.7"


def counts():
    return sorted(count for (count,) in RateCount.select(RateCount.count).tuples())


def test_ten_tries_for_an_account_then_none_until_the_window_is_over(inside, clock):
    for _ in range(10):
        hit("sign-in", now=clock.now(), account="Alice@Example.be", address=HERE)
    with pytest.raises(TooMany) as refused:
        hit("sign-in", now=clock.now(), account="alice@example.be ", address="198.51.100.1")
    assert refused.value.seconds == 900
    hit("sign-in", now=clock.now(), account="bob@example.be", address=HERE)  # nobody else waits
    clock.move(minutes=14)
    with pytest.raises(TooMany) as refused:
        hit("sign-in", now=clock.now(), account="alice@example.be", address=HERE)
    assert refused.value.seconds == 60
    clock.move(minutes=1)
    hit("sign-in", now=clock.now(), account="alice@example.be", address=HERE)


def test_an_address_has_a_limit_of_its_own(inside, clock):
    for number in range(50):
        hit("sign-in", now=clock.now(), account=f"a{number}@example.be", address=HERE)
    with pytest.raises(TooMany):
        hit("sign-in", now=clock.now(), account="z@example.be", address=HERE)
    hit("sign-in", now=clock.now(), account="z@example.be", address="198.51.100.1")


def test_all_addresses_of_one_network_of_the_newer_protocol_are_one(inside, clock):
    for number in range(10):
        hit("join", now=clock.now(), address=f"2001:db8:1:2::{number:x}")
    with pytest.raises(TooMany):
        hit("join", now=clock.now(), address="2001:db8:1:2:ffff::1")
    hit("join", now=clock.now(), address="2001:db8:1:3::1")


def test_whom_nobody_names_is_not_counted_and_a_wrong_name_is_an_error(inside, clock):
    for _ in range(20):
        hit("join", now=clock.now(), address=None, account="")
    assert counts() == []
    with pytest.raises(TypeError):
        hit("join", now=clock.now(), mail="x")
    with pytest.raises(KeyError):
        hit("nothing of the kind", now=clock.now(), address=HERE)


def test_the_table_names_nobody(inside, clock):
    hit("sign-in", now=clock.now(), account="alice@example.be", address=HERE)
    rows = str(list(RateCount.select().tuples()))
    assert "alice" not in rows and HERE not in rows and len(counts()) == 2


def test_the_right_password_is_forgiven_its_wrong_ones(inside, clock):
    for _ in range(10):
        hit("sign-in", now=clock.now(), account="a", address=HERE)
    clear("sign-in", now=clock.now(), account="a")
    hit("sign-in", now=clock.now(), account="a", address=HERE)


def test_whoever_is_beyond_the_limit_writes_nothing_more(inside, clock):
    for _ in range(10):
        hit("join", now=clock.now(), address=HERE)
    for _ in range(5):
        with pytest.raises(TooMany):
            hit("join", now=clock.now(), address=HERE)
    assert counts() == [10]


def test_inside_a_transaction_a_count_dies_with_it(inside, clock):
    with pytest.raises(ZeroDivisionError), write_tx():
        hit("join", now=clock.now(), address=HERE)
        raise ZeroDivisionError
    assert counts() == []
    with write_tx():
        hit("join", now=clock.now(), address=HERE)
    assert counts() == [1]


def test_windows_that_are_over_go_and_open_ones_stay(inside, clock):
    hit("forgotten", now=clock.now(), address=HERE)
    hit("join", now=clock.now(), address=HERE)
    assert purge(now=clock.now()) == 0
    clock.move(minutes=16)
    assert purge(now=clock.now()) == 1 and counts() == [1]


def test_holds_and_bookings_are_counted_per_practice(practice, neighbour, clock):
    for where in (practice, neighbour):
        with practice_context(where):
            hit("hold", now=clock.now(), address=HERE)
    assert counts() == [1, 1]


def test_the_library_finds_the_storage_by_its_name(inside, clock):
    storage = storage_from_string("peewee://", now=clock.now())
    assert isinstance(storage, PeeweeStorage) and storage.check()
    limiter, item = strategies.FixedWindowRateLimiter(storage), RateLimitItemPerMinute(2)
    assert [limiter.hit(item, "x") for _ in range(3)] == [True, True, False]
    assert limiter.get_window_stats(item, "x").remaining == 0
    storage.clear(item.key_for("x"))
    assert limiter.test(item, "x") and limiter.hit(item, "x")
    assert storage.reset() == 1 and storage.get(item.key_for("x")) == 0


def storm(act, *, threads=20, each=10):
    problems = []

    def run():
        for _ in range(each):
            try:
                with connection():
                    act()
            except Exception as problem:  # counted below
                problems.append(problem)

    running = [threading.Thread(target=run) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return problems


def test_two_hundred_at_once_are_all_counted(inside, clock, monkeypatch):
    monkeypatch.setitem(LIMITS, "join", {"address": RateLimitItemPerMinute(10_000)})
    now = clock.now()
    assert storm(lambda: hit("join", now=now, address=HERE)) == []
    assert counts() == [200]


def test_of_two_hundred_at_once_exactly_as_many_pass_as_may(inside, clock):
    now = clock.now()
    problems = storm(lambda: hit("join", now=now, address=HERE))
    assert len(problems) == 190 and {type(problem) for problem in problems} == {TooMany}


def test_the_control_that_reads_first_and_writes_then_lets_more_pass_or_fails(inside, clock):
    now = clock.now()
    key = "f" * 64
    RateCount.insert(key=key, count=0, ends=now).execute()
    both, early = threading.Barrier(2), iter(range(2))

    def naive():
        with database.atomic():
            seen = RateCount.get_by_id(key).count
            if next(early, None) is not None:  # two are sure to have read the same, on a busy machine too
                with contextlib.suppress(threading.BrokenBarrierError):
                    both.wait(timeout=5)
            if seen >= 10:
                raise TooMany("join", wait=now - now)
            RateCount.update(count=seen + 1).where(RateCount.key == key).execute()

    problems = storm(naive)
    passed = 200 - len(problems)
    assert passed != 10 or {type(problem) for problem in problems} != {TooMany}


def test_two_processes_count_as_one(inside, database_url, clock):
    one_try = 'rate_limits.hit("sign-in", now=now, address="192.0.2.7")'
    assert passed_in_two(database_url, one_try, tries=100) == 50


# ---- over HTTP


@pytest.fixture
def door(app):
    """A page that five may press in ten minutes, added to a portal that `serve` builds."""

    def serve(portal):
        bp = Blueprint("knocking", __name__)

        @bp.route("/knock", methods=["GET", "POST"])
        @public
        @limits.limited("knock")
        def knock():
            return limits.address()

        knock.checks_its_token = True
        portal._got_first_request = False
        portal.register_blueprint(bp)
        portal.test_client_class = Browser
        client = portal.test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fr-BE"
        return client

    return serve


@pytest.fixture(autouse=True)
def knocking(monkeypatch):
    monkeypatch.setitem(LIMITS, "knock", {"address": RateLimitItemPerMinute(5, 10)})


@pytest.mark.own_app
def test_five_times_yes_then_429_with_the_time_to_wait(app, door, clock):
    client = door(app)
    assert [client.post("/knock").status_code for _ in range(5)] == [200] * 5
    refused = client.post("/knock")
    assert refused.status_code == 429 and refused.headers["Retry-After"] == "600"
    page = soup(refused)
    assert page.find("h1") and "10" in page.find("main").get_text()
    assert client.get("/knock").status_code == 200  # looking is free
    part = client.post("/knock", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert part.status_code == 429 and "<html" not in part.get_data(as_text=True)
    clock.move(minutes=10)
    assert client.post("/knock").status_code == 200


@pytest.mark.own_app
def test_a_client_cannot_change_its_address_by_saying_so(app, door):
    client = door(app)
    answers = [
        client.post(
            "/knock", headers={"X-Forwarded-For": f"203.0.113.{n}", "Forwarded": f"for=203.0.113.{n}"}
        )
        for n in range(6)
    ]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[0].get_data(as_text=True) == "127.0.0.1"


def test_behind_a_proxy_its_word_counts_and_only_its_own(database_url, services, door):
    portal = create_app(configured(database_url, trusted_proxies=1), services)
    forget()
    client = door(portal)
    for n in range(6):
        answer = client.post("/knock", headers={"X-Forwarded-For": f"6.6.6.6, 203.0.113.{n}"})
        assert answer.status_code == 200
        assert (
            answer.get_data(as_text=True) == f"203.0.113.{n}"
        )  # the last one is the proxy's; the first anybody's
    database.obj.close_all()


def test_a_guest_books_and_is_counted_and_the_hundredth_has_to_wait(client, inside, monkeypatch):
    monkeypatch.setitem(LIMITS, "booking", {"address": RateLimitItemPerMinute(1, 60)})
    assert book(client).status_code == 200
    refused = book(client, which=5, email="again@example.be")
    assert refused.status_code == 429 and int(refused.headers["Retry-After"]) > 3000


def test_a_guest_who_keeps_many_times_has_to_wait(client, inside, monkeypatch):
    monkeypatch.setitem(LIMITS, "hold", {"address": RateLimitItemPerMinute(1, 10)})
    _, page = times_page(client, day="2026-11-24")
    assert choose(client, page, which=0).status_code == 200
    assert choose(client, page, which=-1).status_code == 429


def test_every_limit_that_is_asked_for_is_in_the_table():
    said = set()
    for path in (ROOT / "app").rglob("*.py"):
        said |= set(re.findall(r"""limit(?:s\.(?:hit|clear|limited)|ed)\(\s*"([^"]+)\"""", path.read_text()))
    assert {"hold", "booking"} <= said and said <= set(LIMITS)


def test_every_limit_counts_what_can_be_counted():
    assert {kind for kinds in LIMITS.values() for kind in kinds} <= {"account", "address", "practice"}
    assert set(rate_limits.PER_PRACTICE) <= set(LIMITS)
