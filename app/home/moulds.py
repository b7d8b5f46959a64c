"""Parts shown thousands of times a minute: their template is rendered once per shape, then only filled in.

A template costs a microsecond for each value it escapes, and more for what it looks up; joining bytes does not. The
HTML stays in templates/, and every value is escaped here.
"""

import re
from functools import lru_cache
from typing import Any

from flask import render_template
from markupsafe import Markup, escape

MARK = "\x1f"  # stands in no value: listings and questions keep printable characters only
GAP = MARK.encode()
INDENTATION = re.compile(r"\n[ \n]+")

Shape = tuple[tuple[str, Any], ...]


def escaped(values: list[str]) -> list[bytes]:
    """All of them in one go."""
    return str(escape(MARK.join(values))).encode().split(GAP)


def fill(
    template: str, language: str, fields: tuple[str, ...], values: list[bytes], shape: Shape = ()
) -> bytes:
    """The HTML with these values, which are escaped already.

    The template may ask whether a value is there, but not what it is: what it compares belongs into `shape`.
    """
    pieces, order = _mould(template, language, fields, tuple(map(bool, values)), shape)
    return interleaved(pieces, [values[number] for number in order])


def interleaved(pieces: list[bytes], values: list[bytes]) -> bytes:
    """A value between every two pieces; anything else is a ValueError."""
    parts = [b""] * (2 * len(pieces) - 1)
    parts[::2], parts[1::2] = pieces, values
    return b"".join(parts)


@lru_cache(maxsize=2048)
def _mould(
    template: str, language: str, fields: tuple[str, ...], filled: tuple[bool, ...], shape: Shape
) -> tuple[list[bytes], list[int]]:
    """(the HTML around the values, the number of the value in each gap)."""
    marks = {
        field: Markup(f"{MARK}{number}{MARK}") if full else ""
        for number, (field, full) in enumerate(zip(fields, filled, strict=True))
    }
    html = render_template(template, language=language, **marks, **dict(shape))
    # without the template's indentation, which a page of results would carry ten times
    parts = INDENTATION.sub("\n", html).strip("\n ").encode().split(GAP)
    return parts[::2], [int(number) for number in parts[1::2]]
