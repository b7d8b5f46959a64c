"""Which columns of the whole schema point at a patient: a table that is added tomorrow is found by itself."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import peewee as pw

from app.kernel.cabinets import TenantModel
from app.patients.models import Patient

# kept as they were written, by the database itself: they stay with their file, and are read through `merged_into`
STAY = frozenset({"trust_evidence", "access_entry"})
# about the two files themselves
OWN = frozenset({"patient_merge"})
# made from the file itself, whenever it changes
MADE = frozenset({"patient_word"})
# rooms below this one's tables that may not know it keep a bare id under this name
BARE = "patient_id"


class Reference(NamedTuple):
    model: Any
    field: pw.Field

    @property
    def name(self) -> str:
        return f"{self.model._meta.table_name}.{self.field.column_name}"


def all_of_them() -> Iterator[Reference]:
    """In the order of their names: foreign keys to a patient, and bare ids of one."""
    found = []
    for model in TenantModel.__subclasses__():
        for field in model._meta.sorted_fields:
            to_patient = isinstance(field, pw.ForeignKeyField) and field.rel_model is Patient
            if to_patient or (isinstance(field, pw.UUIDField) and field.name == BARE):
                found.append(Reference(model, field))
    yield from sorted(found, key=lambda one: one.name)


def movable() -> Iterator[Reference]:
    """What follows its patient into another file."""
    return (one for one in all_of_them() if one.model._meta.table_name not in STAY | OWN | MADE)
