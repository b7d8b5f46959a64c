"""Everything a practice offers, as one immutable value per catalogue version: read instead of a dozen tables."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from app.booking import holidays
from app.booking.models import BookingPolicy, HoursException, OpenedHoliday, TimeOff, WorkingHours
from app.booking.slots import Agenda, Blocked, Reason, ServiceRules, WeeklyWindow
from app.booking.slots import HoursException as ExceptionRule
from app.directory import queries as directory
from app.kernel.owners import Practice, pick

TIME_OFF_REASON = {"closure": Reason.CLOSURE, "absence": Reason.ABSENCE, "block": Reason.BLOCKED}


@dataclass(frozen=True)
class Policy:
    """The rules of one service, after inheritance."""

    min_notice_minutes: int = 120
    horizon_days: int = 90
    cancellation_notice_minutes: int = 1440
    late_fee_cents: int | None = None
    conditions_required: bool = True


@dataclass(frozen=True, eq=False)
class Offer:
    """One service in one agenda, with every value resolved."""

    schedule: Any
    practitioner: Any
    location: Any
    service: Any
    agenda: Agenda
    rules: ServiceRules
    blocked: tuple[Blocked, ...]
    price_cents: int | None
    policy: Policy


@dataclass(frozen=True, eq=False)
class Catalogue:
    practice: Practice
    services: tuple[Any, ...]
    locations: tuple[Any, ...]
    practitioners: tuple[Any, ...]
    offers: tuple[Offer, ...]
    _by_place: dict[tuple[UUID, UUID], tuple[Offer, ...]] = field(default_factory=dict)

    def name(self, thing: Any, language: str, attribute: str = "name") -> str:
        return pick(getattr(thing, attribute), language, self.practice.languages)

    def at(self, service_id: UUID, location_id: UUID) -> tuple[Offer, ...]:
        """The offers of a service at a site, in the practice's own order; empty when there is none."""
        return self._by_place.get((service_id, location_id), ())

    def of_service(self, service_id: UUID) -> tuple[Offer, ...]:
        return tuple(offer for offer in self.offers if offer.service.id == service_id)

    def sites_of(self, service_id: UUID) -> list[Any]:
        return list({offer.location.id: offer.location for offer in self.of_service(service_id)}.values())


def of(practice: Practice, *, now: datetime) -> Catalogue:
    """The public catalogue of the open practice."""
    return _load(practice.id, practice.catalogue_version, now.year)


@lru_cache(maxsize=512)
def _load(practice_id: UUID, version: int, year: int) -> Catalogue:
    practice = Practice.get_by_id(practice_id)
    shelves = directory.shelves()
    policies = {row.service_id: row for row in BookingPolicy.select()}
    windows = _grouped(WorkingHours.select().order_by(WorkingHours.weekday, WorkingHours.start_minute))
    exceptions = _grouped(HoursException.select().order_by(HoursException.first_day))
    time_off = list(TimeOff.select())
    closed = holidays.between(year - 1, year + 2) - {row.day for row in OpenedHoliday.select()}
    ids = {service.key: service.id.hex for service in shelves.services.values()}
    agendas = {
        schedule.id: Agenda(
            id=schedule.id.hex,
            zone=shelves.locations[schedule.location_id].timezone,
            windows=tuple(_window(row, ids) for row in windows.get(schedule.id, ())),
            exceptions=tuple(_exception(row, ids) for row in exceptions.get(schedule.id, ())),
            holidays=frozenset(closed),
            version=(practice_id, version, year),
        )
        for schedule in shelves.schedules
    }
    offers = []
    for link in shelves.links:
        service, schedule = shelves.services.get(link.service_id), shelves.schedule(link.schedule_id)
        if service is None or schedule is None:
            continue
        policy = _policy(policies.get(None), policies.get(service.id))
        offers.append(
            Offer(
                schedule=schedule,
                practitioner=shelves.practitioners[schedule.practitioner_id],
                location=shelves.locations[schedule.location_id],
                service=service,
                agenda=agendas[schedule.id],
                rules=_rules(service, link, policy),
                blocked=tuple(_blocked(time_off, schedule)),
                price_cents=service.price_cents if link.price_cents is None else link.price_cents,
                policy=policy,
            )
        )
    by_place: dict[tuple[UUID, UUID], tuple[Offer, ...]] = {}
    for offer in offers:
        key = (offer.service.id, offer.location.id)
        by_place[key] = (*by_place.get(key, ()), offer)
    booked = {offer.service.id for offer in offers}
    return Catalogue(
        practice=practice,
        services=tuple(s for s in shelves.services.values() if s.id in booked),
        locations=tuple(shelves.locations.values()),
        practitioners=tuple(shelves.practitioners.values()),
        offers=tuple(offers),
        _by_place=by_place,
    )


def _grouped(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.schedule_id, []).append(row)
    return found


def _ids(keys: list[str] | None, services: dict[str, str]) -> frozenset[str] | None:
    return None if keys is None else frozenset(services[key] for key in keys if key in services)


def _window(row: WorkingHours, services: dict[str, str]) -> WeeklyWindow:
    return WeeklyWindow(
        weekday=row.weekday,
        start=row.start_minute,
        end=row.end_minute,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        cycle_weeks=row.cycle_weeks,
        week_in_cycle=row.week_in_cycle,
        services=_ids(row.services, services),
        audience=row.audience,
    )


def _exception(row: HoursException, services: dict[str, str]) -> ExceptionRule:
    return ExceptionRule(
        kind=row.kind,
        first_day=row.first_day,
        last_day=row.last_day,
        start=row.start_minute,
        end=row.end_minute,
        services=_ids(row.services, services),
        audience=row.audience,
    )


def _blocked(time_off: list[TimeOff], schedule: Any) -> Iterable[Blocked]:
    for row in time_off:
        here = row.location_id in (None, schedule.location_id) and row.practitioner_id in (
            None,
            schedule.practitioner_id,
        )
        if here:
            yield Blocked(row.starts, row.ends, TIME_OFF_REASON[row.kind])


def _first(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def _rules(service: Any, link: Any, policy: Policy) -> ServiceRules:
    return ServiceRules(
        id=service.id.hex,
        duration=_first(link.duration_minutes, service.duration_minutes),
        grid=service.grid_minutes,
        grid_offset=service.grid_offset_minutes,
        before=_first(link.buffer_before_minutes, service.buffer_before_minutes),
        after=_first(link.buffer_after_minutes, service.buffer_after_minutes),
        capacity=service.capacity,
        staff_reserved=service.staff_reserved,
        min_notice=policy.min_notice_minutes,
        horizon_days=policy.horizon_days,
    )


def _policy(practice: BookingPolicy | None, service: BookingPolicy | None) -> Policy:
    """Field by field: the service's value, else the practice's, else the product's."""
    values = {}
    for name, default in Policy().__dict__.items():
        values[name] = _first(getattr(service, name, None), getattr(practice, name, None), default)
    return Policy(**values)


def horizon_end(offers: Iterable[Offer], today: date) -> date:
    """The last day any of the offers can be booked on."""
    return today + timedelta(days=max((offer.rules.horizon_days for offer in offers), default=1) - 1)
