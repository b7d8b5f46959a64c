"""Everything a practice offers, as one immutable value per catalogue version: read instead of a dozen tables."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from app.booking import holidays
from app.booking.models import (
    AgendaLimit,
    BookingPolicy,
    HoursException,
    OpenedHoliday,
    Resource,
    ResourcePool,
    TimeOff,
    WorkingHours,
)
from app.booking.policy import FIELDS, GUEST, Policy, Rule, Standing, resolve
from app.booking.slots import Agenda, Blocked, Limit, Reason, ServiceRules, WeeklyWindow
from app.booking.slots import HoursException as ExceptionRule
from app.booking.slots import hours as plans
from app.directory import queries as directory
from app.kernel.owners import Practice, pick

TIME_OFF_REASON = {"closure": Reason.CLOSURE, "absence": Reason.ABSENCE, "block": Reason.BLOCKED}


@dataclass(frozen=True, eq=False)
class Pool:
    """Rooms or devices of one kind at one site; the unit with the lowest place goes first."""

    id: UUID
    name: dict[str, str]
    units: tuple[Any, ...]  # Resource rows, none retired


@dataclass(frozen=True, eq=False)
class Offer:
    """One service in one agenda, with every value resolved for one standing."""

    schedule: Any
    practitioner: Any
    location: Any
    service: Any
    agenda: Agenda
    rules: ServiceRules
    blocked: tuple[Blocked, ...]
    price_cents: int | None
    policy: Policy
    standing: Standing = GUEST
    pools: tuple[Pool, ...] = ()  # one unit of each is needed
    limits: tuple[Limit, ...] = ()
    version: int = 0  # of the catalogue it was read from

    @property
    def is_plain(self) -> bool:
        """Nothing but the agenda decides what is free."""
        return not (self.pools or self.limits)

    @property
    def is_bookable(self) -> bool:
        """Online; otherwise people are told to call."""
        return self.policy.outcome in ("request", "direct")


@dataclass(frozen=True, eq=False)
class Catalogue:
    practice: Practice
    services: tuple[Any, ...]
    locations: tuple[Any, ...]
    practitioners: tuple[Any, ...]
    offers: tuple[Offer, ...]
    standing: Standing = GUEST
    rules: tuple[Rule, ...] = ()  # the whole matrix, for whoever asks where a value comes from
    _by_place: dict[tuple[UUID, UUID], tuple[Offer, ...]] = field(default_factory=dict)

    def name(self, thing: Any, language: str, attribute: str = "name") -> str:
        return pick(getattr(thing, attribute), language, self.practice.languages)

    def at(self, service_id: UUID, location_id: UUID) -> tuple[Offer, ...]:
        """The offers of a service at a site, in the practice's own order; empty when there is none."""
        return self._by_place.get((service_id, location_id), ())

    def of_service(self, service_id: UUID) -> tuple[Offer, ...]:
        return tuple(offer for offer in self.offers if offer.service.id == service_id)

    def in_agenda(self, schedule_id: UUID, service_id: UUID) -> Offer | None:
        """The offer of a service in an agenda, or None."""
        return next(
            (o for o in self.offers if o.schedule.id == schedule_id and o.service.id == service_id), None
        )

    def sites_of(self, service_id: UUID) -> list[Any]:
        return list({offer.location.id: offer.location for offer in self.of_service(service_id)}.values())


def of(practice: Practice, *, now: datetime, standing: Standing = GUEST) -> Catalogue:
    """What somebody of this standing sees of the open practice: public agendas, online services, nothing hidden."""
    return _seen(practice.id, practice.catalogue_version, now.year, standing)


def for_desk(practice: Practice, *, now: datetime) -> Catalogue:
    """Every agenda and every service that is not archived, with the rules of people the practice knows best."""
    return _seen(practice.id, practice.catalogue_version, now.year, None)


def forget() -> None:
    """For tests, where another database has another past under the same version."""
    _seen.cache_clear()
    _load.cache_clear()
    plans.forget()


DESK_STANDING = Standing(4, known=True)


