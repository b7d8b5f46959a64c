"""B1: what is proposed to forty people whose practitioner is ill, against forty slot queries."""

from __future__ import annotations

from datetime import timedelta

from app.booking import catalogue, queries, reoffers, slots
from app.booking.impact.reading import still_to_come
from app.booking.models import Appointment
from app.booking.plans import days_off
from app.booking.plans.days_off import Away
from app.kernel.clock import to_minutes
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from tools.bench import world
from tools.bench.engine import compared
from tools.bench.goals import Found

GOALS = ("B1",)
FORTY = 40


def measure(wanted, bench):
    """The page of proposals as the desk asks for it; a slot query is the week of one appointment, any practitioner."""
    now, here = world.now(), bench.team
    with world.opened(bench.sqlite("absence")):
        practice = Practice.get_by_id(here.practice)
        with practice_context(practice):
            lost = list(
                still_to_come(now).where(Appointment.practitioner == here.practitioners[0]).limit(FORTY)
            )
            offers = catalogue.of(practice, now=now).at(here.service, here.location)
            away = Away(to_minutes(now), lost[-1].ends, practitioner=here.practitioners[0])
            change = days_off.added(practice, away)

        def propose():
            with practice_context(practice):
                return reoffers.propose(practice, lost, now=now, change=change)

        def ask():
            with practice_context(practice):
                for one in lost:
                    first = slots.local_day(one.starts, world.ZONE)
                    span = {"first_day": first, "last_day": first + timedelta(days=6)}
                    queries.free_times(offers, **span, now=now)

        proposals = propose()
        ours, forty = compared(propose, ask, calls=(3, 1))
    served = sum(bool(one.times or one.colleagues) for one in proposals)
    note = (
        f"{len(lost)} appointments, {len(offers)} agendas: {ours / 1000:.1f} ms for all proposals "
        f"({served} have one), {forty / 1000:.1f} ms for {len(lost)} slot queries"
    )
    return {"B1": Found({"": ours / forty}, notes=[note])}
