"""What a search of patients found as HTML, quickly: it answers each letter typed (see desk/cards.py)."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from flask import g, render_template
from markupsafe import Markup, escape

from app.desk import cards, patient_file
from app.kernel import clock
from app.kernel.clock import HOME
from app.kernel.i18n import date_label, language
from app.patients.search import Known, Listed

ROW = ("id", "name", "born", "number", "email", "phone")
KEPT = 2048  # rows a process remembers: a third of a kilobyte each


def fragment(found: Listed, *, asked: str, now: datetime) -> str:
    """The part of the page under the field."""
    if not found.rows:
        return render_template("desk/_found.html", more=False, problem=found.problem, asked=asked, rows="")
    return _around(found.more, language()).format(rows(found.rows, now=now))


def rows(found: Sequence[Known], *, now: datetime) -> Markup:
    code, practice, today = language(), g.practice.id, clock.today(now, HOME)
    return Markup("".join([_row(one, practice, code, today) for one in found]))


@lru_cache(maxsize=KEPT)
def _row(one: Known, practice: UUID, code: str, today: date) -> str:
    """Kept by all that it is made of (docs/adr/0034): letters typed one after the other find the same people."""
    line = patient_file.line_on(today, one.file)
    born = date_label(line.born, code) if line.born else ""
    texts = (line.patient.id, line.patient.name, born, line.number, one.email, one.phone)
    return cards.mould("desk/_patient_row.html", code, ROW).format(*(escape(text or "") for text in texts))


@lru_cache(maxsize=16)
def _around(more: bool, code: str) -> str:
    return cards.mould("desk/_found.html", code, ("rows",), (("more", more), ("problem", ""), ("asked", "")))
