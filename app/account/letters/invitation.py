"""The mail of a practice that asks its patient to join the portal."""

from typing import Any
from uuid import UUID

from app.account import letters
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.ports import Letter
from app.patients import actions
from app.patients.models import PatientInvitation
from app.web.outside import services


def invited(payload: dict[str, Any], message_id: str) -> Letter | None:
    """None when it was answered meanwhile, is over, or a newer one was sent."""
    found = PatientInvitation.get_or_none(PatientInvitation.id == UUID(payload["invitation"]))
    if found is None or found.used_at is not None or found.expires_at <= services().clock.now():
        return None
    practice, patient = found.practice, found.patient
    token = actions.token_of(found, sealer=services().sealer)
    return letters.compose(
        found.email,
        "patient_invited",
        subject=_l("%(practice)s invites you to its patient portal", practice=practice.name),
        message_id=message_id,
        practice=practice,
        language=patient.language,
        given_name=patient.given_name,
        until=found.expires_at,
        link=letters.url(f"/join/invitation/{token}", practice),
    )
