"""What a person has measured, what practices ask of them, and with whom they share."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache, reduce
from operator import and_
from typing import Any
from uuid import UUID

import peewee as pw

from app.directory.models import Practitioner
from app.identity.models import Dependant, PersonalDetails
from app.kernel.constant_sql import ConstantSQL, as_models, param
from app.kernel.db import EPOCH
from app.kernel.errors import NotFound
from app.kernel.ids import hexed
from app.kernel.tenancy import across_practices, practice_context
from app.patients.files import File
from app.record import derived
from app.record.derived import Body
from app.record.kinds import KINDS
from app.record.lines import Pattern
from app.record.models import Goal, Observation, ObservationShare
from app.record.whose import Subject

UNDO = timedelta(minutes=10)


@dataclass(frozen=True)
class Own:
    """One's own values of one kind: a `lines.Source`."""

    subject: Subject
    kind: str

    @property
    def pattern(self) -> Pattern:
        return OWN if self.subject.dependant is None else OF_A_CHILD

    def given(self) -> dict[str, Any]:
        child = self.subject.dependant
        return {"kind": self.kind, "dependant": child and hexed(child)}

    def opened(self) -> AbstractContextManager[None]:
        return self.subject.opened()


def _own(*columns: Any) -> Any:
    return Observation.select(*columns).where(
        Observation.kind == param("kind"), Observation.dependant.is_null()
    )


def _of_a_child(*columns: Any) -> Any:
    return Observation.select(*columns).where(
        Observation.kind == param("kind"), Observation.dependant == param("dependant")
    )


OWN = Pattern(Observation, _own, account=True)
OF_A_CHILD = Pattern(Observation, _of_a_child, account=True)


def of_whom(model: Any, subject: Subject) -> Any:
    """The condition that keeps one's own and each child's apart."""
    if subject.dependant is None:
        return model.dependant.is_null()
    return model.dependant == subject.dependant


@dataclass(frozen=True)
class Latest:
    """Of every kind the newest value, what was added a moment ago and can still be undone, and whose they are."""

    newest: dict[str, Observation] = field(default_factory=dict)
    undoable: dict[str, Observation] = field(default_factory=dict)
    goals: dict[str, list[Goal]] = field(default_factory=dict)  # for kinds that have a value, where asked for
    born: date | None = None
    sex: str = "unknown"


def latest(
    subject: Subject, *, now: datetime, files: Sequence[File] = (), today: date | None = None
) -> Latest:
    """One statement for all kinds together, and for what the practices of `files` ask of them `today`."""
    child, asked = subject.dependant, files if today else ()
    given = {
        "lately": (now - UNDO - EPOCH) // timedelta(microseconds=1),
        "today": today and today.isoformat(),
    }
    given |= {"dependant": child and hexed(child)}
    given |= _of_files(asked)
    with subject.opened(), across_practices(reason="what a person's own practices ask of them"):
        rows = newest(of_a_child=child is not None, files=len(asked)).rows(**given)
    found = _whose(rows[0][VALUE:GOAL]) if rows else Latest()
    found.goals.update(_goals_beside([row[GOAL:] for row in rows]) if asked else {})
    for row in sorted((as_models(row, Observation) for row in rows), key=lambda row: row.created_at):
        if row.kind not in found.newest or row.at >= found.newest[row.kind].at:
            found.newest[row.kind] = row
        if row.source == "manual" and now - row.created_at < UNDO:
            found.undoable[row.kind] = row
    return found


VALUE = len(Observation._meta.sorted_fields)  # columns of a row: the value, birth date and sex, a goal
GOAL = VALUE + 2


def _whose(row: Sequence[Any]) -> Latest:
    born, sex = row
    return Latest(born=PersonalDetails.birth_date.python_value(born), sex=sex or "unknown")


def _goals_beside(rows: Sequence[Sequence[Any]]) -> dict[str, list[Goal]]:
    found = {row[0]: row for row in rows if row[0] is not None}
    by_kind: dict[str, list[Goal]] = {}
    for goal in sorted((as_models(row, Goal) for row in found.values()), key=lambda goal: goal.created_at):
        by_kind.setdefault(goal.kind, []).append(goal)
    return by_kind


@lru_cache(maxsize=32)
def newest(*, of_a_child: bool, files: int) -> ConstantSQL:
    """Of each kind what was measured last, and what was typed lately; each once for every goal of so many files."""

    def build() -> Any:
        V, T, M = Observation, Observation.alias("typed"), Observation.alias("any")
        kinds = pw.CTE("kinds", pw.ValuesList([(key,) for key in KINDS]), columns=("kind",))
        # a look into the index for each kind, however many values it has
        top = M.select(pw.fn.MAX(M.at)).where(M.kind == kinds.c.kind, _belongs(M, of_a_child=of_a_child))
        last = _beside(V, of_a_child=of_a_child, files=files).join_from(V, kinds, on=(kinds.c.kind == V.kind))
        lately = _beside(T, of_a_child=of_a_child, files=files)
        lately = lately.where(
            T.created_at > param("lately"), T.source == pw.SQL("'manual'")
        )  # the index's words
        return (last.where(V.at == top) + lately).with_cte(kinds)

    return ConstantSQL(build, tenant=False, account=True)


