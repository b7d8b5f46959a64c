"""A table as spreadsheets save it: «date;value» of one parameter, or the columns of our own copy of one's data.

Separated by semicolons, commas or tabs, numbers with a comma or a point, in UTF-8 or in Windows' own letters.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import BinaryIO

from app.record.imports.points import Found, moment, number, point
from app.record.kinds import KINDS, Kind

LONGEST = 4000  # letters of a line
FIRST_LINES = 4096
COLUMNS = ("what", "code", "value", "second", "when")
LOINC: dict[str, Kind] = {kind.loinc: kind for kind in KINDS.values() if kind.loinc}


def read(
    stream: BinaryIO, *, kind: Kind | None, words: Mapping[str, str], kinds: Mapping[str, str], now: datetime
) -> Iterator[Found]:
    """Row by row. `words`: heading -> one of COLUMNS, `kinds`: name -> key, both folded, in every language."""
    lines = _lines(stream)
    first = next(lines, "")
    mark = _separator(first)
    head = _cells(first, mark)
    columns = _columns(head, words)
    if columns is None:
        columns = {"when": 0, "value": 1, "second": 2}
        if head and moment(head[0]) is not None:  # no heading: it is a row already
            yield _row(head, columns, kind, kinds, now)
    for line in lines:
        if line.strip(" \t;,\r\n\0"):
            yield "long" if len(line) > LONGEST else _row(_cells(line, mark), columns, kind, kinds, now)


def _lines(stream: BinaryIO) -> Iterator[str]:
    """Each as text; of one that never ends only its beginning is kept."""
    while raw := stream.readline(LONGEST * 2):
        text = _text(raw)
        if not raw.endswith(b"\n"):
            while (rest := stream.readline(LONGEST * 16)) and not rest.endswith(b"\n"):
                pass
            if rest:
                text = text.ljust(LONGEST + 1, ".")
        yield text


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _separator(line: str) -> str:
    return max(";\t,", key=line[:FIRST_LINES].count)


def _cells(line: str, mark: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(line[:LONGEST].strip("\r\n")), delimiter=mark), [])
    except csv.Error:
        return []


def folded(text: str) -> str:
    return " ".join(text.casefold().split())[:60]


def _columns(head: Sequence[str], words: Mapping[str, str]) -> dict[str, int] | None:
    """None where no heading is known."""
    found: dict[str, int] = {}
    for at, cell in enumerate(head):
        name = words.get(folded(cell))
        if name is not None:
            found.setdefault(name, at)
    return found if "value" in found and "when" in found else None


def _row(
    cells: Sequence[str],
    columns: Mapping[str, int],
    kind: Kind | None,
    kinds: Mapping[str, str],
    now: datetime,
) -> Found:
    def cell(name: str) -> str:
        at = columns.get(name, -1)
        return cells[at].strip() if 0 <= at < len(cells) else ""

    if not cell("when") or not cell("value"):
        return "columns"
    own = LOINC.get(cell("code")) or KINDS.get(kinds.get(folded(cell("what")), ""))
    named = bool(cell("code") or cell("what"))
    one = own if named else kind
    if one is None or one.style == "derived":
        return "kind"
    when = moment(cell("when"))
    if when is None:
        return "date"
    first, slash, other = cell("value").partition("/")  # «128/82»
    second = (other if slash else cell("second")) if one.second is not None else ""
    value, below = number(first), number(second) if second else None
    if value is None or (second and below is None) or (slash and one.second is None):
        return "value"
    return point(one, when, value, below, source="table", now=now)
