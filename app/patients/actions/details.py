"""What the desk corrects in a file; each value that stood there before is kept with whoever changed it."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import peewee as pw

from app.kernel import audit
from app.kernel.db import write_tx
from app.kernel.sealing import Sealer
from app.patients.actions.merging import state_of
from app.patients.actions.records import DESK, OWN, Person, identity_key, niss_of
from app.patients.actions.words import SOURCES, renew_words
from app.patients.models import Patient, PatientChange
from app.patients.refusals import FileChanged, FileExists

CHANGEABLE = (
    "given_name", "family_name", "birth_date", "email", "phone", "language", "street", "postcode", "town",
)  # fmt: skip


def change_details(
    patient: Patient, values: dict[str, Any], *, seen: str, sealer: Sealer, by: str, now: datetime
) -> list[str]:
    """The names of CHANGEABLE that changed. FileChanged when the page showed an older file (`seen`); FileExists when
    somebody else here has these names with this number or birth date."""
    with write_tx():
        changed = _differences(patient, values)
        # first of all: it locks the end of the practice's journal, so that two changes come one after the other
        target = audit.of_id("patient", patient.id)
        audit.record(by=by, verb="patient.change", target=target, at=now, detail={"fields": list(changed)})
        patient = Patient.get_by_id(patient.id)
        if state_of(patient) != seen or patient.merged_into is not None:
            raise FileChanged
        if not changed:
            return []
        for name in changed:
            PatientChange.create(
                patient=patient.id, field=name, before=_said(getattr(patient, name)), after=_said(values[name]),
                actor=by, at=now,
            )  # fmt: skip
        key = _key(patient, changed, sealer)
        try:
            with write_tx():
                Patient.update(**changed, identity_key=key).where(Patient.id == patient.id).execute()
                if SOURCES & changed.keys():
                    renew_words(patient.id)
        except pw.IntegrityError as wall:
            if "identity_key" in str(wall):
                raise FileExists from wall
            raise
    return list(changed)


def _differences(patient: Patient, values: dict[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in CHANGEABLE if values[name] != getattr(patient, name)}


def _said(value: Any) -> str | None:
    return None if value is None else str(value)[:254]


def _key(patient: Patient, changed: dict[str, Any], sealer: Sealer) -> str:
    """Of an account or of the desk it stays; else a corrected name is found by whoever books under it."""
    if patient.identity_key.startswith((OWN, DESK)):
        return str(patient.identity_key)
    person = Person(
        given_name=patient.given_name, family_name=patient.family_name, email=patient.email, language="fr",
        niss=niss_of(patient, sealer=sealer), birth_date=patient.birth_date,
    )  # fmt: skip
    corrected = {
        name: value
        for name, value in changed.items()
        if name in ("given_name", "family_name", "birth_date", "email")
    }
    return identity_key(replace(person, **corrected), sealer=sealer)
