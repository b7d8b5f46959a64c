"""The goals: what is compared with what, the floor that must hold and the stretch near the limit."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Part:
    """One number of a goal; `most` says that it must stay below its floor instead of reaching it."""

    name: str
    floor: float
    stretch: float | None = None
    most: bool = False
    unit: str = ""
    exactly: bool = False

    def holds(self, value: float) -> bool:
        if self.exactly:
            return value == self.floor
        return value <= self.floor if self.most else value >= self.floor


@dataclass(frozen=True)
class Goal:
    id: str
    what: str
    parts: tuple[Part, ...]
    not_yet: str = ""


@dataclass
class Found:
    """What was measured for one goal: a value for each part, or why there is none, and how it came about."""

    values: dict[str, float] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)  # part -> reason
    notes: list[str] = field(default_factory=list)


def least(floor, stretch, name="", unit=""):
    return Part(name, floor, stretch, unit=unit)


def most(floor, stretch=None, name="", unit=""):
    return Part(name, floor, stretch, most=True, unit=unit)


def exactly(value, name=""):
    return Part(name, value, exactly=True)


GOALS = (
    Goal(
        "P1",
        "times of one day, computed anew / H (granian; gunicorn)",
        (least(0.35, 0.50, "granian"), least(0.50, 0.70, "gunicorn")),
    ),
    Goal("P2", "times of a week, computed anew / H", (least(0.20, 0.30),)),
    Goal("P3", "times of a month, computed anew / H", (least(0.12, 0.20),)),
    Goal("P4", "times unchanged since the last visit (304) / H", (least(0.45, 0.60),)),
    Goal("P5", "times of one day / django-appointment", (least(15, 30, unit="x"),)),
    Goal(
        "P7",
        "times of a week; month / libres, on PostgreSQL",
        (least(6, 12, "week", "x"), least(8, 15, "month", "x")),
    ),
    Goal("P9", "slot engine / one merge of the same hours and bookings", (most(10, 6, unit="x"),)),
    Goal("P10", "slot engine / Cal.com's, the same starts found", (least(200, 500, unit="x"),)),
    Goal("P11", "slot engine, 100 agendas / 1 agenda", (most(120, 100, unit="x"),)),
    Goal("P12", "search in 10,000 agendas / page with one SELECT by key", (least(0.4, 0.6),)),
    Goal(
        "P13",
        "bookings / bare commits (SQLite FULL; PostgreSQL)",
        (least(0.25, 0.40, "sqlite"), least(0.30, 0.50, "postgresql")),
    ),
    Goal("P14", "bookings / django-appointment", (least(5, 10, unit="x"),)),
    Goal(
        "P15",
        "appointments after 50 attempts at one time, errors; both DBs",
        (
            exactly(1, name="sqlite"),
            most(0, name="sqlite errors"),
            exactly(1, name="postgresql"),
            most(0, name="postgresql errors"),
        ),
    ),
    Goal(
        "P16",
        "refusals of 50 attempts at 50 times (SQLite; PostgreSQL)",
        (most(0, name="sqlite"), most(0, name="postgresql")),
    ),
    Goal("P17", "booking, 8 clients, SQLite: p99 / p50", (most(10, 6, unit="x"),)),
    Goal(
        "P18",
        "SQL statements: times; booking; profile page",
        (most(3, name="times"), most(8, name="booking"), most(10, name="profile")),
    ),
    Goal("P19", "week query, 20,000 past bookings / 200", (most(1.10, 1.02, unit="x"),)),
    Goal("P20", "memory of a worker after load / bare Flask worker", (most(3.5, 2.5, unit="x"),)),
    Goal(
        "P21",
        "password checks / bare argon2id; memory; times p50; p95 in a storm",
        (
            least(0.75, 0.90, "rate"),
            most(300, 100, "memory", " MiB"),
            most(1.5, 1.2, "p50", "x"),
            most(2.5, 1.5, "p95", "x"),
        ),
    ),
    Goal("O1", "page of a parameter, 3,650 values / 100", (most(1.5, 1.2, unit="x"),)),
    Goal(
        "O2",
        "1,000,000 values of a file / bare inserts of the same rows",
        (
            least(1 / 3, 0.5, "sqlite archive"),
            least(1 / 3, 0.5, "sqlite table"),
            least(1 / 3, 0.5, "postgresql archive"),
            most(50, 25, "memory", " MiB"),
        ),
    ),
    Goal("B1", "proposals for 40 people of somebody ill / 40 slot queries", (most(1, 0.5, unit="x"),)),
    Goal(
        "C1",
        "card read by the agent / bare pyscard: applet 1.8; 1.7",
        (most(1.3, 1.15, "v18", "x"), most(1.3, 1.15, "v17", "x")),
    ),
    Goal(
        "C2",
        "card verified: applet 1.8; 1.7; 1.7 with new keys",
        tuple(most(50, 15, kind, " ms") for kind in ("v18", "v17", "v17-rekeyed")),
    ),
    Goal(
        "D1",
        "SQL statements: the desk's day of 200 alone; all included",
        (most(4, name="day"), most(12, name="all")),
    ),
    Goal("D2", "the desk's day, 6 agendas and 200 appointments / H", (least(0.10, 0.25),)),
    Goal("D3", "a patient among 50,000 / page with one SELECT by key", (least(0.4, 0.6),)),
    Goal(
        "P22",
        "profile page / H, computed anew; kept parts; of years / new",
        (least(0.10, 0.25, "anew"), least(0.45, 0.60, "kept"), most(1.10, 1.02, "years", "x")),
    ),
)
BY_ID = {goal.id: goal for goal in GOALS}


def verdict(goal: Goal, found: Found | None) -> str:
    """`ok`, `below`, or `not run` with the reason; a part that did not run is named beside the others' verdict."""
    if goal.not_yet:
        return f"not run: {goal.not_yet}"
    if found is None or not found.values:
        reasons = dict.fromkeys(found.missing.values()) if found else {}
        return f"not run: {'; '.join(reasons) or 'nothing was measured'}"
    parts = {part.name: part for part in goal.parts}
    word = "ok" if all(parts[name].holds(value) for name, value in found.values.items()) else "below"
    left_out = [f"{name or 'rest'} not run: {why}" for name, why in found.missing.items()]
    return "; ".join([word, *left_out])


def shown(number: float | None, unit: str = "") -> str:
    if number is None:
        return "-"
    text = f"{number:.0f}" if number == int(number) or number >= 100 else f"{number:.3g}"
    return text + unit


def sign(part: Part) -> str:
    return "=" if part.exactly else "≤" if part.most else "≥"


def line(goal: Goal, found: Found | None) -> str:
    """One goal as one line of the table."""
    values = "; ".join(shown(found.values.get(p.name) if found else None, p.unit) for p in goal.parts)
    floors = "; ".join(f"{sign(p)} {shown(p.floor, p.unit)}" for p in goal.parts)
    stretches = "; ".join(shown(p.stretch, p.unit) for p in goal.parts if p.stretch is not None)
    return row(goal.id, goal.what, values or "-", floors or "-", stretches or "-", verdict(goal, found))


def row(*cells: str) -> str:
    widths = (4, 61, 18, 24, 12)
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, (*widths, 0), strict=True)).rstrip()


HEADING = row("id", "what", "value", "floor", "stretch", "verdict")
