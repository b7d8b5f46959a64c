"""A change of the agenda that is only thought of, put onto offers as if it were made: pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from app.booking.slots import Blocked, HoursException, Reason, WeeklyWindow
from app.booking.slots.hours import FAR

ALWAYS = (-FAR, FAR)


@dataclass(frozen=True)
class Off:
    """Time taken out of agendas: of a practitioner, a site, one agenda, or the whole practice. UTC minutes."""

    starts: int
    ends: int
    reason: Reason
    location: UUID | None = None
    practitioner: UUID | None = None
    schedule: UUID | None = None

    def concerns(self, offer: Any) -> bool:
        return (
            self.location in (None, offer.location.id)
            and self.practitioner in (None, offer.practitioner.id)
            and self.schedule in (None, offer.schedule.id)
        )

    @property
    def blocked(self) -> Blocked:
        return Blocked(self.starts, self.ends, self.reason)


@dataclass(frozen=True)
class Difference:
    """What would be otherwise. `hours` and `exceptions` are all that an agenda would have; `rules` are the values of a
    service in an agenda that would change, by (agenda, service); `span` is when any of it matters, in UTC minutes."""

    span: tuple[int, int] = ALWAYS
    added: tuple[Off, ...] = ()
    removed: tuple[Off, ...] = ()
    opened: frozenset[date] = frozenset()
    closed: frozenset[date] = frozenset()
    hours: Mapping[UUID, tuple[WeeklyWindow, ...]] = field(default_factory=dict)
    exceptions: Mapping[UUID, tuple[HoursException, ...]] = field(default_factory=dict)
    rules: Mapping[tuple[UUID, UUID], Mapping[str, int]] = field(default_factory=dict)
    zones: Mapping[UUID, str] = field(default_factory=dict)  # site -> the clock its hours would be on

    def concerns(self, offer: Any) -> bool:
        schedule = offer.schedule.id
        return bool(
            self.opened
            or self.closed
            or schedule in self.hours
            or schedule in self.exceptions
            or offer.location.id in self.zones
            or (schedule, offer.service.id) in self.rules
            or any(off.concerns(offer) for off in (*self.added, *self.removed))
        )

    def applied(self, offer: Any) -> Any:
        """The offer as it would be; an untouched one is the very same."""
        if not self.concerns(offer):
            return offer
        blocked = [*offer.blocked]
        for off in self.removed:
            if off.concerns(offer) and off.blocked in blocked:
                blocked.remove(off.blocked)
        blocked += [off.blocked for off in self.added if off.concerns(offer)]
        values = self.rules.get((offer.schedule.id, offer.service.id), {})
        return replace(
            offer,
            agenda=self._agenda(offer),
            blocked=tuple(blocked),
            rules=replace(offer.rules, **values) if values else offer.rules,
        )

    def _agenda(self, offer: Any) -> Any:
        agenda, schedule = offer.agenda, offer.schedule.id
        zone = self.zones.get(offer.location.id, agenda.zone)
        planned = schedule in self.hours or schedule in self.exceptions
        if not (self.opened or self.closed or planned or zone != agenda.zone):
            return agenda
        return replace(
            agenda,
            zone=zone,
            windows=self.hours.get(schedule, agenda.windows),
            exceptions=self.exceptions.get(schedule, agenda.exceptions),
            holidays=(agenda.holidays - self.opened) | self.closed,
            version=None,  # found again by content: nobody has this plan yet
        )
