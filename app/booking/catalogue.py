"""Everything a practice offers, as one immutable value per catalogue version: read instead of a dozen tables."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from app.booking import as_rules, closed, holidays, rulebooks
from app.booking.models import (
    HoursException,
    OpenedHoliday,
    Resource,
    ResourcePool,
    TimeOff,
    WorkingHours,
)
from app.booking.policy import GUEST, Policy, Rule, Standing, resolve
from app.booking.rulebook import Rulebook, applied, unspelled
from app.booking.slots import Agenda, Blocked, Limit, ServiceRules
from app.booking.slots import hours as plans
from app.directory import queries as directory
from app.kernel import clock
from app.kernel.owners import Practice, pick


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
    until: datetime | None = None  # from then on other rules hold

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
    book: Rulebook = field(default_factory=Rulebook)  # the same, and the limits of agendas
    leaving: bool = False  # somebody or some place in it ends on a day
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
    turned = has_turned(practice, now=now)
    found = _seen(practice.id, practice.catalogue_version, now.year, standing, turned)
    if not found.leaving:
        return found
    today = clock.today(now, practice.timezone)
    return _present(practice.id, practice.catalogue_version, now.year, standing, turned, today)


def for_desk(practice: Practice, *, now: datetime) -> Catalogue:
    """Every agenda and every service that is not archived, with the rules of people the practice knows best."""
    return _seen(practice.id, practice.catalogue_version, now.year, None, has_turned(practice, now=now))


def has_turned(practice: Practice, *, now: datetime) -> bool:
    """Whether rules that waited for their day hold now, though nobody has written them down yet (docs/adr/0035)."""
    return practice.turns_at is not None and practice.turns_at <= now


def forget() -> None:
    """For tests, where another database has another past under the same version."""
    _seen.cache_clear()
    _present.cache_clear()
    _turned.cache_clear()
    _load.cache_clear()
    plans.forget()


DESK_STANDING = Standing(4, known=True)


@lru_cache(maxsize=2048)
def _seen(practice_id: UUID, version: int, year: int, standing: Standing | None, turned: bool) -> Catalogue:
    whole = (_turned if turned else _load)(practice_id, version, year)
    if standing is not None and standing.under:
        whole = _under(whole, unspelled(standing.under))
    if standing is None:
        offers = [as_seen(offer, whole.rules, DESK_STANDING) for offer in whole.offers]
    else:
        public = (o for o in whole.offers if o.schedule.public and o.service.online)
        offers = [as_seen(offer, whole.rules, standing) for offer in public]
        offers = [offer for offer in offers if offer.policy.outcome != "hidden"]
    return _with(replace(whole, standing=standing or DESK_STANDING), offers)


@lru_cache(maxsize=512)
def _present(
    practice_id: UUID, version: int, year: int, standing: Standing, turned: bool, today: date
) -> Catalogue:
    """Without whom and what has ended before this day."""
    found = _seen(practice_id, version, year, standing, turned)
    here = replace(
        found,
        locations=tuple(one for one in found.locations if not closed.is_over(today, one)),
        practitioners=tuple(one for one in found.practitioners if not closed.is_over(today, one)),
    )
    return _with(
        here, [o for o in found.offers if not closed.is_over(today, o.schedule, o.practitioner, o.location)]
    )


def _with(whole: Catalogue, offers: list[Offer]) -> Catalogue:
    """The services of these offers, and the offers by their place."""
    by_place: dict[tuple[UUID, UUID], tuple[Offer, ...]] = {}
    for offer in offers:
        key = (offer.service.id, offer.location.id)
        by_place[key] = (*by_place.get(key, ()), offer)
    booked = {offer.service.id for offer in offers}
    return replace(
        whole,
        services=tuple(s for s in whole.services if s.id in booked),
        offers=tuple(offers),
        _by_place=by_place,
    )


def as_seen(offer: Offer, rules: Iterable[Rule], standing: Standing) -> Offer:
    """The same offer under the rules for somebody of this standing."""
    policy = resolve(rules, service=offer.service.id.hex, schedule=offer.schedule.id.hex, standing=standing)
    timed = replace(offer.rules, min_notice=policy.min_notice_minutes, horizon_days=policy.horizon_days)
    return replace(offer, policy=policy, rules=timed, standing=standing)


@lru_cache(maxsize=64)
def _turned(practice_id: UUID, version: int, year: int) -> Catalogue:
    """As it is from the instant on for which a draft waits."""
    whole = _under(_load(practice_id, version, year), rulebooks.waiting())
    return replace(whole, offers=tuple(replace(offer, until=None) for offer in whole.offers))


def _under(whole: Catalogue, changes: Rulebook) -> Catalogue:
    """Everything, with other rules and limits."""
    book = applied(whole.book, changes)
    limits = _limits(book)
    offers = tuple(replace(one, limits=limits.get(one.schedule.id.hex, ())) for one in whole.offers)
    return replace(whole, offers=offers, rules=book.rules, book=book)


def _limits(book: Rulebook) -> dict[str, tuple[Limit, ...]]:
    return {
        agenda: tuple(Limit(one.period, one.unit, one.most, one.service) for one in lines)
        for agenda, lines in book.limits.items()
    }


@lru_cache(maxsize=512)
def _load(practice_id: UUID, version: int, year: int) -> Catalogue:
    """Everything, whoever may see it."""
    practice = Practice.get_by_id(practice_id)
    shelves = directory.shelves()
    windows = _grouped(WorkingHours.select().order_by(WorkingHours.weekday, WorkingHours.start_minute))
    exceptions = _grouped(HoursException.select().order_by(HoursException.first_day))
    book = rulebooks.in_force()
    limits = _limits(book)
    pools = _pools()
    time_off = list(TimeOff.select())
    legal = holidays.between(year - 1, year + 2) - {row.day for row in OpenedHoliday.select()}
    ids = {service.key: service.id.hex for service in shelves.services.values()}
    agendas = {
        schedule.id: Agenda(
            id=schedule.id.hex,
            zone=shelves.locations[schedule.location_id].timezone,
            windows=tuple(as_rules.window(row, ids) for row in windows.get(schedule.id, ())),
            exceptions=tuple(as_rules.exception(row, ids) for row in exceptions.get(schedule.id, ())),
            holidays=frozenset(legal),
            version=(practice_id, version, year),
        )
        for schedule in shelves.schedules
    }
    offers = []
    for link in shelves.links:
        service, schedule = shelves.services.get(link.service_id), shelves.schedule(link.schedule_id)
        if service is None or schedule is None:
            continue
        person, site = (
            shelves.practitioners[schedule.practitioner_id],
            shelves.locations[schedule.location_id],
        )
        offers.append(
            Offer(
                schedule=schedule,
                practitioner=person,
                location=site,
                service=service,
                agenda=agendas[schedule.id],
                rules=as_rules.service_rules(service, link),
                blocked=closed.of(schedule, person, site, time_off, zone=practice.timezone),
                price_cents=service.price_cents if link.price_cents is None else link.price_cents,
                policy=Policy(),
                pools=tuple(
                    pools.get((schedule.location_id, key)) or Pool(NO_POOL, {}, ()) for key in service.needs
                ),
                limits=limits.get(schedule.id.hex, ()),
                version=version,
                until=practice.turns_at,
            )
        )
    return Catalogue(
        practice=practice,
        services=tuple(shelves.services.values()),
        locations=tuple(shelves.locations.values()),
        practitioners=tuple(shelves.practitioners.values()),
        offers=tuple(offers),
        rules=book.rules,
        book=book,
        leaving=closed.any_ends(shelves),
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


def _grouped(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.schedule_id, []).append(row)
    return found


def horizon_end(offers: Iterable[Offer], today: date) -> date:
    """The last day any of the offers can be booked on."""
    return today + timedelta(days=max((offer.rules.horizon_days for offer in offers), default=1) - 1)
