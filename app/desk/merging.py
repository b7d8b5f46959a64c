"""Two files beside each other, prepared: each value of both, which is proposed, and what would follow."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.desk import patient_file
from app.kernel.i18n import _, date_label, language, languages_label
from app.kernel.i18n import lazy_gettext as _l
from app.patients import references
from app.patients.actions import GROUPS
from app.patients.models import Patient

WORDS: dict[str, Any] = {
    "name": _l("Name"),
    "birth_date": _l("Date of birth"),
    "niss": _l("National number"),
    "email": _l("E-mail address"),
    "phone": _l("Phone"),
    "language": _l("Language"),
    "address": _l("Address"),
}
FOLLOWS: dict[str, Any] = {
    "appointment": _l("appointments"),
    "communication": _l("messages"),
    "prescription": _l("prescriptions"),
    "patient_note": _l("notes"),
    "wait_entry": _l("places on the waiting list"),
    "connection": _l("accounts of the portal"),
}


@dataclass(frozen=True)
class Choice:
    group: str
    words: str
    kept: str
    gone: str
    takes_gone: bool
    differs: bool  # by what is in the table: two numbers may look alike behind their stars


def choices(kept: Patient, gone: Patient, *, chosen: Collection[str] | None, now: datetime) -> list[Choice]:
    """Proposed: what this file says, and where it says nothing what the other one does."""
    sides = [_said(one, now=now) for one in (kept, gone)]
    return [
        Choice(
            group,
            str(WORDS[group]),
            sides[0][group],
            sides[1][group],
            (group in chosen) if chosen is not None else (not sides[0][group] and bool(sides[1][group])),
            any(
                getattr(kept, name) != getattr(gone, name) for name in GROUPS[group] if name != "niss_sealed"
            ),
        )
        for group in GROUPS
        if sides[0][group] or sides[1][group]
    ]


def _said(one: Patient, *, now: datetime) -> dict[str, str]:
    number = patient_file.line(one, now=now).number or ""
    confirmed = f"{number} ({_('confirmed')})" if number and one.niss_confirmed_at else number
    town = " ".join(part for part in (one.postcode, one.town) if part)
    return {
        "name": one.name,
        "birth_date": date_label(one.birth_date, language()) if one.birth_date else "",
        "niss": confirmed,
        "email": one.email or "",
        "phone": one.phone or "",
        "language": languages_label((one.language,), language()),
        "address": ", ".join(part for part in (one.street, town) if part),
    }


def follows(gone: Patient) -> list[tuple[int, str]]:
    """(how many, of what) belongs to the other file; what has no word of its own is counted together."""
    counted: dict[str, int] = {}
    for one in references.movable():
        number = one.model.select().where(one.field == gone.id).count()
        if number:
            word = str(FOLLOWS.get(one.model._meta.table_name, _("other entries")))
            counted[word] = counted.get(word, 0) + number
    return [(number, word) for word, number in counted.items()]
