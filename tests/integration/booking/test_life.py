"""The whole life of appointments, whatever people do in whatever order, on both databases.

After every step: no two people in one place, no room used twice, groups within their size; every letter due exactly
once by its key; every row where its trace says it is. Taking an appointment away restores exactly the times it took.
"""

import contextlib
import random
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from app.booking import actions, queries
from app.booking.actions import place
from app.booking.models import OCCUPYING, REQUESTED, Appointment, Hold
from app.booking.questions import Asking
from app.booking.refusals import CannotBeChanged
from app.booking.states import TRANSITIONS
from app.kernel import outbox
from app.kernel.audit import AuditEvent
from app.kernel.clock import to_minutes
from app.kernel.db import database, write_tx
from app.kernel.errors import Refusal
from app.kernel.ids import hexed
from app.kernel.outbox import Outbox
from tests.integration.booking.conftest import Desk, somebody
from tests.integration.booking.test_race import OVERLAPS

SERVICES = ("seance", "bilan", "ecole-du-dos")  # direct with a room; on request; a group
ROOMS = """
    SELECT COUNT(*) FROM resource_use AS one JOIN resource_use AS other
      ON one.resource_id = other.resource_id AND one.id < other.id AND one.starts < other.ends
     AND other.starts < one.ends AND one.session_key <> other.session_key
   WHERE one.hold_id IS NULL AND other.hold_id IS NULL"""
CROWDED = f"""
    SELECT session_key FROM appointment WHERE status IN {OCCUPYING}
     GROUP BY session_key HAVING COUNT(*) > MIN(capacity) OR COUNT(*) <> COUNT(DISTINCT seat)"""
# what an action leaves in the outbox, by the verb of its trace
LETTERS = {
    "appointment.approve": "request-approved",
    "appointment.refuse": "request-refused",
    "appointment.expire": "request-expired",
    "appointment.move": "appointment-moved",
}


places = st.randoms(use_true_random=False)
services = st.sampled_from(SERVICES)
steps = st.sampled_from(["arrived", "checked-in", "fulfilled", "noshow", "booked", "entered-in-error"])


