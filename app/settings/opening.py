"""Opens a practice from its folder: every row of it in one transaction, and only once."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from app.booking import prescriptions
from app.booking.models import (
    AgendaLimit,
    BookingPolicy,
    HoursException,
    OpenedHoliday,
    QuotaRule,
    Resource,
    ResourcePool,
    TimeOff,
    WorkingHours,
)
from app.consent import actions as consent
from app.directory import listing, photos
from app.directory.models import HealthcareService, Location, Practitioner, Schedule, ScheduleService
from app.kernel import audit, clock
from app.kernel.db import write_tx
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from app.messaging.models import QuestionRule, ReminderPlan
from app.practice import brand, folder
from app.practice.folder import BadFolder, PracticeFolder, Problem
from app.practice.models import MessageWording, PracticeHost
from app.settings import care_folder
from app.walkins import plans as walk_ins
from app.web import outside


class CannotOpen(Exception):
    """One sentence for the operator: this address is not to be had."""


def open_practice(source: PracticeFolder, *, hosts: Sequence[str], now: datetime) -> Practice:
    """The practice of that slug, opened when it is new; raises CannotOpen, or BadFolder for what no row can hold.

    A practice that is open already is returned exactly as it is: the folder is how a practice is born, and from
    then on the database is the truth.
    """
    with write_tx():
        known = Practice.get_or_none(Practice.slug == source.slug)
        if known is not None and known.status == "closed":
            raise CannotOpen(
                f"{source.slug} was closed, and its name is never used again: choose another slug."
            )
        if known is not None:
            return known
        if problems := impossible(source):
            raise BadFolder(problems)
        practice = Practice.create(
            slug=source.slug,
            name=source.name,
            discipline=source.discipline,
            timezone=source.timezone,
            languages=list(source.languages),
            profile={**vars(source.contact), "tagline": source.tagline, **_widgets(source)},
            brand_color=source.brand.color,
            logo=source.brand.logo,
            created_at=now,
        )
        _move_in(practice, hosts)
        with practice_context(practice):
            _furnish(source, now=now)
            audit.record(
                by="operator", verb="practice.open", target=audit.of_id("practice", practice.id), at=now
            )
            listing.rebuild(practice, now=now)
    return practice


def impossible(source: PracticeFolder) -> list[Problem]:
    """What only shows when the folder is put on a clock and a screen."""
    problems = care_folder.impossible(source)
    try:
        brand.palette(source.brand.color)
    except brand.NotAColour:
        problems.append(Problem("brand.toml", "color", "this is not a colour such as #6b4fa0"))
    except brand.ColourRefused as refused:
        message = f"neither white nor black text can be read on it; {refused.nearest} would do"
        problems.append(Problem("brand.toml", "color", message))
    for number, away in enumerate(source.time_off, start=1):
        for name in ("starts", "ends"):
            moment = getattr(away, name)
            if _minutes(moment, _zone_of(away, source)) is None:
                message = f"{moment:%H:%M} does not exist on {moment:%Y-%m-%d}: the clocks go forward over it"
                problems.append(Problem("agendas.toml", f"time_off no. {number}.{name}", message))
    return problems


def _move_in(practice: Practice, hosts: Sequence[str]) -> None:
    """The first address is the main one."""
    if not hosts:
        raise CannotOpen(f"{practice.slug} has no address: name one in hosts.")
    for index, host in enumerate(host.lower() for host in hosts):
        taken = (
            PracticeHost.select(PracticeHost, Practice)
            .join(Practice)
            .where(PracticeHost.host == host)
            .first()
        )
        if taken is not None and taken.retired_at is not None:
            raise CannotOpen(
                f"{host} was an address of {taken.practice.slug}, and nobody inherits an address."
            )
        if taken is not None:
            raise CannotOpen(f"{host} already leads to {taken.practice.slug}.")
        PracticeHost.create(host=host, practice=practice, primary=index == 0)


def _furnish(source: PracticeFolder, *, now: datetime) -> None:
    sites = {}
    for at, item in enumerate(source.sites):
        sites[item.key] = Location.create(**_without(item, "pools"), position=at)
        _equip(sites[item.key], item.pools)
    people = {
        item.key: Practitioner.create(**vars(item), position=at)
        for at, item in enumerate(source.practitioners)
    }
    for photo in source.photos:
        photos.keep(people[photo.practitioner].id, photo.content)
    services = {
        item.key: HealthcareService.create(**vars(item), position=at)
        for at, item in enumerate(source.services)
    }
    agendas = {}
    for at, item in enumerate(source.schedules):
        schedule = agendas[item.key] = Schedule.create(
            key=item.key,
            practitioner=people[item.practitioner],
            location=sites[item.site],
            public=item.public,
            ends_on=item.ends_on,
            position=at,
        )
        for offer in item.services:
            ScheduleService.create(**{**vars(offer), "service": services[offer.service]}, schedule=schedule)
        _keep_hours(item, schedule)
    for away in source.time_off:
        zone = _zone_of(away, source)
        TimeOff.create(
            location=sites.get(away.site),
            practitioner=people.get(away.practitioner),
            kind=away.kind,
            starts=_minutes(away.starts, zone),
            ends=_minutes(away.ends, zone),
            label=away.label,
        )
    for day in source.opened_holidays:
        OpenedHoliday.create(day=day)
    _rule(source.policy, services, agendas)
    _count_sessions(source)
    if source.reminders is not None:
        mine = source.reminders
        ReminderPlan.create(mail_leads=mine.mail, sms_leads=mine.sms, sms_changes=mine.sms_changes, since=now)
    for wording in source.wordings:
        MessageWording.create(**vars(wording))
    if source.walk_ins is not None:
        walk_ins.begin(walk_ins.Plan(**vars(source.walk_ins)), sealer=outside.services().sealer)
    if source.questions is not None:
        QuestionRule.create(who=source.questions)
    for text in source.texts:
        consent.publish(text.kind, text.version, text.language, text.body, now=now)
    care_folder.furnish(source, services, now=now)


def _count_sessions(source: PracticeFolder) -> None:
    if source.quotas is None:
        prescriptions.begin_with_usual(person.discipline for person in source.practitioners)
        return
    for at, quota in enumerate(source.quotas):
        QuotaRule.create(**{**vars(quota), "tiers": list(quota.tiers)}, position=at)


def _widgets(source: PracticeFolder) -> dict[str, Any]:
    return {} if source.widgets is None else {"widgets": list(source.widgets)}


def _without(item: Any, *names: str) -> dict[str, Any]:
    return {name: value for name, value in vars(item).items() if name not in names}


def _equip(site: Location, pools: Sequence[folder.Pool]) -> None:
    for at, item in enumerate(pools):
        pool = ResourcePool.create(location=site, **_without(item, "resources"), position=at)
        for place, unit in enumerate(item.resources):
            Resource.create(pool=pool, **vars(unit), position=place)


def _rule(policy: folder.Policy, services: dict[str, Any], agendas: dict[str, Any]) -> None:
    BookingPolicy.create(**_without(policy, "services", "rules", "limits"))
    for rule in policy.services:
        BookingPolicy.create(**{**vars(rule), "service": services[rule.service]})
    for row in policy.rules:
        place = {"service": services.get(row.service), "schedule": agendas.get(row.agenda)}
        BookingPolicy.create(**_without(row, "service", "agenda"), **place)
    for limit in policy.limits:
        place = {"service": services.get(limit.service), "schedule": agendas[limit.agenda]}
        AgendaLimit.create(**_without(limit, "service", "agenda"), **place)


def _keep_hours(item: folder.Schedule, schedule: Schedule) -> None:
    for plan in item.plans:
        for window in plan.hours:
            WorkingHours.create(
                **{**vars(window), "services": _keys(window.services)},
                schedule=schedule,
                valid_from=plan.valid_from,
                valid_to=plan.valid_to,
                cycle_weeks=plan.cycle_weeks,
            )
    for exception in item.exceptions:
        HoursException.create(**{**vars(exception), "services": _keys(exception.services)}, schedule=schedule)


def _keys(services: Iterable[str]) -> list[str] | None:
    return list(services) or None  # NULL: every service of the agenda


def _zone_of(away: folder.TimeOff, source: PracticeFolder) -> str:
    """A site's closure is on the site's wall; everything else on the practice's."""
    return next((site.timezone for site in source.sites if site.key == away.site), source.timezone)


def _minutes(moment: datetime, zone: str) -> int | None:
    """UTC minutes of a wall-clock moment; None for an hour that the clocks skip. An hour they repeat is its first."""
    minutes = clock.to_minutes(moment.replace(tzinfo=clock.zone(zone)))
    return minutes if clock.local(minutes, zone).replace(tzinfo=None) == moment else None
