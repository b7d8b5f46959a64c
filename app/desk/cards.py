"""The inside of a column as HTML, quickly: each piece is a template rendered once a shape, then only filled in.

A template costs a microsecond for each value and more for each sentence; a full day has two hundred cards. The HTML
stays in templates/desk, and every value is escaped here.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from flask import render_template
from markupsafe import Markup, escape

from app.booking import labels
from app.desk.day import Block, Column, Entry
from app.kernel.clock import local
from app.kernel.i18n import clock_label, language

GAP = "\x1f"  # no form lets it in: stands for what is filled in
MOVABLE = frozenset({"booked", "arrived", "proposed", "pending"})
TIGHT = 5  # rows under which a card has one line
LEAST_NAMED = 4  # rows a word needs
INDENTATION = re.compile(r"\n[ \n]+")
CARD = (
    "id",
    "version",
    "minutes",
    "step",
    "row",
    "rows",
    "lane",
    "lanes",
    "clock",
    "name",
    "service",
    "room",
)
FREE = ("schedule", "start", "end", "row", "rows", "from_clock", "to_clock")
SHUT = ("schedule", "start", "row", "rows", "why")


def body(column: Column) -> str:
    """Everything that stands in one column."""
    schedule, zone, code = column.frame.schedule, column.frame.zone, language()
    pieces = [_shut(block, schedule, code) for block in column.shut]
    pieces += [_free(block, schedule, zone, code) for block in column.free]
    names = escaped([text for entry in column.entries for text in _texts(entry)])
    for number, entry in enumerate(column.entries):
        pieces.append(_card(entry, names[3 * number : 3 * number + 3], code))
    return "".join(pieces)


def _texts(entry: Entry) -> tuple[str, str, str]:
    one = entry.appointments[0]
    return f"{one.given_name} {one.family_name}", entry.service, entry.room


def escaped(values: Sequence[str]) -> list[str]:
    return str(escape(GAP.join(values))).split(GAP)


def _card(entry: Entry, words: list[str], code: str) -> str:
    one = entry.appointments[0]
    if entry.is_group or len(entry.appointments) > 1:
        return render_template("desk/_visit_of_several.html", entry=entry, states=labels.STATES, tight=TIGHT)
    tight = entry.rows < TIGHT
    made = mould("desk/_visit.html", code, CARD, (
        ("status", one.status), ("tight", tight), ("shared", entry.lanes > 1), ("has_room", bool(words[2])),
        ("movable", one.status in MOVABLE), ("color", entry.color),
    ))  # fmt: skip
    return made.format(
        one.dashed, one.version, one.ends - one.starts, entry.step, entry.row, entry.rows, entry.lane, entry.lanes,
        entry.clock, *words,
    )  # fmt: skip


@lru_cache(maxsize=8192)
def _shut(block: Block, schedule: str, code: str) -> str:
    made = mould("desk/_shut.html", code, SHUT, (("long", block.rows >= LEAST_NAMED),))
    return made.format(schedule, block.start, block.row, block.rows, escape(block.why))


@lru_cache(maxsize=8192)
def _free(block: Block, schedule: str, zone: str, code: str) -> str:
    clocks = (clock_label(local(minute, zone), code) for minute in (block.start, block.end))
    made = mould("desk/_free.html", code, FREE, ())
    return made.format(schedule, block.start, block.end, block.row, block.rows, *clocks)


@lru_cache(maxsize=1024)
def mould(template: str, code: str, fields: tuple[str, ...], shape: tuple[tuple[str, Any], ...] = ()) -> str:
    """A format of `fields` in their order; what the template compares belongs into `shape`."""
    marks = {field: Markup(f"{GAP}{number}{GAP}") for number, field in enumerate(fields)}
    html = render_template(template, language=code, states=labels.STATES, **marks, **dict(shape))
    plain = INDENTATION.sub("\n", html).strip("\n ").replace("{", "{{").replace("}", "}}")
    return re.sub(f"{GAP}(\\d+){GAP}", r"{\1}", plain)
