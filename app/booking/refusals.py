"""Why a booking cannot be made or changed, as the person would say it."""

from app.kernel.edits import Edited
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


class RulesChanged(Refusal):
    """The practice changed its hours or rules after the page was made, or came to know this person better."""

    status = 409
    message = _l("The practice has just changed its rules. Nothing is booked yet: please look again.")


class LimitReached(Refusal):
    """The person holds as many appointments as the practice allows, or too near to this one."""

    message = _l(
        "You already hold as many appointments as the practice allows. Move or cancel one, or call the practice."
    )


class HeldAlready(Refusal):
    """The same person cannot be in two places."""

    message = _l("You already have an appointment at this time. Choose another time, or move that one.")


class CallUs(Refusal):
    """The practice takes this by telephone only."""

    message = _l("This cannot be booked online. Please call the practice.")


class SignInFirst(Refusal):
    message = _l("For this, the practice asks you to sign in first. Nothing is booked yet.")


class TooLateToMove(Refusal):
    message = _l("The time to move this appointment online has passed. Please call the practice.")


class CannotBeChanged(Refusal):
    """Its state does not allow it: it took place, was cancelled, or somebody answered it first."""

    status = 409
    message = _l("This appointment has changed meanwhile. Please look at it again.")


class AnsweredAlready(CannotBeChanged):
    """Of a request: a colleague was quicker, the person withdrew it, or its time to be answered is over."""

    message = _l(
        "This request has changed meanwhile: somebody answered it, or it was withdrawn. Nothing was sent twice."
    )


class AlreadyDone(Refusal):
    """A link of a mail that has been used."""

    status = 409
    message = _l("This has been done already. There is nothing left to do.")


class ReasonWanted(Refusal):
    message = _l("Please say why you cancel: the practice asks for it.")


class NothingChosen(Refusal):
    message = _l("Choose at least one date.")


class SeriesTooLong(Refusal):
    message = _l("A series has at most %(most)s dates here. Take some of them out.")


class SeriesOnRequest(Refusal):
    """The practice answers each request by itself: a series would be many questions."""

    message = _l("The practice confirms each appointment of this kind itself: ask for them one by one.")


class DatesLost(Refusal):
    """Some dates of a series cannot be had. `lost`: {start: the refusal}."""

    status = 409
    message = _l(
        "Nothing is booked or moved yet: a date can no longer be had. Your other choices are still here."
    )

    def sentence(self) -> str:
        return str(self.message)


class NeedsAcknowledgement(Refusal):
    """Staff may break these rules of patients, once they have said so. `reasons`: slots.Reason codes."""

    message = _l("This breaks rules of your practice. Confirm that you want it all the same.")

    def sentence(self) -> str:
        return str(self.message)


class RulesEdited(Edited):
    """Two people changed the same rules at once; whoever came second sees what differs."""

    message = _l("Somebody else changed these rules meanwhile. Check what differs, then save again.")


class OnlyLooking(Refusal):
    """An owner who sees the site as somebody else does nothing in it."""

    status = 409
    message = _l("You are only looking at the site as somebody else sees it. Stop looking to book.")


class TooSoonToMiss(Refusal):
    message = _l("Somebody counts as missing a quarter of an hour after the start. Please wait a little.")


class TooLateToDecline(Refusal):
    """The day to decline what was booked by telephone has passed, or the appointment has begun."""

    message = _l(
        "The time to decline this appointment has passed. Please call the practice if you cannot come."
    )


class AlreadyDecided(Refusal):
    """Of a proposed fee."""

    status = 409
    message = _l("A colleague has decided about this fee a moment ago. Please look at it again.")


class NothingToUndo(Refusal):
    """Too late, or it changed again since."""

    status = 409
    message = _l("This can no longer be undone: it was a while ago, or something else has happened since.")


class NotGivenThere(Refusal):
    """Dragged into an agenda that does not have the service."""

    status = 409
    message = _l("This service is not given in that agenda. The appointment stays where it was.")
