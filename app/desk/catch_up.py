"""What happened while the portal was away, typed in row by row: each row is written or says why not, by itself."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any
from uuid import UUID, uuid4

from flask import g

from app.booking import actions, catalogue, queries
from app.booking.actions import changes
from app.booking.catalogue import Offer
from app.booking.questions import Asking
from app.booking.refusals import CannotBeChanged
from app.desk.booking import chosen_patient, uuid_of
from app.kernel import clock, outbox
from app.kernel.db import write_tx
from app.kernel.errors import NotFound, Refusal
from app.kernel.i18n import _
from app.kernel.i18n import lazy_gettext as _l
from app.patients import search
from app.patients.actions import Person
from app.web.forms import NameText, PlainText, tidy
from app.web.outside import services

HAPPENED: dict[str, Any] = {
    "fulfilled": _l("Came"),
    "arrived": _l("Is here now"),
    "noshow": _l("Did not come"),
    "cancelled": _l("Cancelled by the patient"),
}
KINDS: dict[str, Any] = {
    "walkin": _l("Came without an appointment"),
    "phone": _l("Appointment given by telephone"),
}
OPEN = ("booked", "arrived", "checked-in")
ROWS = 6
NAME_LENGTH = 100
FIELDS = ("kind", "clock", "offer", "given_name", "family_name", "phone", "file", "attempt")


@dataclass
class Row:
    """One line of the form about somebody who is in no agenda yet; `wrong` says why it is not written."""

    number: int
    kind: str = "walkin"
    clock: str = ""
    offer: str = ""  # schedule.service
    given_name: str = ""
    family_name: str = ""
    phone: str = ""
    file: str = ""  # the id of a file, or "new" for another person of the same name
    attempt: str = ""
    wrong: str = ""
    alike: list[Any] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.clock or self.given_name or self.family_name or self.phone)


@dataclass
class Outcome:
    """What became of the whole form."""

    written: int = 0
    wrong: dict[str, str] = field(default_factory=dict)  # id of an appointment -> sentence
    typed: dict[str, str] = field(default_factory=dict)  # id -> what was chosen, where it was not written
    rows: list[Row] = field(default_factory=list)

    @property
    def is_clear(self) -> bool:
        return not self.wrong and not any(row.wrong for row in self.rows)


def empty_rows(first: int = 0) -> list[Row]:
    """What is still free below the rows that came back."""
    return [Row(number, attempt=str(uuid4())) for number in range(first, ROWS)]


def as_typed(form: Any) -> list[Row]:
    """The rows as they were sent, for a form that could not be read at all."""
    return [row for row in (_row(form, number) for number in range(ROWS)) if not row.is_empty]


def enter(form: Any, day: date, *, by: str, now: datetime) -> Outcome:
    """Every row on its own: what cannot be written stays in the form with its reason, and loses nothing typed."""
    outcome = Outcome()
    for name, value in form.items():
        if name.startswith("what-") and value:
            _happened(outcome, name.removeprefix("what-"), value, by=by, now=now)
    for number in range(ROWS):
        row = _row(form, number)
        if row.is_empty:
            continue
        try:
            _write(row, day, by=by, now=now)
            outcome.written += 1
        except Wrong as wrong:
            row.wrong, row.alike = str(wrong), wrong.alike
            outcome.rows.append(row)
        except (Refusal, NotFound) as no:
            row.wrong = no.sentence() if isinstance(no, Refusal) else _("This is not there any more.")
            outcome.rows.append(row)
    return outcome


def _happened(outcome: Outcome, identifier: str, value: str, *, by: str, now: datetime) -> None:
    """«fulfilled:3»: what happened, and the version of the appointment the page showed."""
    status, _mark, version = value.partition(":")
    found = uuid_of(identifier)
    if found is None or status not in HAPPENED:
        return
    try:
        appointment = queries.appointment(found)
        if str(appointment.version) != version:
            raise CannotBeChanged
        if status == "noshow":
            actions.miss(appointment, by=by, now=now)
        elif status == "cancelled":
            changes.end(appointment, by=by, now=now, reason=_("Entered afterwards"))
        else:
            actions.note(appointment, status, by=by, now=now)
        outcome.written += 1
    except NotFound:
        return
    except Refusal as no:
        outcome.wrong[str(found)], outcome.typed[str(found)] = no.sentence(), status


class Wrong(Exception):
    """A row somebody must look at again; `alike` are the files it may be about."""

    def __init__(self, words: Any, alike: Any = ()) -> None:
        super().__init__(str(words))
        self.alike = list(alike)


def _row(form: Any, number: int) -> Row:
    typed = {name: (tidy(form.get(f"row-{number}-{name}")) or "")[:100] for name in FIELDS}
    return Row(number, **typed)


def _write(row: Row, day: date, *, by: str, now: datetime) -> None:
    offer = _offer(row, now=now)
    start, person, file = _start(row, day, offer), _person(row), None
    if row.file not in ("", "new"):
        known = chosen_patient(row.file)
        if known is not None:
            file, person = known.id, replace(person, email=known.email, language=known.language)
    elif row.file != "new" and (twins := search.alike(person, sealer=services().sealer)):
        raise Wrong(_("There is a file of this name. Say whether it is the same person."), twins)
    against = actions.reasons(offer, start, now=now, asking=Asking(person=file, staff=True))
    asked = actions.Asked(
        start=start,
        attempt=uuid_of(row.attempt) or uuid4(),
        person=person,
        accepted=False,
        sentence="",
        origin=row.kind if row.kind in KINDS else "walkin",
        file=file,
        broken=frozenset(against - actions.UNBREAKABLE),
        because=_("Noted on paper while the portal was away"),
    )
    with write_tx():
        made = actions.book([offer], asked, sealer=services().sealer, by=by, now=now, mail_at=now)
        if asked.origin == "walkin" and start <= clock.to_minutes(now):
            actions.note(queries.appointment(made), "fulfilled", by=by, now=now)
        if start < clock.to_minutes(now):  # written down afterwards: nobody is told of the past
            outbox.drop(changes.mail_key(made))


def _offer(row: Row, *, now: datetime) -> Offer:
    schedule, _mark, service = row.offer.partition(".")
    ids: tuple[UUID | None, UUID | None] = (uuid_of(schedule), uuid_of(service))
    found = catalogue.for_desk(g.practice, now=now)
    offer = found.in_agenda(ids[0], ids[1]) if ids[0] and ids[1] else None
    if offer is None:
        raise Wrong(_("Choose the agenda and the service."))
    return offer


def _start(row: Row, day: date, offer: Offer) -> int:
    try:
        hour, minute = (int(part) for part in row.clock.replace("h", ":").replace(".", ":").split(":"))
        at = time(hour, minute)
    except ValueError:
        raise Wrong(_("Enter the time as hours and minutes, for example 14:30.")) from None
    return clock.to_minutes(datetime.combine(day, at, clock.zone(offer.location.timezone)))


def _person(row: Row) -> Person:
    for value in (row.given_name, row.family_name):
        if not value or len(value) > NAME_LENGTH:
            raise Wrong(_("Enter the first and the last name."))
        _check(NameText(), value)
    if not row.phone or len(row.phone) > 30:
        raise Wrong(_("Enter a telephone number: it is how they can be reached."))
    _check(PlainText(), row.phone)
    return Person(
        given_name=row.given_name,
        family_name=row.family_name,
        email=None,
        language=g.practice.languages[0],
        phone=row.phone,
    )


def _check(validator: Any, value: str) -> None:
    class Held:
        data = value

    try:
        validator(None, Held)
    except ValueError as wrong:
        raise Wrong(str(wrong)) from wrong
