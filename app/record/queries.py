"""What a person has measured, what practices ask of them, and with whom they share."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

import peewee as pw

from app.directory.models import Practitioner
from app.identity.models import Dependant, PersonalDetails
from app.kernel.errors import NotFound
from app.kernel.tenancy import across_practices, practice_context
from app.patients.files import File
from app.record import derived
from app.record.derived import Body
from app.record.models import Goal, Observation, ObservationShare
from app.record.whose import Subject

UNDO = timedelta(minutes=10)


@dataclass(frozen=True)
class Own:
    """One's own values of one kind: a `lines.Source`."""

    subject: Subject
    kind: str
    model: ClassVar[Any] = Observation

    def query(self, *columns: Any) -> Any:
        return Observation.select(*columns).where(
            Observation.kind == self.kind, of_whom(Observation, self.subject)
        )

    def opened(self) -> AbstractContextManager[None]:
        return self.subject.opened()


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
    V = Observation
    whom, tied = _whom(subject)
    with subject.opened(), across_practices(reason="what a person's own practices ask of them"):
        mine = of_whom(V, subject)
        tops = (
            V.select(V.kind.alias("k"), pw.fn.MAX(V.at).alias("top"))
            .where(mine)
            .group_by(V.kind)
            .alias("tops")
        )
        query = (
            V.select(V, tops.c.top.alias("top"), whom.birth_date.alias("born"), whom.sex.alias("sex"))
            .join_from(V, tops, on=(V.kind == tops.c.k))
            .join_from(V, whom, pw.JOIN.LEFT_OUTER, on=tied)
            .where(mine, (V.at == tops.c.top) | ((V.created_at > now - UNDO) & (V.source == "manual")))
            .order_by(V.created_at)
        )
        rows = list(_asked_of(query, files, today).objects() if files and today else query.objects())
    found = Latest(born=rows[0].born, sex=rows[0].sex or "unknown") if rows else Latest()
    found.goals.update(_goals_beside(rows) if files and today else {})
    newest_at: dict[str, datetime] = {}
    for row in rows:
        if row.kind not in newest_at or row.at >= newest_at[row.kind]:
            found.newest[row.kind], newest_at[row.kind] = row, row.at
        if row.source == "manual" and now - row.created_at < UNDO:
            found.undoable[row.kind] = row
    return found


GOAL = {field.name: f"goal_{field.name}" for field in Goal._meta.sorted_fields}


def _asked_of(query: Any, files: Sequence[File], day: date) -> Any:
    """The same rows, each once for every goal of its kind."""
    theirs = Goal.patient.in_([one.patient_id for one in files]) & (Goal.kind == Observation.kind)
    for condition in living(day):
        theirs &= condition
    columns = [Goal._meta.fields[name].alias(said) for name, said in GOAL.items()]
    joined = query.join_from(Observation, Goal, pw.JOIN.LEFT_OUTER, on=theirs)
    return joined.select_extend(*columns).order_by(Observation.created_at, Goal.created_at)


def _goals_beside(rows: Sequence[Any]) -> dict[str, list[Goal]]:
    found: dict[UUID, Goal] = {}
    for row in rows:
        if row.goal_id is not None:
            found.setdefault(row.goal_id, Goal(**{name: getattr(row, said) for name, said in GOAL.items()}))
    by_kind: dict[str, list[Goal]] = {}
    for goal in found.values():
        by_kind.setdefault(goal.kind, []).append(goal)
    return by_kind


def _whom(subject: Subject) -> tuple[Any, Any]:
    """Where birth date and sex stand: with the person's details, or with the child."""
    if subject.dependant is not None:
        return Dependant, Dependant.id == Observation.dependant
    return PersonalDetails, PersonalDetails.account == Observation.account


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
        theirs = Goal.patient.in_([one.patient_id for one in files])
        for goal in Goal.select().where(theirs, *living(today)).order_by(Goal.created_at):
            found.setdefault(goal.kind, []).append(goal)
    return found


def living(today: date) -> tuple[Any, ...]:
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
    S = ObservationShare
    with subject.opened():
        return list(
            S.select().where(
                of_whom(S, subject), S.ended_at.is_null(), S.until_day.is_null() | (S.until_day >= today)
            )
        )
