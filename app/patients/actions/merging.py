"""Two files of one person are made one, value by value, and parted again within a day exactly as they were."""

import hashlib
import json
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from app.kernel import audit
from app.kernel.db import write_tx
from app.kernel.ids import hexed
from app.kernel.sealing import Sealer
from app.patients import references
from app.patients.actions.records import niss_of
from app.patients.actions.words import SOURCES, renew_words
from app.patients.models import Connection, Patient, PatientMerge
from app.patients.refusals import BothConnected, FileChanged, NoLongerUndone, SameFile

LASTS = timedelta(days=1)
# what is chosen together: half a name or half a number would be nobody's
GROUPS: dict[str, tuple[str, ...]] = {
    "name": ("given_name", "family_name"),
    "birth_date": ("birth_date", "country"),
    "niss": ("niss_sealed", "niss_index", "niss_confirmed_at"),
    "email": ("email",),
    "phone": ("phone",),
    "language": ("language",),
    "address": ("street", "postcode", "town"),
}
MANY = 400  # ids of one statement


def state_of(patient: Patient) -> str:
    """Another one after any change of the file: the page says which it showed."""
    shown = _packed(patient, [name for names in GROUPS.values() for name in names])
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()


def merge(
    kept: Patient,
    gone: Patient,
    *,
    from_gone: Collection[str],
    seen: tuple[str, str],
    sealer: Sealer,
    by: str,
    now: datetime,
) -> PatientMerge:
    """`from_gone` are the keys of GROUPS whose value the other file gives; everything that belongs to it follows.

    Raises SameFile, BothConnected, FileChanged when either file is no longer what the page showed (`seen`).
    """
    if kept.id == gone.id:
        raise SameFile
    with write_tx():
        # first of all: it locks the end of the practice's journal, so that no two people merge the same files
        detail = {"gone": gone.id.hex, "from_gone": sorted(from_gone)}
        target = audit.of_id("patient", kept.id)
        audit.record(by=by, verb="patient.merge", target=target, at=now, detail=detail)
        kept, gone = (_fresh(one.id) for one in (kept, gone))
        if (state_of(kept), state_of(gone)) != seen:
            raise FileChanged
        _refuse_two_accounts(kept.id, gone.id)
        chosen = _chosen(kept, gone, from_gone, sealer)
        Patient.update(merged_into=kept.id).where(Patient.id == gone.id).execute()
        before = _packed(kept, list(chosen))
        if chosen:
            Patient.update(**chosen).where(Patient.id == kept.id).execute()
        if SOURCES & chosen.keys():
            renew_words(kept.id)
        moved = {one.name: _move(one.model, one.field, gone.id, kept.id) for one in references.movable()}
        moved["patient.merged_into"] = _move(Patient, Patient.merged_into, gone.id, kept.id)
        return PatientMerge.create(
            kept=kept.id, gone=gone.id, actor=by, at=now, until=now + LASTS, before=before,
            after=_packed(_fresh(kept.id), list(chosen)), moved={name: ids for name, ids in moved.items() if ids},
        )  # fmt: skip


def undo_merge(made: PatientMerge, *, by: str, now: datetime) -> None:
    """Both files as they were; what came since stays with the file it came to. NoLongerUndone."""
    with write_tx():
        target = audit.of_id("patient", made.kept_id)
        audit.record(by=by, verb="patient.part", target=target, at=now, detail={"gone": hexed(made.gone_id)})
        claim = PatientMerge.update(undone_at=now, before={}, after={}, moved={}).where(
            PatientMerge.id == made.id, PatientMerge.undone_at.is_null(), PatientMerge.until > now
        )
        parted = Patient.update(merged_into=None).where(
            Patient.id == made.gone_id, Patient.merged_into == made.kept_id
        )
        if not claim.execute() or not parted.execute():
            raise NoLongerUndone
        where = {one.name: one for one in references.movable()}
        for name, ids in made.moved.items():
            if name == "patient.merged_into":
                _move(Patient, Patient.merged_into, made.kept_id, made.gone_id, ids)
            elif name in where:
                _move(where[name].model, where[name].field, made.kept_id, made.gone_id, ids)
        _restore(made)


def _restore(made: PatientMerge) -> None:
    """What nobody changed since."""
    kept = Patient.get_by_id(made.kept_id)
    current = _packed(kept, list(made.before))
    values = {
        name: _unpacked(name, value)
        for name, value in made.before.items()
        if current[name] == made.after.get(name)
    }
    if values:
        Patient.update(**values).where(Patient.id == made.kept_id).execute()
    if SOURCES & values.keys():
        renew_words(made.kept_id)


def _fresh(patient_id: UUID) -> Patient:
    found = Patient.get_or_none(Patient.id == patient_id, Patient.merged_into.is_null())
    if found is None:
        raise FileChanged
    return found


def _refuse_two_accounts(kept: UUID, gone: UUID) -> None:
    """Two living accounts would read one file; one account tied twice has two histories that cannot be parted again."""
    ties = list(Connection.select().where(Connection.patient.in_((kept, gone))))
    own = {tie.patient_id for tie in ties if tie.left_at is None and tie.dependant is None}
    accounts = [tie.account_id for tie in ties]
    if len(own) > 1 or len(accounts) > len(set(accounts)):
        raise BothConnected


def _chosen(kept: Patient, gone: Patient, from_gone: Collection[str], sealer: Sealer) -> dict[str, Any]:
    values = {name: getattr(gone, name) for group in GROUPS if group in from_gone for name in GROUPS[group]}
    if "niss_sealed" in values:  # a number is sealed for the file it stands in
        digits = niss_of(gone, sealer=sealer)
        cell = f"{kept.practice_id.hex}|patient|niss|{kept.id.hex}"
        values["niss_sealed"] = sealer.seal(digits, cell=cell) if digits else None
    values["seen_at"] = max(kept.seen_at, gone.seen_at)
    return {name: value for name, value in values.items() if value != getattr(kept, name)}


def _move(
    model: Any, field: Any, source: UUID, target: UUID, ids: Collection[str] | None = None
) -> list[str]:
    """The ids of the rows that moved; of `ids` alone where they are given."""
    whole = model.select(model.id).where(field == source).order_by(model.id).tuples()
    found = [hexed(one) for (one,) in whole]
    if ids is not None:
        found = sorted(set(found) & set(ids))
    for begin in range(0, len(found), MANY):
        part = [UUID(one) for one in found[begin : begin + MANY]]
        model.update({field: target}).where(model.id.in_(part)).execute()
    return found


def _packed(patient: Patient, names: list[str]) -> dict[str, Any]:
    """Values as JSON keeps them: as the table does, blobs in hex."""
    found: dict[str, Any] = {}
    for name in names:
        value = getattr(patient, name)
        if isinstance(value, bytes | memoryview):
            found[name] = bytes(value).hex()
        elif isinstance(value, datetime):
            found[name] = Patient.seen_at.db_value(value)
        else:
            found[name] = value.isoformat() if isinstance(value, date) else value
    return found


def _unpacked(name: str, value: Any) -> Any:
    if name == "niss_sealed":
        return bytes.fromhex(value) if value else None
    return getattr(Patient, name).python_value(value)
