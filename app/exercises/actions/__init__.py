"""Everything that changes the library, a programme, or what was done of it."""

from app.exercises.actions.library import add_exercise, archive_exercise, change_exercise, take_common
from app.exercises.actions.programmes import (
    Dose,
    Terms,
    add_activity,
    change_activity,
    change_plan,
    copy_plan,
    drop_activity,
    end_plan,
    make_plan,
    move_activity,
)
from app.exercises.actions.ticks import tick, untick

__all__ = [
    "Dose",
    "Terms",
    "add_activity",
    "add_exercise",
    "archive_exercise",
    "change_activity",
    "change_exercise",
    "change_plan",
    "copy_plan",
    "drop_activity",
    "end_plan",
    "make_plan",
    "move_activity",
    "take_common",
    "tick",
    "untick",
]
