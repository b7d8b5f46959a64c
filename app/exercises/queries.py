"""The library of a practice, its programmes, and what was done of them; for the desk and for whoever does them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from app.exercises import days
from app.exercises.days import Course, Week
from app.exercises.models import ActivityDone, CareActivity, CarePlan, Exercise
from app.kernel import clock
from app.kernel.constant_sql import ConstantSQL, param
from app.kernel.errors import NotFound
from app.kernel.owners import Practice
from app.kernel.tenancy import across_practices
from app.patients.files import File
from app.patients.models import Patient

OWN = "one person's own programmes, wherever they come from"


@dataclass(frozen=True)
class Task:
    """One exercise on one day."""

    activity: CareActivity
    day: date
    done: ActivityDone | None


@dataclass(frozen=True)
class Programme:
    """A programme with its exercises in order, and every tick of the last weeks."""

    plan: Any
    activities: list[CareActivity]  # those still in it
    dropped: list[CareActivity]
    ticks: list[ActivityDone]
    today: date  # where the practice is

    @property
    def is_over(self) -> bool:
        plan = self.plan
        return plan.status == "revoked" or (plan.ends_on is not None and plan.ends_on < self.today)

    @property
    def is_coming(self) -> bool:
        return not self.is_over and self.plan.starts_on is not None and self.plan.starts_on > self.today

    @property
    def tasks(self) -> list[Task]:
        """What is due today."""
        return self.on(self.today)

    @property
    def yesterday(self) -> list[Task]:
        """What was due yesterday: it can still be ticked."""
        return self.on(self.today - timedelta(days=1))

    def on(self, day: date) -> list[Task]:
        if self.is_over:
            return []
        done = {(one.activity_id, one.day): one for one in self.ticks}
        due = (one for one in self.activities if course_of(self.plan, one).is_due(day))
        return [Task(one, day, done.get((one.id, day))) for one in due]

    @property
    def weeks(self) -> list[Week]:
        courses = [course_of(self.plan, one) for one in (*self.activities, *self.dropped)]
        return days.weeks(courses, [one.day for one in self.ticks], today=self.today)


def course_of(plan: CarePlan, activity: CareActivity) -> Course:
    """Its days: of the programme, less what came before it was added and after it was taken out."""
    first = max(filter(None, (plan.starts_on, activity.added_on)))
    ends = [plan.ends_on, activity.dropped_on and activity.dropped_on - timedelta(days=1)]
    if plan.ended_at is not None:
        ends.append(plan.ended_at.date())
    known = [one for one in ends if one is not None]
    return Course(first, min(known) if known else None, activity.weekdays)


# ---- the library ------------------------------------------------------------------------------------------------


def library(*, archived: bool = False) -> list[Exercise]:
    gone = Exercise.archived_at.is_null(not archived)
    return list(Exercise.select().where(gone).order_by(Exercise.created_at, Exercise.id))


def exercise(exercise_id: UUID) -> Exercise:
    """NotFound when it is not of the open practice."""
    found = Exercise.get_or_none(Exercise.id == exercise_id)
    if found is None:
        raise NotFound
    return found


# ---- programmes at the desk -------------------------------------------------------------------------------------


def templates() -> list[CarePlan]:
    """Those not taken away, newest first."""
    mine = CarePlan.patient.is_null() & (CarePlan.status == "active")
    return list(CarePlan.select().where(mine).order_by(CarePlan.created_at.desc()))


def programmes_of(patient_id: UUID, practice: Practice, *, now: datetime) -> list[Programme]:
    """Newest first."""
    rows = list(CarePlan.select().where(CarePlan.patient == patient_id).order_by(CarePlan.created_at.desc()))
    return _filled(rows, {row.id: practice for row in rows}, now=now)


def programme(plan_id: UUID, practice: Practice, *, now: datetime) -> Programme:
    """Of a patient, or a template. NotFound when it is not of the open practice."""
    row = (
        CarePlan.select(CarePlan, Patient)
        .join_from(CarePlan, Patient, "LEFT OUTER JOIN")
        .where(CarePlan.id == plan_id)
        .first()
    )
    if row is None:
        raise NotFound
    return _filled([row], {row.id: practice}, now=now)[0]


def activity_of(found: Programme, activity_id: UUID) -> CareActivity:
    for one in found.activities:
        if one.id == activity_id:
            return one
    raise NotFound


# ---- for whoever does them --------------------------------------------------------------------------------------


def of_files(
    files: Sequence[File], *, now: datetime, plan_id: UUID | None = None, limit: int = 50
) -> list[Programme]:
    """Newest first, each with its `practice`, and the file as `tie`: three statements, however many there are."""
    theirs = {one.patient_id: one for one in files}
    if not theirs:
        return []
    given = {f"patient{at}": one.hex for at, one in enumerate(theirs)}
    if plan_id is not None:
        given["plan"] = plan_id.hex
    with across_practices(reason=OWN):
        rows = _plans(len(theirs), plan_id is not None).every(CarePlan, Patient, most=limit, **given)
        for one in rows:
            one.tie = theirs[one.patient_id]
            one.practice = one.tie.practice
        return _filled(rows, {row.id: row.practice for row in rows}, now=now)


@lru_cache(maxsize=64)
def _plans(files: int, one: bool) -> ConstantSQL:
    """Of so many files, or one plan if it is theirs: a part of the profile page."""

    def build() -> Any:
        theirs = CarePlan.patient.in_([param(f"patient{at}") for at in range(files)])
        query = CarePlan.select(CarePlan, Patient).join(Patient).where(theirs)
        if one:
            query = query.where(CarePlan.id == param("plan"))
        return query.order_by(CarePlan.created_at.desc(), CarePlan.id.desc()).limit(param("most"))

    return ConstantSQL(build, tenant=False)


def of_files_one(files: Sequence[File], plan_id: UUID, *, now: datetime) -> Programme:
    """NotFound for anybody else's."""
    found = of_files(files, now=now, plan_id=plan_id)
    if not found:
        raise NotFound
    return found[0]