@lru_cache(maxsize=2048)
def _seen(practice_id: UUID, version: int, year: int, standing: Standing | None) -> Catalogue:
    whole = _load(practice_id, version, year)
    if standing is None:
        offers = [as_seen(offer, whole.rules, DESK_STANDING) for offer in whole.offers]
    else:
        public = (o for o in whole.offers if o.schedule.public and o.service.online)
        offers = [as_seen(offer, whole.rules, standing) for offer in public]
        offers = [offer for offer in offers if offer.policy.outcome != "hidden"]
    by_place: dict[tuple[UUID, UUID], tuple[Offer, ...]] = {}
    for offer in offers:
        key = (offer.service.id, offer.location.id)
        by_place[key] = (*by_place.get(key, ()), offer)
    booked = {offer.service.id for offer in offers}
    return replace(
        whole,
        services=tuple(s for s in whole.services if s.id in booked),
        offers=tuple(offers),
        standing=standing or DESK_STANDING,
        _by_place=by_place,
    )


def as_seen(offer: Offer, rules: Iterable[Rule], standing: Standing) -> Offer:
    """The same offer under the rules for somebody of this standing."""
    policy = resolve(rules, service=offer.service.id.hex, schedule=offer.schedule.id.hex, standing=standing)
    timed = replace(offer.rules, min_notice=policy.min_notice_minutes, horizon_days=policy.horizon_days)
    return replace(offer, policy=policy, rules=timed, standing=standing)


@lru_cache(maxsize=512)
def _load(practice_id: UUID, version: int, year: int) -> Catalogue:
    """Everything, whoever may see it."""
    practice = Practice.get_by_id(practice_id)
    shelves = directory.shelves()
    windows = _grouped(WorkingHours.select().order_by(WorkingHours.weekday, WorkingHours.start_minute))
    exceptions = _grouped(HoursException.select().order_by(HoursException.first_day))
    limits = _grouped(AgendaLimit.select().order_by(AgendaLimit.id))
    pools = _pools()
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
        offers.append(
            Offer(
                schedule=schedule,
                practitioner=shelves.practitioners[schedule.practitioner_id],
                location=shelves.locations[schedule.location_id],
                service=service,
                agenda=agendas[schedule.id],
                rules=_rules(service, link),
                blocked=tuple(_blocked(time_off, schedule)),
                price_cents=service.price_cents if link.price_cents is None else link.price_cents,
                policy=Policy(),
                pools=tuple(
                    pools.get((schedule.location_id, key)) or Pool(NO_POOL, {}, ()) for key in service.needs
                ),
                limits=tuple(_limit(row) for row in limits.get(schedule.id, ())),
                version=version,
            )
        )
    return Catalogue(
        practice=practice,
        services=tuple(shelves.services.values()),
        locations=tuple(shelves.locations.values()),
        practitioners=tuple(shelves.practitioners.values()),
        offers=tuple(offers),
        rules=tuple(_rule(row) for row in BookingPolicy.select()),
    )


NO_POOL = UUID(int=0)  # a kind of room the site does not have: nothing that needs one is free there


def _pools() -> dict[tuple[UUID, str], Pool]:
    units: dict[UUID, list[Any]] = {}
    for unit in Resource.select().where(~Resource.retired).order_by(Resource.position, Resource.key):
        units.setdefault(unit.pool_id, []).append(unit)
    return {
        (row.location_id, row.key): Pool(row.id, row.name, tuple(units.get(row.id, ())))
        for row in ResourcePool.select()
    }


def _rule(row: BookingPolicy) -> Rule:
    return Rule(
        service=row.service_id and row.service_id.hex,
        schedule=row.schedule_id and row.schedule_id.hex,
        level=row.level,
        known=row.known,
        values={name: getattr(row, name) for name in FIELDS},
    )


def _limit(row: AgendaLimit) -> Limit:
    return Limit(row.period, row.unit, row.most, row.service_id and row.service_id.hex)


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


def _rules(service: Any, link: Any) -> ServiceRules:
    return ServiceRules(
        id=service.id.hex,
        duration=_first(link.duration_minutes, service.duration_minutes),
        grid=service.grid_minutes,
        grid_offset=service.grid_offset_minutes,
        before=_first(link.buffer_before_minutes, service.buffer_before_minutes),
        after=_first(link.buffer_after_minutes, service.buffer_after_minutes),
        capacity=service.capacity,
        staff_reserved=service.staff_reserved,
    )


def horizon_end(offers: Iterable[Offer], today: date) -> date:
    """The last day any of the offers can be booked on."""
    return today + timedelta(days=max((offer.rules.horizon_days for offer in offers), default=1) - 1)
