"""What the desk shows of the waiting room, prepared: each person with what can be done now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.booking import labels as bookings
from app.desk import steps
from app.kernel import clock
from app.kernel.i18n import language
from app.kernel.owners import Practice, pick
from app.walkins import labels
from app.walkins.queries import Room, Visitor


@dataclass(frozen=True)
class Row:
    """One line of the list. `step` is the next state of an appointment; a number has its own buttons."""

    visitor: Visitor
    name: str
    what: str
    with_whom: str
    when: datetime  # on the wall of the site: of the appointment, or when the number was taken
    state: str
    words: str
    step: Any = None

    @property
    def number(self) -> int | None:
        return self.visitor.walk_in.number if self.visitor.walk_in else None


def rows(visitors: tuple[Visitor, ...], practice: Practice, *, zone: str, now: datetime) -> list[Row]:
    return [_row(one, practice, zone=zone, now=now) for one in visitors]


def _row(one: Visitor, practice: Practice, *, zone: str, now: datetime) -> Row:
    found, number = one.appointment, one.walk_in
    when = clock.local(one.line.since, zone)
    if found is None:
        assert number is not None
        words, what = str(labels.STATES[number.state]), str(labels.REASONS[number.reason])
        return Row(one, number.first_name or "", what, "", when, number.state, words)
    offered = steps.offered(found.status, starts=found.starts, now=clock.to_minutes(now))
    service = pick(found.service.name, language(), practice.languages)
    words = str(bookings.STATES[found.status])
    step = offered[0] if found.status in steps.ONWARD else None
    return Row(one, found.patient.name, service, found.practitioner.name, when, found.status, words, step)


def patients_of(room: Room) -> set[Any]:
    """Whose names are on the screen."""
    shown = (*room.waiting, *room.treated, *room.gone)
    return {one.appointment.patient_id for one in shown if one.appointment is not None}
