"""Writes a practice back as its folder, without patients: the same practice always gives the same bytes.

Sites, people, services and agendas keep the order the practice gave them. What has no order of its own is written in
one that follows from its content: an agenda's services as in services.toml, hours by week and day, the rest by date,
with closures before absences. The four demo practices are kept in this form.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from app.booking.actions import publishing
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
from app.booking.policy import Policy
from app.directory.models import HealthcareService, Location, Practitioner, Schedule, ScheduleService
from app.kernel import audit, clock
from app.kernel.db import write_tx
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from app.messaging import plans
from app.messaging.threads import asking
from app.practice import folder
from app.practice.folder import PracticeFolder
from app.practice.folder.rules import FIRM, PERIODS, UNITS
from app.practice.folder.texts import place
from app.practice.models import PracticeHost
from app.settings import care_folder, exported
from app.settings.exported import as_part as _as
from app.walkins import plans as walk_ins
from app.web.outside import config


def export(practice: Practice, path: Path | str, *, now: datetime) -> None:
    """`path` becomes the folder of this practice, and the journal says so. Rules that wait for a day are not in it."""
    with practice_context(practice):
        publishing.publish_due(practice, now=now)
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
        found = PracticeFolder(
            slug=practice.slug,
            name=practice.name,
            timezone=practice.timezone,
            languages=tuple(practice.languages),
            discipline=practice.discipline,
            hosts=_hosts(practice),
            contact=_as(folder.Contact, practice.profile),
            tagline=practice.profile.get("tagline") or {},
            widgets=tuple(practice.profile["widgets"]) if practice.profile.get("widgets") else None,
            sites=tuple(_as(folder.Site, row, pools=_pools(row)) for row in sites),
            brand=folder.Brand(
                color=practice.brand_color, logo=bytes(practice.logo) if practice.logo else None
            ),
            services=tuple(_as(folder.Service, row, needs=tuple(row.needs)) for row in services),
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
            walk_ins=_walk_ins(),
            questions=_questions(),
            quotas=exported.quotas(people),
            wordings=exported.words(practice.languages),
            photos=exported.faces(people),
            texts=tuple(sorted(exported.texts(practice.languages), key=place)),
            **care_folder.written(tuple(practice.languages)),
        )
    return replace(found, unfinished=exported.unfinished(found))


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
            ends_on=row.ends_on,
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


def _walk_ins() -> folder.WalkIns | None:
    plan = walk_ins.current()
    return _as(folder.WalkIns, vars(plan)) if plan.version else None


def _questions() -> str | None:
    """The same."""
    who = asking.rule().who
    return None if who == asking.Rule().who else who


def _pools(site: Location) -> tuple[folder.Pool, ...]:
    rows = ResourcePool.select().where(ResourcePool.location == site).order_by(*_in_place(ResourcePool))
    return tuple(
        _as(
            folder.Pool,
            row,
            resources=tuple(
                _as(folder.Resource, unit)
                for unit in Resource.select().where(Resource.pool == row).order_by(*_in_place(Resource))
            ),
        )
        for row in rows
    )


def _in_place(model: Any) -> tuple[Any, Any]:
    return model.position, model.key


def _policy(services: Mapping[UUID, str]) -> folder.Policy:
    """What holds everywhere, then what a service changes, then the rest of the matrix in the order of the practice."""
    agendas = {row.id: row.key for row in _shelf(Schedule)}
    rows = {(row.service_id, row.schedule_id, row.level, row.known): row for row in BookingPolicy.select()}
    said = rows.pop((None, None, None, None), None)
    # what the practice leaves open is what the product does
    standard = {name: getattr(Policy(), name) or 0 for name in FIRM}
    standard["conditions_required"] = Policy().conditions_required
    whole = said.__data__ if said else {}
    plain = {key[0]: row for key, row in rows.items() if key[1:] == (None,) * 3}
    by_service = {id_: _as(folder.ServicePolicy, row, service=services[id_]) for id_, row in plain.items()}
    others = [row for key, row in rows.items() if key[1:] != (None,) * 3]
    order = [*services], [*agendas]
    return folder.Policy(
        **{
            field.name: standard.get(field.name) if whole.get(field.name) is None else whole[field.name]
            for field in fields(folder.Rules)
        },
        services=tuple(by_service[id_] for id_ in services if id_ in by_service and _says(by_service[id_])),
        rules=tuple(
            rule
            for rule in (
                _as(
                    folder.Rule,
                    row,
                    service=services.get(row.service_id),
                    agenda=agendas.get(row.schedule_id),
                )
                for row in sorted(others, key=lambda row: _by_place(row, *order))
            )
            if _says(rule)
        ),
        limits=tuple(
            _as(folder.Limit, row, service=services.get(row.service_id), agenda=agendas[row.schedule_id])
            for row in sorted(AgendaLimit.select(), key=lambda row: _by_limit(row, *order))
        ),
    )


def _says(rule: folder.Rules) -> bool:
    return any(getattr(rule, field.name) is not None for field in fields(folder.Rules))


def _by_place(row: BookingPolicy, services: list[UUID], agendas: list[UUID]) -> tuple[int, ...]:
    """«Whichever» first, then in the order of the practice."""
    return (
        -1 if row.service_id is None else services.index(row.service_id),
        -1 if row.schedule_id is None else agendas.index(row.schedule_id),
        -1 if row.level is None else row.level,
        -1 if row.known is None else int(row.known),
    )


def _by_limit(row: AgendaLimit, services: list[UUID], agendas: list[UUID]) -> tuple[int, ...]:
    return (
        agendas.index(row.schedule_id),
        -1 if row.service_id is None else services.index(row.service_id),
        PERIODS.index(row.period),
        UNITS.index(row.unit),
        row.most,
    )
