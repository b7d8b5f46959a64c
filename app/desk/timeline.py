"""What happened with a patient at this practice, newest first: visits, messages, and changes of the file."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.booking import queries
from app.desk.merging import WORDS
from app.kernel import clock
from app.kernel.i18n import _, language
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import Practice, pick
from app.messaging import labels as messages
from app.messaging.queries import sent_to
from app.patients import file_queries
from app.patients.models import Patient
from app.staff.queries import name_of

SHOWN = 50
FIELDS: dict[str, Any] = WORDS | {
    "given_name": _l("First name"),
    "family_name": _l("Last name"),
    "street": _l("Street and number"),
    "postcode": _l("Postcode"),
    "town": _l("Town"),
}


@dataclass(frozen=True)
class Moment:
    at: datetime
    icon: str
    title: str
    detail: str = ""
    href: str = ""
    state: str = ""  # of an appointment
    local: datetime | None = None  # on the wall of the site


def of(patient: Patient, *, practice: Practice, now: datetime) -> list[Moment]:
    """Five statements, and one a colleague."""
    found = [
        *_visits(patient, practice, now),
        *_messages(patient),
        *_changes(patient),
        *_merges(patient),
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)


def _visits(patient: Patient, practice: Practice, now: datetime) -> list[Moment]:
    return [
        Moment(
            at=clock.local(one.starts, "UTC"),
            local=clock.local(one.starts, one.location.timezone),
            icon="calendar" if one.starts > clock.to_minutes(now) else "calendar-check",
            title=pick(one.service.name, language(), practice.languages),
            detail=one.practitioner.name,
            href=f"/desk/appointments/{one.id}",
            state=one.status,
        )
        for one in queries.of_patient(patient.id)
    ]


def _messages(patient: Patient) -> list[Moment]:
    said = {"practice": _("Message to the patient"), "patient": _("Message from the patient")}
    return [
        Moment(at=one.created_at, icon="message-square", title=said[one.sender], detail=_title(one.kind))
        for one in sent_to(patient.id)
    ]


def _title(kind: str) -> str:
    """What happened by itself; of what people write, the row says already from whom it is."""
    return str(messages.TITLES[kind][0]) if kind in messages.TITLES else ""


def _changes(patient: Patient) -> list[Moment]:
    return [
        Moment(
            at=one.at,
            icon="pencil",
            title=_(
                "%(what)s changed by %(who)s",
                what=str(FIELDS.get(one.field, one.field)),
                who=name_of(one.actor),
            ),
            detail=_("from «%(before)s» to «%(after)s»", before=one.before or "–", after=one.after or "–"),
        )
        for one in file_queries.changes_of(patient)
    ]


def _merges(patient: Patient) -> list[Moment]:
    found = []
    for one in file_queries.merges_of(patient):
        who = name_of(one.actor)
        found.append(Moment(one.at, "users", _("Merged with the file of %(name)s", name=one.gone.name), who))
        if one.undone_at is not None:
            found.append(
                Moment(
                    one.undone_at, "undo-2", _("Parted again from the file of %(name)s", name=one.gone.name)
                )
            )
    return found
