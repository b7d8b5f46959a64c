"""What one parameter shows before anything is opened: its newest value, its goals, and the form to add one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from flask import g

from app.kernel.clock import HOME, today, zone
from app.kernel.i18n import _, date_label, language
from app.patients.files import File
from app.record import labels, queries
from app.record.forms import ValueForm
from app.record.kinds import KINDS, MEALS, TAKEN, Kind
from app.record.models import Goal, Observation
from app.record.numbers import plain
from app.record.queries import Latest
from app.record.targets import Target, reaches
from app.record.whose import Subject


@dataclass(frozen=True)
class GoalLine:
    """A goal in words, and whether the newest value reaches it (None without one)."""

    goal: Goal
    words: str
    reached: bool | None
    until: str


@dataclass(frozen=True)
class Card:
    kind: Kind
    name: str
    unit: str
    newest: Observation | None
    value: str  # of the newest, in words; "" without one
    when: str
    undoable: Observation | None
    undo_value: str
    goals: list[GoalLine]
    form: ValueForm
    missing: list[str]  # of a derived kind: what must be noted first
    computed: str  # of a derived kind: what it is today

    @property
    def url(self) -> str:
        return f"/me/health/{self.kind.key}"

    @property
    def faces(self) -> list[tuple[int, str, str]]:
        """(value, words, icon)"""
        words, icons = labels.FACES[self.kind.key], labels.FACE_ICONS[self.kind.key]
        return [(face, str(words[face]), icons[face]) for face in self.kind.faces]

    @property
    def moments(self) -> list[tuple[str, str]]:
        return [(one, str(labels.TAKEN[one])) for one in TAKEN]

    @property
    def meals(self) -> list[tuple[str, str, str]]:
        return [(one, str(labels.MEALS[one]), labels.MEAL_ICONS[one]) for one in MEALS]


def of(kind: Kind, subject: Subject, files: Sequence[File], *, now: datetime) -> Card:
    """Two statements for all parameters of a page together: the newest values, and the goals."""
    return made(kind, subject, latest(subject, now=now), goals(subject, files, now=now), now=now)


def made(
    kind: Kind,
    subject: Subject,
    found: Latest,
    asked: dict[str, list[Goal]],
    *,
    now: datetime,
    form: ValueForm | None = None,
) -> Card:
    day, newest = today(now, HOME), found.newest.get(kind.key)
    undoable = found.undoable.get(kind.key)
    computed, missing = "", []
    if kind.style == "derived":
        value, lacking = queries.derivable(kind.key, found, today=day)
        missing = [str(labels.MISSING[one]) for one in lacking]
        computed = labels.value(kind, value) if value is not None else ""
    return Card(
        kind=kind,
        name=labels.name(kind.key),
        unit=labels.unit(kind),
        newest=newest,
        value=labels.of(newest) if newest else "",
        when=when(newest.at, today=day) if newest else "",
        undoable=undoable,
        undo_value=labels.of(undoable) if undoable else "",
        goals=[goal_line(kind, one, newest) for one in asked.get(kind.key, [])],
        form=form or blank(kind, newest, today=day, token=_token(subject, kind, newest, undoable, now)),
        missing=missing,
        computed=computed,
    )


def latest(subject: Subject, *, now: datetime) -> Latest:
    """Asked once a request, whichever parameter asks first."""
    return _once("own_latest", (subject, now), lambda: queries.latest(subject, now=now))


def with_goals(subject: Subject, files: Sequence[File], *, now: datetime) -> Latest:
    """The newest values and what is asked of them: one statement, or what another card has asked already."""
    held = g.get("own_latest")
    if held is not None and held[0] == (subject, now):
        return replace(held[1], goals=goals(subject, files, now=now))
    return _once(
        "own_latest",
        (subject, now),
        lambda: queries.latest(subject, now=now, files=files, today=today(now, HOME)),
    )


def goals(subject: Subject, files: Sequence[File], *, now: datetime) -> dict[str, list[Goal]]:
    return _once("own_goals", (subject, now), lambda: queries.goals_of(files, today=today(now, HOME)))


def _once(name: str, key: Any, ask: Any) -> Any:
    held = g.get(name)
    if held is None or held[0] != key:
        held = (key, ask())
        setattr(g, name, held)
    return held[1]


def goal_line(kind: Kind, goal: Goal, newest: Observation | None) -> GoalLine:
    return GoalLine(
        goal,
        labels.target(kind, goal),
        reaches(target_of(goal), newest.value, newest.second) if newest else None,
        date_label(goal.ends_on, language()) if goal.ends_on else "",
    )


def target_of(goal: Goal) -> Target:
    return Target(goal.direction, goal.low, goal.high, goal.second_low, goal.second_high)


def _token(subject: Subject, kind: Kind, *state: Any) -> str:
    """The number of a form: another one at every moment and after every value, the same on whatever page shows it."""
    known = [getattr(one, "id", one) for one in state]
    return str(uuid5(NAMESPACE_OID, f"{subject.account}|{subject.dependant}|{kind.key}|{known}"))


def blank(kind: Kind, newest: Observation | None, *, today: date, token: str) -> ValueForm:
    """The form as it is first shown: today, and the last value to begin from."""
    form = ValueForm(formdata=None, kind=kind, today=today)
    form.day.data, form.token.data = today.isoformat(), token
    if kind.style != "faces":
        start = newest.value if newest else kind.start
        form.value.data = labels.number(kind, start) if newest else ""
        if kind.second is not None:
            form.second.data = labels.number(kind, newest.second) if newest and newest.second else ""
    return form


def when(at: datetime, *, today: date) -> str:
    """«aujourd'hui», «hier», or the date."""
    day = at.astimezone(zone(HOME)).date()
    if day == today:
        return _("today")
    if day == today - timedelta(days=1):
        return _("yesterday")
    return date_label(day, language())


def slider(kind: Kind, *, second: bool = False) -> dict[str, str]:
    """What the script needs to keep slider, buttons and number in step, as attributes."""
    low, high = kind.second.usual if second and kind.second else kind.usual
    hard = kind.second.hard if second and kind.second else kind.hard
    start = kind.second.start if second and kind.second else kind.start
    whole = [plain(one, decimals=kind.decimals) for one in (low, high, start, hard[0], hard[1], kind.step)]
    names = ("min", "max", "start", "least", "most", "by")
    return {f"data-{name}": text for name, text in zip(names, whole, strict=True)} | {
        "data-decimals": str(kind.decimals)
    }


def all_kinds(group: str) -> list[Kind]:
    return [one for one in KINDS.values() if one.group == group]
