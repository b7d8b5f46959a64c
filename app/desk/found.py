"""What a search of patients found as HTML, quickly: it answers each letter typed (see desk/cards.py)."""

from collections.abc import Sequence
from functools import lru_cache

from flask import render_template
from markupsafe import Markup

from app.desk import cards
from app.desk.patient_file import Line
from app.kernel.i18n import date_label, language
from app.patients.search import Found

ROW = ("id", "name", "born", "number", "email", "phone")


def fragment(found: Found, lines: Sequence[Line], *, asked: str) -> str:
    """The part of the page under the field."""
    if not lines:
        return render_template("desk/_found.html", more=False, problem=found.problem, asked=asked, rows="")
    return _around(found.more, language()).format(rows(lines))


def rows(lines: Sequence[Line]) -> Markup:
    if not lines:
        return Markup("")
    code = language()
    row = cards.mould("desk/_patient_row.html", code, ROW)
    texts = cards.escaped([text for line in lines for text in _texts(line, code)])
    width = len(ROW)
    return Markup("".join(row.format(*texts[at : at + width]) for at in range(0, len(texts), width)))


def _texts(line: Line, code: str) -> tuple[str, ...]:
    one = line.patient
    born = date_label(line.born, code) if line.born else ""
    return str(one.id), one.name, born, line.number or "", one.email or "", one.phone or ""


@lru_cache(maxsize=16)
def _around(more: bool, code: str) -> str:
    return cards.mould("desk/_found.html", code, ("rows",), (("more", more), ("problem", ""), ("asked", "")))
