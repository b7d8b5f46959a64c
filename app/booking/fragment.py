"""The free times as HTML, quickly: what does not change is rendered once from its template, the rest is joined.

A template costs a microsecond for each value and several for each sentence; this is the page everybody looks at. The
HTML stays in templates/booking: each piece is a template of its own, kept by what it was made of.
"""

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from flask import render_template
from markupsafe import Markup

from app.booking import labels
from app.booking.catalogue import Offer
from app.kernel.i18n import _, day_label, short_day

GAP = "\x1f"  # a control character no form lets in: stands for what is filled in


def html(shown: dict[str, Any], around: Callable[[dict[str, Any]], dict[str, Any]]) -> str:
    """`_times.html` with its days and buttons; shown["key"] is all that the rest, `around`, depends on."""
    key = (shown["key"], bool(shown["days"]), bool(shown["groups"]))
    frame = _frames.get(key)
    if frame is None:
        marked = {**around(shown), **{name: Markup(GAP) for name in ("days", "groups") if shown[name]}}
        frame = render_template("booking/_times.html", **marked).split(GAP)
        if len(_frames) > 4096:
            _frames.clear()
        _frames[key] = frame
    pieces = [frame[0]]
    for part, following in zip(filter(None, (shown["days"], shown["groups"])), frame[1:], strict=True):
        pieces += (part, following)
    return "".join(pieces)


_frames: dict[tuple[Any, ...], list[str]] = {}


def days(
    counts: Sequence[tuple[date, int]], *, chosen: date, first: date, here: str, span: str, code: str
) -> Markup:
    """The strip of a week or the grid of a month, each day with how many times it has; nothing for a single day."""
    if span == "day":
        return Markup("")
    items = [_day(day, count, day == chosen, day < first, here, span, code) for day, count in counts]
    head, tail = _day_list(tuple(short_day(day, code)[0] for day, _count in counts[:7]), span, code)
    return Markup(head + "".join(items) + tail)


@lru_cache(maxsize=16_384)
def _day(day: date, count: int, current: bool, past: bool, here: str, span: str, code: str) -> str:
    weekday, number, _month = short_day(day, code)
    return render_template(
        "booking/_day.html",
        url=f"{here}day={day}",
        weekday=weekday,
        number=number,
        label=day_label(day, code),
        count=count,
        current=current,
        past=past,
        span=span,
    )


@lru_cache(maxsize=64)
def _day_list(weekdays: tuple[str, ...], span: str, code: str) -> tuple[str, str]:
    head, tail = render_template("booking/_days.html", weekdays=weekdays, span=span, items=Markup(GAP)).split(
        GAP
    )
    return head, tail


class _Buttons(dict[int, tuple[str, str]]):
    """start -> (part of the day, radio button), each made once: every visitor of a day sees the same ones."""

    def __init__(self, zone: str, before: str, after: str, code: str) -> None:
        super().__init__()
        self.made_of = zone, before, after, code

    def __missing__(self, start: int) -> tuple[str, str]:
        zone, before, after, code = self.made_of
        part, clock, when = labels.start_label(start, zone, code)
        self[start] = (
            part,
            (
                f'<label class="time"><input type="radio" name="start" value="{start}" required data-chosen="{when}'
                f"{before}{clock}{after}"
            ),
        )
        return self[start]


def times(
    starts: Sequence[tuple[int, tuple[str, ...]]], offers: Sequence[Offer], day: date, *, code: str
) -> Markup:
    """The radio buttons of a day under Morning, Afternoon and Evening; empty parts are left out."""
    if not starts:
        return Markup("")
    alone = len(offers) == 1
    who = offers[0].practitioner.name if alone else ""
    lasting = "" if alone else labels.duration_span(offers)
    buttons = _buttons(offers[0].location.timezone, offers[0].rules.duration, who, lasting, day, code)
    blocks: list[str] = []
    part, tail = "", ""
    for start, _who in starts:
        here, button = buttons[start]
        if here != part:
            blocks.append(tail)
            head, tail = _part(here, day, code)
            blocks.append(head)
            if not part:  # where the error summary leads
                button = button.replace("<input ", '<input id="first-time" ', 1)
            part = here
        blocks.append(button)
    blocks.append(tail)
    return Markup("".join(blocks))


@lru_cache(maxsize=1024)
def _buttons(zone: str, minutes: int, who: str, lasting: str, day: date, code: str) -> _Buttons:
    return _Buttons(zone, *_words(minutes, who, lasting, day, code), code)


@lru_cache(maxsize=4096)
def _words(minutes: int, who: str, lasting: str, day: date, code: str) -> tuple[str, str]:
    """What stands before and after the clock of every button of a day; `who` is empty when anyone will do."""
    if who:
        rest = _("%(minutes)s minutes, with %(who)s", minutes=minutes, who=who)
        detail = _("%(duration)s with %(who)s", duration=labels.duration_label(minutes), who=who)
    else:
        rest, detail = _("%(minutes)s minutes", minutes=minutes), lasting
    before, after = render_template(
        "booking/_time.html", day=day_label(day, code), rest=rest, detail=detail, clock=Markup(GAP)
    ).split(GAP)
    return before, after


@lru_cache(maxsize=4096)
def _part(part: str, day: date, code: str) -> tuple[str, str]:
    names = {"morning": _("Morning"), "afternoon": _("Afternoon"), "evening": _("Evening")}
    head, tail = render_template(
        "booking/_part.html", part=part, name=names[part], day=day_label(day, code), buttons=Markup(GAP)
    ).split(GAP)
    return head, tail
