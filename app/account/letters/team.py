"""The mail that asks somebody to work at a practice: who asks, as what, and the link that says yes."""

from typing import Any
from uuid import UUID

from app.account import letters
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import speaking
from app.kernel.ports import Letter
from app.staff import invitations, queries
from app.staff.labels import roles_in_words
from app.web.outside import services


def invited(payload: dict[str, Any], message_id: str) -> Letter | None:
    """None when it was answered, taken back, or sent again with another link."""
    found = queries.invitation(UUID(payload["invitation"]))
    if not invitations.is_current(found, payload["until"]):
        return None
    practice = found.practice
    with speaking(found.language):
        roles = roles_in_words(found.roles)
    return letters.compose(
        found.email,
        "staff_invited",
        subject=_l("%(practice)s asks you to join its team", practice=practice.name),
        message_id=message_id,
        practice=practice,
        language=found.language,
        given_name=found.given_name,
        roles=roles,
        by=queries.name_of(found.actor),
        until=found.expires_at,
        link=letters.url(f"/team/{invitations.token(found, sealer=services().sealer)}", practice),
    )
