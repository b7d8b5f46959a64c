"""Why a patient cannot be invited or connected, as the person would say it."""

from app.kernel.errors import Refusal
from app.kernel.i18n import lazy_gettext as _l


class NoMail(Refusal):
    message = _l("There is no e-mail address in this file, so no invitation can be sent.")


class AlreadyConnected(Refusal):
    status = 409
    message = _l("An account is already connected with this file.")


class EnoughInvitations(Refusal):
    status = 429
    message = _l("Three invitations were sent to this patient today. Please wait until tomorrow.")


class InvitationUsed(Refusal):
    status = 409
    message = _l("This invitation was used already, or is over. Please ask the practice for a new one.")


class SameFile(Refusal):
    message = _l("These two are the same file.")


class BothConnected(Refusal):
    status = 409
    message = _l(
        "Both files belong to an account of the portal. Ask the person which account they use: "
        "the other one must leave this practice first."
    )


class NoLongerUndone(Refusal):
    status = 409
    message = _l("Merging can be undone for a day, and once. This one can no longer be undone.")


class NoteChanged(Refusal):
    status = 409
    message = _l("Somebody else changed this note meanwhile. It is shown as it is now.")


class FileExists(Refusal):
    status = 409
    message = _l(
        "There is another file with these names and this number or birth date: merge the two instead."
    )


class NothingToCompare(Refusal):
    message = _l("This file has neither a national number nor a birth date to compare.")


class FileChanged(Refusal):
    status = 409
    message = _l("Somebody else has confirmed this file a moment ago. Please look at it again.")
