"""Whom one may write to: the practices one is connected with, and their practitioners by name."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.directory.models import Practitioner, PractitionerMember
from app.kernel import clock
from app.kernel.clock import HOME
from app.kernel.errors import NotFound
from app.kernel.owners import Practice
from app.kernel.sealing import folded
from app.kernel.tenancy import across_practices
from app.messaging.queries import OWN
from app.messaging.readers import Reader
from app.messaging.threads import confidential
from app.patients.models import Connection, Patient
from app.staff.models import Member

MOST = 20  # of one search


@dataclass(frozen=True)
class Address:
    """A practice, or one practitioner of it; `key` is what a form sends."""

    key: str
    practice: Practice
    patient_id: UUID
    practitioner: UUID | None
    name: str  # of the practitioner; empty: the practice
    whose: str  # given name of whom it is about, when that is not the reader
    alone: bool = False  # whether this practitioner can read a message that nobody else of the practice does


def addresses(reader: Reader, *, practice: Practice | None, now: datetime) -> list[Address]:
    """Practices by name, each before its practitioners; of a practice's site, of that practice alone."""
    with across_practices(reason=OWN):
        query = (
            Connection.select(Connection, Practice, Patient)
            .join_from(Connection, Practice)
            .join_from(Connection, Patient)
            .where(reader.files, Practice.status == "open")
            .order_by(Practice.name, Connection.created_at)
        )
        if practice is not None:
            query = query.where(Connection.practice == practice.id)
        ties = list(query)
        people: dict[UUID, list[Practitioner]] = {}
        here = Practitioner.practice.in_([tie.practice_id for tie in ties])
        for row in Practitioner.select().where(here).order_by(Practitioner.position):
            people.setdefault(row.practice_id, []).append(row)
        tied = PractitionerMember.select(PractitionerMember, Member).join(Member)
        themselves = {
            one.practitioner_id
            for one in tied.where(PractitionerMember.practice.in_([tie.practice_id for tie in ties]))
            if confidential.reads(one, today=clock.today(now, HOME))
        }
    found = []
    for tie in ties:
        whose = tie.patient.given_name if tie.dependant else ""
        found.append(Address(tie.id.hex, tie.practice, tie.patient_id, None, "", whose))
        found += [
            Address(
                f"{tie.id.hex}-{one.id.hex}",
                tie.practice,
                tie.patient_id,
                one.id,
                one.name,
                whose,
                one.id in themselves,
            )
            for one in people.get(tie.practice_id, ())
        ]
    return found


def matching(found: list[Address], words: str) -> list[Address]:
    """Those whose practice or practitioner has `words` in its name, at most MOST."""
    wanted = folded(words)
    return [one for one in found if wanted in folded(f"{one.practice.name} {one.name}")][:MOST]


def chosen(found: list[Address], key: str) -> Address:
    """NotFound for whatever was not offered to this reader."""
    address = next((one for one in found if one.key == key), None)
    if address is None:
        raise NotFound
    return address
