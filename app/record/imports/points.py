"""What a file says, believed in nothing: numbers, moments and the value they make, or the reason there is none."""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from app.kernel.clock import HOME, zone
from app.record.kinds import Kind, impossible
from app.record.numbers import rounded

EARLIEST = date(1920, 1, 1)  # as of what is typed
NUMBER = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,30})?(?:[eE][+-]?[0-9]{1,2})?")
DAY_FIRST = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4})(?:[ T,]+(.*))?")
LONGEST_NUMBER = 44
LONGEST_MOMENT = 40
HIGHEST = Decimal(10**9)


@dataclass(frozen=True)
class Point:
    """One value to keep. `token` is the same whenever the same value is read again, from whichever file."""

    kind: Kind
    value: int
    at: datetime
    token: str
    second: int | None = None


Found = Point | str | None  # a value, the reason it is refused, or nothing yet (part of the total of a day)


def number(text: str) -> Decimal | None:
    """«72,4», «72.40000001» or «7.24E1»; None for NaN, 1e999, -3 and words."""
    typed = text[: LONGEST_NUMBER + 1].strip()
    if len(typed) > LONGEST_NUMBER or not NUMBER.fullmatch(typed):
        return None
    found = Decimal(typed.replace(",", "."))
    return found if found < HIGHEST else None


def moment(text: str) -> datetime | date | None:
    """ISO 8601 with or without a zone, «2026-11-20 08:30:00 +0100», «20/11/2026 08:30», or a day alone."""
    typed = text[: LONGEST_MOMENT + 1].strip()
    if len(typed) > LONGEST_MOMENT or not typed.isascii():
        return None
    try:
        if (local := DAY_FIRST.fullmatch(typed)) is not None:
            day, month, year, hour = local.groups()
            found = date(int(year), int(month), int(day))
            return datetime.combine(found, time.fromisoformat(hour.strip())) if hour else found
        if len(typed) == 10:
            return date.fromisoformat(typed)
        return datetime.fromisoformat(typed.replace(" +", "+").replace(" -", "-"))
    except ValueError:
        return None


def day_of(when: datetime | date) -> date:
    """As the clock of whoever measured showed it."""
    return when.date() if isinstance(when, datetime) else when


def instant(when: datetime | date) -> datetime | None:
    """A day alone is its noon; a moment without a zone is one at home. None beyond the calendar."""
    try:
        if not isinstance(when, datetime):
            when = datetime.combine(when, time(12))
        return (when if when.tzinfo else when.replace(tzinfo=zone(HOME))).astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def point(
    kind: Kind, when: datetime | date, value: Decimal, second: Decimal | None, *, source: str, now: datetime
) -> Point | str:
    """In the unit of the kind. Of a kind with one value a day, only the day counts."""
    at = instant(day_of(when) if kind.daily else when)
    if at is None or day_of(when) < EARLIEST or at > now + timedelta(hours=14 if kind.daily else 0):
        return "date"
    first, other = _whole(kind, value), _whole(kind, second) if second is not None else None
    if impossible(kind, first, other) or (kind.second is None and other is not None):
        return "impossible"
    if kind.daily:
        return Point(kind, first, at, token("day", kind.key, day_of(when).isoformat()))
    return Point(kind, first, at, token(source, kind.key, at.isoformat(), str(first), str(other)), other)


def _whole(kind: Kind, value: Decimal) -> int:
    return rounded(value.scaleb(kind.decimals))


def token(*parts: str) -> str:
    """A name of fixed length: what a device calls itself never reaches the database."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:40]
