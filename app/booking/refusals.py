"""Why a booking cannot be made or changed, as the person would say it."""

from app.kernel.errors import Refusal
from app.kernel.i18n import lazy_gettext as _l


class SlotTaken(Refusal):
    """Somebody was quicker. `alternatives`: the nearest free starts, in minutes."""

    status = 409
    message = _l("This time has just been taken. Nothing is booked yet: choose one of the times below.")


class NotOffered(Refusal):
    """Past, outside hours, too soon, beyond the horizon, or never on the grid."""

    message = _l("This time is not offered. Please choose one of the times shown.")


class TooLateToCancel(Refusal):
    message = _l("The time to cancel online has passed. Please call the practice.")


class TooLateToUndo(Refusal):
    message = _l("The three minutes to undo have passed. You can still cancel the appointment.")


class AlreadyCancelled(Refusal):
    message = _l("This appointment is already cancelled. There is nothing left to do.")


class LinkIsOld(Refusal):
    """The appointment was moved or changed after the mail was sent, or the link was used."""

    message = _l("This link no longer applies. The newest mail about this appointment has the right one.")


class NotTheirsToBook(Refusal):
    """Acting for somebody whose mandate leaves booking out."""

    status = 403
    message = _l(
        "You may not book for %(name)s: the mandate does not cover it. Stop acting for them to go on."
    )
