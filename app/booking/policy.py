"""The matrix of the practice's rules folded into one policy, and its deadlines on the wall clock: pure functions."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

DAY = 1440


@dataclass(frozen=True, slots=True)
class Standing:
    """How the practice stands with whoever looks: the level of trust (patients.trust), and whether they came before."""

    level: int = 0
    known: bool = False
    under: str = ""  # changes of the rules an owner looks at (rulebook.spelled); nothing: the rules in force


GUEST = Standing()


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of one service in one agenda for one standing, after inheritance. None and 0: no limit, no fee."""

    outcome: str = "direct"  # hidden | call | request | direct
    min_notice_minutes: int = 120
    move_notice_minutes: int = 1440
    cancellation_notice_minutes: int = 1440
    horizon_days: int = 90
    late_fee_cents: int | None = None
    conditions_required: bool = True
    sign_in_required: bool = False
    move_allowed: bool = True
    cancellation_allowed: bool = True
    cancel_reason: str = "optional"  # off | optional | required
    upcoming_most: int | None = None
    window_most: int | None = None
    window_days: int | None = None
    gap_days: int | None = None
    series_most: int = 10
    waiting_list: bool = True
    answer_hours: int = 24

    @property
    def has_caps(self) -> bool:
        return bool(self.upcoming_most or (self.window_most and self.window_days) or self.gap_days)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the matrix; None in a key is «whichever», an absent value inherits."""

    service: str | None = None
    schedule: str | None = None
    level: int | None = None
    known: bool | None = None
    values: dict[str, Any] = field(default_factory=dict)

    def applies(self, service: str, schedule: str, standing: Standing) -> bool:
        return (
            self.service in (None, service)
            and self.schedule in (None, schedule)
            and self.level in (None, standing.level)
            and self.known in (None, standing.known)
        )

    @property
    def key(self) -> tuple[str | None, str | None, int | None, bool | None]:
        return self.service, self.schedule, self.level, self.known

    @property
    def rank(self) -> tuple[bool, bool, bool, bool]:
        """An agenda's word counts more than a service's, that more than the practice's; then who it is about."""
        return (
            self.schedule is not None,
            self.service is not None,
            self.level is not None,
            self.known is not None,
        )


FIELDS = tuple(found.name for found in fields(Policy))


def resolve(rules: Iterable[Rule], *, service: str, schedule: str, standing: Standing) -> Policy:
    """Field by field, the last explicit value wins: practice, then service, then agenda."""
    values: dict[str, Any] = {}
    for rule in sorted((r for r in rules if r.applies(service, schedule, standing)), key=lambda r: r.rank):
        values |= {name: value for name, value in rule.values.items() if value is not None}
    return Policy(**values)


def source_of(
    name: str, rules: Iterable[Rule], *, service: str, schedule: str, standing: Standing
) -> Rule | None:
    """The rule a value comes from; None is the product's own default. For whoever asks why."""
    applying = sorted((r for r in rules if r.applies(service, schedule, standing)), key=lambda r: r.rank)
    return next((r for r in reversed(applying) if r.values.get(name) is not None), None)


Key = tuple[str | None, str | None, int | None, bool | None]  # service, schedule, level, known


def inherited(name: str, rules: Iterable[Rule], key: Key) -> tuple[Any, Rule | None]:
    """What a row of the matrix has where it says nothing itself, and the row that says it; None: the product."""
    service, schedule, level, known = key
    wider = [
        rule
        for rule in rules
        if rule.key != key and all(theirs in (None, mine) for theirs, mine in zip(rule.key, key, strict=True))
    ]
    standing = Standing(level or 0, bool(known))
    found = source_of(name, wider, service=service or "", schedule=schedule or "", standing=standing)
    return (found.values[name] if found else getattr(Policy(), name)), found


def deadline(start: int, notice_minutes: int, zone: str) -> int:
    """The last minute (UTC) at which an appointment at `start` can still be changed online.

    Whole days are days on the wall: «24 hours before» a Sunday 14:30 after the clocks change is Saturday 14:30.
    """
    if notice_minutes % DAY:
        return start - notice_minutes
    wall = datetime.fromtimestamp(start * 60, ZoneInfo(zone)) - timedelta(days=notice_minutes // DAY)
    return int(wall.astimezone(UTC).timestamp() // 60)


def cancel_until(start: int, policy: Policy, zone: str) -> int:
    """Never, where the practice does not let patients cancel online: the instant before time began."""
    return deadline(start, policy.cancellation_notice_minutes, zone) if policy.cancellation_allowed else 0


def move_until(start: int, policy: Policy, zone: str) -> int:
    return deadline(start, policy.move_notice_minutes, zone) if policy.move_allowed else 0


def answer_by(now: int, hours: int, zone: str, *, holidays: Collection[date], start: int) -> int:
    """When a request of now expires: after `hours` of working days, and never later than its own start (UTC minutes).

    Saturdays, Sundays and the days the practice is closed by law do not count: nobody is there to answer.
    """
    left, at = hours * 60, datetime.fromtimestamp(now * 60, ZoneInfo(zone))
    while left > 0:
        midnight = (at + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        works = at.weekday() < 5 and at.date() not in holidays
        rest = int((midnight.astimezone(UTC) - at.astimezone(UTC)).total_seconds() // 60)
        if works and rest >= left:
            at = (at.astimezone(UTC) + timedelta(minutes=left)).astimezone(ZoneInfo(zone))
            break
        left -= rest if works else 0
        at = midnight
    return min(int(at.astimezone(UTC).timestamp() // 60), start)
