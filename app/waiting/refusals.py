"""Why somebody cannot wait, or can no longer take what was offered, kindly."""

from app.kernel.errors import Refusal
from app.kernel.i18n import lazy_gettext as _l


class NoList(Refusal):
    message = _l("There is no waiting list for this. Please choose one of the times, or call the practice.")


class EnoughWishes(Refusal):
    """More wishes than anybody can mean."""

    message = _l("You are on the waiting list three times already. Withdraw one of them first.")


class NoLongerWaiting(Refusal):
    """Withdrawn, removed or served meanwhile."""

    status = 409
    message = _l("This place on the waiting list has ended meanwhile. There is nothing left to do.")


class OfferIsOver(Refusal):
    """Expired, declined, or the time is somebody else's by now."""

    status = 409
    message = _l("This time is no longer kept for you. Another that comes free may be yours.")


class ReasonForPriority(Refusal):
    message = _l("Say why this patient goes first, in 3 to 300 letters.")
