"""Parts shown thousands of times a minute: their template is rendered once per shape, then only filled in.

A template costs a microsecond for each value it escapes, and more for what it looks up; joining strings does not.
The HTML stays in templates/, and every value is escaped here.
"""

import re
from functools import lru_cache
from typing import Any

from flask import render_template
from markupsafe import Markup, escape

INDENTATION = re.compile(r"\n[ \n]+")
GAP = "\x1f"  # stands in no value: listings and questions keep printable characters only

Shape = tuple[tuple[str, Any], ...]


def escaped(values: list[str]) -> list[str]:
    """All of them in one go."""
    return str(escape(GAP.join(values))).split(GAP) if values else []


def fill(template: str, language: str, fields: tuple[str, ...], values: list[str], shape: Shape = ()) -> str:
    """The HTML with these values, which are escaped already.

    The template may ask whether a value is there, but not what it is: what it compares belongs into `shape`.
    """
    pieces, order = _mould(template, language, fields, tuple(map(bool, values)), shape)
    return interleaved(pieces, [values[number] for number in order])


def interleaved(pieces: list[str], values: list[str]) -> str:
    """A value between every two pieces; anything else is a ValueError."""
    parts = [""] * (2 * len(pieces) - 1)
    parts[::2], parts[1::2] = pieces, values
    return "".join(parts)


def tight(html: str) -> str:
    """Without the indentation of the template, which a page of results would carry ten times."""
    return INDENTATION.sub("\n", html).strip("\n ")


@lru_cache(maxsize=2048)
def _mould(
    template: str, language: str, fields: tuple[str, ...], filled: tuple[bool, ...], shape: Shape
) -> tuple[list[str], list[int]]:
    """(the HTML around the values, the number of the value in each gap)."""
    marks = {
        field: Markup(f"{GAP}{number}{GAP}") if full else ""
        for number, (field, full) in enumerate(zip(fields, filled, strict=True))
    }
    parts = tight(render_template(template, language=language, **marks, **dict(shape))).split(GAP)
    return parts[::2], [int(number) for number in parts[1::2]]
