"""The last day of a practitioner, a site or an agenda, and the way back: what loses its place by it is seen first."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app.booking import closed
from app.booking.impact import Difference, Impact, Off, Trace
from app.booking.plans import shelving
from app.booking.slots import Reason
from app.directory.models import Location, Practitioner, Schedule
from app.kernel import audit, clock
from app.kernel.owners import Practice

ASKED = {Practitioner: "practitioner", Location: "location", Schedule: "schedule"}


@dataclass(frozen=True)
class Spell:
    """The first and the last day, both included; None is «as long as can be»."""

    starts_on: date | None = None
    ends_on: date | None = None


def end(practice: Practice, row: Any, last: date, *, by: str, now: datetime, seen: str = "") -> Impact:
    """Nobody is received after `last`. NotSeen; LastDayPassed for a day before yesterday."""
    if last < clock.today(now, practice.timezone) - timedelta(days=1):
        raise shelving.LastDayPassed
    return _set(practice, row, Spell(_starts(row), last), verb="end", by=by, now=now, seen=seen)


def resume(practice: Practice, row: Any, *, by: str, now: datetime, seen: str = "") -> Impact:
    """It goes on as if no last day had been said; whoever lost their place by it has it again. NotSeen."""
    return _set(practice, row, Spell(_starts(row)), verb="resume", by=by, now=now, seen=seen)


def difference(practice: Practice, row: Any, new: Spell) -> Difference:
    """From the spell a row has to another."""
    was = Spell(_starts(row), row.ends_on)
    return Difference(
        added=_offs(practice, row, new) if new != was else (),
        removed=_offs(practice, row, was) if new != was else (),
    )


def _set(practice: Practice, row: Any, new: Spell, *, verb: str, by: str, now: datetime, seen: str) -> Impact:
    model, table = type(row), type(row)._meta.table_name

    def write() -> None:
        model.update(ends_on=new.ends_on).where(model.id == row.id).execute()

    detail = shelving.told({"ends_on": row.ends_on}, {"ends_on": new.ends_on})
    trace = Trace(by, f"{table}.{verb}", audit.of_id(table, row.id), detail)
    change = difference(practice, row, new)
    return shelving.keep(practice, write, trace=trace, now=now, seen=seen, change=change)


def _offs(practice: Practice, row: Any, spell: Spell) -> tuple[Off, ...]:
    reason = Reason.ABSENCE if isinstance(row, Practitioner) else Reason.CLOSURE
    spans = closed.outside(spell.starts_on, spell.ends_on, zone=practice.timezone)
    return tuple(Off(*span, reason, **{ASKED[type(row)]: row.id}) for span in spans)


def _starts(row: Any) -> date | None:
    return getattr(row, "starts_on", None)
