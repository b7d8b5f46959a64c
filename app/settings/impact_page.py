"""A change of the agenda in two steps: first what it does to appointments, then, with a choice for each, the change."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from flask import g, render_template, request

from app.booking import impact, reoffers
from app.booking.impact import Impact, NotSeen
from app.booking.reoffers import Send
from app.kernel.owners import Practice
from app.patients.actions import journal_look
from app.web.door import go
from app.web.outside import services

MOST = 60  # lines of one page; the rest waits in the queue
NOT_TYPED = ("csrf_token", "seen", "attempt", "all", "words", "edit")


def saved_or_shown(act: Callable[[str], Impact], *, cause: str, title: Any, done: str, back: str = "") -> Any:
    """`act` saves, given the digest of the impact seen; `done` is where one goes then, `back` where one came from."""
    now = services().clock.now()
    seen = request.form.get("seen", "")
    try:
        found = act(seen)
    except NotSeen as told:
        proposals = reoffers.propose(g.practice, told.impact.lost[:MOST], now=now, change=told.change)
        look([one.appointment for one in proposals])
        return render_template(
            "settings/impact.html",
            impact=told.impact,
            proposals=proposals,
            title=title,
            typed=typed(),
            attempt=uuid4(),
            again=bool(seen),
            back=back,
        ), (409 if seen else 200)
    made = _send(found, cause) if found.lost else None
    return go(f"/desk/rearrangements/{made.id}" if made else done)


def _send(found: Impact, cause: str) -> Any:
    """After the change, so that nothing is offered that it took away."""
    now = services().clock.now()
    practice = Practice.get_by_id(g.practice.id)
    lost = impact.queue([one.id for one in found.lost[:MOST]])
    proposals = reoffers.propose(practice, lost, now=now)
    return reoffers.send(reoffers.chosen(request.form, proposals), sending(cause))


def sending(cause: str, practitioner_id: UUID | None = None) -> Send:
    return Send(
        cause=cause,
        attempt=reoffers.attempt_of(request.form.get("attempt")),
        by=g.person.actor,
        now=services().clock.now(),
        sealer=services().sealer,
        words=reoffers.words_of(request.form.get("words", "")),
        practitioner_id=practitioner_id,
    )


def typed() -> list[tuple[str, str]]:
    """What the form of the first step said, to be sent again by the second."""
    return [
        (name, value)
        for name, value in request.form.items()
        if name not in NOT_TYPED and not name.startswith("choice-")
    ]


def look(appointments: list[Any]) -> None:
    """Reading names is reading a record."""
    patients = {one.patient_id for one in appointments}
    now = services().clock.now()
    journal_look(
        patients, member=g.staff, what="rearrange", why="rearrange", now=now, target="impact:preview"
    )