def of_files_activity(
    files: Sequence[File], activity_id: UUID, *, now: datetime
) -> tuple[Programme, CareActivity]:
    with across_practices(reason=OWN):
        row = CareActivity.select(CareActivity.plan).where(CareActivity.id == activity_id).first()
    if row is None:
        raise NotFound
    found = of_files_one(files, row.plan_id, now=now)
    return found, activity_of(found, activity_id)


def _filled(rows: list[Any], practices: dict[UUID, Practice], *, now: datetime) -> list[Programme]:
    ids = [row.id for row in rows]
    if not ids:
        return []
    activities: defaultdict[UUID, list[CareActivity]] = defaultdict(list)
    mine = CareActivity.plan.in_(ids)
    for one in CareActivity.select().where(mine).order_by(CareActivity.position, CareActivity.id):
        activities[one.plan_id].append(one)
    ticks = _ticks([one.id for found in activities.values() for one in found], now=now)
    return [_programme(row, practices[row.id], activities[row.id], ticks, now=now) for row in rows]


def _ticks(activity_ids: Iterable[UUID], *, now: datetime) -> dict[UUID, list[ActivityDone]]:
    found: defaultdict[UUID, list[ActivityDone]] = defaultdict(list)
    wanted = list(activity_ids)
    if wanted:
        since = now.date() - timedelta(weeks=days.WEEKS + 1)
        mine = ActivityDone.activity.in_(wanted) & (ActivityDone.day >= since)
        for one in ActivityDone.select().where(mine).order_by(ActivityDone.day):
            found[one.activity_id].append(one)
    return found


def _programme(
    row: Any,
    practice: Practice,
    activities: list[CareActivity],
    ticks: dict[UUID, list[ActivityDone]],
    *,
    now: datetime,
) -> Programme:
    return Programme(
        plan=row,
        activities=[one for one in activities if one.dropped_on is None],
        dropped=[one for one in activities if one.dropped_on is not None],
        ticks=[tick for one in activities for tick in ticks.get(one.id, ())],
        today=clock.today(now, practice.timezone),
    )
