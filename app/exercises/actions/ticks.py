"""What was done on which day, as its patient says."""

from datetime import date, datetime

from app.exercises import days
from app.exercises.models import ActivityDone, CareActivity
from app.exercises.queries import Programme, course_of
from app.exercises.refusals import Ended, NotThatDay
from app.kernel import audit
from app.kernel.db import write_tx


def tick(
    found: Programme,
    activity: CareActivity,
    day: date,
    *,
    by: str,
    now: datetime,
    feeling: str | None = None,
) -> None:
    """Done once, whoever ticks twice; ticked again with a feeling, the feeling is kept. Raises Ended, NotThatDay."""
    _allowed(found, activity, day)
    row = {"activity": activity.id, "day": day, "feeling": feeling, "done_at": now, "done_by": by}
    with write_tx():
        ActivityDone.insert(**row).on_conflict(action="IGNORE").execute()
        if feeling:
            _of(activity, day, ActivityDone.update(feeling=feeling)).execute()
        audit.record(by=by, verb="programme.tick", target=audit.of_id("activity", activity.id), at=now)


def untick(found: Programme, activity: CareActivity, day: date, *, by: str, now: datetime) -> None:
    """Raises Ended, NotThatDay."""
    _allowed(found, activity, day)
    with write_tx():
        if _of(activity, day, ActivityDone.delete()).execute():
            audit.record(by=by, verb="programme.untick", target=audit.of_id("activity", activity.id), at=now)


def _of(activity: CareActivity, day: date, query):  # type: ignore[no-untyped-def]
    return query.where(ActivityDone.activity == activity.id, ActivityDone.day == day)


def _allowed(found: Programme, activity: CareActivity, day: date) -> None:
    if found.plan.status != "active" or (found.plan.ends_on is not None and found.plan.ends_on < day):
        raise Ended
    if not days.can_tick(course_of(found.plan, activity), day, today=found.today):
        raise NotThatDay