class Life(RuleBasedStateMachine):
    """One practice over some weeks; `furnish` gives it a database of its own."""

    made = Bundle("made")
    desk: Desk  # set by the test

    @rule(
        target=made,
        service=st.sampled_from(SERVICES),
        who=st.integers(0, 5),
        where=places,
    )
    def book(self, service, who, where):
        return self._book(service, who, where, attempt=uuid4())

    @rule(
        target=made,
        service=st.sampled_from(SERVICES),
        who=st.integers(0, 5),
        where=places,
    )
    def hold_then_book(self, service, who, where):
        offers, start = self._somewhere(service, where)
        if start is None:
            return multiple()
        kept = actions.hold(offers, start, now=self.desk.now)
        assert start not in self.desk.starts(offers, days=0, span=40) or offers[0].rules.capacity > 1
        return self._book(service, who, where, attempt=kept.id, at=(offers, start))

    def _book(self, service, who, where, *, attempt, at=None):
        offers, start = at or self._somewhere(service, where)
        if start is None:
            return multiple()
        try:
            return self.desk.book(offers, start, attempt=attempt, person=somebody(who)).id
        except Refusal:
            return multiple()

    @rule(which=made, reason=st.sampled_from(["", "Malade"]))
    def cancel(self, which, reason):
        self._attempt(lambda row: actions.cancel(row, by="guest", now=self.desk.now, reason=reason), which)

    @rule(which=made)
    def undo(self, which):
        self._attempt(lambda row: actions.undo(row, by="guest", now=self.desk.now), which)

    @rule(which=made, ours=st.booleans())
    def cancel_at_the_desk(self, which, ours):
        self._attempt(
            lambda row: actions.cancel_at_desk(row, by="m", now=self.desk.now, for_patient=not ours), which
        )

    @rule(which=made, answer=st.sampled_from(["approve", "refuse", "ask", "answered", "expire"]))
    def answer(self, which, answer):
        verbs = {
            "approve": lambda row: actions.approve(row, by="m", now=self.desk.now),
            "refuse": lambda row: actions.refuse(row, by="m", now=self.desk.now, text="Non."),
            "ask": lambda row: actions.ask(row, by="m", now=self.desk.now),
            "answered": lambda row: actions.answered(row, by="guest", now=self.desk.now),
            "expire": lambda row: actions.expire(row, now=self.desk.now),
        }
        self._attempt(verbs[answer], which)

    @rule(which=made, where=places, staff=st.booleans())
    def move(self, which, where, staff):
        row = Appointment.get_by_id(which)
        offers, start = self._somewhere(row.service.key, where)
        if start is not None:
            move = {"by": "m", "now": self.desk.now, "staff": staff}
            self._attempt(lambda found: actions.move(found, offers[0], start, **move), which)

    @rule(
        which=made,
        status=st.sampled_from(
            ["arrived", "checked-in", "fulfilled", "noshow", "booked", "entered-in-error"]
        ),
    )
    def visit(self, which, status):
        before = Appointment.get_by_id(which)
        try:
            actions.note(before, status, by="m", now=self.desk.now)
        except CannotBeChanged:
            return
        assert status in TRANSITIONS[before.status]

    @rule(which=consumes(made))
    def going_away_restores_exactly_what_it_took(self, which):
        row = Appointment.get_by_id(which)
        if (
            row.status not in ("booked", *REQUESTED)
            or row.capacity > 1
            or row.starts < to_minutes(self.desk.now)
        ):
            return
        seen = {"days": 0, "span": 60}
        without = actions_without(self.desk, row, **seen)
        actions.cancel_at_desk(row, by="m", now=self.desk.now, for_patient=False)
        assert without == set(self.desk.starts(self._agenda_of(row), **seen))

    @rule(minutes=st.sampled_from([1, 5, 30, 600, 1500]))
    def time_passes(self, minutes):
        self.desk.services.clock.move(minutes=minutes)

    @rule()
    def the_worker_delivers(self):
        for found in outbox.claim(now=self.desk.now, limit=50):
            outbox.sent(Outbox.get_by_id(found), now=self.desk.now)

    def _attempt(self, act, which):
        with contextlib.suppress(Refusal):
            act(Appointment.get_by_id(which))

    def _somewhere(self, service, where: random.Random):
        offers = self.desk.offers(service)
        offer = where.choice(offers)
        starts = self.desk.starts([offer], days=0, span=20)
        return [offer], where.choice(starts) if starts else None

    def _agenda_of(self, row):
        return [o for o in self.desk.offers(row.service.key) if o.schedule.id == row.schedule_id]

    @invariant()
    def nobody_is_in_anybodys_place(self):
        assert database.execute_sql(OVERLAPS).fetchone()[0] == 0
        assert database.execute_sql(ROOMS).fetchone()[0] == 0
        assert database.execute_sql(CROWDED).fetchall() == []

    @invariant()
    def a_room_is_used_by_those_who_come_and_by_nobody_else(self):
        used = "SELECT DISTINCT session_key FROM resource_use WHERE hold_id IS NULL"
        sessions = {hexed(key) for (key,) in database.execute_sql(used).fetchall()}
        coming = {
            row.session_key.hex
            for row in Appointment.select().where(Appointment.status.in_(OCCUPYING))
            if row.service.needs
        }
        back = {row.session_key.hex for row in Appointment.select() if was_missed(row)}
        assert sessions - coming == set() and coming - sessions <= back

    @invariant()
    def every_letter_is_due_once(self):
        here = {
            f"appointment:{row.id}" for row in Appointment.select()
        }  # the journal remembers earlier runs too
        due = {}
        for event in AuditEvent.select().where(AuditEvent.verb.in_(list(LETTERS))):
            key = (event.target.removeprefix("appointment:"), LETTERS[event.verb])
            if event.target in here:
                due[key] = due.get(key, 0) + 1
        there = {}
        for row in Outbox.select():
            key = (str(Appointment.get_by_id(row.payload["appointment"]).id), row.event)
            there[key] = there.get(key, 0) + 1
        moves = {key: due.pop(key) for key in list(due) if key[1] == "appointment-moved"}
        # a move back to the time the person knows is told by nothing
        assert all(
            count <= moves.get(key, 0) for key, count in there.items() if key[1] == "appointment-moved"
        )
        told = {"appointment-moved", "appointment-booked"}
        assert {
            key: n for key, n in there.items() if key[1] in LETTERS.values() and key[1] not in told
        } == due
        first = {key for key, event in there if event in ("appointment-booked", "appointment-requested")}
        assert len(first) == Appointment.select().count()
        assert all(count == 1 for key, count in there.items() if key[1] not in told)

    @invariant()
    def holds_of_those_who_type_do_not_outlive_their_time(self):
        assert all(
            row.expires <= to_minutes(self.desk.now) + 2 * actions.HOLD_MINUTES for row in Hold.select()
        )


def was_missed(row):
    """Noted as missed and taken back: the visit is over, and its room is not taken again."""
    target = AuditEvent.target == f"appointment:{row.id}"
    return AuditEvent.select().where(target, AuditEvent.verb == "appointment.noshow").exists()


def actions_without(desk, row, **seen):
    """The free times of its agenda if it were not there: what the engine says when asked to look past it."""
    offers = [o for o in desk.offers(row.service.key) if o.schedule.id == row.schedule_id]
    first = desk.now.date() + timedelta(days=seen["days"])
    free = queries.free_times(
        offers, first_day=first, last_day=first + timedelta(days=seen["span"]), now=desk.now,
        asking=Asking(moving=place.moving(row)),
    )  # fmt: skip
    return {start for found in free.days.values() for start, _ in found}


@pytest.fixture
def furnished(desk):
    desk.rooms("seance", units=1)
    desk.rule(service="bilan", outcome="request")
    desk.rule(upcoming_most=4)
    return desk


TABLES_OF_A_RUN = ("resource_use", "fee_proposal", "appointment", "hold", "outbox", "rate_count")


def test_whatever_people_do_nobody_is_in_anybodys_place(furnished, engine):
    began = furnished.services.clock.at

    class Here(Life):
        desk = furnished

        def teardown(self):
            furnished.services.clock.at = began
            with write_tx():
                for table in TABLES_OF_A_RUN:
                    database.execute_sql(f"DELETE FROM {table}")  # noqa: S608

    calm = settings(
        max_examples=25 if engine == "sqlite" else 8,  # the walls differ, the life does not
        stateful_step_count=30,
        derandomize=True,
        phases=[Phase.generate],  # a failure is shown as it was met: shrinking it costs minutes of database
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Here, settings=calm)
