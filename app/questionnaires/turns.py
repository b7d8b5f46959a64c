"""When somebody who answered a questionnaire is asked again: no database, no web."""

from calendar import monthrange
from datetime import date

NEVER = None  # each version once
EVERY_TIME = 0
MONTHS = (NEVER, EVERY_TIME, 3, 6, 12, 24)  # what a practice chooses from


def is_due(answered_on: date, months: int | None, *, today: date) -> bool:
    """Whether the same version is asked again of somebody who answered it that day."""
    return months is not None and today >= _later(answered_on, months)


def _later(day: date, months: int) -> date:
    """The same day so many months on, or the last of a month that is too short for it."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
