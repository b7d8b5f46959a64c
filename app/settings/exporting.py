"""Writes a practice back as its folder, without patients: the same practice always gives the same bytes.

Sites, people, services and agendas keep the order the practice gave them. What has no order of its own is written in
one that follows from its content: an agenda's services as in services.toml, hours by week and day, the rest by date,
with closures before absences. The four demo practices are kept in this form.
"""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from app.booking import catalogue
from app.booking.models import BookingPolicy, HoursException, OpenedHoliday, TimeOff, WorkingHours
from app.consent.models import PolicyText
from app.directory.models import HealthcareService, Location, Practitioner, Schedule, ScheduleService
from app.kernel import audit, clock
from app.kernel.db import write_tx
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from app.messaging import plans
from app.practice import folder
from app.practice.folder import PracticeFolder
from app.practice.folder.texts import place
from app.practice.models import PracticeHost
from app.web.outside import config


def export(practice: Practice, path: Path | str, *, now: datetime) -> None:
    """`path` becomes the folder of this practice, and the journal says so."""
    folder.write(folder_of(practice), path)
    with practice_context(practice), write_tx():
        audit.record(
            by="operator", verb="practice.export", target=audit.of_id("practice", practice.id), at=now
        )


def folder_of(practice: Practice) -> PracticeFolder:
    """The practice as it is now, in the words of its folder."""
    with write_tx(), practice_context(practice):  # nobody moves the furniture while it is counted
        practice = Practice.get_by_id(practice.id)
        sites, people, services = (_shelf(model) for model in (Location, Practitioner, HealthcareService))
        names = {row.id: row.key for row in services}
        return PracticeFolder(
            slug=practice.slug,
            name=practice.name,
            timezone=practice.timezone,
            languages=tuple(practice.languages),
            discipline=practice.discipline,
            hosts=_hosts(practice),
            contact=_as(folder.Contact, practice.profile),
            tagline=practice.profile.get("tagline") or {},
            sites=tuple(_as(folder.Site, row) for row in sites),
            brand=folder.Brand(
                color=practice.brand_color, logo=bytes(practice.logo) if practice.logo else None
            ),
            services=tuple(_as(folder.Service, row) for row in services),
            practitioners=tuple(
                _as(folder.Practitioner, row, languages=tuple(row.languages)) for row in people
            ),
            schedules=_schedules(names),
            time_off=_time_off(
                practice.timezone, {row.id: row for row in sites}, {row.id: row.key for row in people}
            ),
            opened_holidays=tuple(sorted(row.day for row in OpenedHoliday.select())),
            policy=_policy(names),
            reminders=_reminders(),
            texts=tuple(sorted((_as(folder.Text, row) for row in PolicyText.select()), key=place)),
        )


def _as(kind: type, row: Any, **given: Any) -> Any:
    """A dataclass of the folder out of what has the same names; `given` wins."""
    known = row if isinstance(row, Mapping) else row.__data__
    names = [field.name for field in fields(kind)]
    return kind(**{name: known[name] for name in names if name in known} | given)


def _shelf(model: Any) -> list[Any]:
    return list(model.select().order_by(model.position, model.key))


def _hosts(practice: Practice) -> tuple[str, ...]:
    """Its own names, the main one first; the address every practice has on the portal is not one of them."""
    rows = PracticeHost.select().where(
        (PracticeHost.practice == practice.id) & PracticeHost.retired_at.is_null()
    )
    given = f"{practice.slug}.{config().app_host}"
    ordered = sorted(rows, key=lambda row: (not row.primary, row.host))
    # a port is part of an address on a developer's machine only
    return tuple(row.host for row in ordered if row.host != given and ":" not in row.host)


