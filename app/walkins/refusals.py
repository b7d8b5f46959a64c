"""Why a number cannot be had, or a step not be taken, kindly."""

from app.kernel.errors import Refusal
from app.kernel.i18n import lazy_gettext as _l


class NoWalkIns(Refusal):
    message = _l("This practice takes nobody without an appointment at the moment. Please call it.")


class AlreadyCalled(Refusal):
    """A colleague was quicker, or the person left."""

    status = 409
    message = _l("Somebody else was quicker: the list is shown as it is now.")


class LeftAlready(Refusal):
    status = 409
    message = _l("This number has ended. Take another one if you still want to be seen today.")


class PlanChanged(Refusal):
    status = 409
    message = _l(
        "Somebody else changed these settings meanwhile. They are shown as they are now: please look again."
    )


class NoGap(Refusal):
    status = 409
    message = _l("This agenda has no room left today. Choose another one.")


class EnoughNumbers(Refusal):
    message = _l("There are too many numbers for one day here.")
