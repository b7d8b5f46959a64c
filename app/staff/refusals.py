"""Why a change of the people of a practice cannot be."""

from app.kernel.errors import Refusal
from app.kernel.i18n import lazy_gettext as _l


class LastOwner(Refusal):
    """A practice nobody owns could never be given to anybody again."""

    message = _l(
        "A practice always keeps one owner without an end date. Make somebody else an owner first, then try again."
    )


class UnknownRoles(Refusal):
    message = _l("Choose at least one role.")


class AlreadyMember(Refusal):
    message = _l("This person works here already. Change their roles instead.")


class AlreadyInvited(Refusal):
    message = _l("This person has an invitation already. Send it again instead.")


class InvitationOver(Refusal):
    """Used, withdrawn, expired, or meant for somebody else: the page says which."""

    status = 410
    message = _l("This invitation can no longer be used. Ask the practice for a new one.")


class Changed(Refusal):
    """Somebody else changed the same member since this form was opened."""

    status = 409
    message = _l("Somebody else changed this person meanwhile. Check what differs, then save again.")
