"""Why a programme is not changed or ticked, in the words of the person it happens to."""

from app.kernel.errors import Refusal
from app.kernel.i18n import lazy_gettext as _l

MOST_ACTIVITIES = 30


class Stale(Refusal):
    status = 409
    message = _l("This was changed in another window. Please look at it again, then save once more.")


class NotThatDay(Refusal):
    status = 409
    message = _l("This exercise can be ticked on the day it is due, and on the day after.")


class Ended(Refusal):
    status = 409
    message = _l("This programme has ended: it can no longer be changed or ticked.")


class TooManyActivities(Refusal):
    message = _l("A programme has at most %(most)s exercises.")

    def __init__(self) -> None:
        super().__init__(most=MOST_ACTIVITIES)