def _schedules(services: Mapping[UUID, str]) -> tuple[folder.Schedule, ...]:
    place = {service: at for at, service in enumerate(services)}
    links = sorted(ScheduleService.select(), key=lambda row: place[row.service_id])
    hours, exceptions = list(WorkingHours.select()), list(HoursException.select())
    query = Schedule.select(Schedule, Practitioner, Location).join_from(Schedule, Practitioner)
    return tuple(
        folder.Schedule(
            key=row.key,
            practitioner=row.practitioner.key,
            site=row.location.key,
            public=row.public,
            services=tuple(
                _as(folder.Offer, link, service=services[link.service_id])
                for link in links
                if link.schedule_id == row.id
            ),
            plans=_plans([window for window in hours if window.schedule_id == row.id]),
            exceptions=_exceptions([item for item in exceptions if item.schedule_id == row.id]),
        )
        for row in query.join_from(Schedule, Location).order_by(Schedule.position, Schedule.key)
    )


def _plans(rows: list[WorkingHours]) -> tuple[folder.Plan, ...]:
    """Windows that begin, end and repeat together are one plan."""
    plans: dict[tuple[date, date, int], list[WorkingHours]] = {}
    for row in rows:
        plans.setdefault((row.valid_from, row.valid_to or date.max, row.cycle_weeks), []).append(row)
    return tuple(
        folder.Plan(
            valid_from=valid_from,
            valid_to=None if valid_to == date.max else valid_to,
            cycle_weeks=cycle_weeks,
            hours=tuple(sorted((_as(folder.Hours, row, **_services(row)) for row in windows), key=_by_week)),
        )
        for (valid_from, valid_to, cycle_weeks), windows in sorted(plans.items(), key=lambda item: item[0])
    )


def _by_week(window: folder.Hours) -> tuple[Any, ...]:
    return (window.week_in_cycle, window.weekday, *_within_day(window))


def _within_day(window: folder.Hours | folder.HoursException) -> tuple[Any, ...]:
    return window.start_minute, window.end_minute, window.audience, window.services


def _exceptions(rows: list[HoursException]) -> tuple[folder.HoursException, ...]:
    found = (_as(folder.HoursException, row, **_services(row)) for row in rows)
    return tuple(
        sorted(found, key=lambda item: (item.first_day, item.last_day, *_within_day(item), item.kind))
    )


def _services(row: WorkingHours | HoursException) -> dict[str, tuple[str, ...]]:
    return {"services": tuple(row.services or ())}


def _time_off(
    zone: str, sites: Mapping[UUID, Location], people: Mapping[UUID, str]
) -> tuple[folder.TimeOff, ...]:
    """On the wall of the site, or of the practice for everything else."""
    found = []
    for row in TimeOff.select():
        site = sites.get(row.location_id)
        wall = site.timezone if site else zone
        found.append(
            folder.TimeOff(
                kind=row.kind,
                starts=clock.local(row.starts, wall).replace(tzinfo=None),
                ends=clock.local(row.ends, wall).replace(tzinfo=None),
                site=site.key if site else None,
                practitioner=people.get(row.practitioner_id),
                label=row.label,
            )
        )
    return tuple(sorted(found, key=_by_kind_and_day))


def _by_kind_and_day(away: folder.TimeOff) -> tuple[Any, ...]:
    kinds = ("closure", "absence", "block")
    whose = (away.site or "", away.practitioner or "")
    return kinds.index(away.kind), away.starts, away.ends, whose, sorted(away.label.items())


def _reminders() -> folder.Reminders | None:
    """Nothing where the practice does what most do."""
    plan = plans.current()
    said = folder.Reminders(mail=plan.mail, sms=plan.sms, sms_changes=plan.sms_changes)
    usual = folder.Reminders(mail=plans.USUAL.mail)
    return None if said == usual else said


def _policy(services: Mapping[UUID, str]) -> folder.Policy:
    rows = {row.service_id: row for row in BookingPolicy.select()}
    # what the practice leaves open is what the product does
    standard = {name: value or 0 for name, value in vars(catalogue.Policy()).items()}
    said = {} if None not in rows else rows[None].__data__
    rules = (
        _as(folder.ServicePolicy, rows[id_], service=key) for id_, key in services.items() if id_ in rows
    )
    return folder.Policy(
        **{name: value if said.get(name) is None else said[name] for name, value in standard.items()},
        services=tuple(rule for rule in rules if rule != folder.ServicePolicy(service=rule.service)),
    )
