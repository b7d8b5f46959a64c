"""policy.toml: who may book what, how soon, how often, and how much of an agenda the public may take."""

from collections import Counter
from typing import Any

from app.practice.folder.contents import Limit, Policy, Rule, ServicePolicy
from app.practice.folder.fields import Table

OUTCOMES = ("hidden", "call", "request", "direct")
CANCEL_REASONS = ("off", "optional", "required")
LEVELS = (0, 4)
YEAR_MINUTES = 366 * 24 * 60
# the bounds of every number of a rule; the settings page has the same
BOUNDS = {
    "min_notice_minutes": (0, YEAR_MINUTES),
    "move_notice_minutes": (0, YEAR_MINUTES),
    "cancellation_notice_minutes": (0, YEAR_MINUTES),
    "horizon_days": (1, 730),
    "late_fee_cents": (0, 100_000),
    "upcoming_most": (0, 100),
    "window_most": (0, 100),
    "window_days": (0, 366),
    "gap_days": (0, 366),
    "series_most": (0, 100),
    "answer_hours": (1, 240),
}
CHOICES = {"outcome": OUTCOMES, "cancel_reason": CANCEL_REASONS}
FLAGS = ("conditions_required", "sign_in_required", "move_allowed", "cancellation_allowed", "waiting_list")
FIRM = ("min_notice_minutes", "horizon_days", "cancellation_notice_minutes", "late_fee_cents")
PERIODS = ("day", "week", "month")
UNITS = ("count", "minutes")
MOST_OF_AN_AGENDA = 100_000

Known = tuple[str, ...] | None  # None: the other file could not be read, and is not blamed twice


def read_policy(table: Table, services: Known, agendas: Known) -> Policy:
    policy = Policy(
        **_values(table, whole_practice=True),
        services=tuple(_service_policy(item, services) for item in table.tables("services")),
        rules=tuple(_rule(item, services, agendas) for item in table.tables("rules", most=2000)),
        limits=tuple(_limit(item, services, agendas) for item in table.tables("limits", most=1000)),
    )
    for service in _twice(rule.service for rule in policy.services):
        table.wrong("services", f"{service} is there twice")
    for number in _repeated([(r.service, r.agenda, r.level, r.known) for r in policy.rules]):
        table.wrong("rules", f"no. {number} is about the same people and place as one before it")
    for number in _repeated([(r.agenda, r.service, r.period, r.unit) for r in policy.limits]):
        table.wrong("limits", f"no. {number} limits the same as one before it")
    table.done()
    return policy


def _service_policy(table: Table, services: Known) -> ServicePolicy:
    rule = ServicePolicy(service=_named(table, "service", services), **_values(table))
    _says_something(table)
    return rule


def _rule(table: Table, services: Known, agendas: Known) -> Rule:
    rule = Rule(
        service=_named(table, "service", services, default=None),
        agenda=_named(table, "agenda", agendas, default=None),
        level=table.whole("level", *LEVELS, default=None),
        known=table.flag("known", default=None),
        **_values(table),
    )
    if not any(table.has(key) for key in ("agenda", "level", "known")):
        place = "a [[services]] entry" if table.has("service") else "the first lines of this file"
        table.wrong("", f"names no agenda, level or known: write it in {place}")
    _says_something(table)
    return rule


def _limit(table: Table, services: Known, agendas: Known) -> Limit:
    limit = Limit(
        agenda=_named(table, "agenda", agendas),
        service=_named(table, "service", services, default=None),
        period=table.choice("period", PERIODS),
        unit=table.choice("unit", UNITS, default="count"),
        most=table.whole("most", 0, MOST_OF_AN_AGENDA),
    )
    table.done()
    return limit


def _values(table: Table, *, whole_practice: bool = False) -> dict[str, Any]:
    """Every field of a row; what the whole practice must say has no default there."""

    def default(name: str) -> dict[str, None]:
        firm = whole_practice and name in (*FIRM, "conditions_required")
        return {} if firm else {"default": None}

    return {
        **{name: table.whole(name, *bounds, **default(name)) for name, bounds in BOUNDS.items()},
        **{name: table.choice(name, allowed, default=None) for name, allowed in CHOICES.items()},
        **{name: table.flag(name, **default(name)) for name in FLAGS},
    }


def _says_something(table: Table) -> None:
    if not any(table.has(name) for name in (*BOUNDS, *CHOICES, *FLAGS)):
        table.wrong("", "changes nothing; leave it out or give it a rule")
    table.done()


def _named(table: Table, key: str, known: Known, **default: Any) -> Any:
    return table.choice(key, known, **default) if known is not None else table.text(key, **default)


def _twice(names: Any) -> list[str]:
    return sorted(name for name, count in Counter(names).items() if count > 1)


def _repeated(keys: list[tuple[Any, ...]]) -> list[int]:
    """The numbers, from 1, of entries whose key was there before."""
    return [number for number, key in enumerate(keys, start=1) if key in keys[: number - 1]]
