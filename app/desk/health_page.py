"""The desk's pages of what a patient shares, prepared: only what `record.sharing` hands out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.directory.models import Practitioner
from app.kernel.clock import HOME, today
from app.kernel.i18n import _, date_label, language
from app.patients.models import Patient
from app.record import labels, lines, periods, pictures, queries, sharing
from app.record.kinds import GROUPS, KINDS, Kind
from app.record.lines import Source
from app.record.models import Goal
from app.record.pictures import GoalStory, Picture
from app.staff.models import Member
from app.web.forms import page_of


@dataclass(frozen=True)
class Section:
    """One kind from one person, as it is shown. `rows` only on the page of a kind."""

    kind: Kind
    name: str
    by: str
    picture: Picture
    rows: Sequence[Any] = ()
    more: bool = False


@dataclass(frozen=True)
class Overview:
    reads_as: list[Practitioner]
    sections: list[Section]
    goals: dict[str, str]  # kind -> in words
    kinds: list[tuple[str, list[tuple[str, str]]]]  # group in words, its kinds as (key, name)


@dataclass(frozen=True)
class Parameter:
    kind: Kind
    name: str
    unit: str
    reads_as: list[Practitioner]
    sections: list[Section]
    stories: list[GoalStory]
    earlier: list[tuple[Goal, str]]
    page: int
    periods: dict[str, Any]
    period: str
    url: str


def _sources(patient: Patient, member: Member, now: datetime) -> list[tuple[str, str, Source]]:
    """(kind, whose words it is under, source)"""
    found: list[tuple[str, str, Source]] = [
        (one.kind, _by(one), one) for one in sharing.shared_with(patient, member, now=now)
    ]
    kept = _("Kept from an account that was deleted")
    return found + [(one.kind, kept, one) for one in sharing.kept_of(patient, member)]


def _by(one: sharing.Shared) -> str:
    if one.until is not None:
        return _("Shared by %(name)s until %(day)s", name=one.by, day=date_label(one.until, language()))
    return _("Shared by %(name)s", name=one.by)


def overview(patient: Patient, *, member: Member, now: datetime) -> Overview:
    day = today(now, HOME)
    goals = {goal.kind: goal for goal in _living(patient, day)}
    sections = [
        Section(KINDS[key], labels.name(key), by, _picture(source, KINDS[key], "all", goals, now))
        for key, by, source in _sources(patient, member, now)
    ]
    return Overview(
        reads_as=sharing.read_as(member),
        sections=sections,
        goals={key: labels.target(key, goal) for key, goal in goals.items()},
        kinds=[
            (
                str(labels.GROUPS[group]),
                [(one.key, labels.name(one.key)) for one in KINDS.values() if one.group == group],
            )
            for group in GROUPS
        ],
    )


def parameter(patient: Patient, kind: Kind, *, member: Member, args: Any, now: datetime) -> Parameter:
    day, number = today(now, HOME), page_of(args)
    period = args.get("period", "all")
    period = period if period in periods.PERIODS else "all"
    since, _until = lines.between(periods.first_day(period, today=day), None, HOME)
    goals = {goal.kind: goal for goal in _living(patient, day)}
    mine = [(by, source) for key, by, source in _sources(patient, member, now) if key == kind.key]
    sections = []
    for by, source in mine:
        rows = lines.page(source, number, since=since)
        picture = _picture(source, kind, period, goals, now)
        sections.append(
            Section(kind, labels.name(kind.key), by, picture, rows[: lines.PAGE], len(rows) > lines.PAGE)
        )
    every = [one for one in queries.goals_of_patient(patient.id) if one.kind == kind.key]
    living = [one for one in every if one.ended_at is None]
    return Parameter(
        kind=kind,
        name=labels.name(kind.key),
        unit=labels.unit(kind),
        reads_as=sharing.read_as(member),
        sections=sections,
        stories=[pictures.story(mine[0][1] if mine else None, kind, one) for one in living],
        earlier=[(one, labels.target(kind, one)) for one in every if one.ended_at is not None],
        page=number,
        periods=labels.PERIODS,
        period=period,
        url=f"/desk/patients/{patient.id}/health/{kind.key}",
    )


def _living(patient: Patient, day: date) -> list[Goal]:
    return [one for one in queries.goals_of_patient(patient.id) if queries.holds(one, day)]


def _picture(source: Source, kind: Kind, period: str, goals: dict[str, Goal], now: datetime) -> Picture:
    goal = goals.get(kind.key)
    return pictures.of(source, kind, period=period, goals=[goal] if goal else [], now=now)
