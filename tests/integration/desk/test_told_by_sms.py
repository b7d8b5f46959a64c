"""Another end of an appointment is told by SMS as another time is: to whoever wants them, by a practice that does."""

from datetime import timedelta

import pytest

from app.booking import actions, queries
from app.kernel import audit
from app.kernel.clock import local, to_minutes
from app.kernel.db import connection
from app.kernel.i18n import clock_label
from app.kernel.outbox import Outbox
from app.kernel.tenancy import practice_context
from app.messaging import plans, short, texts
from app.messaging.plans import Plan
from tests.integration.messaging.world import sms_of, tie, wish
from tests.people import make_account

GRACE = timedelta(minutes=3)
sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def alice(app):
    return make_account(phone="0470 12 34 56")


@pytest.fixture
def booked(booked, practice, alice, clock):
    """Hers, and its confirmation has left; the practice sends SMS, and she wants them."""
    clock.move(hours=2)  # nine in the morning: a telephone may ring
    tie(alice, practice, patient=booked.patient)
    wish(alice, wants_sms=True)
    with connection(), practice_context(practice):
        plans.save(Plan(sms_changes=True), by="account:owner", now=clock.now())
    Outbox.update(state="sent").execute()
    return booked


@pytest.fixture
def change(booked, offer, clock):
    """change(minutes=…) or change(start=…), at the desk, with time to undo it."""

    def act(*, minutes=None, start=None, by="account:staff"):
        now, one = clock.now(), queries.appointment(booked.id)
        there, told = actions.lasting(offer, one.ends - one.starts), {"mail_at": now + GRACE}
        if minutes:
            actions.resize(one, offer, minutes, by=by, now=now, **told)
        else:
            actions.move(one, there, start, by=by, now=now, staff=True, **told)

    return act


def take_back(booked, offer, clock, *, by="account:staff"):
    actions.take_back(queries.appointment(booked.id), offer, by=by, now=clock.now(), because="Non")


def until(booked):
    """When it ends now, as an SMS writes it."""
    one = queries.appointment(booked.id)
    return short.plain(clock_label(local(one.ends, one.location.timezone), "fr"))


def test_another_end_is_told_by_sms_when_its_mail_leaves(app, services, booked, offer, change, clock):
    change(minutes=offer.rules.duration + 15)
    assert sms_of(app, services) == []  # it can still be undone
    clock.move(minutes=4)
    (text,) = sms_of(app, services)
    assert text.to == "+32470123456"
    assert f"se termine désormais à {until(booked)}." in text.text
    assert offer.service.name["fr"] not in text.text
    assert sms_of(app, services) == []  # once


@sqlite
@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "se termine"), ("nl", "eindigt nu om"), ("de", "endet nun um"), ("en", "now ends at")],
)
def test_it_speaks_the_language_of_whoever_reads_it(booked, alice, language, words):
    alice.language = language
    assert words in texts.text_of(queries.appointment(booked.id), "resized", alice)


@sqlite
@pytest.mark.parametrize("wishes", [{"wants_sms": False}, {"wants_changes": False}, {"phone": None}])
def test_whoever_wants_none_or_has_no_mobile_gets_none(
    app, services, booked, alice, offer, change, clock, wishes
):
    wish(alice, **wishes)
    change(minutes=offer.rules.duration + 15)
    clock.move(minutes=4)
    assert sms_of(app, services) == []


@sqlite
def test_a_practice_that_sends_none_sends_none(app, services, practice, booked, offer, change, clock):
    with connection(), practice_context(practice):
        seen = plans.current()
        plans.save(Plan(sms_changes=False, version=seen.version), by="account:owner", now=clock.now())
    change(minutes=offer.rules.duration + 15)
    clock.move(minutes=4)
    assert sms_of(app, services) == []


@sqlite
def test_what_is_undone_in_time_is_told_to_nobody(app, services, booked, offer, change, clock):
    change(minutes=offer.rules.duration + 15)
    take_back(booked, offer, clock)
    clock.move(minutes=4)
    assert sms_of(app, services) == []


@sqlite
def test_what_is_undone_too_late_is_told_again(app, services, booked, offer, change, clock):
    change(minutes=offer.rules.duration + 15)
    clock.move(minutes=4)
    assert len(sms_of(app, services)) == 1
    take_back(booked, offer, clock)
    assert len(sms_of(app, services)) == 1


@sqlite
def test_several_within_the_grace_are_one_sms_of_the_last(app, services, booked, offer, change, clock):
    for more in (15, 30, 45):
        change(minutes=offer.rules.duration + more)
    clock.move(minutes=4)
    (text,) = sms_of(app, services)
    one = queries.appointment(booked.id)
    assert one.ends - one.starts == offer.rules.duration + 45
    assert until(booked) in text.text


@sqlite
def test_another_time_that_has_not_left_stays_the_news(app, services, booked, offer, starts, change, clock):
    change(start=starts[8])
    change(minutes=offer.rules.duration + 15)
    clock.move(minutes=4)
    (text,) = sms_of(app, services)
    assert "déplacé" in text.text and "se termine" not in text.text


@sqlite
def test_whoever_changes_their_own_needs_no_sms(app, services, booked, alice, offer, change, clock):
    change(minutes=offer.rules.duration + 15, by=audit.of_id("account", alice.id))
    clock.move(minutes=4)
    assert sms_of(app, services) == []


@sqlite
def test_whoever_is_there_is_told_by_mouth(app, services, booked, offer, change, clock):
    clock.move(minutes=booked.starts - to_minutes(clock.now()) + 5)
    change(minutes=offer.rules.duration + 15)
    clock.move(minutes=4)
    assert sms_of(app, services) == []
