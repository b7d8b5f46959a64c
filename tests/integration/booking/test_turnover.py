"""At the instant at which other rules begin, nobody enters by the old ones, whether anything ran or not."""

from contextlib import contextmanager
from datetime import date, timedelta

import peewee as pw
import pytest

from app.booking import actions, catalogue
from app.booking.actions import drafting, publishing, rules
from app.booking.actions.rules import EVERYBODY, Place
from app.booking.models import PolicyVersion
from app.booking.refusals import RulesChanged
from app.booking.rulebooks import draft, draft_stamp, in_force
from app.directory.models import HealthcareService
from app.kernel.db import database
from app.kernel.owners import Practice
from tests.journey import soup

DAY = date(2026, 11, 21)
BEGINS = drafting.begins(DAY, "Europe/Brussels")


@pytest.fixture
def waiting(desk):
    """From tomorrow on nobody books a séance online any more."""
    service = HealthcareService.get(HealthcareService.key == "seance")
    place, who = Place(service), {"by": "account:aline", "now": desk.now}
    seen = rules.stamp(place, in_force())
    drafting.keep(desk.practice, place, {EVERYBODY: {"outcome": "call"}}, seen=seen, **who)
    drafting.plan(desk.practice, DAY, seen=draft_stamp(in_force(), draft()), **who)
    return desk


def outcome(desk):
    return {offer.policy.outcome for offer in desk.offers()}


def test_at_that_instant_every_reading_says_what_holds_then_though_nothing_was_written(waiting, clock):
    clock.at = BEGINS - timedelta(microseconds=1)
    assert outcome(waiting) == {"direct"}
    clock.at = BEGINS
    assert outcome(waiting) == {"call"}
    found = catalogue.for_desk(Practice.get_by_id(waiting.practice.id), now=BEGINS)
    assert any(rule.values["outcome"] == "call" for rule in found.rules)
    assert not PolicyVersion.select().exists()


def test_an_offer_read_before_it_is_no_offer_any_more(waiting, clock):
    clock.at = BEGINS - timedelta(microseconds=1)
    offers = waiting.offers()[:1]
    first, second, *_rest = waiting.starts(offers)
    actions.hold(offers, first, now=clock.now())  # the control: a moment before it is one
    clock.at = BEGINS
    with pytest.raises(RulesChanged):
        actions.hold(offers, second, now=clock.now())
    with pytest.raises(RulesChanged):
        waiting.book(offers, second)


@contextmanager
def counted(found):
    before = database.obj.statements
    yield
    found.append(database.obj.statements - before)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_draft_that_waits_costs_whoever_looks_for_a_time_no_statement(client, desk, request):
    path = client.get(f"/book/{desk.offers()[0].service.id}", follow_redirects=True).request.path
    cost = []
    for _ in range(2):
        client.get(path)
    with counted(cost):
        client.get(path)
    request.getfixturevalue("waiting")
    client.get(path)
    with counted(cost):
        client.get(path)
    assert cost[0] == cost[1]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_draft_that_cannot_be_written_down_shuts_nobody_out_and_holds_all_the_same(
    client, waiting, clock, monkeypatch
):
    def broken(*_args, **_more):
        raise pw.OperationalError("the disk is full")

    service = waiting.offers()[0].service.id
    clock.at = BEGINS
    monkeypatch.setattr(publishing, "publish_due", broken)
    page = client.get(f"/book/{service}", follow_redirects=True)
    assert page.status_code == 200 and not soup(page).find_all(attrs={"name": "start"})
    assert not PolicyVersion.select().exists()
    monkeypatch.undo()
    client.get("/")
    assert PolicyVersion.select().count() == 2
