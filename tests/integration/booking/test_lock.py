"""Whoever waits for the lock of an agenda while its hours change is told that the rules changed."""

import threading
import time
from datetime import timedelta

import pytest

from app.booking import catalogue, queries
from app.booking.actions import place
from app.booking.refusals import RulesChanged
from app.kernel.db import connection, database, write_tx
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context


def change_slowly(practice, who, started):
    """Another process that closes the agenda: it holds the lock for a moment before it is done."""
    with connection(), practice_context(practice), write_tx():
        Practice.update(catalogue_version=Practice.catalogue_version + 1).where(
            Practice.id == practice.id
        ).execute()
        place.bump([who])
        started.set()
        time.sleep(0.6)


def test_a_booking_that_waited_for_a_change_does_not_enter_by_the_old_rules(inside, practice, clock):
    with practice_context(practice):
        offer = catalogue.for_desk(practice, now=clock.now()).offers[0]
        first = clock.now().date()
        assert queries.free_times(
            [offer], first_day=first, last_day=first + timedelta(days=9), now=clock.now()
        )
        with write_tx():
            place.lock(offer)  # the control: nothing changed, and the lock is there to be had
        started = threading.Event()
        other = threading.Thread(target=change_slowly, args=(practice, offer.practitioner.id, started))
        other.start()
        assert started.wait(10)
        with pytest.raises(RulesChanged), write_tx():
            place.lock(offer)
        other.join()
    assert not database.in_transaction()
