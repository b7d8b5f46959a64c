"""A card read at the desk: noted in the file of whoever stands there, or the beginning of a new one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.eid import labels, reading
from app.eid import pairing as pairings
from app.eid.actions.conflicts import leave_for_a_person
from app.eid.models import CardPairing
from app.eid.proofs import CardRead
from app.eid.refusals import FileOfAnother, NothingRead
from app.kernel import audit
from app.kernel.db import write_tx
from app.kernel.sealing import Sealer
from app.patients import actions as patients
from app.patients.actions import Person
from app.patients.models import Patient
from app.patients.queries import patient


@dataclass(frozen=True)
class Marked:
    """`differs`: the connected account says another number or name; `proven`: it counts for more than «declared»."""

    proven: bool
    differs: bool = False


@dataclass(frozen=True)
class Created:
    patient_id: UUID
    proven: bool


def mark_file(
    file: Patient,
    pairing: CardPairing,
    *,
    by: str,
    sealer: Sealer,
    now: datetime,
    wanted: Collection[str] = (),
) -> Marked:
    """Number and names of card and file are the same: read by the practice, and the fields in `wanted` are learnt.

    FileOfAnother when they are not: it stands in the list then, and nothing is changed. NothingRead when it is over.
    """
    read = _opened(pairing, sealer)
    kind = difference(file, read, sealer=sealer)
    if kind:
        leave_for_a_person(kind, read.identity, patient_id=file.id, now=now, by=by)
        raise FileOfAnother
    with write_tx():
        # the journal first: two members who do this at once stand in line, and the second finds it done
        audit.record(
            by=by, verb="card.read", target=audit.of_id("patient", file.id), at=now, detail=_detail(read)
        )
        if not pairings.take(pairing):
            raise NothingRead
        return _note(file, read, by=by, sealer=sealer, now=now, wanted=wanted)


def create_file(
    pairing: CardPairing,
    *,
    email: str | None,
    phone: str | None,
    language: str,
    by: str,
    sealer: Sealer,
    now: datetime,
) -> Created:
    """A new file from the card; or the one that had this number and these names all along. NothingRead when over."""
    read = _opened(pairing, sealer)
    identity = read.identity
    person = Person(
        given_name=identity.given_names[:100] or identity.family_name[:100],
        family_name=identity.family_name[:100],
        email=email,
        language=language,
        niss=identity.niss,
        phone=phone,
    )
    sealed = patients.seal(person, sealer=sealer)
    with write_tx():
        audit.record(by=by, verb="card.read", target="patient", at=now, detail=_detail(read))
        if not pairings.take(pairing):
            raise NothingRead
        met = patients.meet(sealed, now=now)
        file = patient(met)
        _note(file, read, by=by, sealer=sealer, now=now, wanted=patients.LEARNT)
    return Created(met, labels.is_proven(read.level, read.flags))


def _opened(pairing: CardPairing, sealer: Sealer) -> CardRead:
    content = pairings.opened(pairing, sealer=sealer)
    if content is None or pairing.purpose != "desk":
        raise NothingRead
    return reading.unpack(content)


def difference(file: Patient, read: CardRead, *, sealer: Sealer) -> str:
    """Empty when card and file may be the same person's; or number, or name."""
    index = sealer.blind_index(file.practice_id, "niss", read.identity.niss)
    if file.niss_index is not None and file.niss_index != index:
        return "number"
    alike = reading.names_agree(read.identity, given_name=file.given_name, family_name=file.family_name)
    return "" if alike else "name"


def _note(
    file: Patient, read: CardRead, *, by: str, sealer: Sealer, now: datetime, wanted: Collection[str]
) -> Marked:
    """Inside the caller's transaction. What a card does not prove is kept as declared, and raises nothing."""
    card = learnt_from(read)
    wishes = {name: card[name] for name in wanted if name in card}
    if not labels.is_proven(read.level, read.flags):
        patients.learn(file, wishes, by=by, now=now)
        return Marked(proven=False)
    about, compared = patients.compare_with_account(file, read.identity.niss, sealer=sealer, now=now)
    patients.note_card(
        file,
        kind="eid-read",
        digits=read.identity.niss,
        by=by,
        detail=_detail(read),
        account_id=about,
        learn=wishes,
        sealer=sealer,
        now=now,
    )
    if compared.differs:
        leave_for_a_person("account", read.identity, patient_id=file.id, now=now, by=by)
    return Marked(proven=True, differs=compared.differs)


def learnt_from(read: CardRead) -> dict[str, Any]:
    """Column of a file -> what the card says."""
    address = read.address
    found = {
        "birth_date": read.identity.birth_date,
        "street": address.street[:120],
        "postcode": address.postcode[:12],
        "town": address.town[:80],
    }
    return {name: value for name, value in found.items() if value}


def _detail(read: CardRead) -> dict[str, Any]:
    return {
        "document": "eid",
        "level": read.level,
        "type": read.identity.document_type,
        "flags": list(read.flags),
    }
