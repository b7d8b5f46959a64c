"""The whole grid of one agenda's day: what can be given, what breaks a rule of patients, and what cannot be."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from app.booking import queries
from app.booking.actions import UNBREAKABLE
from app.booking.busy import Moving
from app.booking.catalogue import Offer
from app.booking.models import OCCUPYING, Appointment
from app.booking.questions import Asking
from app.booking.slots import Reason, Verdict
from app.desk import why_not
from app.kernel.clock import day_bounds, local, to_minutes
from app.kernel.i18n import clock_label, language

USUAL = (8, 18)  # the hours shown on a day without anything
NIGHT = {Reason.OUTSIDE_HOURS}  # what makes an hour one nobody asks about


@dataclass(frozen=True)
class Cell:
    """One start. `free`: nothing speaks against it; `warn`: only rules of patients; `shut`: see `reasons`."""

    start: int
    clock: str
    kind: str
    reasons: tuple[str, ...] = ()
    places: str = ""  # of a group: «2/6»

    @property
    def breakable(self) -> bool:
        """Whether staff may book it once they have said so."""
        return not UNBREAKABLE & set(self.reasons)


@dataclass
class Hour:
    label: str
    cells: list[Cell] = field(default_factory=list)


@dataclass(frozen=True)
class Looking:
    """Through whose eyes: the desk's, or a patient's of the standing the offer was resolved for."""

    as_patient: bool = False
    person: UUID | None = None
    moving: Moving | None = None


def cells(offer: Offer, day: date, *, now: datetime, looking: Looking) -> list[Cell]:
    """One for every start of the day's grid, night included."""
    asking = Asking(person=looking.person, moving=looking.moving)
    span = {"first_day": day, "last_day": day, "now": now}
    patients = queries.explain(offer, **span, asking=asking)
    if looking.as_patient:
        always = why_not.of_policy(offer)
        shown = [(one, (*always, *map(str, one.reasons)), False) for one in patients]
    else:
        desk = Asking(person=looking.person, moving=looking.moving, staff=True)
        staff = {one.start: one for one in queries.explain(offer, **span, asking=desk)}
        shown = [_at_the_desk(one, staff.get(one.start)) for one in patients]
    taken = _taken(offer, day) if offer.rules.capacity > 1 else Counter()
    return [_cell(one.start, reasons, warned, offer, taken) for one, reasons, warned in shown]


def _at_the_desk(patient: Verdict, staff: Verdict | None) -> tuple[Verdict, tuple[str, ...], bool]:
    """What the agenda itself says; where that is nothing, the rules of patients as a warning."""
    hard = tuple(map(str, staff.reasons)) if staff else ()
    soft = tuple(map(str, patient.reasons))
    return patient, hard or soft, not hard and bool(soft)


def _cell(start: int, reasons: tuple[str, ...], warned: bool, offer: Offer, taken: Counter[int]) -> Cell:
    kind = "warn" if warned else "shut" if reasons else "free"
    places = f"{taken[start]}/{offer.rules.capacity}" if taken[start] else ""
    clock = clock_label(local(start, offer.location.timezone), language())
    return Cell(start, clock, kind, reasons, places)


def _taken(offer: Offer, day: date) -> Counter[int]:
    first, last = day_bounds(day, offer.location.timezone)
    rows = Appointment.select(Appointment.starts).where(
        Appointment.schedule == offer.schedule.id,
        Appointment.service == offer.service.id,
        Appointment.starts >= first,
        Appointment.starts < last,
        Appointment.status.in_(OCCUPYING),
    )
    return Counter(start for (start,) in rows.tuples())


def hours(found: Collection[Cell], zone: str, *, whole_day: bool = False) -> list[Hour]:
    """The cells by hour of the wall clock; the hours nobody works are left out unless asked for."""
    drawn: dict[int, Hour] = {}
    for cell in found:
        moment = local(cell.start, zone)
        drawn.setdefault(moment.hour, Hour(f"{moment.hour:02d}")).cells.append(cell)
    if whole_day:
        return list(drawn.values())
    open_hours = [hour for hour, row in drawn.items() if any(not _is_night(cell) for cell in row.cells)]
    first, last = min([*open_hours, USUAL[0]]), max([*open_hours, USUAL[1] - 1])
    return [row for hour, row in drawn.items() if first <= hour <= last]


def _is_night(cell: Cell) -> bool:
    return bool(NIGHT & set(cell.reasons))


def find(found: Collection[Cell], start: int | None) -> Cell | None:
    return next((cell for cell in found if cell.start == start), None)


def is_past(start: int, now: datetime) -> bool:
    return start < to_minutes(now)
