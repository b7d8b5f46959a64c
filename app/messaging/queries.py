"""The messages of whoever is signed in, at one practice or at all of theirs, and what is unread."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import peewee as pw

from app.booking import calendar_file, pages
from app.booking.models import Appointment
from app.directory.models import Location
from app.kernel import clock
from app.kernel.constant_sql import ConstantSQL, as_models, param
from app.kernel.errors import NotFound
from app.kernel.i18n import language
from app.kernel.owners import Practice
from app.kernel.tenancy import across_practices
from app.messaging import labels
from app.messaging.models import Communication, Thread
from app.messaging.readers import Reader, files_of
from app.patients.models import Connection, Patient
from app.practice.queries import kept, primary_host
from app.web.door import practice_url

PAGE_MINUTES = 7 * 1440  # after the visit, as long as the appointment's own page answers
MOST_COUNTED = 100
OWN = "one person's own messages, wherever they come from"


@dataclass(frozen=True)
class Message:
    """One message as its page shows it."""

    row: Communication
    practice: Practice
    whose: str  # given name of whoever it is about, when that is not the reader
    title: str
    icon: str
    when: str  # of the appointment, on the wall of the place
    before: str  # the time it had, when it was moved

    @property
    def unread(self) -> bool:
        """What one sent oneself is no news, whether the practice has read it or not."""
        return self.row.read_at is None and self.row.sender == "practice"

    @property
    def is_written(self) -> bool:
        """By people, in a thread; else it happened by itself."""
        return self.row.thread_id is not None

    @property
    def sentence(self) -> str:
        return labels.sentence(self.row.kind, self.row.payload)

    @property
    def said(self) -> str:
        """What the practice wrote itself."""
        return str(self.row.payload.get("said") or "")

    @property
    def at(self) -> datetime:
        return self.row.created_at


@dataclass(frozen=True)
class Details:
    """What only the page of one message asks for."""

    place: str
    page_url: str
    book_url: str


def of_ids(reader: Reader, ids: Sequence[UUID], *, practice: Practice | None) -> list[Message]:
    """Those of `ids` that are this reader's, in no order."""
    with across_practices(reason=OWN):
        mine = Communication.id.in_(list(ids)) & Communication.hidden_at.is_null()
        return [_shown(row, reader) for row in _of(reader, practice, few=True).where(mine)]


def box(newest: pw.SQL, unread: pw.SQL, *, files: Any, here: bool) -> Any:
    """The rows of `of_box`: those of the ids that `newest` finds, newest first, each with what `unread` counts."""
    M, C = Communication, Connection
    query = (
        M.select(M, Patient.given_name, Practice.id, Practice.catalogue_version)
        .select_extend(Practice.timezone, Location.timezone, Thread.subject, C.dependant, unread)
        .join_from(M, Patient)
        .join_from(M, Practice)
        .join_from(M, Thread, "LEFT OUTER JOIN")
        .join_from(M, Appointment, "LEFT OUTER JOIN")
        .join_from(Appointment, Location, "LEFT OUTER JOIN")
        .join_from(M, C, on=_tied(few=True))
        .where(files, M.id.in_(newest), M.hidden_at.is_null())
        .order_by(M.created_at.desc(), M.id.desc())
    )
    return query.where(M.practice == param("here")) if here else query


def of_box(found: ConstantSQL, given: dict[str, Any]) -> tuple[list[Message], int]:
    """A page of this reader's messages, and how many are unread."""
    with across_practices(reason=OWN):
        rows = found.rows(**given)
    return [_listed(row) for row in rows], int(rows[0][-1]) if rows else 0


OWN_COLUMNS = len(Communication._meta.sorted_fields)


def _listed(columns: Sequence[Any]) -> Message:
    row = as_models(columns[:OWN_COLUMNS], Communication)
    name, practice_id, version, zone, there, subject, dependant, _unread = columns[OWN_COLUMNS:]
    practice = kept(UUID(practice_id) if isinstance(practice_id, str) else practice_id, version)
    return _message(row, practice, name if dependant else "", subject, there or zone)


def message(reader: Reader, message_id: UUID, *, practice: Practice | None) -> Message:
    """NotFound for anybody else's, and at a practice's site for another practice's."""
    with across_practices(reason=OWN):
        mine = (Communication.id == message_id) & Communication.hidden_at.is_null()
        row = _of(reader, practice).where(mine).first()
        if row is None:
            raise NotFound
        return _shown(row, reader)


