"""«My appointments» of whoever is signed in: at one practice on its own site, at all of them on the central portal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template

from app.booking import budget_words, calendar_file, cards, labels, pages, prescriptions, queries, rights
from app.booking.models import REQUESTED, Appointment
from app.booking.refusals import NotTheirsToBook
from app.kernel import clock
from app.kernel.errors import NotFound
from app.kernel.i18n import language
from app.kernel.owners import pick
from app.kernel.tenancy import practice_context
from app.patients.queries import Connected, connections_of
from app.web.access import person
from app.web.door import go, practice_url
from app.web.forms import page_of, single_args
from app.web.outside import services

bp = Blueprint("my_appointments", __name__)
PAGE = 20
THEN = {"move": "/move", "cancel": "#cancel", "answer": "/answers"}


@dataclass(frozen=True)
class Line:
    """One appointment in the list; what one may do is asked for those to come alone."""

    appointment: Appointment
    practice: str
    moment: datetime
    service: str
    place: str
    for_whom: str  # of somebody they act for
    state: str
    opens: bool  # whether it still has a page
    book_url: str
    may: rights.Rights | None

    @property
    def requested(self) -> bool:
        return self.appointment.status in REQUESTED


@dataclass(frozen=True)
class Left:
    """What is left of a prescription at one practice, and the way to book it at once."""

    practice: str
    line: budget_words.Line
    series_url: str  # "" where nothing is left, or nothing was booked yet to go by


@bp.get("/me/appointments")
@person
def overview() -> str:
    found, now = _files(), services().clock.now()
    page, files = page_of(single_args()), [(one.practice.id, one.patient.id) for one in found]
    coming = queries.coming_of(files, now=now) if not page else []
    past = queries.past_of(files, now=now, limit=PAGE + 1, offset=page * PAGE)
    return render_template(
        "booking/mine.html",
        connected=found,
        acting=g.person.acting_for,
        coming=_lines(coming, found, now=now, rights_too=True),
        past=_lines(past[:PAGE], found, now=now),
        left=[] if page else _left(found, [*coming, *past], now=now),
        page=page,
        more=len(past) > PAGE,
    )


@bp.get("/me/appointments/<uuid:appointment_id>")
@person
def one(appointment_id: UUID) -> Any:
    """To its page at the practice, where its rules hold; anybody else's is not there."""
    found = _files()
    mine = queries.one_of([(one.practice.id, one.patient.id) for one in found], appointment_id)
    if mine is None:
        raise NotFound
    if not _has_page(mine, now=services().clock.now()):
        return go("/me/appointments#past")
    host = next(one.host for one in found if one.practice.id == mine.practice_id)
    then = THEN.get(single_args().get("then", ""), "")
    return go(practice_url(host, f"/appointments/{pages.token(mine.id)}{then}"))


def _files() -> list[Connected]:
    """Of the person, or of whom they act for right now; at the practice whose site this is, or at every one."""
    acted = g.person.acting_for
    if acted is None:
        found = connections_of(g.person.account)
    elif "book" not in acted.scopes:
        raise NotTheirsToBook(name=acted.name)
    elif acted.dependant is not None:
        found = connections_of(g.person.account, dependant=acted.dependant)
    else:
        found = [one for one in connections_of(acted.principal) if one.dependant is None]
    return [one for one in found if g.practice is None or one.practice.id == g.practice.id]


def _left(found: Sequence[Connected], rows: Sequence[Appointment], *, now: datetime) -> list[Left]:
    """The series is looked for where the person came last."""
    lines = []
    for file in found:
        last = next((row for row in rows if row.patient_id == file.patient.id), None)
        with practice_context(file.practice):
            counted = prescriptions.of_patient(file.patient.id, practice=file.practice, now=now)
        for one in counted:
            url = ""
            if last is not None and one.budget.left > 1:
                path = f"/book/{last.service_id}/{last.location_id}/series?schedule={last.schedule_id}"
                url = practice_url(file.host, path)
            lines.append(Left(file.practice.name, budget_words.line(one, file.practice), url))
    return lines


def _has_page(appointment: Appointment, *, now: datetime) -> bool:
    return clock.to_minutes(now) <= appointment.ends + cards.PAGE_MINUTES


def _lines(
    rows: Sequence[Appointment], found: Sequence[Connected], *, now: datetime, rights_too: bool = False
) -> list[Line]:
    """No statement for those that are over."""
    files = {one.patient.id: one for one in found}
    return [_line(row, files[row.patient_id], now=now, rights_too=rights_too) for row in rows]


def _line(row: Appointment, file: Connected, *, now: datetime, rights_too: bool) -> Line:
    code, practice = language(), row.practice
    may = None
    if rights_too:
        with practice_context(practice):
            may = rights.of(row, practice, now=now)
    return Line(
        appointment=row,
        practice=practice.name,
        moment=clock.local(row.starts, row.location.timezone),
        service=pick(row.service.name, code, practice.languages),
        place=calendar_file.place_line(row.location, practice, code),
        for_whom=file.dependant_name,
        state=labels.state_of(row),
        opens=_has_page(row, now=now),
        book_url=practice_url(file.host, f"/book/{row.service_id}"),
        may=may,
    )
