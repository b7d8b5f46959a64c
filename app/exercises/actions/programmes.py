"""A programme is made, filled, changed, copied and ended; what its patient did of it stays whatever happens."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from app.exercises.models import EVERY_DAY, CareActivity, CarePlan, Exercise
from app.exercises.queries import Programme, activity_of
from app.exercises.refusals import MOST_ACTIVITIES, Ended, Stale, TooManyActivities
from app.kernel import audit
from app.kernel.db import write_tx
from app.kernel.ids import uuid7
from app.kernel.tenancy import current_practice_id
from app.patients.models import Patient


@dataclass(frozen=True)
class Terms:
    """What is said of a whole programme; a template has no days."""

    title: str
    note: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True)
class Dose:
    """How much of one exercise, and on which days (one bit a day, Monday first)."""

    series: int | None = None
    repetitions: int | None = None
    seconds: int | None = None
    weekdays: int = EVERY_DAY
    note: str | None = None


USUAL = Dose(series=3, repetitions=10)


def make_plan(
    terms: Terms,
    *,
    patient: Patient | None,
    by: str,
    now: datetime,
    like: Programme | None = None,
    attempt: UUID | None = None,
) -> CarePlan:
    """For a patient, or a template without one; `like` gives its exercises, and what was said to one patient alone
    only to that patient. `attempt` is of the form: sent twice with the same words it is one programme.
    """
    told = f"{current_practice_id()}|{patient and patient.id}|{by}|{terms}|{like and like.plan.id}"
    identity = uuid5(attempt, told) if attempt else uuid7()
    whose = like.plan.patient_id if like is not None else None
    private = () if whose in (None, patient and patient.id) else ("note",)
    with write_tx():
        audit.stand_in_line()
        before = CarePlan.get_or_none(CarePlan.id == identity)
        if before is not None:
            return before
        made = CarePlan.create(
            id=identity,
            patient=patient.id if patient is not None else None,
            **asdict(terms),
            created_at=now,
            created_by=by,
        )
        for position, one in enumerate(like.activities if like is not None else ()):
            kept = {
                name: value for name, value in one.__data__.items() if name not in (*OWN_OF_A_ROW, *private)
            }
            CareActivity.create(**kept, plan=made.id, position=position, added_on=terms.starts_on)
        _note(made.id, "make", by, now)
    return made


OWN_OF_A_ROW = ("id", "practice", "plan", "position", "added_on", "dropped_on")


def copy_plan(found: Programme, *, patient: Patient | None, today: date, by: str, now: datetime) -> CarePlan:
    """For the same patient from today on, or a template of it without the words to that patient."""
    same = patient is not None and patient.id == found.plan.patient_id
    starts = today if patient is not None else None
    terms = Terms(found.plan.title, found.plan.note if same else None, starts)
    return make_plan(terms, patient=patient, by=by, now=now, like=found)


def change_plan(found: Programme, terms: Terms, *, seen: int, by: str, now: datetime) -> None:
    """Raises Ended, Stale."""
    _write(found, seen=seen, verb="change", by=by, now=now, **asdict(terms))


def end_plan(found: Programme, *, by: str, now: datetime) -> None:
    """From here on it is one of the old ones; twice is once. A template is no longer offered."""
    mine = (CarePlan.id == found.plan.id) & (CarePlan.status == "active")
    with write_tx():
        if CarePlan.update(status="revoked", ended_at=now).where(mine).execute():
            _note(found.plan.id, "end", by, now)


def add_activity(
    found: Programme, exercise: Exercise, *, by: str, now: datetime, dose: Dose = USUAL
) -> CareActivity:
    """At the end. Raises Ended, TooManyActivities."""
    if len(found.activities) >= MOST_ACTIVITIES:
        raise TooManyActivities
    with write_tx():
        _write(found, seen=None, verb="add", by=by, now=now)
        last = CareActivity.select().where(CareActivity.plan == found.plan.id).count()
        return CareActivity.create(
            plan=found.plan.id,
            position=last,
            name=exercise.name,
            text=exercise.text,
            drawing=exercise.drawing,
            picture=exercise.picture,
            added_on=found.today if found.plan.patient_id else None,
            **asdict(dose),
        )


def change_activity(
    found: Programme, activity_id: UUID, dose: Dose, *, seen: int, by: str, now: datetime
) -> None:
    """Raises NotFound, Ended, Stale."""
    activity_of(found, activity_id)
    with write_tx():
        _write(found, seen=seen, verb="change", by=by, now=now)
        CareActivity.update(**asdict(dose)).where(CareActivity.id == activity_id).execute()


def move_activity(found: Programme, activity_id: UUID, step: int, *, by: str, now: datetime) -> None:
    """One place up (-1) or down (1); at the end of the list nothing happens."""
    order = [one.id for one in found.activities]
    at = order.index(activity_of(found, activity_id).id)
    if not 0 <= at + step < len(order):
        return
    order[at], order[at + step] = order[at + step], order[at]
    with write_tx():
        _write(found, seen=None, verb="change", by=by, now=now)
        for position, one in enumerate(order):
            CareActivity.update(position=position).where(CareActivity.id == one).execute()


def drop_activity(found: Programme, activity_id: UUID, *, by: str, now: datetime) -> None:
    """No longer due from today on; what was done of it stays. Of a template it goes."""
    activity_of(found, activity_id)
    mine = CareActivity.id == activity_id
    with write_tx():
        _write(found, seen=None, verb="change", by=by, now=now)
        if found.plan.patient_id is None:
            CareActivity.delete().where(mine).execute()
        else:
            CareActivity.update(dropped_on=found.today).where(mine).execute()


def _write(found: Programme, *, seen: int | None, verb: str, by: str, now: datetime, **changes: Any) -> None:
    """Every change of a programme turns its revision: two windows never undo each other."""
    if found.plan.status != "active":
        raise Ended
    same = (CarePlan.id == found.plan.id) & (CarePlan.status == "active")
    if seen is not None:
        same &= CarePlan.revision == seen
    with write_tx():
        if not CarePlan.update(revision=CarePlan.revision + 1, **changes).where(same).execute():
            raise Stale
        _note(found.plan.id, verb, by, now)


def _note(plan_id: UUID, verb: str, by: str, now: datetime) -> None:
    audit.record(by=by, verb=f"programme.{verb}", target=audit.of_id("programme", plan_id), at=now)