def unread(reader: Reader, *, practice: Practice | None) -> int:
    """Counted to MOST_COUNTED and no further: «99+» is enough for anybody. Not asked twice of one reader."""
    here = practice.id if practice else None
    if here not in reader.counted:
        reader.counted[here] = _count_unread(reader, practice)
    return reader.counted[here]


def _count_unread(reader: Reader, practice: Practice | None) -> int:
    given = {f"dependant{at}": one.hex for at, one in enumerate(reader.dependants)}
    if practice is not None:
        given["here"] = practice.id.hex
    counted = _unread(reader.own, len(reader.dependants), practice is not None)
    with across_practices(reason=OWN):
        return len(counted.rows(reader=reader.account.hex, **given))


def files_of_reader(own: bool, dependants: int) -> Any:
    """`Reader.files`, of parameters."""
    children = [param(f"dependant{at}") for at in range(dependants)]
    return files_of(param("reader"), own=own, dependants=children)


@lru_cache(maxsize=64)
def _unread(own: bool, dependants: int, here: bool) -> ConstantSQL:
    """For a reader of so many people, at one practice or at all."""

    def build() -> Any:
        M, C = Communication, Connection
        query = (
            M.select(M.id)
            .join(C, on=(C.practice == M.practice) & (C.patient == M.patient))
            .where(files_of_reader(own, dependants))
            .where(M.read_at.is_null(), M.sender == "practice", M.hidden_at.is_null())
        )
        return (query.where(M.practice == param("here")) if here else query).limit(MOST_COUNTED)

    return ConstantSQL(build, tenant=False)


def _of(reader: Reader, practice: Practice | None, *, few: bool = False) -> Any:
    """`few`: the messages are known by their ids, and the database must begin with them and not with the files."""
    M = Communication
    query = (
        M.select(M, Patient, Practice, Thread, Appointment, Location, Connection.id, Connection.dependant)
        .join_from(M, Patient)
        .join_from(M, Practice)
        .join_from(M, Thread, "LEFT OUTER JOIN")
        .join_from(M, Appointment, "LEFT OUTER JOIN")
        .join_from(Appointment, Location, "LEFT OUTER JOIN")
    )
    return _joined(query, reader, practice, few=few)


def _joined(query: Any, reader: Reader, practice: Practice | None, *, few: bool = False) -> Any:
    query = query.join_from(Communication, Connection, on=_tied(few=few), attr="tie").where(reader.files)
    return query.where(Communication.practice == practice.id) if practice is not None else query


def _tied(*, few: bool) -> Any:
    M, C = Communication, Connection
    # an expression has no index: what stands behind it is looked up in the row, and the row not by it
    theirs = pw.fn.COALESCE(M.patient, M.patient) if few else M.patient
    here = pw.fn.COALESCE(M.practice, M.practice) if few else M.practice
    return (C.practice == here) & (C.patient == theirs)


def _shown(row: Any, reader: Reader) -> Message:
    zone = row.appointment.location.timezone if row.appointment_id else row.practice.timezone
    whose = row.patient.given_name if row.tie.dependant else ""
    return _message(row, row.practice, whose, row.thread.subject if row.thread_id else None, zone)


def _message(row: Any, practice: Practice, whose: str, subject: str | None, zone: str) -> Message:
    start, before = row.payload.get("start"), row.payload.get("before")
    return Message(
        row=row,
        practice=practice,
        whose=whose,
        title=labels.title(row.kind, row.payload) if subject is None else subject,
        icon=labels.icon_of(row.kind, row.payload),
        when=labels.when(start, zone) if start is not None else "",
        before=labels.when(before, zone) if before is not None else "",
    )


def details(shown: Message, *, now: datetime) -> Details:
    """Where it is, and the pages behind it, on the practice's own host."""
    host, appointment = primary_host(shown.practice.id), shown.row.appointment
    book_url = practice_url(host, "/book")
    if appointment is None:
        return Details("", "", book_url)
    place = calendar_file.place_line(appointment.location, shown.practice, language())
    living = clock.to_minutes(now) <= appointment.ends + PAGE_MINUTES
    page_url = practice_url(host, f"/appointments/{pages.token(appointment.id)}") if living else ""
    return Details(place, page_url, book_url)


def sent_to(patient_id: UUID, *, limit: int = 500) -> list[Communication]:
    """At the open practice: every message about one of its patients, newest first."""
    mine = Communication.patient == patient_id
    return list(Communication.select().where(mine).order_by(Communication.created_at.desc()).limit(limit))
