"""The practice's own exercises: written, taken from the common ones, changed, archived."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from app.exercises import common
from app.exercises.models import Exercise
from app.exercises.refusals import Stale
from app.kernel import audit
from app.kernel.db import write_tx


def add_exercise(
    name: dict[str, str], text: dict[str, str], *, by: str, now: datetime, drawing: str | None = None
) -> Exercise:
    with write_tx():
        made = Exercise.create(name=name, text=text, drawing=drawing, created_at=now)
        _note(made.id, "add", by, now)
    return made


def take_common(keys: Sequence[str], languages: Sequence[str], *, by: str, now: datetime) -> list[Exercise]:
    """Copies of the common exercises into the practice's library; one that is there is not doubled."""
    here = {one.drawing for one in Exercise.select().where(Exercise.archived_at.is_null())}
    wanted = [one for one in common.EXERCISES if one.key in keys and one.key not in here]
    with write_tx():
        return [
            add_exercise(one.name_in(languages), one.text_in(languages), by=by, now=now, drawing=one.key)
            for one in wanted
        ]


def change_exercise(row: Exercise, *, seen: int, by: str, now: datetime, **changes: Any) -> None:
    """`changes`: name, text, picture. Programmes made before keep what they had. Raises Stale."""
    same = (Exercise.id == row.id) & (Exercise.revision == seen)
    with write_tx():
        if not Exercise.update(revision=Exercise.revision + 1, **changes).where(same).execute():
            raise Stale
        _note(row.id, "change", by, now)


def archive_exercise(row: Exercise, *, back: bool = False, by: str, now: datetime) -> None:
    """No longer offered for programmes; or offered again."""
    with write_tx():
        Exercise.update(archived_at=None if back else now).where(Exercise.id == row.id).execute()
        _note(row.id, "return" if back else "archive", by, now)


def _note(exercise_id: UUID, verb: str, by: str, now: datetime) -> None:
    audit.record(by=by, verb=f"exercise.{verb}", target=audit.of_id("exercise", exercise_id), at=now)