def _beside(V: Any, *, of_a_child: bool, files: int) -> Any:
    """Values with the birth date and sex of whom they are, and the goals of their kind."""
    whose = Dependant if of_a_child else PersonalDetails
    tied = Dependant.id == V.dependant if of_a_child else whose.account == V.account
    query = V.select(V, whose.birth_date, whose.sex, *([Goal] if files else []))
    query = query.join_from(V, whose, pw.JOIN.LEFT_OUTER, on=tied)
    if files:
        theirs = reduce(and_, (Goal.kind == V.kind, *_asked_in(files)))
        query = query.join_from(V, Goal, pw.JOIN.LEFT_OUTER, on=theirs)
    return query.where(_belongs(V, of_a_child=of_a_child))


def _belongs(model: Any, *, of_a_child: bool) -> Any:
    return model.dependant == param("dependant") if of_a_child else model.dependant.is_null()


def observation(subject: Subject, kind: str, observation_id: UUID) -> Observation:
    """NotFound for another's, another child's, or one that is gone."""
    with subject.opened():
        found = Observation.get_or_none(
            (Observation.id == observation_id) & (Observation.kind == kind) & of_whom(Observation, subject)
        )
    if found is None:
        raise NotFound
    return found


def body(found: Latest) -> Body:
    """What BMI and metabolic rate are worked out from."""
    weight, height = found.newest.get("weight"), found.newest.get("height")
    return Body(weight and weight.value, height and height.value, found.born, found.sex)


def derivable(kind: str, found: Latest, *, today: date) -> Any:
    """(value or None, what is missing)."""
    known = body(found)
    return derived.value(kind, known, today=today), derived.missing(kind, known)


# ---- goals ----------------------------------------------------------------------------------------------------------


def goals_of(files: Sequence[File], *, today: date) -> dict[str, list[Goal]]:
    """Kind -> what the practices of these files ask for today; one statement."""
    found: dict[str, list[Goal]] = {}
    if not files:
        return found
    with across_practices(reason="what a person's own practices ask of them"):
        for goal in _goals(len(files)).every(Goal, today=today.isoformat(), **_of_files(files)):
            found.setdefault(goal.kind, []).append(goal)
    return found


@lru_cache(maxsize=32)
def _goals(files: int) -> ConstantSQL:
    return ConstantSQL(lambda: Goal.select().where(*_asked_in(files)).order_by(Goal.created_at), tenant=False)


def _asked_in(files: int) -> tuple[Any, ...]:
    """Living goals of so many files; the practices are named for the index, which begins with them."""
    return (
        Goal.practice.in_([param(f"practice{at}") for at in range(files)]),
        Goal.patient.in_([param(f"patient{at}") for at in range(files)]),
        *living(param("today")),
    )


def _of_files(files: Sequence[File]) -> dict[str, Any]:
    given = {f"practice{at}": hexed(one.practice_id) for at, one in enumerate(files)}
    return given | {f"patient{at}": hexed(one.patient_id) for at, one in enumerate(files)}


def living(today: Any) -> tuple[Any, ...]:
    return (
        Goal.ended_at.is_null(),
        Goal.starts_on <= today,
        Goal.ends_on.is_null() | (Goal.ends_on >= today),
    )


def holds(goal: Goal, day: date) -> bool:
    """What `living` asks, of a goal at hand."""
    return goal.ended_at is None and goal.starts_on <= day and (goal.ends_on is None or day <= goal.ends_on)


def goals_of_patient(patient_id: UUID) -> list[Goal]:
    """At the open practice, newest first, those that were ended too."""
    return list(Goal.select().where(Goal.patient == patient_id).order_by(Goal.created_at.desc()))


def goal(patient_id: UUID, goal_id: UUID) -> Goal:
    found = Goal.get_or_none((Goal.id == goal_id) & (Goal.patient == patient_id))
    if found is None:
        raise NotFound
    return found


# ---- sharing --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class WithWhom:
    """A practitioner one may share with, and how many kinds are shared today."""

    file: File
    practitioner: Practitioner
    shares: dict[str, ObservationShare]


def practitioners(subject: Subject, files: Sequence[File], *, today: date) -> list[WithWhom]:
    """Of every connected practice, in the practice's own order."""
    mine = shares_of(subject, today=today)
    found, seen = [], set()
    for file in files:
        if file.practice_id in seen:
            continue
        seen.add(file.practice_id)
        with practice_context(file.practice_id):
            people = list(Practitioner.select().order_by(Practitioner.position, Practitioner.family_name))
        found += [
            WithWhom(file, one, {row.kind: row for row in mine if row.practitioner_id == one.id})
            for one in people
        ]
    return found


def practitioner(subject: Subject, files: Sequence[File], practitioner_id: UUID, *, today: date) -> WithWhom:
    """NotFound for one of a practice the person is not connected with."""
    for one in practitioners(subject, files, today=today):
        if one.practitioner.id == practitioner_id:
            return one
    raise NotFound


def shares_of(subject: Subject, *, today: date) -> list[ObservationShare]:
    """Those that hold today."""
    child = subject.dependant
    with subject.opened():
        return _shares(of_a_child=child is not None).every(
            ObservationShare, dependant=child and hexed(child), today=today.isoformat()
        )


@lru_cache(maxsize=2)
def _shares(*, of_a_child: bool) -> ConstantSQL:
    S = ObservationShare
    living = (S.ended_at.is_null(), S.until_day.is_null() | (S.until_day >= param("today")))
    return ConstantSQL(
        lambda: S.select().where(_belongs(S, of_a_child=of_a_child), *living), tenant=False, account=True
    )
